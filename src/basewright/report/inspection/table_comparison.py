"""Two images side by side on the terminal: numbers, layers, then what came, went and changed."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from basewright.model.comparison import Comparison
from basewright.model.hardening import HardeningFact
from basewright.model.image import LayerSummary
from basewright.report import wording
from basewright.report.inspection import comparison_view, contents_view, steps, view
from basewright.report.terminal_layout import Columns, Facts
from basewright.report.terminal_sheet import Sheet

_SHOWN = 10
"""Lines of each kind where not all are asked for."""
_BETTER, _WORSE = "green", "yellow"


def parts(sheet: Sheet, comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the page of a comparison."""
    return _Comparison(sheet, comparison).parts()


class _Comparison:
    """Makes the parts of one comparison."""

    def __init__(self, sheet: Sheet, comparison: Comparison) -> None:
        self._sheet = sheet
        self._seen = comparison

    def parts(self) -> Iterator[RenderableType]:
        yield self._title()
        if incomplete := self._incomplete():
            yield incomplete
        yield self._figures()
        yield Group(self._sheet.rule("Layers"), self._layers())
        yield Group("", self._sheet.rule("What changed"), self._changes())

    def _title(self) -> RenderableType:
        sheet, old, new = self._sheet, self._seen.old, self._seen.new
        title = sheet.joined(
            sheet.text(new.identity.reference, "bold cyan"),
            sheet.text(" against ", "bold"),
            sheet.text(old.identity.reference, "bold cyan"),
        )
        line = f"{view.platform(new)} against {view.platform(old)} · read on {new.created.date()}"
        return Group(title, sheet.text(line, "dim"))

    def _incomplete(self) -> Facts | None:
        facts = Facts()
        for word, one in (("old", self._seen.old), ("new", self._seen.new)):
            if one.is_incomplete:
                first = one.all_unknowns[0]
                said = f"{wording.plural(len(one.all_unknowns), 'place')} could not be read, so it may hold more: "
                facts.add_row(f"{word} image", self._sheet.text(f"{said}{first.path}: {first.reason}", "bold yellow"))
        return facts if any(one.is_incomplete for one in (self._seen.old, self._seen.new)) else None

    def _figures(self) -> Columns:
        sheet = self._sheet
        table = Columns(
            ("", "old", "new", "change"), right=frozenset({1, 2, 3}), folds=0, rule="-" if sheet.ascii else "─"
        )
        for one in comparison_view.figures(self._seen):
            style = "" if one.old is None or one.new is None else _tone(one.new - one.old)
            told = [wording.size(number) if one.is_size else wording.count(number) for number in (one.old, one.new)]
            table.add_row(
                sheet.text(one.name),
                *(sheet.text(text) for text in told),
                sheet.text(comparison_view.change(one), style),
            )
        return table

    def _layers(self) -> Facts:
        sheet, facts = self._sheet, Facts()
        old, new = self._seen.old.inventory.layers, self._seen.new.inventory.layers
        count = self._seen.shared.count
        facts.add_row("shared", sheet.text(comparison_view.shared(self._seen)))
        for label, layers in (("only old", old), ("only new", new)):
            rows = [self._layer(number, layer) for number, layer in enumerate(layers) if number >= count]
            if rows:
                facts.add_row(label, *self._cut(rows))
        return facts

    def _layer(self, number: int, layer: LayerSummary) -> Text:
        sheet = self._sheet
        size = wording.size(layer.bytes) if layer.bytes is not None else "?"
        step = steps.full(layer.created_by) if sheet.verbose else steps.short(layer.created_by, sheet.width - 30)
        return sheet.joined(f"{number:>2} {size:>9}  ", sheet.text(step or "?", "dim", 600))

    def _changes(self) -> Facts:
        seen, sheet, facts = self._seen, self._sheet, Facts()
        added, removed = map(comparison_view.packages, (seen.added_packages, seen.removed_packages))
        sides = f"{len(added)} added, {len(removed)} removed"
        facts.add_row("packages", sheet.text(f"{sides}, {len(seen.changed_packages)} of another version", "bold"))
        self._add(facts, "", "+", added, "")
        self._add(facts, "", "-", removed, "")
        self._add(facts, "", "~", comparison_view.versions(seen), "")
        self._add(facts, "programs", "+", comparison_view.paths(seen.added_executables), "")
        self._add(
            facts,
            "" if seen.added_executables else "programs",
            "-",
            comparison_view.paths(seen.removed_executables),
            "",
        )
        self._add(facts, "set-uid", "+", comparison_view.paths(seen.added_setuid), _WORSE)
        self._add(
            facts, "" if seen.added_setuid else "set-uid", "-", comparison_view.paths(seen.removed_setuid), _BETTER
        )
        self._add(facts, "hardening", "+", _facts(seen.added_hardening), _WORSE)
        self._add(facts, "" if seen.added_hardening else "hardening", "-", _facts(seen.removed_hardening), _BETTER)
        self._add(facts, "settings", "~", comparison_view.settings(seen), "")
        if not comparison_view.differs(seen):
            facts.add_row("", sheet.text("nothing else differs"))
        return facts

    def _add(self, facts: Facts, label: str, sign: str, texts: Sequence[str], style: str) -> None:
        rows = [self._sheet.text(f"{sign} {text}", style) for text in texts]
        if rows:
            facts.add_row(label, *self._cut(rows))

    def _cut(self, rows: list[Text]) -> Iterable[Text]:
        shown = rows if self._sheet.verbose else rows[:_SHOWN]
        return (*shown, *self._sheet.more(len(rows) - len(shown)))


def _tone(difference: int) -> str:
    return "" if not difference else (_WORSE if difference > 0 else _BETTER)


def _facts(facts: Iterable[HardeningFact]) -> list[str]:
    return [comparison_view.fact(one) for one in contents_view.hardening(facts)]
