"""USER: the user that the workload runs as."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.needs.evidence import need, subject
from basewright.needs.invocation import Invocation
from basewright.needs.view import WorkloadView

_STEPS_DOWN = frozenset({"gosu", "su-exec", "su", "runuser", "setpriv", "chpst", "s6-setuidgid", "sudo"})
_MAKES_USER = frozenset({"adduser", "useradd", "addgroup", "groupadd"})
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?")


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the users that are set, stepped down to, made in the image, or the base's own."""
    setting = view.workload.runtime.user
    used: set[str] = set()
    if setting is not None and setting.value.strip():
        value = setting.value.strip()
        used.add(value.partition(":")[0])
        is_certain = "$" not in value
        confidence = Confidence.CERTAIN if is_certain else Confidence.MEDIUM
        detail = _contradiction(view, value, setting.where)
        yield need(
            NeedKind.USER, value, setting.where, f"the user is set to {value}", confidence=confidence, detail=detail
        )
    for invocation in view.invocations:
        user = stepped_down_to(invocation)
        if user is not None and invocation.origin is EvidenceKind.FILE:
            used.add(user.partition(":")[0])
            what = f"{subject(invocation.source)} steps down to {user} by {invocation.program}"
            yield need(NeedKind.USER, user, invocation.where, what, confidence=invocation.confidence)
    yield from _made(view, used)
    if setting is None and view.base is not None and view.base.user and not view.base.is_root:
        what = f"the base runs as {view.base.user}"
        yield need(
            NeedKind.USER,
            view.base.user,
            view.workload.base.where,
            what,
            confidence=Confidence.MEDIUM,
            origin=EvidenceKind.CATALOG,
        )


def stepped_down_to(invocation: Invocation) -> str | None:
    """Return the user that ``gosu USER …`` and its kin step down to, None where it is no such command."""
    program, arguments = invocation.program, invocation.arguments
    if program not in _STEPS_DOWN:
        return None
    for index, word in enumerate(arguments):
        if program in {"runuser", "chpst", "sudo"} and word == "-u":
            return _user(arguments[index + 1]) if index + 1 < len(arguments) else None
        if program == "setpriv" and word.startswith("--reuid"):
            value = word.partition("=")[2] or (arguments[index + 1] if index + 1 < len(arguments) else "")
            return _user(value)
        if program in {"gosu", "su-exec", "su", "s6-setuidgid"} and not word.startswith("-"):
            return _user(word)
    return None


def _user(text: str) -> str | None:
    return text if _USER.fullmatch(text) else None


def _made(view: WorkloadView, used: set[str]) -> Iterator[Need]:
    """Yield users that RUN makes: more evidence for one that is used, a hint where none is."""
    for invocation in view.final_build_invocations:
        if invocation.program not in {"adduser", "useradd"}:
            continue
        name = made_user(invocation)
        if name is None or (used and name not in used):
            continue
        uid = _option(invocation.arguments, ("-u", "--uid"))
        what = f"RUN makes the user {name}" + (f" with the id {uid}" if uid else "")
        confidence = Confidence.CERTAIN if name in used else Confidence.LOW
        detail = "" if name in used else f"{name} is made, but nothing that was read runs as it"
        yield need(NeedKind.USER, _as_used(view, name), invocation.where, what, confidence=confidence, detail=detail)


def _as_used(view: WorkloadView, name: str) -> str:
    setting = view.workload.runtime.user
    return setting.value.strip() if setting and setting.value.partition(":")[0].strip() == name else name


def made_user(invocation: Invocation) -> str | None:
    """Return the name of the user that ``useradd`` or ``adduser`` makes."""
    takes_value = {"-u", "--uid", "-g", "--gid", "-G", "--groups", "-d", "--home", "-h", "-s", "--shell", "-c", "-k",
                   "--comment", "--ingroup", "-K", "--gecos", "--home-dir", "-b", "--base-dir", "-p"}  # fmt: skip
    names: list[str] = []
    skip = False
    for word in invocation.arguments:
        if skip:
            skip = False
        elif word in takes_value:
            skip = True
        elif not word.startswith("-"):
            names.append(word)
    return _user(names[0]) if names else None


def _option(arguments: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    for index, word in enumerate(arguments):
        if word in names and index + 1 < len(arguments):
            return arguments[index + 1]
        for name in names:
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
    return None


def _contradiction(view: WorkloadView, value: str, where: Location) -> str:
    """Tell where a setting from outside the Dockerfile replaces its USER."""
    own = [one for one in view.instructions("USER") if one.instruction.words]
    if own and own[-1].where.file != where.file and own[-1].instruction.words[0] != value:
        return f"replaces USER {own[-1].instruction.words[0]} of {own[-1].where}"
    return ""
