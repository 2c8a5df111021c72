"""How a candidate's runtime contract differs from today's, and which lines of the project that touches."""

from basewright.model.base import BaseImage
from basewright.model.contract import Difference, Effect
from basewright.recommend.contract import content, identity, process, release, state, system, tools
from basewright.recommend.contract.comparison import Aspects, Comparison
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

ASPECTS: tuple[Aspects, ...] = (
    release.differences,
    process.differences,
    content.differences,
    identity.differences,
    state.differences,
    system.differences,
    tools.differences,
)
_ORDER = {Effect.BREAK: 0, Effect.REVIEW: 1, Effect.NONE: 2}


def compare(situation: Situation, subject: Subject, new: BaseImage, *, moves_build: bool) -> tuple[Difference, ...]:
    """Return every difference between today's base and `new`, what breaks first."""
    comparison = Comparison(situation, subject, situation.base, new, moves_build)
    found = [one for aspect in ASPECTS for one in aspect(comparison)]
    return tuple(sorted(found, key=lambda one: (_ORDER[one.effect], one.aspect, one.touches, one.explanation)))


__all__ = ["ASPECTS", "Aspects", "Comparison", "compare"]
