"""COMMAND: programs of the system that run-time text calls."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.needs.evidence import calls, need
from basewright.needs.invocation import Invocation, Source
from basewright.needs.ownership import is_own, is_put
from basewright.needs.shell import own_command
from basewright.needs.tables import programs, services
from basewright.needs.view import WorkloadView

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}")
_STEPS_DOWN = frozenset({"gosu", "su-exec", "su", "sudo", "setpriv", "runuser"})
_NODE_CLIENTS = frozenset({"npm", "npx", "yarn", "pnpm"})
_FETCHERS = frozenset({"curl", "wget"})
_OWN_EXTENSION = re.compile(r"\.(?:py|js|mjs|cjs|ts|rb|php|pl|jar|dll|exe|sh|bash)$")


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each program of the system that is called; what the base itself calls is left out."""
    for invocation in view.invocations:
        if invocation.origin is not EvidenceKind.FILE or not is_system_program(view, invocation):
            continue
        known = _is_known(invocation.program)
        yield need(
            NeedKind.COMMAND,
            invocation.program,
            invocation.where,
            calls(invocation),
            confidence=invocation.confidence if known else min(invocation.confidence, Confidence.MEDIUM),
            detail="" if known else "not a program that is known here: it may come with the application's packages",
            avoidable=_avoidable(view, invocation),
        )


def is_system_program(view: WorkloadView, invocation: Invocation) -> bool:
    """Whether `invocation` needs a program of the system: no shell, no builtin, no runtime, nothing of its own."""
    table, program = programs(), invocation.program
    if not _NAME.fullmatch(program) or (invocation.in_shell and program in table.builtins):
        return False
    if program in table.shells or program in {"exec", "command", "time"}:
        return False
    if program in _NODE_CLIENTS:
        return True
    if program in table.interpreters or program in table.package_managers or _OWN_EXTENSION.search(program):
        return program in table.tools and program not in table.interpreters
    if any(program in service.programs for service in services().values()):
        return False
    if program in table.applets or program in table.tools:
        return not invocation.path.startswith("./") and not is_put(view, invocation)
    # The process itself, in exec form and unknown, is the project's program: other detectors look at it.
    is_process = invocation.is_main and not invocation.in_shell
    return not is_process and program not in table.wrappers and not is_own(view, invocation)


def _is_known(program: str) -> bool:
    table = programs()
    return program in table.applets or program in table.tools or program in _NODE_CLIENTS


def _avoidable(view: WorkloadView, invocation: Invocation) -> str:
    program = invocation.program
    if program in _NODE_CLIENTS:
        return own_command(view, invocation)
    if program in _STEPS_DOWN:
        return "start as the user itself (USER, or the orchestrator's user) instead of stepping down from root"
    if program in programs().inits and program != "supervisord":
        return "let the runtime provide the init (docker run --init, Compose init: true)"
    if program in _FETCHERS and invocation.source is Source.HEALTH_CHECK:
        name = view.runtime_name
        own = (
            f"let {name} itself make the request" if name in {"node", "python", "php", "ruby"} else "check from outside"
        )
        return f"{own}, or use a small static probe"
    return ""
