"""Each service with its needs, candidates, contract and refusals."""

from collections.abc import Iterator, Mapping

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Candidate, Suitability
from basewright.model.need import Confidence, Need, Phase
from basewright.model.span import Location
from basewright.report import refusal_groups, urgency, verdicts, view, wording
from basewright.report.content import differences, pictures, pieces
from basewright.report.content.opening import standing
from basewright.report.content.pieces import code, paragraph, place, plain, prose, table
from basewright.report.document import (
    Block,
    Bullets,
    Code,
    Column,
    Facts,
    Inline,
    Link,
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
_TONES = {
    verdicts.Standing.FITS: Tone.GOOD,
    verdicts.Standing.CHANGES: Tone.WARN,
    verdicts.Standing.UNKNOWN: Tone.BAD,
}


def services(assessment: Assessment) -> Section:
    """Return the section: a card for each service."""
    plans = {plan: number for number, plan in enumerate(refusal_groups.shared_plans(assessment), 1)}
    cards = tuple(_card(one, number, plans) for number, one in enumerate(pieces.workloads(assessment), 1))
    text = (
        "What each service needs, which bases meet it, and what would change. A candidate's contract is what the "
        "application relies on without saying so."
        if cards
        else "There is none."
    )
    return Section("services", "Services and their needs", (paragraph(text),), cards)


def _card(assessed: AssessedWorkload, number: int, plans: Mapping[str, int]) -> Section:
    name, verdict, advice = assessed.workload.name, verdicts.verdict(assessed), assessed.recommendation
    candidates = view.ranked(assessed)
    blocks: list[Block] = [
        Note(_TONES.get(verdict.standing, Tone.PLAIN), plain(verdict.sentence)),
        Facts(tuple(_facts(assessed))),
    ]
    if candidates:
        blocks.append(_candidates(candidates))
        blocks += _warnings(candidates[0])
        blocks.append(differences.of_first(candidates[0]))
    if assessed.needs:
        blocks.append(_needs(assessed.needs))
    blocks += [*_other_warnings(candidates), *differences.of_all(candidates)]
    if advice.refusals:
        blocks.append(_refusals(assessed, plans))
    blocks += pictures.stages(assessed)
    return Section(pieces.anchor(number, name), name, tuple(blocks), is_card=True, marks=(standing(verdict),))


def _facts(assessed: AssessedWorkload) -> Iterator[tuple[str, Inline]]:
    workload, current, base = assessed.workload, assessed.recommendation.current, view.current_base(assessed)
    decided: Inline = ()
    if workload.base.changed_at != workload.base.where:
        decided = (", decided at ", *place(workload.base.changed_at))
    yield "Base", (Code(view.base_name(assessed)), " at ", Code(str(workload.base.where)), *decided)
    if base is None:
        yield "Not known", plain(workload.base.reason or "the catalog does not know this base")
    elif not view.is_scratch(assessed):
        publisher = base.vendor or f"publisher {wording.NOT_KNOWN}"
        inside = f"C library {base.libc or wording.NOT_KNOWN}, shell {wording.yes_no(base.shell)}"
        manager = f"package manager {wording.yes_no(base.package_manager)}"
        yield "From", plain(f"{publisher}; {pieces.system(base)}; {inside}, {manager}")
        yield "Support", plain("; ".join(_support(assessed)))
    notes = (*(base.notes if base else ()), *(current.notes if current else ()))
    if notes:
        yield "To know", pieces.joined((prose(note) for note in dict.fromkeys(notes)), "; ")
    needed = [one for one in view.run_needs(assessed) if one.confidence > Confidence.LOW]
    if needed:
        yield "Needs to run", pieces.joined(_short(one) for one in needed)
    rules = dict.fromkeys(one.rule for one in assessed.recommendation.findings)
    if rules:
        yield "Findings", (*pieces.joined((Code(rule),) for rule in rules), ": see ", Link("all findings", "findings"))
    for one in urgency.declarations(assessed):
        said = f"{one.key} {one.value}: declared by {one.owner} because {one.reason.rstrip('.')}, at "
        yield "Declared", (said, Code(str(one.where)))


def _support(assessed: AssessedWorkload) -> Iterator[str]:
    base = view.current_base(assessed)
    if base is None:
        return
    horizon = base.horizon
    yield f"security ends {wording.day(horizon.security_end)}"
    yield f"long-term ends {wording.day(horizon.lts_end)}"
    yield f"runtime's end of life {wording.day(horizon.runtime_end)}"
    if horizon.retired:
        yield f"tag retired {horizon.retired.isoformat()}"
    if horizon.publisher_end:
        yield f"publisher stops {horizon.publisher_end.isoformat()}"


def _short(need: Need) -> Inline:
    return (need.kind.value.replace("-", " "), " ", Code(" ".join(filter(None, (need.value, need.version)))))


def _needs(needs: tuple[Need, ...]) -> TableBlock:
    """Return every need; those of one kind that rest on one line and say the same stand together."""
    groups: dict[tuple[object, ...], list[Need]] = {}
    for need in sorted(needs, key=lambda one: (one.phase is Phase.BUILD, -one.confidence, one.kind, one.value)):
        key = (need.kind, need.phase, need.confidence, need.detail, need.avoidable)
        groups.setdefault(key, []).append(need)
    rows = [_need(members) for members in groups.values()]
    heads = ("Need", "When", "Evidence", "Confidence", "Detail")
    return table("Needs, each with its evidence", heads, rows, folded=True)


def _need(members: list[Need]) -> tuple[Inline, ...]:
    first = members[0]
    names: Inline = pieces.joined(_short(one)[2:] for one in members)
    avoidable = pieces.sentence(f"Avoidable: {first.avoidable}") if first.avoidable else ""
    detail = " ".join(filter(None, (pieces.sentence(first.detail), avoidable)))
    evidence = [one for need in members for one in sorted(need.evidence)[:1]]
    more = sum(len(need.evidence) - 1 for need in members)
    told: dict[Location, list[str]] = {}
    for one in evidence:
        told.setdefault(one.where, []).append(one.what)
    seen: Inline = pieces.joined(((Code(str(at)), f" {'; '.join(whats)}") for at, whats in told.items()), "; ")
    return (
        (first.kind.value.replace("-", " "), " ", *names),
        plain(first.phase.value),
        (*seen, *((f" (and {more} more)",) if more else ())),
        (_CONFIDENCE[first.confidence],),
        prose(detail),
    )


def _candidates(candidates: tuple[Candidate, ...]) -> TableBlock:
    rows = []
    for one in candidates:
        number, unit = verdicts.download_or_size(one)
        share = wording.saved_share(number)
        size = wording.size(number.after) + (" on disk" if unit == "on disk" else "")
        rows.append(
            (
                plain(str(one.rank)),
                (Code(str(one.base.reference)), f" {_SUITABILITY[one.suitability]}"),
                (*pieces.kind(one.base.kind), *((" ", Mark("hardened", Tone.GOOD)) if one.base.hardened else ())),
                plain(f"{size} ({share})" if share else size),
                plain(wording.count(one.expected.packages.after)),
                plain(str(len(one.breaks))),
                plain(wording.day(one.base.horizon.earliest())),
                prose(pieces.sentence(one.rank_reason)),
            )
        )
    heads = ("Rank", "Candidate", "Kind", "Download#", "Packages#", "Breaks#", "Support until", "Why here")
    columns = tuple(Column(head.removesuffix("#"), head.endswith("#")) for head in heads)
    return TableBlock("Bases that fit, in their order", columns, tuple(rows))


def _warnings(candidate: Candidate) -> list[Block]:
    items = tuple((Strong("Warning:"), " ", *prose(pieces.sentence(one))) for one in candidate.warnings)
    return [Bullets(items)] if items else []


def _other_warnings(candidates: tuple[Candidate, ...]) -> list[Block]:
    found: dict[str, list[int]] = {}
    for one in candidates[1:]:
        for warning in one.warnings:
            found.setdefault(warning, []).append(one.rank)
    told: dict[str, list[Inline]] = {}
    for warning, ranks in found.items():
        told.setdefault(", ".join(map(str, ranks)), []).append(prose(warning.rstrip(".")))
    rows = [(plain(ranks), (*pieces.joined(warnings, "; "), ".")) for ranks, warnings in sorted(told.items())]
    heads = ("Rank", "Warning")
    return [table("Warnings of the other candidates", heads, rows, folded=True)] if rows else []


def _refusals(assessed: AssessedWorkload, plans: Mapping[str, int]) -> TableBlock:
    rows = []
    for one in refusal_groups.groups_of(assessed):
        plan: Inline = ()
        if one.plan in plans:
            plan = (" ", Strong("A way:"), " ", Link(f"plan {plans[one.plan]}", f"plan-{plans[one.plan]}"), ".")
        elif one.plan:
            plan = (" ", Strong("A way:"), " ", *prose(one.plan))
        rows.append((code(one.name), (*prose(pieces.sentence(one.cause)), *plan), pieces.places(one.where)))
    return table("Bases that were refused", ("Base", "Cause", "Lines"), rows, folded=True)
