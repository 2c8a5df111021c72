"""INIT and HEALTH_CHECK: who forwards signals and reaps children, and how the container is asked whether it works."""

from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.needs.evidence import calls, need, shortened
from basewright.needs.invocation import Source
from basewright.needs.tables import programs
from basewright.needs.view import EffectiveProcess, WorkloadView
from basewright.syntax.shell import parse_shell

_ENGINE_INIT = "init: true"
_NOT_ASKED = "nothing forwards signals and reaps children: an init would, and none is asked for"
_HANDING_ON = frozenset({"docker-entrypoint.sh", "docker-php-entrypoint", "__cacert_entrypoint.sh"})
_NODE_MANAGERS = frozenset({"npm", "yarn", "pnpm"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the init that is used or would be needed, and what the health check calls."""
    inits = [one for one in view.invocations if one.is_main and one.program in programs().inits]
    for one in inits:
        yield need(NeedKind.INIT, one.program, one.where, calls(one), origin=one.origin)
    setting = view.workload.runtime.init
    is_set = setting is not None and setting.value.strip().lower() in {"true", "yes", "on"}
    if setting is not None and is_set:
        yield need(NeedKind.INIT, _ENGINE_INIT, setting.where, "the engine's init is asked for")
    if not inits and not is_set:
        yield from _first_process(view)
    yield from _health_check(view)


def _first_process(view: WorkloadView) -> Iterator[Need]:
    """Yield the trap of a first process that keeps signals to itself: npm, or a shell that stays."""
    first = next((one for one in view.processes if one.source is not Source.HEALTH_CHECK and not _hands_on(one)), None)
    if first is None or first.origin is not EvidenceKind.FILE:
        return
    words, where = first.process.words, first.process.where
    if first.process.is_shell_form:
        commands = parse_shell(" ".join(words)).commands
        # A shell given one simple command replaces itself with it (dash and busybox do not in all versions).
        if commands and not any(one.is_exec for one in commands):
            yield need(
                NeedKind.INIT,
                _ENGINE_INIT,
                where,
                f"a shell is process 1: {first.source.value} is in shell form, without exec",
                confidence=Confidence.MEDIUM,
                detail=_NOT_ASKED,
                avoidable="exec form, or exec before the command",
            )
    elif words and words[0].rsplit("/", 1)[-1] in _NODE_MANAGERS:
        name = words[0].rsplit("/", 1)[-1]
        yield need(
            NeedKind.INIT,
            _ENGINE_INIT,
            where,
            f"{name} is process 1: {shortened(' '.join(words))}",
            confidence=Confidence.MEDIUM,
            detail=_NOT_ASKED,
            avoidable="start the script's own command instead of the package manager",
        )


def _hands_on(one: EffectiveProcess) -> bool:
    """Whether it is an official image's entrypoint script, which ends in ``exec "$@"``: what follows is process 1."""
    name = one.process.words[0].rsplit("/", 1)[-1] if one.process.words else ""
    return one.origin is EvidenceKind.CATALOG and name in _HANDING_ON


def _health_check(view: WorkloadView) -> Iterator[Need]:
    check = next((one for one in view.processes if one.source is Source.HEALTH_CHECK), None)
    if check is None:
        return
    ignored = programs().builtins | programs().shells
    for one in view.invocations:
        if one.source is Source.HEALTH_CHECK and one.program not in ignored:
            what = f"the health check calls {shortened(one.program)}"
            yield need(NeedKind.HEALTH_CHECK, one.program, one.where, what, confidence=one.confidence)
    if check.process.is_shell_form:
        yield need(NeedKind.HEALTH_CHECK, "shell", check.process.where, "the health check is in shell form")
