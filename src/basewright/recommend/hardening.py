"""The steps that harden what runs, with the lines to write: user, form of the start, health, file system, rights."""

import json
import posixpath
import re
import shlex
from collections.abc import Iterator

from basewright.model.base import BaseImage, Role
from basewright.model.candidate import Action, ActionKind, Candidate, Finding, Severity
from basewright.model.need import EvidenceKind, NeedKind
from basewright.model.workload import MountKind, Origin, Process
from basewright.recommend.findings.identity import DROPS_BY_ITSELF, is_root
from basewright.recommend.health import proposal
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, is_replaced

HARDENING_RULES = (
    "secret-in-build",
    "privileged-container",
    "mount-of-docker-socket",
    "dev-server-in-production",
    "shell-form-command",
    "health-check-missing",
)
"""Findings whose remedy is a step of its own, in this order."""
_NEEDS_SHELL = re.compile(r"[$`|&;<>(){}*?\[\]~#!\\\n=]")
_TRUE = frozenset({"true", "yes", "on", "1"})
_PATHS = 12
"""Paths that one step names at most."""
_OF_ROOT = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID")
"""What the entrypoint of a service uses, which gives the data over and steps down from root."""
_OF_WEB_SERVERS = {"nginx": ("/var/cache/nginx", "/var/run")}
"""What a web server writes that takes the process's place (docker-library/docs, nginx: read-only mode)."""
_RAISES = frozenset({"sudo", "su", "doas", "newuidmap"})


def hardening(
    situation: Situation,
    subject: Subject | None,
    candidates: tuple[Candidate, ...],
    findings: tuple[Finding, ...],
) -> Iterator[Action]:
    """Yield the steps, numbered later."""
    base = runs_next(situation, candidates)
    yield from _user(situation, base, findings)
    for rule in HARDENING_RULES:
        for one in findings:
            if one.rule == rule:
                change = _change(situation, subject, base, one)
                yield Action(0, ActionKind.HARDEN, one.remedy, one.message, change, one.where)
    yield from _read_only(situation, subject)
    yield from _rights(situation, subject, base)


def runs_next(situation: Situation, candidates: tuple[Candidate, ...]) -> BaseImage | None:
    """Return the base that the next steps are for: the first candidate, but today's while data has to move first."""
    if is_move_of_data(situation, candidates) and situation.base is not None:
        return situation.base
    return candidates[0].base if candidates else situation.base


def is_move_of_data(situation: Situation, candidates: tuple[Candidate, ...]) -> bool:
    """Whether the change to the first candidate is a project of its own, with the data under it."""
    return bool(candidates) and situation.is_stateful and bool(candidates[0].breaks)


def _change(situation: Situation, subject: Subject | None, base: BaseImage | None, finding: Finding) -> str:
    if finding.rule == "health-check-missing":
        return proposal(situation, subject, base)
    if finding.rule == "shell-form-command":
        found = (one for one in situation.processes if one.where == finding.where and one.is_shell_form)
        return next((_exec_form(situation, one) for one in found), "")
    return ""


def _exec_form(situation: Situation, process: Process) -> str:
    """Return a command in exec form, where it is one plain command; "" where a shell does something for it."""
    text = process.words[0] if process.words else ""
    if _NEEDS_SHELL.search(text):
        return ""
    try:
        words = shlex.split(text)
    except ValueError:
        return ""
    is_entrypoint = process is situation.workload.runtime.entrypoint
    in_compose = situation.build is None or process.where.file != situation.build.file
    if in_compose:
        name = "entrypoint" if is_entrypoint else "command"
        return f"- {name}: {text}\n+ {name}: {json.dumps(words)}"
    keyword = "ENTRYPOINT" if is_entrypoint else "CMD"
    return f"- {keyword} {text}\n+ {keyword} {json.dumps(words)}"


def _user(situation: Situation, base: BaseImage | None, findings: tuple[Finding, ...]) -> Iterator[Action]:
    stays_root = base is None or (base.is_root is not False and base.role is not Role.SERVICE)
    for one in findings:
        if one.rule == "runs-as-root" and one.severity is Severity.WARNING and stays_root and is_root(situation):
            uid = _plain_user(base)
            lines = [*_ownership(situation, base, uid), f"+ USER {uid}"]
            why = one.message + _taking_over(situation, uid)
            yield Action(0, ActionKind.HARDEN, "run as a user without privileges", why, "\n".join(lines), one.where)


def _ownership(situation: Situation, base: BaseImage | None, uid: int) -> Iterator[str]:
    """Yield the line that gives what is written to the new user, where the image has a shell to run it."""
    paths = _written(situation)
    if not paths or base is None or base.shell is False or situation.is_scratch:
        return
    shown = shlex.join(paths)
    yield f"+ RUN mkdir -p {shown} && chown -R {uid}:{uid} {shown}"


def _taking_over(situation: Situation, uid: int) -> str:
    """Say how volumes that hold root's files are given over: a build cannot do it."""
    mounts = [one for one in situation.workload.runtime.mounts if one.is_persistent and not one.read_only]
    if not mounts:
        return ""
    targets = ", ".join(sorted({one.target for one in mounts})[:_PATHS])
    named = next((one for one in sorted(mounts, key=lambda one: one.target) if one.kind is MountKind.NAMED), None)
    how = f", such as `docker run --rm -v VOLUME:/data alpine chown -R {uid}:{uid} /data`" if named else ""
    return f". What root wrote into {targets} is given to {uid} first{how}"


def _written(situation: Situation) -> list[str]:
    """Return the paths that the process writes, persistent ones too, the application's own folder left out."""
    needs = situation.of_kind(NeedKind.WRITABLE_PATH, NeedKind.VOLUME)
    paths = {need.value for need in needs if need.value.startswith("/") and not need.value.endswith(".sock")}
    binds = {one.target for one in situation.workload.runtime.mounts if one.kind is MountKind.BIND}
    return sorted(paths - binds - {"/", "/tmp"})[:_PATHS]  # noqa: S108 - a path of the container


def _plain_user(base: BaseImage | None) -> int:
    """Return the id of a user for applications that `base` has (node: 1000), else the usual number for one."""
    ids = [user.uid for user in (base.users if base else ()) if user.uid is not None and 1000 <= user.uid < 65534]
    return min(ids, default=65532)


def _read_only(situation: Situation, subject: Subject | None) -> Iterator[Action]:
    workload = situation.workload
    if workload.runtime.read_only is not None or workload.origin not in {Origin.COMPOSE, Origin.DOCKERFILE}:
        return
    paths, others = _temporary(situation, subject)
    why = "an intruder cannot leave anything behind"
    if others:
        why += f". Look whether these are written too, and mount a volume there: {', '.join(others)}"
    if workload.origin is Origin.COMPOSE:
        change = f"+ read_only: true\n+ tmpfs: [{', '.join(paths)}]"
    else:
        mounts = " ".join(f"--tmpfs {shlex.quote(path)}" for path in paths)
        change = f"$ docker run --read-only {mounts} IMAGE"
    what = "make the root filesystem read-only, and name what is written"
    yield Action(0, ActionKind.HARDEN, what, why, change, workload.where)


def _temporary(situation: Situation, subject: Subject | None) -> tuple[list[str], list[str]]:
    """Return what is written and may be forgotten, and what a build prepared for writing and may have to last.

    Volumes are neither: they are mounted. A folder that the image fills is no tmpfs either, which would hide it.
    """
    mounted = [one.target.rstrip("/") for one in situation.workload.runtime.mounts if one.kind is not MountKind.TMPFS]
    mounted += [need.value for need in situation.of_kind(NeedKind.VOLUME)]
    temporary = {"/tmp"}  # noqa: S108 - a path of the container
    if subject is not None and is_replaced(situation, subject):
        temporary.update(_OF_WEB_SERVERS.get(subject.name, ()))
    others: set[str] = set()
    for need in situation.of_kind(NeedKind.WRITABLE_PATH):
        if _is_below(need.value, mounted) or _is_below(need.value, ["/tmp"]):  # noqa: S108
            continue
        by_service = any(one.kind is EvidenceKind.CATALOG or "tmpfs" in one.what for one in need.evidence)
        (temporary if by_service and not _is_filled(situation, need.value) else others).add(need.value)
    return sorted(temporary, key=lambda path: (path != "/tmp", path))[:_PATHS], sorted(others)[:_PATHS]  # noqa: S108


def _is_below(path: str, roots: list[str]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots if root)


def _is_filled(situation: Situation, path: str) -> bool:
    return any(_is_below(posixpath.normpath(one), [path]) for one in situation.workload.static_paths)


def _rights(situation: Situation, subject: Subject | None, base: BaseImage | None) -> Iterator[Action]:
    """Yield the end of capabilities and of gaining privileges, for Compose; not where everything was asked for."""
    workload, runtime = situation.workload, situation.workload.runtime
    privileged = runtime.privileged is not None and runtime.privileged.value.lower() in _TRUE
    if workload.origin is not Origin.COMPOSE or privileged:
        return
    lines = []
    if not any(one.value.upper() == "ALL" for one in runtime.cap_drop):
        lines.append("+ cap_drop: [ALL]")
        kept = _kept(situation, subject, base)
        if kept and not runtime.cap_add:
            lines.append(f"+ cap_add: [{', '.join(kept)}]")
    raises = any(need.value in _RAISES for need in situation.of_kind(NeedKind.COMMAND))
    if not raises and not any("no-new-privileges" in one.value for one in runtime.security_opt):
        lines.append("+ security_opt: [no-new-privileges:true]")
    if lines:
        what = "drop the capabilities that nothing uses, and let no program gain privileges"
        why = "what an intruder in the container may do on the host is little then; test the start, a write and a stop"
        yield Action(0, ActionKind.HARDEN, what, why, "\n".join(lines), workload.where)


def _kept(situation: Situation, subject: Subject | None, base: BaseImage | None) -> list[str]:
    """Return what a start as root needs all the same: to step down, and to open a low port."""
    changes = situation.workload.runtime.user is None and base is not None and base.is_root is False
    if changes or is_root(situation) is False:
        return []
    steps_down = subject is not None and subject.name in DROPS_BY_ITSELF
    low_port = bool(situation.of_kind(NeedKind.PRIVILEGED_PORT))
    return sorted([*(_OF_ROOT if steps_down else ()), *(["NET_BIND_SERVICE"] if low_port else ())])
