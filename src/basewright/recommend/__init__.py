"""Needs × catalog → ranked candidates with contract diffs, refusals with causes, findings, gap and actions."""

from basewright.recommend.interface import RecommendOptions, recommend

__all__ = ["RecommendOptions", "recommend"]
