"""Layouts of the terminal page: labelled texts and a table, each measured once.

rich's own tables measure every cell several times; with hundreds of workloads that is most of the page's time.
"""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.text import Text

LABEL_WIDTH = 11
GAP = 2


class Facts:
    """Labelled texts, one below the other, each wrapped beside its label."""

    def __init__(self, label_width: int = LABEL_WIDTH) -> None:
        self._rows: list[tuple[str, tuple[Text, ...]]] = []
        self._label_width = label_width

    def add_row(self, label: str, *texts: Text) -> None:
        """Add `texts` under one label, each on lines of its own."""
        self._rows.append((label, texts))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        dim = console.get_style("dim")
        for label, texts in self._rows:
            shown = label
            for text in texts:
                for line in text.wrap(console, options.max_width - self._label_width, overflow="fold"):
                    yield Segment(shown.ljust(self._label_width), dim)
                    yield from line.render(console, end="\n")
                    shown = ""


class Columns:
    """A table of one-line cells, of which one column folds where the width asks for it."""

    def __init__(self, titles: Iterable[str], *, right: frozenset[int], folds: int, rule: str) -> None:
        self._titles = tuple(titles)
        self._right = right
        self._folds = folds
        self._rule = rule
        self._rows: list[tuple[Text, ...]] = []

    def add_row(self, *cells: Text) -> None:
        """Add a row, one cell for each title."""
        self._rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        head = tuple(Text(title, style="dim") for title in self._titles)
        rows = [head, *self._rows]
        widths = [max(cell_len(row[place].plain) for row in rows) for place in range(len(head))]
        spare = options.max_width - 1 - sum(widths) - GAP * (len(widths) - 1)
        widths[self._folds] = max(10, widths[self._folds] + min(spare, 0))
        yield Segment.line()
        for number, row in enumerate(rows):
            folded = list(row[self._folds].wrap(console, widths[self._folds], overflow="fold"))
            for line_number, name in enumerate(folded or [Text()]):
                cells = (*row[: self._folds], name, *row[self._folds + 1 :])
                yield from self._line(console, cells if not line_number else self._alone(name), widths)
            if number == 0:
                yield Segment(f" {self._rule * (sum(widths) + GAP * (len(widths) - 1))}", console.get_style("dim"))
                yield Segment.line()
        yield Segment.line()

    def _alone(self, name: Text) -> tuple[Text, ...]:
        return tuple(name if place == self._folds else Text() for place in range(len(self._titles)))

    def _line(self, console: Console, cells: tuple[Text, ...], widths: list[int]) -> Iterable[Segment]:
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            space = " " * (width - cell_len(cell.plain))
            yield Segment(" " if place == 0 else " " * GAP)
            if place in self._right:
                yield Segment(space)
            yield from cell.render(console)
            if place not in self._right:
                yield Segment(space)
        yield Segment.line()
