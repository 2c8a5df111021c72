"""The parts of SPDX 2.3 JSON that are written; what is not set is left out."""

import msgspec


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={
        "annotation_date": "annotationDate",
        "annotation_type": "annotationType",
        "checksum_value": "checksumValue",
        "reference_category": "referenceCategory",
        "reference_type": "referenceType",
        "reference_locator": "referenceLocator",
        "license_id": "licenseId",
        "extracted_text": "extractedText",
        "license_list_version": "licenseListVersion",
        "spdx_id": "SPDXID",
    },
):
    """What all parts have in common."""


class Annotation(Part, frozen=True, kw_only=True):
    """A remark (clause 12)."""

    annotator: str
    annotation_date: str
    annotation_type: str
    comment: str


class Checksum(Part, frozen=True, kw_only=True):
    """A digest of the bytes (clause 7.10)."""

    algorithm: str
    checksum_value: str


class ExternalReference(Part, frozen=True, kw_only=True):
    """A name elsewhere, here a PURL (clause 7.21)."""

    reference_category: str
    reference_type: str
    reference_locator: str


class Package(Part, frozen=True, kw_only=True, rename="camel"):
    """An image, a layer, a system, a package or a single file (clause 7)."""

    spdx_id: str = msgspec.field(name="SPDXID")
    name: str
    version_info: str | None = None
    package_file_name: str | None = None
    supplier: str | None = None
    originator: str | None = None
    download_location: str
    files_analyzed: bool
    checksums: list[Checksum] | None = None
    source_info: str | None = None
    license_concluded: str
    license_declared: str
    license_comments: str | None = None
    copyright_text: str
    description: str | None = None
    comment: str | None = None
    external_refs: list[ExternalReference] | None = None
    annotations: list[Annotation] | None = None
    primary_package_purpose: str | None = None


class Relationship(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """How two elements belong together (clause 11)."""

    spdx_element_id: str = msgspec.field(name="spdxElementId")
    relationship_type: str
    related_spdx_element: str = msgspec.field(name="relatedSpdxElement")


class ExtractedLicense(Part, frozen=True, kw_only=True):
    """A licence that is not on the SPDX list (clause 10)."""

    license_id: str
    extracted_text: str
    name: str
    comment: str


class CreationInfo(Part, frozen=True, kw_only=True):
    """Who made the document when (clause 6)."""

    created: str
    creators: list[str]
    license_list_version: str


class Document(Part, frozen=True, kw_only=True, rename="camel"):
    """The document."""

    spdx_version: str
    data_license: str
    spdx_id: str = msgspec.field(name="SPDXID")
    name: str
    document_namespace: str
    creation_info: CreationInfo
    comment: str | None = None
    packages: list[Package]
    relationships: list[Relationship]
    has_extracted_licensing_infos: list[ExtractedLicense] | None = None
