"""Review, what is not known, and sources."""

from basewright.model.assessment import Assessment
from basewright.model.base import BaseImage, Provenance
from basewright.report import view
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, table
from basewright.report.document import Block, Inline, Note, Section, Strong, Tone


def review(assessment: Assessment) -> Section:
    """Return the section: when to look again."""
    due = view.review(assessment)
    rows = []
    for assessed in pieces.workloads(assessment):
        candidate = view.first_candidate(assessed)
        base = candidate.base if candidate else view.current_base(assessed)
        end = base.horizon.earliest() if base else None
        if base is not None and end is not None:
            role = "first candidate" if candidate else "today's base"
            rows.append((plain(assessed.workload.name), pieces.code(str(base.reference)), plain(role), plain(str(end))))
    text: Inline = ("Look at these choices again by ", Strong(due.day.isoformat()), f": {due.because}.")
    blocks: list[Block] = [Note(Tone.PLAIN, text)]
    blocks.append(
        paragraph("Sooner when a base is retired, when a service's needs change, or when a new release line comes out.")
    )
    if rows:
        rows.sort(key=lambda row: str(row[3]))
        blocks.append(table("Ends of support ahead", ("Service", "Base", "Role", "First end of support"), rows))
    return Section("review", "Review", tuple(blocks))


def unknowns(assessment: Assessment) -> Section:
    """Return the section: what could not be looked at."""
    found = [("", one) for one in sorted(set(assessment.unknowns))]
    for assessed in pieces.workloads(assessment):
        found += [(assessed.workload.name, one) for one in sorted(set(assessed.unknowns))]
    if not found:
        text = "Everything that belongs to the scope could be read."
        return Section("unknowns", "What is not known", (paragraph(text),))
    rows = [(plain(name or "project"), pieces.code(one.path), plain(one.reason)) for name, one in found]
    return Section(
        "unknowns",
        "What is not known",
        (table("Not read or not understood", ("Service", "Place", "Reason"), rows, folded=len(rows) > 20),),
    )


def sources(assessment: Assessment) -> Section:
    """Return the section: where the facts come from, and of which day they are."""
    facts: dict[tuple[str, str], set[str]] = {}
    for assessed in assessment.workloads:
        bases: list[BaseImage | None] = [view.current_base(assessed)]
        bases += [one.base for one in assessed.recommendation.candidates]
        for base in bases:
            for group, provenance in (base.provenance if base else {}).items():
                facts.setdefault(_source(provenance), set()).add(group)
    if not facts:
        text = "No fact of the catalog was used."
        return Section("sources", "Sources", (paragraph(text),))
    entries: dict[tuple[str, str], list[str]] = {}
    for (source, day), groups in sorted(facts.items()):
        first, _, rest = source.partition(" ")
        repository, path = (first, rest) if "/" in first else (source, "")
        entries.setdefault((repository, ", ".join(sorted(groups))), []).append(f"{path} ({day})".strip())
    rows = [(plain(name), plain(groups), plain("; ".join(found))) for (name, groups), found in sorted(entries.items())]
    text = f"Facts of base images come from the catalog of {assessment.catalog_date}, each with the day it is of."
    block = table("Sources of facts", ("Source", "Facts", "Where, and as of which day"), rows, folded=True, dense=True)
    return Section("sources", "Sources", (paragraph(text), block))


def _source(provenance: Provenance) -> tuple[str, str]:
    commit = f" at {provenance.commit[:12]}" if provenance.commit else ""
    return f"{provenance.source}{commit}", provenance.date.isoformat()
