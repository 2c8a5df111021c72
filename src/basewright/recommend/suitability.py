"""How a base would be taken: in place of today's, or as the base of a runtime stage beside it."""

import re

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.candidate import Suitability
from basewright.model.contract import Difference, Effect
from basewright.recommend.families import manager_programs, packaging
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind

_LARGE = frozenset({Kind.FULL, None})


def moves_build(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether the RUN lines of the final stage must, or had better, move to a build stage on today's base."""
    runs = [one.text for one, _ in situation.lines("RUN")]
    if situation.build is None or not runs:
        return False
    if base.shell is False or base.kind in {Kind.DISTROLESS, Kind.SCRATCH}:
        return True
    if base.package_manager is False and _installs(situation, runs):
        return True
    today = situation.base
    if today is not None and today.role is Role.BUILD:
        return True
    if not situation.builds_in_final_stage:
        return False
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.CONTENT}:
        return True
    smaller = base.kind not in _LARGE and (today is None or today.kind in _LARGE)
    return smaller or base.is_root is False


def suitability(contract: tuple[Difference, ...], *, moves: bool) -> Suitability:
    """Return how a candidate with this contract is proposed."""
    if moves:
        return Suitability.MULTI_STAGE
    if any(one.effect is Effect.BREAK for one in contract):
        return Suitability.WITH_CHANGES
    return Suitability.IN_PLACE


def _installs(situation: Situation, runs: list[str]) -> bool:
    name = packaging(situation.base) if situation.base else None
    programs = manager_programs(name) if name else manager_programs("apt") | manager_programs("apk")
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, programs), key=len, reverse=True))})\b")
    return any(pattern.search(text) for text in runs)
