"""How a candidate's runtime contract differs from today's, and which lines of the project that touches."""

from dataclasses import replace

from basewright.model.base import BaseImage
from basewright.model.contract import Difference, Effect
from basewright.model.redaction import redact
from basewright.recommend.contract import (
    accounts,
    assembled,
    content,
    environment,
    identity,
    interpreter,
    process,
    release,
    state,
    system,
    tools,
)
from basewright.recommend.contract.comparison import Aspects, Comparison
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

ASPECTS: tuple[Aspects, ...] = (
    release.differences,
    process.differences,
    interpreter.differences,
    content.differences,
    identity.differences,
    accounts.differences,
    assembled.differences,
    state.differences,
    environment.differences,
    system.differences,
    tools.differences,
)
_ORDER = {Effect.BREAK: 0, Effect.REVIEW: 1, Effect.NONE: 2}


def compare(situation: Situation, subject: Subject, new: BaseImage, *, moves_build: bool) -> tuple[Difference, ...]:
    """Return every difference between today's base and `new`, what breaks first."""
    comparison = Comparison(situation, subject, situation.base, new, moves_build)
    found = [one for aspect in ASPECTS for one in aspect(comparison)]
    return tuple(
        sorted(map(_shown, found), key=lambda one: (_ORDER[one.effect], one.aspect, one.touches, one.explanation))
    )


def _shown(one: Difference) -> Difference:
    """Return the difference without the secrets of the lines that it quotes."""
    old, new = (text if text is None else redact(text) for text in (one.old, one.new))
    return replace(one, old=old, new=new, explanation=redact(one.explanation))


__all__ = ["ASPECTS", "Aspects", "Comparison", "compare"]
