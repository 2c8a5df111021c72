"""Are the programs there that run-time text calls: shells, tools, package managers."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject
from basewright.recommend.tools import can_install, has_tool


def check(situation: Situation, _: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse a base that lacks a program which nothing can put there and no edit makes unnecessary."""
    for need in situation.of_kind(NeedKind.SHELL):
        if is_own(need) and not is_health_check_only(situation, need):
            yield from _shell(situation, need, base)
    yield from _debugging(situation, base)
    shells = [need for need in situation.of_kind(NeedKind.SHELL) if not need.avoidable]
    told = base.shell is False and any(is_own(one) and not is_health_check_only(situation, one) for one in shells)
    for need in situation.of_kind(NeedKind.COMMAND):
        # What a script calls is no cause of its own where the script itself cannot run.
        if not told and is_own(need) and not is_health_check_only(situation, need):
            yield from _command(situation, need, base)
    for need in situation.of_kind(NeedKind.PACKAGE_MANAGER):
        if base.package_manager is False and has_tool(base, need.value) is not True:
            yield Obstacle(f"{need.value} installs packages when it runs, and no package manager is there", (need,))


def _debugging(situation: Situation, base: BaseImage) -> Iterator[Caution]:
    for need in situation.of_kind(NeedKind.DEBUGGING):
        if base.shell is False:
            first = need.evidence[0]
            yield Caution(f"people look into it with a shell ({first.where}: {first.what}): there is none")


def is_own(need: Need) -> bool:
    """Whether the project itself has the need: what today's base alone brings, its successor brings too."""
    return any(evidence.kind is not EvidenceKind.CATALOG for evidence in need.evidence)


def is_health_check_only(situation: Situation, need: Need) -> bool:
    """Whether only the health check has the need; a health check can be rewritten, so it does not refuse."""
    own = {evidence.where for evidence in need.evidence if evidence.kind is not EvidenceKind.CATALOG}
    return bool(own) and own <= _check_places(situation)


def _check_places(situation: Situation) -> frozenset[Location]:
    check = situation.workload.runtime.health_check
    if check is None:
        return frozenset()
    return frozenset({check.where, check.test.where if check.test else check.where})


def own_reason(situation: Situation, need: Need) -> str:
    """Return the first evidence of the project's own, a health check's last, with its place."""
    check = _check_places(situation)
    own = [one for one in need.evidence if one.kind is not EvidenceKind.CATALOG] or list(need.evidence)
    first = min(own, key=lambda one: one.where in check)
    return f"{first.what} ({first.where})"


def _shell(situation: Situation, need: Need, base: BaseImage) -> Iterator[Obstacle | Caution]:
    if need.avoidable:
        return
    why = own_reason(situation, need)
    if base.shell is False:
        if need.confidence is Confidence.LOW:
            yield Caution(f"it has no shell: {why}")
        else:
            yield Obstacle(f"it has no shell: {why}", (need,))
    elif base.shell is None:
        yield Caution(f"whether it has a shell is not known: {why}")
    elif need.value == "bash" and has_tool(base, "bash") is False and can_install(base) is False:
        yield Obstacle(f"it has sh but no bash, and nothing can be installed: {why}", (need,))


def _command(situation: Situation, need: Need, base: BaseImage) -> Iterator[Obstacle | Caution]:
    if need.avoidable or need.detail.startswith("brought by the project"):
        return
    present = has_tool(base, need.value)
    why = own_reason(situation, need)
    if present is None and can_install(base) is False:
        yield Caution(f"whether it has {need.value} is not known: {why}")
    elif present is False and can_install(base) is False:
        if need.confidence is Confidence.LOW:
            yield Caution(f"it has no {need.value}: {why}")
        else:
            none = base.package_manager is False
            way = "no package manager to install it" if none else "no shell for a line that would install it"
            yield Obstacle(f"it has no {need.value} and {way}: {why}", (need,))
