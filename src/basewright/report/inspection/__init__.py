"""What an image is made of, written down: for a terminal, for people, for programs, and as an SBOM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from basewright.errors import InputError
from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report.interface import RenderOptions


@dataclass(frozen=True, slots=True)
class InspectionFormat:
    """One way to write inspections down.

    To add one, write a module with a function ``write(inspections, comparison, options)`` and name it in `ALL`.
    """

    name: str
    media_type: str
    description: str
    module: str
    is_for_one: bool = False
    """Whether a document of it can hold one image only, and no comparison."""

    def write(self, inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
        """Return the document in UTF-8 with a final newline; raise InputError where the format cannot hold it."""
        if self.is_for_one and len(inspections) != 1:
            raise InputError(
                f"--format {self.name} holds one image, and {len(inspections)} platforms were asked for",
                hint="name one with --platform",
            )
        module = import_module(f"basewright.report.inspection.{self.module}")
        written: bytes = module.write(inspections, comparison, options)
        return written


ALL: tuple[InspectionFormat, ...] = (
    InspectionFormat("table", "text/plain", "a page for the terminal", "table"),
    InspectionFormat(
        "json", "application/json", "a document for other programs (docs/schemas/inspect-1.json)", "json_document"
    ),
    InspectionFormat("markdown", "text/markdown", "the page for people, as Markdown", "markdown"),
    InspectionFormat("html", "text/html", "the page for people, with a treemap of bytes", "html"),
    InspectionFormat(
        "cyclonedx", "application/vnd.cyclonedx+json", "an SBOM: CycloneDX 1.6", "cyclonedx", is_for_one=True
    ),
    InspectionFormat("spdx", "application/spdx+json", "an SBOM: SPDX 2.3", "spdx", is_for_one=True),
)
"""Every format; to add one, name it here."""

FORMATS: Mapping[str, InspectionFormat] = MappingProxyType({one.name: one for one in ALL})


def render(
    inspections: Sequence[Inspection],
    format: str,  # noqa: A002 - the user's word
    *,
    options: RenderOptions,
    comparison: Comparison | None = None,
) -> bytes:
    """Return `inspections` in the format of that name; raise InputError where there is none."""
    if format not in FORMATS:
        raise InputError(f"no format {format!r} for an image", hint=f"there are {', '.join(FORMATS)}")
    return FORMATS[format].write(inspections, comparison, options)


__all__ = ["ALL", "FORMATS", "InspectionFormat", "render"]
