"""The gap to the ideal, and what to do, in order."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Action, ActionKind
from basewright.model.contract import Effect
from basewright.report import view
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, prose, table
from basewright.report.document import Block, Code, CodeBlock, Inline, Mark, Paragraph, Section, Strong, Tone

_MET = {True: Mark("met", Tone.GOOD), False: Mark("open", Tone.WARN), None: Mark("not known", Tone.PLAIN)}
_KINDS = {
    ActionKind.CHANGE_BASE: "change the base",
    ActionKind.ADD_STAGE: "add a stage",
    ActionKind.HARDEN: "harden",
    ActionKind.PIN: "pin",
    ActionKind.REPAIR: "repair",
    ActionKind.LOOK: "look",
}


def gap(assessment: Assessment) -> Section:
    """Return the section: the distance of each service to the ideal."""
    rows: list[tuple[Inline, ...]] = [
        (plain(assessed.workload.name), plain(one.what), plain(one.ideal), plain(one.now), (_MET[one.is_met],))
        for assessed in pieces.workloads(assessment)
        for one in assessed.recommendation.gap
    ]
    text = "The ideal is a supported, minimal base without what the service does not need, pinned, run without rights."
    blocks: list[Block] = [paragraph(text)]
    if rows:
        known = [one.is_met for assessed in assessment.workloads for one in assessed.recommendation.gap]
        blocks.append(
            paragraph(f"{known.count(True)} of {len(known)} points are met, {known.count(None)} are not known.")
        )
        blocks.append(
            table("Ideal and today", ("Service", "Point", "Ideal", "Now", "Met"), rows, folded=len(rows) > 24)
        )
    else:
        blocks.append(paragraph("Nothing could be compared."))
    return Section("gap", "Gap to the ideal", tuple(blocks))


def actions(assessment: Assessment) -> Section:
    """Return the section: what to do, service by service, the first first."""
    below = []
    for number, assessed in enumerate(pieces.workloads(assessment), 1):
        found = sorted(assessed.recommendation.actions, key=lambda one: one.rank)
        if not found:
            continue
        blocks: list[Block] = []
        for one in found:
            blocks += _action(one)
        blocks += _touched(assessed)
        below.append(Section(f"actions-{number}", assessed.workload.name, tuple(blocks), is_card=True))
    text = (
        "Lines marked `-` go, lines marked `+` come. Build and test after each step (see Testing)."
        if below
        else "There is nothing to do."
    )
    return Section("actions", "What to do", (paragraph(text),), tuple(below))


def _action(action: Action) -> list[Block]:
    where: Inline = (" at ", Code(str(action.where))) if action.where else ()
    blocks: list[Block] = [
        Paragraph(
            (
                Strong(f"{action.rank}. {pieces.heading(action.what)}"),
                " ",
                Mark(_KINDS[action.kind]),
                *where,
            )
        ),
        Paragraph(prose(pieces.sentence(action.why))),
    ]
    if action.change:
        blocks.append(CodeBlock(action.change, "diff"))
    return blocks


def _touched(assessed: AssessedWorkload) -> list[Block]:
    """Return the lines that the first candidate's contract touches."""
    candidate = view.first_candidate(assessed)
    if candidate is None:
        return []
    rows = [
        (pieces.places(one.touches), plain(one.aspect.value.replace("-", " ")), prose(one.explanation))
        for one in candidate.contract
        if one.touches and one.effect is not Effect.NONE
    ]
    if not rows:
        return []
    return [table("Lines that the new base touches", ("Line", "Aspect", "What to know"), rows)]
