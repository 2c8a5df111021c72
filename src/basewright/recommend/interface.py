"""The stage's function."""

import datetime as dt

from basewright.model.candidate import Recommendation
from basewright.model.catalog import CatalogView
from basewright.model.need import Need
from basewright.model.workload import Workload
from basewright.recommend.advice import advise
from basewright.recommend.options import RecommendOptions
from basewright.recommend.situation import Situation


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
    return advise(Situation.of(workload, needs, catalog, today=today, options=options or RecommendOptions()))
