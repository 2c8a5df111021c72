"""The gap to the ideal, point by point."""

from basewright.model.assessment import Assessment
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, table
from basewright.report.document import Block, Inline, Section


def gap(assessment: Assessment) -> Section:
    """Return the section: each point of the ideal, and which service meets it or how it stands instead."""
    points: dict[tuple[str, str], dict[tuple[bool | None, str], list[str]]] = {}
    for assessed in pieces.workloads(assessment):
        for one in assessed.recommendation.gap:
            states = points.setdefault((one.what, one.ideal), {})
            states.setdefault((one.is_met, one.now), []).append(assessed.workload.name)
    text = "The ideal is a supported, minimal base without what the service does not need, pinned, run without rights."
    blocks: list[Block] = [paragraph(text)]
    if not points:
        return Section("gap", "Gap to the ideal", (*blocks, paragraph("Nothing could be compared.")))
    known = [one.is_met for assessed in assessment.workloads for one in assessed.recommendation.gap]
    blocks.append(paragraph(f"{known.count(True)} of {len(known)} points are met, {known.count(None)} are not known."))
    rows: list[tuple[Inline, ...]] = [
        (plain(what), plain(ideal), *(_state(states, met) for met in (False, True, None)))
        for (what, ideal), states in points.items()
    ]
    blocks.append(table("Ideal and today", ("Point", "Ideal", "Open", "Met", "Not known"), rows))
    return Section("gap", "Gap to the ideal", tuple(blocks))


def _state(states: dict[tuple[bool | None, str], list[str]], met: bool | None) -> Inline:
    """Return what stands there now, each with the services where it does."""
    found = [(now, names) for (is_met, now), names in states.items() if is_met is met]
    return pieces.joined((plain(f"{now}: {', '.join(names)}") for now, names in found), "; ")
