"""Reports: an assessment as a table, a document for people, a document for programs, a list of findings.

from basewright.report import RenderOptions, render

sys.stdout.buffer.write(render(assessment, "markdown", options=RenderOptions()))
"""

from collections.abc import Mapping
from types import MappingProxyType

from basewright.errors import InputError
from basewright.model.assessment import Assessment
from basewright.report import html, json_document, markdown, sarif, terminal
from basewright.report.interface import Format, RenderOptions

ALL: tuple[Format, ...] = (terminal.FORMAT, json_document.FORMAT, markdown.FORMAT, html.FORMAT, sarif.FORMAT)
"""Every format; to add one, name it here."""

FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in ALL})


def render(assessment: Assessment, format: str, *, options: RenderOptions) -> bytes:  # noqa: A002 - the user's word
    """Return `assessment` in the format of that name; raise InputError where there is none."""
    if format not in FORMATS:
        raise InputError(f"no report format {format!r}", hint=f"there are {', '.join(FORMATS)}")
    return FORMATS[format].write(assessment, options)


__all__ = ["ALL", "FORMATS", "Format", "RenderOptions", "render"]
