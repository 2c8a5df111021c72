"""Current state, and each service with its needs, candidates, contract and refusals."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Candidate, Finding, Refusal, Severity, Suitability
from basewright.model.contract import Difference, Effect
from basewright.model.need import Confidence, Need, Phase
from basewright.model.span import Location
from basewright.report import view, wording
from basewright.report.content import pictures, pieces
from basewright.report.content.opening import standing
from basewright.report.content.pieces import code, paragraph, place, plain, prose, table
from basewright.report.document import (
    Block,
    Bullets,
    Code,
    Column,
    Facts,
    Inline,
    Mark,
    Note,
    Section,
    Strong,
    TableBlock,
    Tone,
)

_SUITABILITY = {
    Suitability.IN_PLACE: "in place of today's base",
    Suitability.MULTI_STAGE: "as the base of a runtime stage",
    Suitability.WITH_CHANGES: "with changes",
}
_CONFIDENCE = {
    Confidence.CERTAIN: Mark("certain", Tone.GOOD),
    Confidence.MEDIUM: Mark("likely", Tone.PLAIN),
    Confidence.LOW: Mark("hint", Tone.WARN),
}
_EFFECTS = {
    Effect.BREAK: Mark("break", Tone.BAD),
    Effect.REVIEW: Mark("review", Tone.WARN),
    Effect.NONE: Mark("none", Tone.PLAIN),
}


def current_state(assessment: Assessment) -> Section:
    """Return the section: the bases as they are today."""
    rows = []
    for assessed in pieces.workloads(assessment):
        base = view.current_base(assessed)
        end = base.horizon.earliest() if base else None
        ended = (" ", Mark("ended", Tone.BAD)) if end and end <= assessment.created.date() else ()
        rows.append(
            (
                plain(assessed.workload.name),
                code(view.base_name(assessed)),
                pieces.kind(base.kind if base else None),
                plain(pieces.system(base)),
                plain(wording.size(base.compressed_bytes if base else None)),
                plain(wording.count(base.packages if base else None)),
                plain(view.runs_as(assessed) or wording.NOT_KNOWN),
                (wording.day(end), *ended),
            )
        )
    if not rows:
        return Section("current-state", "Current state", (paragraph("There is no service to describe."),))
    heads = ("Service", "Base", "Kind", "System", "Download#", "Packages#", "User", "Support ends")
    words = (
        "A base is `full` with compilers and tools, `slim` without them, `minimal` when tiny yet with a shell or a "
        "package manager, `distroless` without either, and `scratch` when empty."
    )
    blocks: list[Block] = [table("Bases today", heads, rows), paragraph(words), pictures.kinds(assessment)]
    blocks += pictures.sizes(assessment)
    return Section("current-state", "Current state", tuple(blocks))


def services(assessment: Assessment) -> Section:
    """Return the section: a card for each service."""
    cards = tuple(_card(assessed, number) for number, assessed in enumerate(pieces.workloads(assessment), 1))
    text = (
        "What each service needs, which bases meet it, and what would change. A candidate's contract is what the "
        "application relies on without saying so."
        if cards
        else "There is none."
    )
    return Section("services", "Services and their needs", (paragraph(text),), cards)


def _card(assessed: AssessedWorkload, number: int) -> Section:
    name, verdict, advice = assessed.workload.name, view.verdict(assessed), assessed.recommendation
    tone = {view.Standing.FITS: Tone.GOOD, view.Standing.CHANGES: Tone.WARN, view.Standing.UNKNOWN: Tone.BAD}
    blocks: list[Block] = [
        Note(tone.get(verdict.standing, Tone.PLAIN), plain(verdict.sentence)),
        Facts(tuple(_facts(assessed))),
    ]
    if assessed.needs:
        blocks.append(_needs(assessed.needs))
    candidates = view.ranked(assessed)
    if candidates:
        blocks.append(_candidates(candidates))
        blocks.append(paragraph("Why in this order:"))
        blocks.append(Bullets(tuple(_why(one) for one in candidates), is_ordered=True))
    for one in candidates:
        blocks += [*_contract(one)]
    if advice.refusals:
        blocks.append(_refusals(advice.refusals))
    if advice.findings:
        blocks.append(_findings(assessed))
    blocks += pictures.stages(assessed)
    return Section(pieces.anchor(number, name), name, tuple(blocks), is_card=True, marks=(standing(verdict),))


def _facts(assessed: AssessedWorkload) -> list[tuple[str, Inline]]:
    workload, current = assessed.workload, assessed.recommendation.current
    base = current.base if current else None
    rows: list[tuple[str, Inline]] = [
        ("Base", (Code(view.base_name(assessed)), " at ", Code(str(workload.base.where)))),
    ]
    if workload.base.changed_at != workload.base.where:
        rows.append(("Decided at", place(workload.base.changed_at)))
    if base is None:
        reason = workload.base.reason or "the catalog does not know this base"
        rows.append(("Not known", plain(reason)))
        return rows
    rows += [
        ("Publisher", plain(base.vendor or wording.NOT_KNOWN)),
        ("System", plain(f"{pieces.system(base)}, C library {base.libc or wording.NOT_KNOWN}")),
        ("Shell", plain(wording.yes_no(base.shell))),
        ("Package manager", plain(wording.yes_no(base.package_manager))),
        ("Security support", plain(f"ends {wording.day(base.horizon.security_end)}")),
        ("Long-term support", plain(f"ends {wording.day(base.horizon.lts_end)}")),
        ("Runtime", plain(f"end of life {wording.day(base.horizon.runtime_end)}")),
    ]
    if base.horizon.retired:
        rows.append(("Tag retired", plain(base.horizon.retired.isoformat())))
    rows += [("To know", prose(note)) for note in (*base.notes, *(current.notes if current else ()))]
    return rows


def _needs(needs: tuple[Need, ...]) -> TableBlock:
    rows = []
    for need in sorted(needs, key=lambda one: (one.phase is Phase.BUILD, -one.confidence, one.kind, one.value)):
        first = sorted(need.evidence)
        more = f" (and {len(first) - 1} more)" if len(first) > 1 else ""
        avoidable = pieces.sentence(f"Avoidable: {need.avoidable}") if need.avoidable else ""
        detail = " ".join(filter(None, (pieces.sentence(need.detail), avoidable)))
        rows.append(
            (
                (need.kind.value.replace("-", " "), " ", Code(" ".join(filter(None, (need.value, need.version))))),
                plain(need.phase.value),
                (Code(str(first[0].where)), f" {first[0].what}{more}"),
                (_CONFIDENCE[need.confidence],),
                prose(detail),
            )
        )
    heads = ("Need", "When", "Evidence", "Confidence", "Detail")
    return table("Needs, each with its evidence", heads, rows)


def _candidates(candidates: tuple[Candidate, ...]) -> TableBlock:
    rows = []
    for one in candidates:
        number, unit = view.download_or_size(one)
        rows.append(
            (
                plain(str(one.rank)),
                (Code(str(one.base.reference)), f" {_SUITABILITY[one.suitability]}"),
                (*pieces.kind(one.base.kind), *((" ", Mark("hardened", Tone.GOOD)) if one.base.hardened else ())),
                plain(pieces.change(number, is_size=True) + (" on disk" if unit == "on disk" else "")),
                plain(wording.saved_share(number) or wording.NOT_KNOWN),
                plain(pieces.change(one.expected.packages, is_size=False)),
                plain(str(len(one.breaks))),
                plain(wording.day(one.base.horizon.earliest())),
            )
        )
    heads = ("#", "Candidate", "Kind", "Download#", "Saved#", "Packages#", "Breaks#", "Support until")
    columns = tuple(Column(head.removesuffix("#") or "Rank", head.endswith("#") and head != "#") for head in heads)
    return TableBlock("Bases that fit, in their order", columns, tuple(rows))


def _why(candidate: Candidate) -> Inline:
    warnings = tuple(piece for text in candidate.warnings for piece in (" ", Strong("Warning:"), " ", *prose(text)))
    return (Code(str(candidate.base.reference)), ": ", *prose(pieces.sentence(candidate.rank_reason)), *warnings)


def _contract(candidate: Candidate) -> list[Block]:
    if not candidate.contract:
        return []
    rows = [_difference(one) for one in sorted(candidate.contract, key=_effect_order)]
    caption = f"What changes under {candidate.base.reference}"
    heads = ("Aspect", "Today", "After", "Effect", "Touches", "What to know")
    return [table(caption, heads, rows, folded=candidate.rank > 1)]


def _effect_order(difference: Difference) -> tuple[int, str, str]:
    return list(_EFFECTS).index(difference.effect), difference.aspect.value, difference.new or ""


def _difference(difference: Difference) -> tuple[Inline, ...]:
    see = (" See ", difference.reference, ".") if difference.reference else ()
    return (
        plain(difference.aspect.value.replace("-", " ")),
        code(difference.old) if difference.old else plain(wording.NOT_KNOWN),
        code(difference.new) if difference.new else plain(wording.NOT_KNOWN),
        (_EFFECTS[difference.effect],),
        pieces.places(difference.touches),
        (*prose(pieces.sentence(difference.explanation)), *see),
    )


def _refusals(refusals: tuple[Refusal, ...]) -> TableBlock:
    rows = []
    for one in sorted(refusals, key=lambda x: (x.reference, x.cause)):
        plan = (" ", Strong("A way:"), " ", *prose(one.plan)) if one.plan else ()
        rows.append((code(one.reference), (*prose(pieces.sentence(one.cause)), *plan), pieces.places(one.where)))
    return table("Bases that were refused", ("Base", "Cause", "Lines"), rows, folded=len(rows) > 6)


def _findings(assessed: AssessedWorkload) -> TableBlock:
    tones = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.NOTE: Tone.PLAIN}
    found = sorted(assessed.recommendation.findings, key=_finding_order)
    rows = [
        ((Mark(one.severity.value, tones[one.severity]),), code(one.rule), prose(one.message), place(one.where))
        for one in found
    ]
    return table("Findings", ("Severity", "Rule", "What", "Where"), rows)


def _finding_order(finding: Finding) -> tuple[int, Location, str, str]:
    return list(Severity).index(finding.severity), finding.where, finding.rule, finding.message
