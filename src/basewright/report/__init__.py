"""Reports: an assessment as a table, a document for people, a document for programs, a list of findings.

sys.stdout.buffer.write(render(assessment, "markdown", options=RenderOptions()))
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from basewright.errors import InputError
from basewright.report.interface import Format, RenderOptions

if TYPE_CHECKING:
    from basewright.model.assessment import Assessment

ALL: tuple[Format, ...] = (
    Format("table", "text/plain", "a page for the terminal", "terminal"),
    Format("json", "application/json", "a document for other programs (docs/schemas/assess-1.json)", "json_document"),
    Format("markdown", "text/markdown", "the whole report for people, as Markdown", "markdown"),
    Format("html", "text/html", "the whole report for people, as one page", "html"),
    Format("sarif", "application/sarif+json", "findings for code scanning, at the line that decides", "sarif"),
)
"""Every format; to add one, name it here."""

FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in ALL})


def render(assessment: "Assessment", format: str, *, options: RenderOptions) -> bytes:  # noqa: A002 - the user's word
    """Return `assessment` in the format of that name; raise InputError where there is none."""
    if format not in FORMATS:
        raise InputError(f"no report format {format!r}", hint=f"there are {', '.join(FORMATS)}")
    return FORMATS[format].write(assessment, options)


__all__ = ["ALL", "FORMATS", "Format", "RenderOptions", "render"]
