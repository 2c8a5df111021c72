"""Format ``markdown``: what an image is made of, as Markdown that CommonMark and GitHub render alike."""

from collections.abc import Sequence

from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report import inert
from basewright.report.inspection.content import compose
from basewright.report.interface import RenderOptions
from basewright.report.markdown import render


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the page as Markdown."""
    del options  # width and colour are the reader's
    return inert.log(render(compose(inspections, comparison))).encode()
