"""Pictures of bytes: treemaps, and bars of what is seen and what is hidden."""

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from basewright.report import inert, wording
from basewright.report.document import Stack, Stacks, Tile, Treemap
from basewright.report.svg_pieces import legend, short, text

_LONGEST_BAR: Final = 68
"""Percent of the width; the rest is for the number beside it."""
_ROW, _BAR_HEIGHT = 46, 12
_WINDOWS: Final = ((270, ""), (580, "from-m"), (900, "from-l"))
"""Widths in pixels that a picture has at least, and the class of words that need as much; see report.css."""
_LETTER, _BOLD_LETTER = 6.8, 7.8
"""Mean width of a letter in pixels, on the safe side."""
_LINE: Final = 15
_LEAST: Final = 5
"""Letters of a label that are worth showing."""


def stacks(figure: Stacks) -> tuple[int, list[Markup]]:
    """Return the height and the shapes of bars."""
    longest = max((sum(filter(None, (row.seen, row.hidden))) for row in figure.rows), default=0) or 1
    shapes = list(legend((("seen in the finished image", "bar-seen"), ("hidden by later layers", "bar-hidden"))))
    top = 34
    for row in figure.rows:
        shapes.append(text(short(row.label, 60), "0", top + 12, "label"))
        shapes += _stack(row, longest, top + 20)
        top += _ROW
    return top, shapes


def _stack(row: Stack, longest: int, top: int) -> Iterator[Markup]:
    if row.seen is None or row.hidden is None:
        yield text(wording.NOT_KNOWN, "0", top + 10, "quiet")
        return
    left = 0.0
    for number, kind in ((row.seen, "bar-seen"), (row.hidden, "bar-hidden")):
        if number:
            width = max(0.3, _LONGEST_BAR * number / longest)
            yield Markup('<rect x="{}%" y="{}" width="{}%" height="{}" class="{}"/>').format(
                f"{left:.2f}", top, f"{width:.2f}", _BAR_HEIGHT, kind
            )
            left += width
    hidden = f", {wording.size(row.hidden)} hidden" if row.hidden else ""
    yield text(f"{wording.size(row.seen + row.hidden)}{hidden}", f"{left:.2f}%", top + 10, "number", dx=6)


def treemap(figure: Treemap) -> tuple[int, list[Markup]]:
    """Return the height and the shapes of a treemap; widths are in percent of the window, heights in pixels."""
    return round(figure.height), [shape for tile in figure.tiles for shape in _tile(tile, figure.width)]


def _tile(tile: Tile, width: float) -> Iterator[Markup]:
    kind = "tile tile-layer" if tile.is_group else f"tile tile-{tile.color}{' tile-plain' if tile.is_plain else ''}"
    yield Markup('<g><title>{}</title><rect x="{}%" y="{}" width="{}%" height="{}" class="{}"/>{}</g>').format(
        inert.line(tile.said, 300),
        f"{100 * tile.x / width:.3f}",
        f"{tile.y:.1f}",
        f"{100 * tile.width / width:.3f}",
        f"{tile.height:.1f}",
        kind,
        Markup("").join(_words(tile, width)),
    )


def _words(tile: Tile, width: float) -> Iterator[Markup]:
    """Yield the label, and the size below it where there is room."""
    share = tile.width / width
    left = f"{100 * tile.x / width:.3f}%"
    if tile.height >= _LINE:
        letter, kind = (_BOLD_LETTER, "tile-title") if tile.is_group else (_LETTER, "tile-label")
        yield from _line(tile.label, share / letter, (left, tile.y + 13, kind))
    if tile.height >= 2 * _LINE + 4 and tile.size and not tile.is_group:
        yield from _line(tile.size, share / _LETTER, (left, tile.y + 13 + _LINE, "tile-size"), is_whole=True)


def _line(words: str, letters: float, place: tuple[str, float, str], *, is_whole: bool = False) -> Iterator[Markup]:
    """Yield `words`, in each window in the longest form that fits; `letters` fit into each pixel of the window."""
    left, top, kind = place
    forms = [(_fitting(words, int(letters * pixels - 1.5), is_whole=is_whole), name) for pixels, name in _WINDOWS]
    for number, (form, name) in enumerate(forms):
        if not form or (number and form == forms[number - 1][0]):
            continue
        until = next((later for other, later in forms[number + 1 :] if other != form), "")
        classes = (kind, name, until.replace("from", "until"))
        yield text(form, left, top, " ".join(filter(None, classes)), dx=5)


def _fitting(words: str, letters: int, *, is_whole: bool) -> str:
    """Return as much of `words` as fits; nothing where that says too little."""
    clean = inert.line(words, 200)
    if len(clean) <= letters:
        return clean
    return "" if is_whole or letters <= _LEAST else f"{clean[: letters - 1].rstrip()}…"
