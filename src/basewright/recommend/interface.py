"""What advice is asked for, and the stage's function."""

import datetime as dt
from dataclasses import dataclass, field

from basewright.model.base import Access
from basewright.model.candidate import Recommendation
from basewright.model.catalog import CatalogView
from basewright.model.need import Need
from basewright.model.workload import Workload

MEGABIT = 1_000_000


@dataclass(frozen=True, slots=True)
class RecommendOptions:
    """How to judge; the defaults are those of the command line."""

    count_lts: bool = False
    """Whether a distribution's long-term support counts as support."""
    access: frozenset[Access] = field(default_factory=lambda: frozenset({Access.FREE, Access.LOGIN}))
    """Images that may be proposed; what lies outside is named among the refusals."""
    most_candidates: int = 8
    bandwidth_bits_per_second: int = 100 * MEGABIT
    """For the download times; stated with them."""
    architectures: tuple[str, ...] = ()
    """OCI spelling; a candidate must be published for each."""
    prefer: tuple[str, ...] = ()
    """Globs of vendors, best first; among equals the preferred one stands first."""


def recommend(
    workload: Workload,
    needs: tuple[Need, ...],
    catalog: CatalogView,
    *,
    today: dt.date,
    options: RecommendOptions | None = None,
) -> Recommendation:
    """Return ranked candidates, refusals with causes, findings, the gap to the ideal and what to do first.

    Pure: the same workload, needs, catalog, day and options give the same recommendation.
    """
    from basewright.recommend.advice import advise
    from basewright.recommend.situation import Situation

    return advise(Situation.of(workload, needs, catalog, today=today, options=options or RecommendOptions()))
