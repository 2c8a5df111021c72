"""The report's content: what the document for people says, section by section, written once for every format."""

from collections.abc import Callable
from dataclasses import replace

from basewright import __version__
from basewright.model.assessment import Assessment
from basewright.report import verdicts, view, wording
from basewright.report.content import (
    actions,
    choices,
    closing,
    current,
    findings,
    gap,
    opening,
    pieces,
    practice,
    services,
    tests_to_run,
    threats,
)
from basewright.report.document import Document, Note, Section, Tone

SECTIONS: tuple[Callable[[Assessment], Section], ...] = (
    opening.summary,
    actions.actions,
    opening.objective,
    opening.scope,
    opening.method,
    current.current_state,
    services.services,
    findings.findings,
    threats.threats,
    gap.gap,
    choices.alternatives,
    choices.drawbacks,
    practice.persistence,
    practice.configuration,
    practice.dependencies,
    tests_to_run.testing,
    closing.review,
    closing.unknowns,
    closing.sources,
)
"""Every section, in reading order; to add one, write its function and name it here."""

SERVICES_SHOWN = 300
"""Services that one document describes: a page of more is read by nobody, and opened by few browsers."""


def compose(assessment: Assessment) -> Document:
    """Return the whole report; of more than `SERVICES_SHOWN` services, the first by name, and a note that says so."""
    shown = replace(assessment, workloads=pieces.workloads(assessment)[:SERVICES_SHOWN])
    first, *others = (section(shown) for section in SECTIONS)
    left_out = len(assessment.workloads) - len(shown.workloads)
    if left_out:
        text = (
            f"What follows, its numbers too, is about the first {SERVICES_SHOWN} services by name; {left_out} more are "
            "left out here. The JSON document holds all of them."
        )
        first = replace(first, blocks=(Note(Tone.WARN, pieces.plain(text)), *first.blocks))
    count = wording.plural(len(assessment.workloads), "service")
    subtitle = f"{count}, assessed on {assessment.created.date()} with the catalog of {assessment.catalog_date}"
    return Document(
        f"Base images of {assessment.target}",
        (subtitle,),
        _headline(shown),
        (first, *others),
        (f"Basewright {__version__}, {assessment.created.isoformat(timespec='minutes')}",),
    )


def _headline(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    if not assessment.workloads:
        return ()
    sums, due = view.savings(assessment), view.review(assessment)
    numbers = [(str(number), verdicts.LABELS[standing]) for standing, number in verdicts.counts(assessment)]
    if sums.counted and sums.saved:
        word = "less" if sums.saved > 0 else "more"
        numbers.append((wording.size(abs(sums.saved)), f"{word} to download, shared layers counted once"))
    numbers.append((due.day.isoformat(), "review by"))
    return tuple(numbers)


__all__ = ["SECTIONS", "compose"]
