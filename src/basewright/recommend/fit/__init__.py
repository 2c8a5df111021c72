"""Whether a base fits: each module asks one question; an obstacle refuses, a caution warns."""

from basewright.model.base import BaseImage
from basewright.recommend.fit import access, constraints, data, libc, libraries, programs, support, version
from basewright.recommend.fit.judgement import Caution, Check, Judgement, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

CHECKS: tuple[Check, ...] = (
    access.check,
    constraints.check,
    support.check,
    version.check,
    data.check,
    libc.check,
    programs.check,
    libraries.check,
)
"""In the order in which causes are told."""


def judge(situation: Situation, subject: Subject, base: BaseImage) -> Judgement:
    """Ask every check about `base`."""
    found = [one for check in CHECKS for one in check(situation, subject, base)]
    return Judgement(
        base,
        tuple(one for one in found if isinstance(one, Obstacle)),
        tuple(one for one in found if isinstance(one, Caution)),
    )


__all__ = ["CHECKS", "Caution", "Check", "Judgement", "Obstacle", "judge"]
