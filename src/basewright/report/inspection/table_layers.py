"""The layers on the page for the terminal: how large each is, what of it is still seen, and which step made it."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from basewright.model.image import LayerSummary
from basewright.model.inventory import Inventory
from basewright.report import wording
from basewright.report.inspection import contents_view, steps
from basewright.report.inspection.table_sizes import labelled, sized_path
from basewright.report.terminal_layout import GAP, Columns, Facts
from basewright.report.terminal_sheet import Sheet

_NARROW = 72
"""Below this width a layer is two lines instead of a row."""
_BAR = 12
_HEAD = tuple(map(Text, ("", "size", "", "seen", "wasted", "packed")))
_LAYERS, _PATHS = 12, 5
"""How many are shown where not all are asked for."""
_INDENT = 3
"""Of a step below its layer."""
_STEP = 28
"""The least room for a step beside the numbers."""


def layers(sheet: Sheet, inventory: Inventory) -> Iterator[RenderableType]:
    """Yield the table of layers and what they carry in vain."""
    numbered = list(enumerate(inventory.layers))
    shown = numbered if sheet.verbose else _largest(numbered)
    longest = max((layer.bytes or 0 for _, layer in numbered), default=0)
    if sheet.width < _NARROW:
        yield from _narrow(sheet, shown)
    else:
        yield _table(sheet, shown, longest)
    if len(shown) < len(numbered):
        yield sheet.joined(" ", *sheet.more(len(numbered) - len(shown)), sheet.text(", smaller ones", "dim"))
    yield _waste(sheet, inventory)


def _largest(numbered: list[tuple[int, LayerSummary]]) -> list[tuple[int, LayerSummary]]:
    """Return the largest layers, in the order of the image; layers that could not be read count as largest."""
    ranked = sorted(numbered, key=lambda one: (one[1].bytes is not None, -(one[1].bytes or 0), one[0]))
    return sorted(ranked[:_LAYERS], key=lambda one: one[0])


def _table(sheet: Sheet, shown: list[tuple[int, LayerSummary]], longest: int) -> RenderableType:
    rows = [_numbers(sheet, number, layer, longest) for number, layer in shown]
    widths = [max(cell_len(row[place].plain) for row in (_HEAD, *rows)) for place in range(len(_HEAD))]
    room = max(_STEP, sheet.width - 1 - sum(widths) - GAP * len(_HEAD))
    columns = Columns(
        (*(title.plain for title in _HEAD), "made by"),
        right=frozenset({0, 1, 3, 4, 5}),
        folds=len(_HEAD),
        rule="-" if sheet.ascii else "─",
    )
    for row, (_, layer) in zip(rows, shown, strict=True):
        columns.add_row(*row, _step(sheet, layer, room))
    return columns


def _numbers(sheet: Sheet, number: int, layer: LayerSummary, longest: int) -> tuple[Text, ...]:
    return (
        Text(str(number), style="dim"),
        sheet.text(wording.size(layer.bytes) if layer.bytes is not None else "?"),
        _bar(sheet, layer, longest),
        sheet.text(wording.size(layer.added_bytes) if layer.added_bytes is not None else "?"),
        sheet.text(wording.size(layer.wasted_bytes) if layer.wasted_bytes else "", "yellow"),
        sheet.text(wording.size(layer.compressed_bytes) if layer.compressed_bytes is not None else "", "dim"),
    )


def _bar(sheet: Sheet, layer: LayerSummary, longest: int) -> Text:
    """Return a bar: what the finished image shows, then what later layers hide."""
    seen, hidden = ("#", ".") if sheet.ascii else ("█", "░")
    if not longest or not layer.bytes:
        return Text(" " * _BAR)
    whole = max(1, round(_BAR * layer.bytes / longest))
    wasted = min(whole, round(whole * (layer.wasted_bytes or 0) / layer.bytes))
    if layer.wasted_bytes and not wasted and layer.wasted_bytes * 20 > layer.bytes:
        wasted = 1
    bar = Text(seen * (whole - wasted), style="cyan")
    bar.append(hidden * wasted, style="yellow")
    return bar.append(" " * (_BAR - whole))


def _step(sheet: Sheet, layer: LayerSummary, room: int) -> Text:
    if sheet.verbose:
        return sheet.text(steps.full(layer.created_by) or "?", "dim", 600)
    return sheet.text(steps.short(layer.created_by, room) or "?", "dim")


def _narrow(sheet: Sheet, shown: list[tuple[int, LayerSummary]]) -> Iterator[RenderableType]:
    for number, layer in shown:
        size = wording.size(layer.bytes) if layer.bytes is not None else "size not known"
        wasted = f", {wording.size(layer.wasted_bytes)} wasted" if layer.wasted_bytes else ""
        yield sheet.joined(f"{number}. ", sheet.text(size, "bold"), sheet.text(wasted, "yellow"))
        yield Padding(_step(sheet, layer, 2 * (sheet.width - _INDENT)), (0, 0, 0, _INDENT), expand=False)


def _waste(sheet: Sheet, inventory: Inventory) -> Facts:
    facts, efficiency = labelled(), inventory.efficiency
    carried = sum(layer.bytes or 0 for layer in inventory.layers)
    if not efficiency.wasted_bytes:
        facts.add_row("waste", sheet.text("none: no layer hides what another carries"))
        return facts
    share = contents_view.share(efficiency.wasted_bytes, carried)
    said = f"{wording.size(efficiency.wasted_bytes)} are carried and never seen ({share}); efficiency "
    facts.add_row(
        "waste", sheet.joined(said, sheet.text(f"{100 * efficiency.score:.1f} %", "bold"), " by dive's count")
    )
    paths = efficiency.paths if sheet.verbose else efficiency.paths[:_PATHS]
    rows: list[Text] = []
    for one in paths:
        where = f"  layers {', '.join(map(str, one.layers))}" if one.layers else ""
        rows += sized_path(sheet, one.bytes, f"/{one.path}", where)
    if rows:
        facts.add_row("", *rows, *sheet.more(len(efficiency.paths) - len(paths)))
    return facts
