"""SBOMs that images carry: claims, in every format, never packages."""

import json

import pytest
from packaged_images import inventory, reasons

from basewright.formats.content import MalformedError
from basewright.inventory.languages import sboms
from basewright.inventory.languages.sboms import read_sbom

CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "metadata": {"component": {"name": "app", "purl": "pkg:npm/app@1"}},
    "components": [
        {"purl": "pkg:npm/a@1", "components": [{"purl": "pkg:npm/b@2"}, "odd"]},
        {"name": "no purl"},
        5,
    ],
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {"externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:bitnami/redis@7.2.4-1"}]},
        {"externalRefs": [{"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"}]},
        {},
    ],
}
SPDX3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "software_Package", "software_packageUrl": "pkg:pypi/x@1"},
        {"externalIdentifier": [{"externalIdentifierType": "packageUrl", "identifier": "pkg:pypi/y@2"}]},
        "odd",
    ],
}
TAGS = "SPDXVersion: SPDX-2.2\nPackageName: x\nExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/x@1\n"


@pytest.mark.parametrize(
    ("document", "form", "packages"),
    [
        (json.dumps(CYCLONEDX), "cyclonedx 1.5", ("pkg:npm/a@1", "pkg:npm/app@1", "pkg:npm/b@2")),
        (json.dumps(SPDX), "spdx 2.3", ("pkg:bitnami/redis@7.2.4-1",)),
        (json.dumps(SPDX3), "spdx 3", ("pkg:pypi/x@1", "pkg:pypi/y@2")),
        (TAGS, "spdx 2.2", ("pkg:deb/debian/x@1",)),
        ('{"bomFormat": "CycloneDX", "components": null}', "cyclonedx", ()),
    ],
)
def test_the_claims_of_every_format_are_read(document: str, form: str, packages: tuple[str, ...]) -> None:
    found = read_sbom("x", document.encode())

    assert found is not None
    assert (found.format, found.packages) == (form, packages)


@pytest.mark.parametrize("text", ["", "just text", '{"name": "other"}', '{"@context": "https://schema.org"}'])
def test_another_document_of_that_name_is_no_sbom(text: str) -> None:
    assert read_sbom("bom.json", text.encode()) is None


def test_an_sbom_is_a_claim_and_no_package() -> None:
    nodes = {
        "opt/bitnami/redis/.spdx-redis.spdx": json.dumps(SPDX),
        "app/node_modules/a/package.json": '{"name": "a", "version": "1"}',
        "app/bom.json": json.dumps(CYCLONEDX),
        "var/lib/db/sbom/x-1.spdx.json": json.dumps(SPDX),
        "usr/lib/python3/site-packages/a.dist-info/sboms/auditwheel.cdx.json": json.dumps(CYCLONEDX),
        "srv/config.json": json.dumps(CYCLONEDX),
    }

    found = inventory(nodes)

    assert [one.purl for one in found.packages] == ["pkg:npm/a@1"]
    assert [(one.path, one.format, one.note) for one in found.claims] == [
        ("app/bom.json", "cyclonedx 1.5", "2 of 3 packages are shown by nothing else"),
        ("opt/bitnami/redis/.spdx-redis.spdx", "spdx 2.3", "1 of 1 packages are shown by nothing else"),
        (
            "usr/lib/python3/site-packages/a.dist-info/sboms/auditwheel.cdx.json",
            "cyclonedx 1.5",
            "2 of 3 packages are shown by nothing else",
        ),
        ("var/lib/db/sbom/x-1.spdx.json", "spdx 2.3", "1 of 1 packages are shown by nothing else"),
    ]


def test_a_damaged_sbom_is_an_unknown() -> None:
    assert reasons(inventory({"app/bom.json": '{"bomFormat":'}))[0].startswith(
        "app/bom.json: sboms: JSON that ends too early"
    )


def test_an_sbom_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sboms, "PACKAGES", 10)
    document = {"bomFormat": "CycloneDX", "components": [{"purl": f"pkg:npm/a@{index}"} for index in range(20)]}

    with pytest.raises(MalformedError, match="more than 10"):
        read_sbom("bom.json", json.dumps(document).encode())


def test_components_inside_components_end() -> None:
    component: dict[str, object] = {"purl": "pkg:npm/deepest@1"}
    for _ in range(50):
        component = {"components": [component]}

    found = read_sbom("bom.json", json.dumps({"bomFormat": "CycloneDX", "components": [component]}).encode())

    assert found is not None
    assert found.packages == ()
