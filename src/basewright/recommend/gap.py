"""How far the workload is from the ideal, line by line; what is not known is said."""

import datetime as dt
from collections.abc import Callable

from basewright.model.base import Kind
from basewright.model.candidate import Gap
from basewright.recommend.findings.identity import is_root
from basewright.recommend.fit.support import end_of_support
from basewright.recommend.situation import Situation

_TRUE = frozenset({"true", "yes", "on", "1"})
_YEAR = dt.timedelta(days=365)


def gap(situation: Situation) -> tuple[Gap, ...]:
    """Return the lines of the gap, always the same ones in the same order."""
    return tuple(line(situation) for line in _LINES)


def _footprint(situation: Situation) -> Gap:
    kind = Kind.SCRATCH if situation.is_scratch else situation.base.kind if situation.base else None
    met = None if kind is None else kind in {Kind.DISTROLESS, Kind.SCRATCH}
    now = "already on scratch: nothing is smaller" if situation.is_scratch else kind or "not known"
    return Gap("footprint", "distroless or scratch", now, met)


def _user(situation: Situation) -> Gap:
    root = is_root(situation)
    setting = situation.workload.runtime.user
    now = "not known" if root is None else "root" if root else setting.value if setting else "the base's own user"
    return Gap("user", "not root", now, None if root is None else not root)


def _shell(situation: Situation) -> Gap:
    return _absence(situation, "shell", situation.base.shell if situation.base else None)


def _package_manager(situation: Situation) -> Gap:
    return _absence(situation, "package manager", situation.base.package_manager if situation.base else None)


def _absence(situation: Situation, what: str, present: bool | None) -> Gap:
    if situation.is_scratch:
        present = False
    now = "not known" if present is None else "present" if present else "none"
    return Gap(what, "none", now, None if present is None else not present)


def _support(situation: Situation) -> Gap:
    if situation.is_scratch:
        return Gap("support", "at least a year ahead", "nothing of a base to support", True)
    ended = end_of_support(situation.base, count_lts=situation.options.count_lts) if situation.base else None
    if ended is None:
        return Gap("support", "at least a year ahead", "not known", None)
    day, what = ended
    now = f"{'ended' if day <= situation.today else 'ends'} {day} ({what})"
    return Gap("support", "at least a year ahead", now, day >= situation.today + _YEAR)


def _digest(situation: Situation) -> Gap:
    reference = situation.workload.base.reference
    if situation.is_scratch:
        return Gap("base pinned by digest", "yes", "no base", True)
    if reference is None:
        return Gap("base pinned by digest", "yes", "not known", None)
    return Gap("base pinned by digest", "yes", "yes" if reference.digest else "no", reference.digest is not None)


def _read_only(situation: Situation) -> Gap:
    setting = situation.workload.runtime.read_only
    if setting is None:
        told = situation.workload.service is not None
        return Gap(
            "root filesystem", "read-only", "writable" if told else "decided where it is run", False if told else None
        )
    met = setting.value.lower() in _TRUE
    return Gap("root filesystem", "read-only", "read-only" if met else "writable", met)


def _capabilities(situation: Situation) -> Gap:
    runtime = situation.workload.runtime
    if runtime.privileged is not None and runtime.privileged.value.lower() in _TRUE:
        return Gap("capabilities", "none added, all dropped", "privileged: all of them", False)
    added = sorted(setting.value for setting in runtime.cap_add)
    dropped = any(setting.value.upper() == "ALL" for setting in runtime.cap_drop)
    now = (
        f"adds {', '.join(added)}" if added else "none added" + (", all dropped" if dropped else ", the defaults kept")
    )
    if situation.workload.service is None and not added and not dropped:
        return Gap("capabilities", "none added, all dropped", "decided where it is run", None)
    return Gap("capabilities", "none added, all dropped", now, dropped and not added)


def _build_tools(situation: Situation) -> Gap:
    names = sorted({need.value for need in situation.idle_tools})
    return Gap("build tools in the image", "none", ", ".join(names[:8]) or "none found", not names)


def _health_check(situation: Situation) -> Gap:
    workload = situation.workload
    check, outside = workload.runtime.health_check, workload.runtime.outside_probe
    if check is None and outside is not None:
        return Gap("health check", "one, in exec form", f"asked from outside ({outside.value})", True)
    if check is None and workload.is_job:
        return Gap("health check", "none: it runs to its end", "none", True)
    if check is None:
        return Gap("health check", "one, in exec form", "none", False)
    if check.test is None:
        return Gap("health check", "one, in exec form", "switched off", False)
    shell = check.test.is_shell_form
    return Gap("health check", "one, in exec form", "in shell form" if shell else "in exec form", not shell)


def _exec_form(situation: Situation) -> Gap:
    shell = [process for process in situation.processes if process.is_shell_form]
    if not situation.processes:
        return Gap("start", "in exec form", "the base's own", None if situation.base is None else True)
    return Gap("start", "in exec form", "in shell form" if shell else "in exec form", not shell)


_LINES: tuple[Callable[[Situation], Gap], ...] = (
    _footprint,
    _user,
    _shell,
    _package_manager,
    _support,
    _digest,
    _read_only,
    _capabilities,
    _build_tools,
    _health_check,
    _exec_form,
)
