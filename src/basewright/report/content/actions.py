"""What to do across the project, the first first, with the change itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Action, ActionKind
from basewright.model.contract import Effect
from basewright.report import urgency, view
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, prose, table
from basewright.report.document import Block, Bullets, Code, CodeBlock, Inline, Link, Mark, Paragraph, Section, Strong

_KINDS = {
    ActionKind.CHANGE_BASE: "change the base",
    ActionKind.ADD_STAGE: "add a stage",
    ActionKind.HARDEN: "harden",
    ActionKind.PIN: "pin",
    ActionKind.REPAIR: "repair",
    ActionKind.LOOK: "look",
}
_CONTEXT = 2
"""Lines beside a change that are shown; longer runs are counted."""
_BASE_STEPS = frozenset({ActionKind.REPAIR, ActionKind.CHANGE_BASE, ActionKind.ADD_STAGE})
_PINS = "actions-pins"
_EACH_PINNED = "Pin each base by its digest"
_SHORT = 3
"""Lines of a change that fit into a table's cell."""


@dataclass(frozen=True, slots=True)
class _Step:
    """An action of one service; `turn` is 0 for what changes the base, then 1."""

    turn: int
    number: int
    """The service's place in the report."""
    assessed: AssessedWorkload
    action: Action

    @property
    def has_card(self) -> bool:
        """Whether its change is shown below the table."""
        return self.turn == 0 or len(self.action.change.splitlines()) > _SHORT


def actions(assessment: Assessment) -> Section:
    """Return the section: every step in its order, those that several services share in one line."""
    steps = [step for number, one in enumerate(pieces.workloads(assessment), 1) for step in _steps(number, one)]
    if not steps:
        return Section("actions", "What to do", (paragraph("There is nothing to do."),))
    groups: dict[tuple[object, ...], list[_Step]] = {}
    for step in sorted(steps, key=lambda one: one.turn):
        groups.setdefault(_key(step), []).append(step)
    order = (
        "Services in production and of high criticality come first, as they were declared."
        if any(urgency.is_declared_urgent(one) for one in assessment.workloads)
        else "Nobody declared which service is critical or in production, so services stand by name."
    )
    text = f"Changes of a base first, then hardening. {order} Build and test after each step (see "
    blocks: list[Block] = [Paragraph((text, Link("Testing", "testing"), ")."))]
    first = [members[0] for members in groups.values() if members[0].has_card]
    if first:
        blocks.append(Bullets(tuple(_item(one) for one in first), is_ordered=True))
    rows = [_row(members) for members in groups.values() if not members[0].has_card]
    if rows:
        heads = ("Step", "Why", "Service and line", "Change")
        blocks.append(table("Then, for every service that it names", heads, rows))
    return Section("actions", "What to do", tuple(blocks), (*_cards(assessment, steps), *_pins(groups.values())))


def _steps(number: int, assessed: AssessedWorkload) -> Iterator[_Step]:
    """Yield a service's steps in their order: all up to the last that changes the base have the first turn."""
    found = sorted(assessed.recommendation.actions, key=lambda one: one.rank)
    last = max((place for place, one in enumerate(found) if one.kind in _BASE_STEPS), default=-1)
    for place, one in enumerate(found):
        yield _Step(int(place > last), number, assessed, one)


def _key(step: _Step) -> tuple[object, ...]:
    """Return what makes two steps one line: nothing does where each has a change of its own to show."""
    action = step.action
    if step.has_card:
        return step.turn, step.assessed.workload.name, action.rank
    return step.turn, action.kind, "" if action.kind is ActionKind.PIN else action.what, action.why


def _item(step: _Step) -> Inline:
    where: Inline = (" at ", Code(str(step.action.where))) if step.action.where else ()
    link = Link(step.assessed.workload.name, f"actions-{step.number}")
    return (link, ": ", Strong(pieces.heading(step.action.what)), *where)


def _row(members: list[_Step]) -> tuple[Inline, ...]:
    first = members[0].action
    what = _EACH_PINNED if first.kind is ActionKind.PIN and len(members) > 1 else pieces.heading(first.what)
    services = pieces.joined(
        (one.assessed.workload.name, *((" ", Code(str(one.action.where))) if one.action.where else ()))
        for one in members
    )
    change: Inline = (Link("see below", _PINS),) if _is_long(members) else _changes(members)
    return (what,), prose(pieces.sentence(first.why)), services, change


def _is_long(members: list[_Step]) -> bool:
    return members[0].action.kind is ActionKind.PIN and any(one.action.change for one in members)


def _pins(groups: Iterable[list[_Step]]) -> Iterator[Section]:
    """Yield the commands and lines that pin: one block to take from, as each is long."""
    pins = [one for members in groups if not members[0].has_card and _is_long(members) for one in members]
    if pins:
        lines = (line for one in pins for line in one.action.change.splitlines())
        text = "The command prints the digest of today; an update bot moves it with every fix."
        yield Section(_PINS, "Pins", (paragraph(text), CodeBlock("\n".join(lines), "diff")), is_card=True)


def _changes(members: list[_Step]) -> Inline:
    """Return the changes of a line, each once, with the services that it is for where there are several."""
    found: dict[str, list[str]] = {}
    for one in members:
        found.setdefault(one.action.change, []).append(one.assessed.workload.name)
    if len(found) == 1:
        return _in_cell(next(iter(found)))
    told = [(f"{', '.join(names)}: ", *(_in_cell(change) or ("by hand",))) for change, names in found.items()]
    return pieces.joined(told, "; ")


def _in_cell(change: str) -> Inline:
    return pieces.joined(((Code(line),) for line in change.splitlines() if line.strip()), " ")


def _cards(assessment: Assessment, steps: list[_Step]) -> Iterator[Section]:
    for number, assessed in enumerate(pieces.workloads(assessment), 1):
        shown = [one.action for one in steps if one.number == number and one.has_card]
        if not shown:
            continue
        blocks = [block for one in shown for block in _action(one)]
        blocks += _touched(assessed)
        yield Section(f"actions-{number}", assessed.workload.name, tuple(blocks), is_card=True)


def _action(action: Action) -> list[Block]:
    where: Inline = (" at ", Code(str(action.where))) if action.where else ()
    head: Inline = (Strong(pieces.heading(action.what)), " ", Mark(_KINDS[action.kind]), *where)
    blocks: list[Block] = [Paragraph((*head, ": ", *prose(pieces.sentence(action.why))))]
    if action.change:
        blocks.append(CodeBlock(_shortened(action.change), "diff"))
    return blocks


def _shortened(change: str) -> str:
    """Return a change without long runs of lines that stay as they are."""
    shown: list[str] = []
    for stays, run in groupby(change.splitlines(), key=lambda line: not line.startswith(("+", "-"))):
        lines = list(run)
        shown += [f"  … {len(lines)} lines stay as they are"] if stays and len(lines) > _CONTEXT else lines
    return "\n".join(shown)


def _touched(assessed: AssessedWorkload) -> list[Block]:
    """Return the lines that the first candidate's contract touches; the card of the service explains them."""
    candidate = view.first_candidate(assessed)
    if candidate is None:
        return []
    found = [
        (*pieces.places(one.touches), f" ({one.aspect.value.replace('-', ' ')}, {one.effect.value})")
        for one in candidate.contract
        if one.touches and one.effect is not Effect.NONE
    ]
    return [Paragraph(("Lines that the new base touches: ", *pieces.joined(found, "; "), "."))] if found else []
