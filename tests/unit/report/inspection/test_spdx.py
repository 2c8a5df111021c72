"""What the SPDX document says of an image."""

import json
from typing import Any

import pytest
import sboms
from inspections import SECRET, digest, inspection, inventory, package

from basewright.model.inventory import Inspection
from basewright.report.inspection import render, sbom_spdx_packages
from basewright.report.interface import RenderOptions


def spdx(one: Inspection | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render([one or inspection()], "spdx", options=RenderOptions()))
    return document


def of(*packages: Any) -> dict[str, Any]:
    return spdx(inspection(inventory=inventory(packages=packages)))


def named(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in document["packages"] if one["name"] == name)
    return found  # type: ignore[no-any-return] # JSON


def holds(document: dict[str, Any], holder: str, name: str) -> bool:
    wanted = {
        "spdxElementId": holder,
        "relationshipType": "CONTAINS",
        "relatedSpdxElement": named(document, name)["SPDXID"],
    }
    return wanted in document["relationships"]


def test_the_document_describes_the_image() -> None:
    document = spdx()
    assert document["relationships"][0] == {
        "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Image",
    }  # fmt: skip
    image = document["packages"][0]
    assert (image["primaryPackagePurpose"], image["versionInfo"]) == ("CONTAINER", str(digest("d")))
    assert image["externalRefs"][0]["referenceLocator"].startswith("pkg:oci/web@sha256:ddd")
    assert document["documentNamespace"].startswith("urn:uuid:")


def test_image_layer_and_owner_contain_a_package() -> None:
    document = spdx()
    assert holds(document, "SPDXRef-Image", "pip")
    assert holds(document, "SPDXRef-Layer-0", "bash")
    assert holds(document, "SPDXRef-Layer-2", "express")
    assert holds(document, named(document, "python3-pip")["SPDXID"], "pip")
    assert holds(document, "SPDXRef-Image", "debian")
    assert holds(document, "SPDXRef-Layer-2", "opt/tool")


def test_a_layer_has_the_checksum_of_its_blob_and_the_version_of_its_contents() -> None:
    layer = named(spdx(), "layer 1")
    assert layer["checksums"] == [{"algorithm": "SHA256", "checksumValue": "2" * 64}]
    assert layer["versionInfo"] == str(digest("b"))
    without = named(spdx(sboms.unnamed()), "layer 1")
    assert without["checksums"] == [{"algorithm": "SHA256", "checksumValue": "a" * 64}]
    assert "no blob" in without["comment"]
    assert "checksums" not in named(spdx(sboms.unnamed()), "layer 0")


def test_files_are_told_in_an_annotation_since_no_sha1_is_known() -> None:
    document = spdx(sboms.alpine())
    assert "files" not in document
    musl = named(document, "musl")
    assert musl["annotations"][0]["comment"] == "Owns 2 files, a path a line:\nlib/musl.so\nusr/share/musl"
    assert musl["filesAnalyzed"] is False


def test_a_line_break_in_a_path_makes_no_second_path() -> None:
    document = of(package("x", "1", 1, files=("a\nb", "c")))
    assert named(document, "x")["annotations"][0]["comment"].splitlines()[1:] == ["a\\nb", "c"]


def test_files_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom_spdx_packages, "paths_for_each", lambda packages: 2)
    comment = named(of(package("x", "1", 1, files=tuple("abc"))), "x")["annotations"][0]["comment"]
    assert comment == "Owns 3 files, of which 2 stand here, a path a line:\na\nb"


@pytest.mark.parametrize(
    ("kind", "supplier", "field", "told"),
    [
        ("deb", "Jane Doe <jane@example.org>", "supplier", "Person: Jane Doe (jane@example.org)"),
        ("deb", "GCC Maintainers <g@x.example>", "supplier", "Organization: GCC Maintainers (g@x.example)"),
        ("npm", "Sindre Sorhus", "originator", "Person: Sindre Sorhus"),
        ("npm", "The Babel Team (https://babel.dev)", "originator", "Organization: The Babel Team [https://babel.dev]"),
        ("pypi", "a@example.org", "originator", "Person: a@example.org"),
    ],
)  # fmt: skip
def test_people_are_told_in_the_form_of_the_specification(kind: str, supplier: str, field: str, told: str) -> None:
    assert named(of(package("x", "1", 1, kind=kind, supplier=supplier)), "x")[field] == told


def test_a_licence_that_is_not_listed_is_extracted() -> None:
    document = of(package("x", "1", 1, licenses=("GPL-2+", "MIT")))
    (extracted,) = document["hasExtractedLicensingInfos"]
    assert extracted["extractedText"] == "GPL-2+"
    assert named(document, "x")["licenseDeclared"] == f"{extracted['licenseId']} AND MIT"
    assert named(document, "x")["licenseComments"] == "As recorded: GPL-2+; MIT"
    assert named(document, "x")["licenseConcluded"] == "NOASSERTION"


def test_source_layer_and_owner_are_told() -> None:
    document = spdx()
    assert named(document, "libc6")["sourceInfo"] == (
        f"told by var/lib/dpkg/status (database) in layer 0 ({digest('a')}); built from glibc 2.36-9+deb12u10"
    )
    assert named(document, "pip")["sourceInfo"].endswith("brought by pkg:deb/python3-pip@23.0.1")
    signed = of(package("a", "1", 1, is_verified=True), package("b", "1", 1, is_verified=False))
    assert named(signed, "a")["sourceInfo"].endswith("; signed")
    assert named(signed, "b")["sourceInfo"].endswith("; not signed")


def test_what_was_not_looked_at_is_told() -> None:
    document = spdx(sboms.CASES["incomplete"]())
    assert document["comment"].startswith("Incomplete: 8 things")
    comments = [one["comment"] for one in document["packages"][0]["annotations"]]
    assert "Not looked at: layer 7: the blob ends early" in comments
    assert "comment" not in spdx()


def test_an_executable_that_nothing_explains_is_a_package_of_one_file() -> None:
    tool = named(spdx(), "opt/tool")
    assert (tool["primaryPackagePurpose"], tool["packageFileName"]) == ("FILE", "opt/tool")
    assert "checksums" not in tool


def test_no_credential_is_told() -> None:
    assert SECRET.encode() not in render([inspection()], "spdx", options=RenderOptions())
