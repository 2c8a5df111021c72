"""Format ``html``: what an image is made of, as one file with a treemap that works offline and without scripts."""

from collections.abc import Sequence

from basewright.model.comparison import Comparison
from basewright.model.inventory import Inspection
from basewright.report.html import render
from basewright.report.inspection.content import compose
from basewright.report.interface import RenderOptions


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the page."""
    del options  # the reader's window decides width and colours
    return render(compose(inspections, comparison)).encode()
