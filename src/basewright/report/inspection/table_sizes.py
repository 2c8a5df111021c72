"""Rows of sizes and paths on the page for the terminal: a long path never parts from its size."""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

from basewright.report import wording
from basewright.report.terminal_layout import LABEL_WIDTH, Facts
from basewright.report.terminal_sheet import Sheet

LABELS: Final = LABEL_WIDTH + 1
"""Cells of a label on the page of an image: ``executables`` is the longest."""
_SIZE: Final = 10
"""Cells of a size with the gap behind it."""
_LEAST: Final = 24
"""The least room for a path beside what is said of it."""


def labelled() -> Facts:
    """Return labelled texts of the page of an image, none yet."""
    return Facts(LABELS)


def sized_path(sheet: Sheet, size: int | None, path: str, where: str = "") -> Iterator[Text]:
    """Yield a size, a path and what is said of it on one line; a long path without its middle, with ``-v`` folded."""
    head, told = f"{wording.size(size):>8}  ", sheet.text(where, "dim")
    room = sheet.width - LABELS - _SIZE
    beside = room - told.cell_len
    is_apart = beside < _LEAST
    shown = sheet.text(path, limit=10_000 if sheet.verbose else 400).plain
    lines = chop_cells(shown, room) if sheet.verbose else [_middle(sheet, shown, room if is_apart else beside)]
    for number, line in enumerate(lines or [""]):
        row = sheet.joined(" " * _SIZE if number else head)
        row.append(line)
        if number + 1 == max(len(lines), 1) and told and not is_apart and cell_len(line) <= beside:
            row.append_text(told)
            told = Text()
        yield row
    if told:
        yield sheet.joined(" " * _SIZE, sheet.text(where.strip(), "dim"))


def _middle(sheet: Sheet, text: str, room: int) -> str:
    """Return `text` in `room` cells; of a longer one the end, which tells most, and a little of its start."""
    if cell_len(text) <= room:
        return text
    sign = "..." if sheet.ascii else "…"
    left = room - len(sign)
    end = text[-(left - left // 3) :]
    while cell_len(end) > left - left // 3:
        end = end[1:]
    return f"{set_cell_size(text, left // 3).rstrip()}{sign}{end}"
