"""What the CycloneDX document says of an image."""

import json
from typing import Any

import pytest
import sboms
from inspections import NOW, SECRET, digest, inspection, inventory, package, program

from basewright.errors import InputError
from basewright.model.inventory import Coverage, Inspection, OsFacts
from basewright.model.package import Evidence
from basewright.report.inspection import render, sbom_cyclonedx_components
from basewright.report.interface import RenderOptions


def bom(one: Inspection | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render([one or inspection()], "cyclonedx", options=RenderOptions()))
    return document


def component(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in document["components"] if one["name"] == name)
    return found  # type: ignore[no-any-return] # JSON


def properties(one: dict[str, Any]) -> dict[str, str]:
    return {entry["name"].removeprefix("basewright:"): entry["value"] for entry in one["properties"]}


def of(*packages: Any, **changes: Any) -> dict[str, Any]:
    return bom(inspection(inventory=inventory(packages=packages, **changes)))


def test_the_image_is_what_the_document_is_about() -> None:
    document = bom()
    image = document["metadata"]["component"]
    assert (image["type"], image["name"], image["version"]) == (
        "container", "registry.test/shop/web:1.4", str(digest("d")),
    )  # fmt: skip
    assert image["hashes"] == [{"alg": "SHA-256", "content": "d" * 64}]
    assert image["purl"].startswith("pkg:oci/web@sha256:ddd")
    assert document["metadata"]["timestamp"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert properties(image)["image:indexDigest"] == str(digest("e"))
    assert properties(image)["image:configDigest"] == str(digest("f"))


def test_layers_are_parts_of_the_image() -> None:
    layers = bom()["metadata"]["component"]["components"]
    assert [one["bom-ref"] for one in layers] == ["Layer-0", "Layer-1", "Layer-2"]
    assert layers[1]["hashes"][0]["content"] == "2" * 64
    assert properties(layers[1])["layer:diffID"] == str(digest("b"))


def test_a_package_tells_layer_place_source_and_files() -> None:
    document = of(*sboms.alpine().inventory.packages)
    musl = component(document, "musl")
    assert musl["purl"] == "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1"
    assert musl["supplier"] == {"name": "Timo Teräs", "contact": [{"email": "timo.teras@iki.fi"}]}
    assert musl["licenses"] == [{"license": {"id": "MIT", "acknowledgement": "declared"}}]
    assert musl["evidence"]["occurrences"] == [{"location": "lib/musl.so"}, {"location": "usr/share/musl"}]
    assert properties(musl) == {
        "layer:index": "0", "layer:diffID": str(digest("a")), "location": "lib/apk/db/installed",
        "evidence": "database", "source:name": "musl", "source:version": "1.2.5-r0", "bytes": "600000", "files": "2",
        "verified": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "technique"),
    [
        (Evidence.DATABASE, "manifest-analysis"),
        (Evidence.METADATA, "manifest-analysis"),
        (Evidence.BINARY, "binary-analysis"),
        (Evidence.MARKER, "other"),
        (Evidence.CLAIM, "attestation"),
    ],
)
def test_the_evidence_says_how_a_package_was_told(evidence: Evidence, technique: str) -> None:
    told = component(of(package("x", "1", 1, evidence=evidence)), "x")["evidence"]["identity"]
    assert told["methods"] == [
        {"technique": technique, "confidence": told["confidence"], "value": "var/lib/dpkg/status"}
    ]


def test_stronger_evidence_has_no_lower_confidence() -> None:
    numbers = [sbom_cyclonedx_components._METHODS[one][1] for one in Evidence]
    assert numbers == sorted(numbers, reverse=True)


def test_an_expression_stands_alone_and_a_mixture_is_names_and_identifiers() -> None:
    document = of(
        package("a", "1", 1, licenses=("MIT OR ISC",)),
        package("b", "1", 1, licenses=("MIT OR ISC", "mit", "MIT", "GPL-2+")),
        package("c", "1", 1, licenses=("x" * 300,)),
        package("d", "1", 1, licenses=("",)),
    )
    assert component(document, "a")["licenses"] == [{"expression": "MIT OR ISC", "acknowledgement": "declared"}]
    assert [one["license"].get("id") or one["license"]["name"] for one in component(document, "b")["licenses"]] == [
        "MIT OR ISC", "MIT", "GPL-2+",
    ]  # fmt: skip
    (long,) = component(document, "c")["licenses"]
    assert (len(long["license"]["name"]), long["license"]["text"]["content"]) == (201, "x" * 300)
    assert "licenses" not in component(document, "d")


def test_who_packages_is_a_supplier_and_who_writes_is_an_author() -> None:
    document = of(
        package("a", "1", 1, supplier="Jane <j@example.org>"),
        package("b", "1", 1, kind="npm", supplier="Jane <j@example.org>"),
    )
    assert component(document, "a")["supplier"]["name"] == "Jane"
    assert component(document, "b")["authors"] == [{"name": "Jane", "email": "j@example.org"}]
    assert "supplier" not in component(document, "b")


def test_a_language_package_hangs_on_the_distribution_package_that_brought_it() -> None:
    document = bom()
    graph = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    pip, deb = component(document, "pip"), component(document, "python3-pip")
    assert graph[deb["bom-ref"]] == [pip["bom-ref"]]
    assert pip["bom-ref"] not in graph["Image"]
    assert deb["bom-ref"] in graph["Image"]
    assert graph["Image"][0] == "OperatingSystem"
    assert properties(pip)["owner"] == "pkg:deb/python3-pip@23.0.1"


def test_an_owner_that_is_not_listed_leaves_the_package_with_the_image() -> None:
    document = bom(sboms.odd())
    graph = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    assert {component(document, name)["bom-ref"] for name in ("orphan", "self")} <= set(graph["Image"])
    assert list(graph) == ["Image"]


def test_packages_that_say_they_brought_each_other_hang_on_the_image() -> None:
    document = of(
        package("a", "1", 1, owner="pkg:deb/b@1"),
        package("b", "1", 1, owner="pkg:deb/a@1"),
    )
    (graph,) = document["dependencies"]
    assert {component(document, name)["bom-ref"] for name in "ab"} <= set(graph["dependsOn"])


def test_executables_that_nothing_explains_are_files() -> None:
    found = inventory(
        executables=(program("opt/tool", build_id="abcd", layer=2),),
        coverage=Coverage(2, 2, 0, 0, ("opt/other", "opt/tool")),
    )
    document = bom(inspection(inventory=found))
    tool = component(document, "opt/tool")
    assert tool["type"] == "file"
    assert properties(tool) == {
        "layer:index": "2", "layer:diffID": str(digest("c")), "bytes": "100000", "executable:kind": "executable",
        "executable:buildID": "abcd",
    }  # fmt: skip
    assert "properties" not in component(document, "opt/other")
    assert {"aggregate": "unknown", "assemblies": [component(document, "opt/other")["bom-ref"], tool["bom-ref"]]} in (
        document["compositions"]
    )


def test_a_document_is_complete_only_where_everything_was_looked_at() -> None:
    assert bom()["compositions"][0] == {"aggregate": "complete", "assemblies": ["Image"]}
    document = bom(sboms.CASES["incomplete"]())
    assert document["compositions"][0]["aggregate"] == "incomplete"
    assert {"name": "basewright:incomplete", "value": "true"} in document["metadata"]["properties"]
    texts = [one["text"] for one in document["annotations"]]
    assert "Not looked at: layer 0: the blob ends early" in texts


def test_an_sbom_in_the_image_is_a_claim_and_makes_no_component() -> None:
    document = bom()
    (remark,) = document["annotations"]
    assert "/srv/app/bom.json (cyclonedx 1.5, layer 2), that names 1 packages" in remark["text"]
    assert len([one for one in document["components"] if one["name"] == "express"]) == 1


def test_what_is_cut_is_told() -> None:
    document = bom(sboms.many_unknowns())
    texts = [one["text"] for one in document["annotations"]]
    assert "Not looked at: 500 more things, left out here." in texts
    assert "The image carries 10 more SBOMs, left out here." in texts
    assert "500 more executables that no package explains are left out here." in texts
    assert sum(one["type"] == "file" for one in document["components"]) == 10_000


def test_files_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom_cyclonedx_components, "paths_for_each", lambda packages: 3)
    many = component(of(package("x", "1", 1, files=tuple("abcde"))), "x")
    assert len(many["evidence"]["occurrences"]) == 3
    assert (properties(many)["files"], properties(many)["filesLeftOut"]) == ("5", "2")


def test_a_guessed_system_is_less_certain() -> None:
    guessed = bom(inspection(inventory=inventory(os=OsFacts("debian", path="x", is_guess=True))))
    assert component(guessed, "debian")["evidence"]["identity"]["confidence"] < 1
    assert component(bom(), "debian")["evidence"]["identity"]["confidence"] == 1
    assert properties(component(bom(), "debian"))["endOfLife:security"] == "2026-06-10"


def test_no_credential_is_told() -> None:
    assert SECRET.encode() not in render([inspection()], "cyclonedx", options=RenderOptions())


def test_a_runtime_is_an_application_and_a_group_stands_apart() -> None:
    document = bom(sboms.odd())
    assert component(document, "go")["type"] == "application"
    assert component(document, "slf4j-api")["group"] == "org.slf4j"


def test_an_image_of_which_nothing_is_known_is_a_document() -> None:
    document = bom(sboms.CASES["empty"]())
    assert document["components"] == []
    assert document["dependencies"] == [{"ref": "Image", "dependsOn": []}]
    assert set(document["metadata"]["component"]) == {"type", "bom-ref", "name", "properties"}


def test_several_platforms_are_refused() -> None:
    with pytest.raises(InputError, match="holds one image"):
        render([inspection(), inspection()], "cyclonedx", options=RenderOptions())
