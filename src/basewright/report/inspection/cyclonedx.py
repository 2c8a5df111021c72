"""Format ``cyclonedx``: what an image is made of, as CycloneDX 1.6 JSON (ECMA-424; docs/reference/sbom.md)."""

from collections.abc import Sequence

from basewright import __version__
from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report.inspection import sbom_cyclonedx_shapes as shape
from basewright.report.inspection import sbom_identity as identity
from basewright.report.inspection import sbom_words as words
from basewright.report.inspection.sbom_cyclonedx_components import Components
from basewright.report.inspection.sbom_encoding import UNNAMED, encode, timestamp
from basewright.report.inspection.sbom_paths import MOST_FILES
from basewright.report.interface import RenderOptions

_TOOL = shape.Component(type="application", name="basewright", version=__version__)


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the SBOM of the one image, in one line; what differs from another image has no place in it."""
    del comparison, options  # a document for programs looks the same everywhere
    (inspection,) = inspections
    return encode(document(inspection))


def document(inspection: Inspection) -> shape.Bom:
    """Return the SBOM of an image, still without a serial number of its own."""
    made = Components(inspection)
    packages, files, system = made.packages(), made.files(), made.system()
    return shape.Bom(
        schema="http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format="CycloneDX",
        spec_version="1.6",
        serial_number=f"urn:uuid:{UNNAMED}",
        version=1,
        metadata=shape.Metadata(
            timestamp=timestamp(inspection.created),
            lifecycles=[shape.Lifecycle(phase="post-build")],
            tools=shape.Tools(components=[_TOOL]),
            component=made.image(),
            properties=[shape.Property("basewright:incomplete", "true" if inspection.is_incomplete else "false")],
        ),
        components=[*([system] if system else ()), *packages, *files],
        dependencies=_dependencies(made, has_system=system is not None),
        compositions=_compositions(made),
        annotations=_annotations(inspection) or None,
    )


def _dependencies(made: Components, *, has_system: bool) -> list[shape.Dependency]:
    """Return what holds what: the image its system, packages and files; a package those that came with it.

    Every part of the graph that is known is told; packages that stand in it only below others may depend on more.
    """
    inventory = made.inspection.inventory
    owners = identity.owners(inventory.packages, made.names)
    below: dict[str, list[str]] = {}
    top = [identity.SYSTEM] if has_system else []
    for one, name in zip(inventory.packages, made.names, strict=True):
        owner = owners.get(one.owner) if one.owner else None
        if owner is None:
            top.append(name)
        else:
            below.setdefault(owner, []).append(name)
    whole = [shape.Dependency(ref=identity.IMAGE, depends_on=[*top, *made.file_names])]
    return whole + [shape.Dependency(ref=owner, depends_on=names) for owner, names in sorted(below.items())]


def _compositions(made: Components) -> list[shape.Composition]:
    cut = len(made.inspection.inventory.coverage.unexplained_executables) > MOST_FILES
    is_whole = not made.inspection.is_incomplete and not cut
    found = [shape.Composition(aggregate="complete" if is_whole else "incomplete", assemblies=[identity.IMAGE])]
    if made.file_names:
        found.append(shape.Composition(aggregate="unknown", assemblies=made.file_names))
    if made.names:
        found.append(shape.Composition(aggregate="unknown", dependencies=made.names))
    return found


def _annotations(inspection: Inspection) -> list[shape.Annotation]:
    """Return what could not be looked at, and what the image claims of itself."""
    return [
        shape.Annotation(
            subjects=[identity.IMAGE],
            annotator=shape.Annotator(component=_TOOL),
            timestamp=timestamp(inspection.created),
            text=text,
        )
        for text in words.remarks(inspection)
    ]
