"""The report's content: what the document for people says, section by section, written once for every format."""

from collections.abc import Callable

from basewright import __version__
from basewright.model.assessment import Assessment
from basewright.report import view, wording
from basewright.report.content import actions, choices, closing, opening, practice, services, threats
from basewright.report.document import Document, Section

SECTIONS: tuple[Callable[[Assessment], Section], ...] = (
    opening.summary,
    opening.objective,
    opening.scope,
    opening.method,
    services.current_state,
    services.services,
    threats.threats,
    actions.gap,
    actions.actions,
    choices.alternatives,
    choices.drawbacks,
    practice.persistence,
    practice.configuration,
    practice.dependencies,
    closing.testing,
    closing.review,
    closing.unknowns,
    closing.sources,
)
"""Every section, in reading order; to add one, write its function and name it here."""


def compose(assessment: Assessment) -> Document:
    """Return the whole report."""
    count = wording.plural(len(assessment.workloads), "service")
    subtitle = f"{count}, assessed on {assessment.created.date()} with the catalog of {assessment.catalog_date}"
    return Document(
        f"Base images of {assessment.target}",
        (subtitle,),
        _headline(assessment),
        tuple(section(assessment) for section in SECTIONS),
        (f"Basewright {__version__}, {assessment.created.isoformat(timespec='minutes')}",),
    )


def _headline(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    if not assessment.workloads:
        return ()
    standings = [view.verdict(one).standing for one in assessment.workloads]
    movable = standings.count(view.Standing.FITS) + standings.count(view.Standing.CHANGES)
    sums, due = view.savings(assessment), view.review(assessment)
    numbers = [(f"{movable} of {len(standings)}", "services have a better base that fits")]
    if sums.counted:
        word = "less" if sums.saved >= 0 else "more"
        numbers.append((wording.size(abs(sums.saved)), f"{word} to download, shared layers counted once"))
    numbers.append((due.day.isoformat(), "review by"))
    return tuple(numbers)


__all__ = ["SECTIONS", "compose"]
