"""How a base would be taken: in place of today's, or as the base of a runtime stage beside it."""

import re

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.candidate import Suitability
from basewright.model.contract import Difference, Effect
from basewright.recommend.families import manager_programs, packaging
from basewright.recommend.linkage import compiled_at_install
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.tools import has_tool

_INSTALLERS = frozenset(
    {"npm", "npx", "yarn", "pnpm", "pip", "pip3", "uv", "poetry", "pipenv", "bundle", "gem", "composer"}
)
"""They install what others built: where a base has them, their lines stay as they are."""


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
    tools = {need.value for need in situation.build_needs}
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.CONTENT}:
        return bool(tools)
    if lacks_compiler(situation, base):
        return True
    compilers, installers = tools - _INSTALLERS, tools & _INSTALLERS
    return bool(compilers) or any(has_tool(base, one) is False for one in installers)


def lacks_compiler(situation: Situation, base: BaseImage) -> bool:
    """Whether packages are compiled in the final stage by the compilers of today's base, and `base` has none."""
    today = situation.base
    if today is None or not has_tool(today, "gcc") or has_tool(base, "gcc"):
        return False
    return bool(compiled_at_install(situation))


def suitability(contract: tuple[Difference, ...], *, moves: bool, assembled: bool = False) -> Suitability:
    """Return how a candidate with this contract is proposed; handwork (`assembled`) never goes over as it is."""
    if moves:
        return Suitability.MULTI_STAGE
    if assembled or any(one.effect is Effect.BREAK for one in contract):
        return Suitability.WITH_CHANGES
    return Suitability.IN_PLACE


def _installs(situation: Situation, runs: list[str]) -> bool:
    name = packaging(situation.base) if situation.base else None
    programs = manager_programs(name) if name else manager_programs("apt") | manager_programs("apk")
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, programs), key=len, reverse=True))})\b")
    return any(pattern.search(text) for text in runs)
