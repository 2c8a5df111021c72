"""Whether a base fits: each module asks one question; an obstacle refuses, a caution warns."""

from basewright.model.base import BaseImage
from basewright.model.need import NeedKind
from basewright.recommend.fit import access, constraints, data, libc, libraries, programs, support, version
from basewright.recommend.fit.judgement import Caution, Check, Judgement, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, is_replaced

CHECKS: tuple[Check, ...] = (
    constraints.check,
    access.check,
    data.check,
    version.check,
    libc.check,
    programs.check,
    libraries.check,
    support.check,
)
"""In the order in which causes are told, the most decisive first: what nobody may or should get round, what would not
start, what lacks something, what is only too old."""


_OF_THE_PROCESS = frozenset(
    {
        NeedKind.INTERPRETER,
        NeedKind.COMMAND,
        NeedKind.SHELL,
        NeedKind.NATIVE_EXTENSION,
        NeedKind.LIBRARY,
        NeedKind.LOCALE,
    }
    | {NeedKind.PACKAGE_MANAGER, NeedKind.ICU, NeedKind.FONTS, NeedKind.LIBC}
)
"""Needs of a process that a web server replaces."""


def judge(situation: Situation, subject: Subject, base: BaseImage) -> Judgement:
    """Ask every check about `base`."""
    seen = situation.without(_OF_THE_PROCESS) if is_replaced(situation, subject) else situation
    found = [one for check in CHECKS for one in check(seen, subject, base)]
    return Judgement(
        base,
        tuple(one for one in found if isinstance(one, Obstacle)),
        tuple(one for one in found if isinstance(one, Caution)),
    )


__all__ = ["CHECKS", "Caution", "Check", "Judgement", "Obstacle", "judge"]
