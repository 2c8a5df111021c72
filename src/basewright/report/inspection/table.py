"""Format ``table``: one or two screens that say what an image is made of; with ``-v`` all of it."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from basewright.model.candidate import Severity
from basewright.model.comparison import Comparison
from basewright.model.hardening import HardeningFact
from basewright.model.inventory import Inspection
from basewright.model.package import Package
from basewright.report import inert, wording
from basewright.report.inspection import contents_view, table_comparison, view
from basewright.report.inspection.table_layers import layers
from basewright.report.inspection.table_sizes import LABELS, labelled, sized_path
from basewright.report.interface import RenderOptions
from basewright.report.terminal_layout import Facts
from basewright.report.terminal_sheet import Sheet

_T = TypeVar("_T")
_UNKNOWNS, _BIGGEST, _DIRECTORIES, _UNEXPLAINED, _HARDENING = 5, 5, 6, 4, 7
"""How many of each are shown where not all are asked for."""
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def write(inspections: Sequence[Inspection], comparison: Comparison | None, options: RenderOptions) -> bytes:
    """Return the pages, one after the other; of a comparison what differs, with ``-v`` the images too."""
    sheet = Sheet(options)
    if comparison is None:
        return b"\n\n".join(sheet.printed(_Page(sheet, one).parts()) for one in inspections)
    pages = [sheet.printed(table_comparison.parts(sheet, comparison))]
    if options.verbose:
        pages += [sheet.printed(_Page(sheet, one).parts()) for one in (comparison.new, comparison.old)]
    return b"\n\n".join(pages)


class _Page:
    """Makes the parts of one image's page."""

    def __init__(self, sheet: Sheet, inspection: Inspection) -> None:
        self._sheet = sheet
        self._inspection = inspection
        self._inventory = inspection.inventory

    def parts(self) -> Iterator[RenderableType]:
        yield self._title()
        if self._inspection.is_incomplete:
            yield self._incomplete()
        yield self._about()
        for title, parts in (
            ("Layers", tuple(layers(self._sheet, self._inventory))),
            ("Contents", (self._contents(),)),
            ("Hardening", (self._hardening(),)),
            ("Further", (self._further(),)),
        ):
            yield Group("", self._sheet.rule(title), *parts)

    def _title(self) -> RenderableType:
        sheet, identity = self._sheet, self._inspection.identity
        title = sheet.joined(sheet.text("Inspection of ", "bold"), sheet.text(identity.reference, "bold cyan"))
        words = [view.platform(self._inspection), view.source(identity), f"read on {self._inspection.created.date()}"]
        if self._inspection.cached_layers:
            words.append(f"{wording.plural(self._inspection.cached_layers, 'layer')} known from before")
        return Group(title, sheet.text(" · ".join(filter(None, words)), "dim"))

    def _incomplete(self) -> Facts:
        found = self._inspection.all_unknowns
        facts = labelled()
        rows = [self._sheet.text(f"{one.path}: {one.reason}", "yellow") for one in self._cut(found, _UNKNOWNS)]
        head = self._sheet.text(f"{wording.plural(len(found), 'thing')} could not be looked at", "bold yellow")
        facts.add_row("INCOMPLETE", head, *rows, *self._rest(found, _UNKNOWNS))
        return facts

    def _about(self) -> Facts:
        sheet, inspection, facts = self._sheet, self._inspection, labelled()
        identity, config = inspection.identity, inspection.config
        for label, digest in (("digest", identity.digest), ("image id", identity.config_digest)):
            if digest and (sheet.verbose or label == "digest" or identity.digest is None):
                facts.add_row(label, sheet.text(str(digest)))
        facts.add_row("size", sheet.text(view.sizes(inspection)))
        facts.add_row("created", sheet.text(view.age(inspection)))
        facts.add_row("system", self._system())
        if config is None:
            facts.add_row("settings", sheet.text("the image carries no configuration", "yellow"))
            return facts
        user, is_root = view.user(config)
        facts.add_row("runs as", sheet.text(user, "yellow" if is_root else ""))
        facts.add_row("starts", sheet.text(view.starts(config)))
        for label, text in view.settings(config):
            facts.add_row(label, sheet.text(text))
        if sheet.verbose:
            for label, pairs in (("environ", view.variables(config)), ("labels", view.labels(config))):
                facts.add_row(label, *(sheet.text(f"{name}={value}") for name, value in pairs))
        return facts

    def _system(self) -> Text:
        sheet = self._sheet
        end, is_over = view.support(self._inspection)
        return sheet.joined(
            view.system(self._inspection),
            sheet.text(f", {end}" if end else "", "bold red" if is_over else ""),
            f" · {view.libc(self._inventory)}",
        )

    def _contents(self) -> Facts:
        sheet, inventory, facts = self._sheet, self._inventory, labelled()
        rows = [
            sheet.joined(sheet.text(f"{one.count:>5}  "), contents_view.group_sentence(one))
            for one in contents_view.groups(inventory)
        ]
        facts.add_row("packages", *(rows or [sheet.text("none was found")]))
        biggest, most = contents_view.biggest(inventory.packages), _BIGGEST * (4 if sheet.verbose else 1)
        facts.add_row(
            "biggest",
            *self._sized((one.bytes, _named(one)) for one in biggest[:most]),
            *self._lesser(len(biggest) - most, len(inventory.packages) - len(biggest)),
        )
        if sheet.verbose:
            facts.add_row("each", *(sheet.text(_placed(one)) for one in inventory.packages))
        folders = contents_view.largest_folders(inventory.directories)
        facts.add_row(
            "folders",
            *(
                line
                for one in self._cut(folders, _DIRECTORIES)
                for line in sized_path(sheet, one.bytes, f"/{one.path}")
            ),
            *self._rest(folders, _DIRECTORIES),
        )
        counts = [f"{wording.count(number)} {name}" for name, number in contents_view.executables(inventory)]
        facts.add_row("executables", sheet.text(", ".join(counts) or "nothing"))
        facts.add_row("explained", *self._coverage())
        if inventory.claims:
            claims = [
                f"/{one.path}: {one.format}, {wording.plural(len(one.packages), 'package')} named"
                for one in inventory.claims
            ]
            facts.add_row(
                "claims",
                *(sheet.text(one) for one in self._cut(claims, _DIRECTORIES)),
                *self._rest(claims, _DIRECTORIES),
            )
        return facts

    def _sized(self, rows: Iterable[tuple[int | None, str]]) -> list[Text]:
        return [self._sheet.joined(f"{wording.size(size):>8}  ", text) for size, text in rows]

    def _lesser(self, smaller: int, sizeless: int) -> list[Text]:
        """Return what says how many packages are not among the biggest: all of them are counted."""
        told = [f"{smaller} more"] if smaller > 0 else []
        told += [f"{sizeless} of no size of their own"] if sizeless else []
        return [self._sheet.text(f"and {', '.join(told)}", "dim")] if told else []

    def _coverage(self) -> Iterator[Text]:
        coverage = self._inventory.coverage
        yield self._sheet.text(contents_view.coverage_sentence(coverage))
        unexplained = coverage.unexplained_executables
        if unexplained:
            shown = [f"/{path}" for path in self._cut(unexplained, _UNEXPLAINED)]
            yield self._sheet.text(f"no package brought {', '.join(shown)}", "dim", 100_000)
            yield from self._rest(unexplained, _UNEXPLAINED)

    def _hardening(self) -> Facts:
        sheet, facts = self._sheet, labelled()
        found = contents_view.hardening(self._inventory.hardening)
        for fact in self._cut(found, _HARDENING):
            facts.add_row(fact.severity.value, *self._fact(fact))
        for more in self._rest(found, _HARDENING):
            facts.add_row("", more)
        if not found:
            facts.add_row("", sheet.text("nothing was noticed"))
        return facts

    def _fact(self, fact: HardeningFact) -> Iterator[Text]:
        sheet, where = self._sheet, contents_view.place(fact)
        yield sheet.joined(sheet.text(fact.rule, _STYLES[fact.severity]), f"  {fact.reason}")
        if where:
            yield sheet.text(where, "dim")
        if fact.remedy:
            yield sheet.joined("-> " if sheet.ascii else "→ ", fact.remedy)
        if sheet.verbose and fact.benchmark:
            yield sheet.text(contents_view.benchmark(fact), "dim")

    def _further(self) -> Facts:
        sheet, facts = self._sheet, labelled()
        if sheet.verbose:
            for name, sentence in view.NOT_LOOKED_AT:
                facts.add_row("not seen", sheet.joined(f"{name}: ", sheet.text(sentence, "dim")))
        else:
            facts.add_row("not seen", sheet.text("; ".join(name for name, _ in view.NOT_LOOKED_AT), "dim"))
        if self._inspection.identity.notes:
            facts.add_row("chosen", *(sheet.text(note, "dim") for note in self._inspection.identity.notes))
        reference = shlex.quote(inert.line(self._inspection.identity.reference, 300))
        steps = view.next_steps(reference, verbose=sheet.verbose)
        facts.add_row("next", *(row for step in steps for row in self._step(*step)))
        return facts

    def _step(self, command: str, gives: str) -> Iterator[Text]:
        """Yield a command and what it gives, on one line where there is room."""
        line = self._sheet.joined(command, self._sheet.text(f"   {gives}", "dim"))
        if line.cell_len <= self._sheet.width - LABELS:
            yield line
        else:
            yield self._sheet.text(command)
            yield self._sheet.text(f"   {gives}", "dim")

    def _cut(self, items: Sequence[_T], usual: int) -> Sequence[_T]:
        return items if self._sheet.verbose else items[:usual]

    def _rest(self, items: Sequence[object], usual: int) -> list[Text]:
        return [] if self._sheet.verbose else self._sheet.more(len(items) - usual)


def _placed(package: Package) -> str:
    note = f" ({package.note})" if package.note else ""
    return f"{_named(package)}, layer {package.layer}, /{package.location}{note}"


def _named(package: Package) -> str:
    return f"{package.name} {package.version or ''} ({package.type})"
