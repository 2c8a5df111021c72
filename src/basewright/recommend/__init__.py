"""Needs × catalog → ranked candidates with contract diffs, refusals with causes, findings, gap and actions."""

from basewright.recommend.interface import recommend
from basewright.recommend.options import RecommendOptions

__all__ = ["RecommendOptions", "recommend"]
