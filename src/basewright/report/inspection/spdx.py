"""Format ``spdx``: what an image is made of, as SPDX 2.3 JSON (ISO/IEC 5962's successor; docs/reference/sbom.md)."""

from collections.abc import Iterator, Sequence

from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report.inspection import sbom_identity as identity
from basewright.report.inspection import sbom_spdx_shapes as shape
from basewright.report.inspection.sbom_encoding import UNNAMED, encode, timestamp
from basewright.report.inspection.sbom_licenses import list_version
from basewright.report.inspection.sbom_spdx_packages import TOOL, Packages, spdx_id
from basewright.report.interface import RenderOptions

_DOCUMENT = "SPDXRef-DOCUMENT"


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the SBOM of the one image, in one line; what differs from another image has no place in it."""
    del comparison, options  # a document for programs looks the same everywhere
    (inspection,) = inspections
    return encode(document(inspection))


def document(inspection: Inspection) -> shape.Document:
    """Return the SBOM of an image, still without a namespace of its own."""
    made = Packages(inspection)
    image, layers, system, packages, files = (
        made.image(), made.layers(), made.system(), made.packages(), made.files()
    )  # fmt: skip
    unknowns = len(inspection.all_unknowns)
    return shape.Document(
        spdx_version="SPDX-2.3",
        data_license="CC0-1.0",
        spdx_id=_DOCUMENT,
        name=inspection.identity.reference or "image",
        document_namespace=f"urn:uuid:{UNNAMED}",
        creation_info=shape.CreationInfo(
            created=timestamp(inspection.created),
            creators=[TOOL],
            license_list_version=".".join(list_version().split(".")[:2]),
        ),
        comment=f"Incomplete: {unknowns} things could not be looked at; the image's annotations name them."
        if unknowns
        else None,
        packages=[image, *layers, *([system] if system else ()), *packages, *files],
        relationships=list(_relationships(made, has_system=system is not None)),
        has_extracted_licensing_infos=made.licenses.extracted() or None,
    )


def _relationships(made: Packages, *, has_system: bool) -> Iterator[shape.Relationship]:
    inspection, image = made.inspection, spdx_id(identity.IMAGE)
    packages, layers = inspection.inventory.packages, len(inspection.inventory.layers)
    yield shape.Relationship(_DOCUMENT, "DESCRIBES", image)
    within = [spdx_id(identity.layer_name(number)) for number in range(layers)]
    if has_system:
        within.append(spdx_id(identity.SYSTEM))
    for name in (*within, *made.names, *made.file_names):
        yield shape.Relationship(image, "CONTAINS", name)
    owners = identity.owners(packages, made.names)
    for one, name in zip(packages, made.names, strict=True):
        if 0 <= one.layer < layers:
            yield shape.Relationship(within[one.layer], "CONTAINS", name)
        owner = owners.get(one.owner) if one.owner else None
        if owner:
            yield shape.Relationship(owner, "CONTAINS", name)
    known = {one.path: one.layer for one in inspection.inventory.executables}
    paths = inspection.inventory.coverage.unexplained_executables
    for path, name in zip(paths, made.file_names, strict=False):  # names end where the bound is
        layer = known.get(path, -1)
        if 0 <= layer < layers:
            yield shape.Relationship(within[layer], "CONTAINS", name)
