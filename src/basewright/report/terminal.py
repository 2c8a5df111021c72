"""Format ``table``: a page for the terminal that teaches, service by service, what to do first and why.

Every text of the project goes through `inert` and into rich's `Text`, never into markup.
"""

import shlex
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.model.candidate import Action, Candidate, Change, Severity
from basewright.report import inert, refusal_groups, urgency, verdicts, view, wording
from basewright.report.interface import RenderOptions
from basewright.report.terminal_layout import Columns, Facts
from basewright.report.terminal_sheet import Sheet

_NARROW = 92
"""Below this width a candidate is two lines instead of a row."""
_CANDIDATES, _NEEDS, _FINDINGS, _REFUSALS, _UNKNOWNS, _ACTIONS, _CHANGE_LINES, _URGENT = 3, 4, 3, 3, 5, 2, 6, 3
"""How many of each are shown where not all are asked for."""
_CAUSE = 160
"""Characters of a cause where not all is asked for."""
_SEVERITIES = {Severity.ERROR: (0, "red"), Severity.WARNING: (1, "yellow"), Severity.NOTE: (2, "")}
_STYLES = {
    verdicts.Standing.FITS: "bold green",
    verdicts.Standing.CHANGES: "bold yellow",
    verdicts.Standing.STAYS: "bold blue",
    verdicts.Standing.UNKNOWN: "bold red",
}


def write(assessment: Assessment, options: RenderOptions) -> bytes:
    """Return the page; without colour it holds no escape sequence at all."""
    page = _Page(options)
    return page.printed(page.parts(assessment))


class _Page(Sheet):
    """Makes the parts of the page for one width and one character set."""

    def __init__(self, options: RenderOptions) -> None:
        super().__init__(options)
        self._narrow = self.width < _NARROW
        self._target = ""

    def parts(self, assessment: Assessment) -> Iterator[RenderableType]:
        self._target = assessment.target
        yield self._header(assessment)
        for assessed in sorted(assessment.workloads, key=lambda one: one.workload.name):
            yield Group("", *self._workload(assessed))
        yield Group("", *self._summary(assessment))

    def _header(self, assessment: Assessment) -> RenderableType:
        count = wording.plural(len(assessment.workloads), "workload")
        days = f"{count} · assessed {assessment.created.date()} · catalog of {assessment.catalog_date}"
        title = self.joined(self.text("Basewright assessment of ", "bold"), self.text(assessment.target, "bold cyan"))
        return Group(title, self.text(days, "dim"))

    def _workload(self, assessed: AssessedWorkload) -> Iterator[RenderableType]:
        workload, verdict = assessed.workload, verdicts.verdict(assessed)
        yield self.rule(workload.name, str(workload.base.where))
        facts = Facts()
        facts.add_row("today", self._today(assessed))
        facts.add_row("verdict", self.text(verdict.sentence, _STYLES[verdict.standing]))
        declared = [
            self.joined(f"{one.key} {one.value}", self.text(f"  by {one.owner}: {one.reason}", "dim", 200))
            for one in urgency.declarations(assessed)
        ]
        if declared:
            facts.add_row("declared", *declared)
        for label, rows in (("needs", self._needs(assessed)), ("findings", self._findings(assessed))):
            if rows:
                facts.add_row(label, *rows)
        yield facts
        candidates = view.ranked(assessed)
        shown = candidates if self.verbose else candidates[:_CANDIDATES]
        if shown:
            yield self._candidates(assessed, shown)
        yield self._reasons(assessed, shown)

    def _today(self, assessed: AssessedWorkload) -> Text:
        base, name = view.current_base(assessed), view.base_name(assessed)
        if base is None:
            return self.joined(self.text(name or "?", "bold"), "  nothing is known of this base")
        if view.is_scratch(assessed):
            return self.joined(self.text(name, "bold"), "  empty: no system, no shell, nothing to update")
        system = " ".join(filter(None, (base.os.id, base.os.version))) if base.os else ""
        user = view.runs_as(assessed)
        end = base.horizon.earliest()
        words = [
            base.kind.value if base.kind else "",
            system,
            f"{wording.size(base.compressed_bytes)} to download" if base.compressed_bytes is not None else "",
            f"{wording.count(base.packages)} packages" if base.packages is not None else "",
            f"runs as {user}" if user else "",
            f"support ends {end}" if end else "support: not known",
        ]
        return self.joined(self.text(name, "bold"), "  " + " · ".join(filter(None, words)))

    def _needs(self, assessed: AssessedWorkload) -> list[Text]:
        needs = view.run_needs(assessed)
        shown = needs if self.verbose else needs[:_NEEDS]
        rows = []
        for need in shown:
            first = min(need.evidence)
            rows.append(
                self.joined(view.need_name(need), self.text(f"  {first.where}: {first.what}", "dim", 200)),
            )
        return [*rows, *self.more(len(needs) - len(shown))]

    def _findings(self, assessed: AssessedWorkload) -> list[Text]:
        found = sorted(
            assessed.recommendation.findings, key=lambda one: (_SEVERITIES[one.severity][0], one.where, one.message)
        )
        shown = found if self.verbose else found[:_FINDINGS]
        rows = [
            self.joined(self.text(f"{one.severity.value} ", _SEVERITIES[one.severity][1]), one.message) for one in shown
        ]
        return [*rows, *self.more(len(found) - len(shown))]

    def _candidates(self, assessed: AssessedWorkload, candidates: Iterable[Candidate]) -> RenderableType:
        if self._narrow:
            return Padding(Group(*(line for one in candidates for line in self._narrow_candidate(one))), (1, 0, 1, 2))
        titles = ("#", "base", "kind", "download", "saved", "packages", "breaks", "support until")
        table = Columns(titles, right=frozenset({0, 3, 4, 5, 6}), folds=1, rule="-" if self.ascii else "─")
        today = view.current_base(assessed)
        if today is not None:
            table.add_row(Text("today", "dim"), self.text(view.base_name(assessed), "dim"), *self._numbers(today))
        for one in candidates:
            style = "bold" if one.rank == 1 else ""
            change, _ = verdicts.download_or_size(one)
            name = self.text(str(one.base.reference), style)
            table.add_row(Text(str(one.rank), "dim"), name, *self._numbers(one.base, change, len(one.breaks)))
        return table

    def _numbers(self, base: BaseImage, change: Change | None = None, breaks: int | None = None) -> Iterator[Text]:
        """Yield the cells of a base; `change` and `breaks` are None for today's."""
        on_disk = f"{wording.size(base.bytes)} on disk" if base.bytes is not None else "?"
        yield self.text(base.kind.value if base.kind else "?")
        yield self.text(wording.size(base.compressed_bytes) if base.compressed_bytes is not None else on_disk)
        yield self.text(
            wording.saved_share(change) if change else "", "green" if change and (change.saved or 0) > 0 else ""
        )
        yield self.text(wording.count(base.packages) if base.packages is not None else "?")
        yield self.text("" if breaks is None else str(breaks), "yellow" if breaks else "")
        end = base.horizon.earliest()
        yield self.text(end.isoformat() if end else "?")

    def _narrow_candidate(self, candidate: Candidate) -> Iterator[Text]:
        change, unit = verdicts.download_or_size(candidate)
        after = f"{wording.size(change.after)} {unit}" if change.after is not None else ""
        breaks = wording.plural(len(candidate.breaks), "break")
        yield self.joined(f"{candidate.rank}. ", self.text(str(candidate.base.reference), "bold"))
        words = (after, wording.saved_share(change), breaks)
        yield self.text("   " + ", ".join(filter(None, words)))

    def _reasons(self, assessed: AssessedWorkload, shown: tuple[Candidate, ...]) -> Facts:
        facts, advice = Facts(), assessed.recommendation
        for one in shown if self.verbose else shown[:1]:
            label = "why first" if one.rank == 1 else f"why {one.rank}"
            facts.add_row(label, self.text(one.rank_reason))
            for warning in one.warnings if self.verbose else ():
                facts.add_row("warning", self.text(warning, "yellow"))
            if self.verbose and one.contract:
                facts.add_row("contract", *self._contract(one))
        refusals = refusal_groups.group(advice.refusals)
        kept = refusals if self.verbose else refusals[:_REFUSALS]
        if kept:
            rows = [self.joined(f"{one.name}: ", self.text(self._cut(one.cause), "dim")) for one in kept]
            facts.add_row("refused", *rows, *self.more(len(refusals) - len(kept)))
        if self.verbose:
            for plan in dict.fromkeys(one.plan for one in refusals if one.plan):
                names = wording.listing([one.name for one in refusals if one.plan == plan])
                facts.add_row("a way", self.joined(f"{names}: ", self.text(plan, "dim")))
        actions = sorted(advice.actions, key=lambda one: one.rank)
        taken = actions if self.verbose else actions[:_ACTIONS]
        if taken:
            rows = [row for one in taken for row in self._action(one)]
            facts.add_row("do first", *rows, *self.more(len(actions) - len(taken)))
        for unknown in sorted(set(assessed.unknowns)):
            facts.add_row("unknown", self.text(f"{unknown.path}: {unknown.reason}", "yellow"))
        return facts

    def _contract(self, candidate: Candidate) -> Iterator[Text]:
        for one in candidate.contract:
            touched = f" ({wording.listing([str(where) for where in one.touches])})" if one.touches else ""
            style = {"break": "yellow", "review": "", "none": "dim"}[one.effect.value]
            change = f"{one.aspect.value}: {one.old or wording.NOT_KNOWN} → {one.new or wording.NOT_KNOWN}"
            yield self.joined(self.text(f"{one.effect.value} ", style), f"{change}{touched}. {one.explanation}")

    def _action(self, action: Action) -> Iterator[Text]:
        where = f"  {action.where}" if action.where else ""
        yield self.joined(f"{action.rank}. {action.what}", self.text(where, "dim"))
        lines = inert.lines(action.change, 4000).splitlines()
        if not self.verbose and len(lines) > _CHANGE_LINES:  # what stays is context
            lines = [line for line in lines if line.startswith(("+", "-"))]
        shown = lines if self.verbose else lines[:_CHANGE_LINES]
        for line in shown:
            style = {"-": "red", "+": "green"}.get(line[:1], "")
            yield self.joined("   ", self.text(line, style, 200))
        for more in self.more(len(lines) - len(shown)):
            yield self.joined("   ", more)

    def _cut(self, text: str) -> str:
        """Return `text`, its end left out at a word where not all is asked for."""
        clean = inert.line(text)
        if self.verbose or len(clean) <= _CAUSE:
            return clean
        return f"{clean[:_CAUSE].rpartition(' ')[0] or clean[:_CAUSE]} …"

    def _summary(self, assessment: Assessment) -> Iterator[RenderableType]:
        yield self.rule("Project")
        facts = Facts()
        facts.add_row("services", self.text(verdicts.standings(assessment)))
        urgent = [one for one in urgency.by_urgency(assessment) if urgency.is_declared_urgent(one)]
        if urgent:
            facts.add_row("first", *(self._first(one) for one in urgent[:_URGENT]), *self.more(len(urgent) - _URGENT))
        if savings := view.savings_sentence(assessment):
            facts.add_row("bases", self.text(savings, "bold"))
        due = view.review(assessment)
        facts.add_row("review", self.text(f"{due.day}: {due.because}"))
        unknowns = sorted(set(assessment.unknowns))
        shown = unknowns if self.verbose else unknowns[:_UNKNOWNS]
        for unknown in shown:
            facts.add_row("unknown", self.text(f"{unknown.path}: {unknown.reason}", "yellow"))
        if len(unknowns) > len(shown):
            facts.add_row("", *self.more(len(unknowns) - len(shown)))
        for sentence in view.read_images(assessment):
            facts.add_row("image", self.text(sentence))
        missed = "; ".join(entry.partition(":")[0] for entry in view.not_looked_at(assessment))
        facts.add_row("not seen", self.text(missed, "dim"))
        facts.add_row("next", *(self.text(step) for step in self._next(assessment)))
        yield facts

    def _first(self, assessed: AssessedWorkload) -> Text:
        """Say why a workload is among the first, and what to do there first."""
        words = [one.value for one in urgency.declarations(assessed) if one.key in {"environment", "criticality"}]
        step = min(assessed.recommendation.actions, key=lambda one: one.rank, default=None)
        name = f"{assessed.workload.name} ({', '.join(words)}): "
        return self.joined(self.text(name, "bold"), step.what if step else "nothing to do")

    def _next(self, assessment: Assessment) -> Iterator[str]:
        target = shlex.quote(inert.line(self._target, 200))
        yield f"basewright assess {target} -o html=report.html   the whole report, for people"
        if not self.verbose and assessment.workloads:
            yield f"basewright assess {target} -v   every contract difference and refusal"
        candidates = [one for one in map(view.first_candidate, assessment.workloads) if one]
        if candidates:
            name = min(str(one.base.reference) for one in candidates)
            yield f"basewright catalog show {name}   its facts, with their sources"
