"""Aspects of surroundings: ports, volumes, data directory, work directory, stop signal, architectures."""

import itertools
from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import NeedKind
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.situation import places
from basewright.recommend.storage import data_directory
from basewright.recommend.subject import SubjectKind, is_replaced

_FIRST_UNPRIVILEGED = 1024
_SERVED = frozenset({SubjectKind.SERVICE, SubjectKind.CONTENT})
_RELATIVE_SOURCES = ("CMD", "ENTRYPOINT", "COPY", "ADD", "RUN")


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what changes around the process."""
    yield from _ports(c)
    yield from _privileged_ports(c)
    yield from _data_directory(c)
    yield from _volumes(c)
    yield from _working_directory(c)
    yield from _plain(c)


def _ports(c: Comparison) -> Iterator[Difference]:
    if c.old is None or is_replaced(c.situation, c.subject):
        return
    if c.subject.kind not in _SERVED or not c.old.ports:
        return
    asked = tuple(sorted({one.where for one in c.situation.workload.runtime.ports}))
    if c.new.ports is None and asked:
        why = "on which port it listens is not known"
        yield Difference(Aspect.PORTS, ", ".join(sorted(c.old.ports)), None, Effect.REVIEW, asked, why)
    if not c.new.ports:
        return
    old, new = _numbers(c.old.ports), _numbers(c.new.ports)
    if old == new:
        return
    gone = old - new
    touches = tuple(sorted({one.where for one in c.situation.workload.runtime.ports if one.number in gone}))
    new_text = ", ".join(sorted(c.new.ports))
    effect = Effect.BREAK if touches else Effect.REVIEW if gone else Effect.NONE
    why = (
        f"it listens on {new_text}: change the container side of the mapping, and `listen` where the project "
        "configures it"
    )
    yield Difference(Aspect.PORTS, ", ".join(sorted(c.old.ports)), new_text, effect, touches, why)


def _privileged_ports(c: Comparison) -> Iterator[Difference]:
    served = _numbers(c.new.ports or ())
    needs = c.situation.of_kind(NeedKind.PRIVILEGED_PORT)
    if c.subject.kind in _SERVED and served and min(served) >= _FIRST_UNPRIVILEGED:
        return  # the change of the port is told already
    was_root = c.old is None or c.old.is_root is not False
    if not needs or c.new.is_root is not False or not was_root or c.situation.workload.runtime.user is not None:
        return
    numbers = ", ".join(sorted({need.value for need in needs}))
    why = (
        f"port {numbers} lies below {_FIRST_UNPRIVILEGED}: Docker lets any user open it, Kubernetes and other "
        "runtimes do "
        "not by default; a port above is safe everywhere"
    )
    yield Difference(Aspect.PORTS, numbers, numbers, Effect.REVIEW, places(*needs), why)


def _data_directory(c: Comparison) -> Iterator[Difference]:
    if c.subject.name != "postgres" or "PGDATA" in c.situation.workload.runtime.environment:
        return
    old, new = _directory_today(c), data_directory(c.new, "postgres")
    if old == new or (c.old is None and old is None):
        return
    at = {
        one.where for one in c.situation.workload.runtime.mounts if one.is_persistent and _holds_data(one.target, old)
    }
    at.update(places(*c.situation.of_kind(NeedKind.STATEFUL_DATA)))
    keep = f"set PGDATA={old}, or move the mount" if old else "set PGDATA to where it lies, or move the mount"
    if new is None:
        why = f"where it keeps its data is not known: {keep}"
    elif at and old:
        why = f"it would look for the cluster in {new}, find nothing and make a new, empty one: {keep}"
    else:
        why = (
            f"no data of this project is known to last; where it does: {keep}"
            if not at
            else (f"it looks for the cluster in {new}, and where it lies today is not told: {keep}")
        )
    effect = Effect.NONE if not at else Effect.BREAK if old and new else Effect.REVIEW
    yield Difference(Aspect.DATA_DIRECTORY, old, new, effect, tuple(sorted(at)), why, references.PGDATA_18)


def _directory_today(c: Comparison) -> str | None:
    """Return where today's service keeps its data: its image's folder, else what the command names."""
    told = data_directory(c.old, "postgres") if c.old is not None and _is_postgres(c.old) else None
    words = [word for one in c.situation.processes for text in one.words for word in text.split()]
    for flag, value in itertools.pairwise(words):
        if flag in {"-D", "--pgdata"}:
            told = value
    return told


def _is_postgres(base: BaseImage) -> bool:
    return base.runtime is not None and base.runtime.name == "postgres"


def _volumes(c: Comparison) -> Iterator[Difference]:
    if c.old is None or c.old.volumes is None or c.new.volumes is None or c.old.volumes == c.new.volumes:
        return
    gone = set(c.old.volumes) - set(c.new.volumes)
    is_postgres = c.subject.name == "postgres"
    at = () if is_postgres else c.mounts()
    effect = Effect.REVIEW if gone and at else Effect.NONE
    why = "the image declares other volumes; what is mounted explicitly stays where it is"
    yield Difference(Aspect.VOLUMES, _list(c.old.volumes), _list(c.new.volumes), effect, at if gone else (), why)


def _working_directory(c: Comparison) -> Iterator[Difference]:
    if c.old is None or c.old.working_directory is None or c.new.working_directory is None:
        return
    old, new = c.old.working_directory or "/", c.new.working_directory or "/"
    if old == new:
        return
    first = next((one for one, _ in c.situation.lines("WORKDIR", *_RELATIVE_SOURCES)), None)
    sets_own = c.situation.workload.runtime.working_directory is not None or (first and first.keyword == "WORKDIR")
    relies = c.subject.kind not in _SERVED and not sets_own
    yield Difference(
        Aspect.WORKING_DIRECTORY,
        old,
        new,
        Effect.REVIEW if relies else Effect.NONE,
        explanation="relative paths start there: set WORKDIR" if relies else "the project sets its own, or uses none",
    )


def _plain(c: Comparison) -> Iterator[Difference]:
    """Yield what needs no lines: stop signal, architectures."""
    if c.old is None:
        return
    signal = c.situation.workload.runtime.stop_signal
    if c.old.stop_signal and c.new.stop_signal and c.old.stop_signal != c.new.stop_signal:
        effect = Effect.NONE if signal else Effect.REVIEW
        why = "the project sets its own" if signal else "the service is asked to stop with another signal: watch a stop"
        yield Difference(Aspect.STOP_SIGNAL, c.old.stop_signal, c.new.stop_signal, effect, explanation=why)
    lost = sorted(set(c.old.architectures) - set(c.new.architectures)) if c.new.architectures else []
    if lost:
        why = f"no longer published for {', '.join(lost)}; name the architectures that you deploy to have this decide"
        yield Difference(
            Aspect.ARCHITECTURES, _list(c.old.architectures), _list(c.new.architectures), Effect.NONE, explanation=why
        )


def _numbers(ports: tuple[str, ...]) -> set[int]:
    return {int(port.partition("/")[0]) for port in ports if port.partition("/")[0].isdigit()}


def _holds_data(target: str, directory: str | None) -> bool:
    """Whether a mount at `target` is one for the data: it covers the directory, or was meant to."""
    target = target.rstrip("/")
    covers = directory is not None and (directory == target or directory.startswith(f"{target}/"))
    return covers or target.startswith("/var/lib/postgresql")


def _list(values: tuple[str, ...]) -> str:
    return ", ".join(values) if values else "(none)"
