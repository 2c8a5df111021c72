"""Aspects of a service put together by hand, when an image of that service takes the place of the plain base."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from basewright.model.base import BaseImage, User
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import NeedKind
from basewright.model.span import Location
from basewright.model.workload import Process
from basewright.recommend import references
from basewright.recommend.assembly import is_assembled, taken, writer
from basewright.recommend.contract.accounts import given_uid
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.situation import places
from basewright.recommend.storage import program_directory, service_user
from basewright.recommend.tools import programs


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what of the handwork does not hold, or is not needed, in an image of the service."""
    if not is_assembled(c.situation, c.subject):
        return
    runtime = c.situation.workload.runtime
    for aspect, process in ((Aspect.ENTRYPOINT, runtime.entrypoint), (Aspect.COMMAND, runtime.command)):
        if process is not None:
            yield from _program(c, aspect, process)
    yield from _copies(c)
    yield from _owner(c)


def _program(c: Comparison, aspect: Aspect, process: Process) -> Iterator[Difference]:
    """Yield a program of the service that is started by a path which the image does not have."""
    words = process.words[0].split() if process.is_shell_form and process.words else process.words
    path = PurePosixPath(words[0]) if words else PurePosixPath()
    name = c.subject.name
    if not path.is_absolute() or path.name not in {name, *programs().runtime.get(name, frozenset())}:
        return
    there = program_directory(c.new, name)
    if there == str(path.parent):
        return
    known = there is not None
    why = f"{path} is not there: {name} lies in {there}" if known else f"whether {path} is there is not known"
    yield Difference(
        aspect,
        str(path),
        f"{there}/{path.name}" if known else None,
        Effect.BREAK if known else Effect.REVIEW,
        (process.where,),
        f"{why}; leave the start to the image (remove this line), or write `{path.name}` without its folder",
        references.POSTGRES_IMAGE if name == "postgres" else "",
    )


def _copies(c: Comparison) -> Iterator[Difference]:
    found = list(taken(c.situation, c.subject.name))
    if not found:
        return
    origin = found[0][1]
    other = f"; what was built for {origin.libc} does not start on {c.new.libc}" if _other_libc(origin, c.new) else ""
    why = f"the image brings {c.subject.name} itself: remove these lines{other}"
    yield Difference(
        Aspect.TOOLS,
        f"{c.subject.name} copied from {origin.reference}",
        "in the image",
        Effect.REVIEW,
        tuple(where for where, _ in found),
        why,
    )


def _other_libc(one: BaseImage, other: BaseImage) -> bool:
    return one.libc is not None and other.libc is not None and one.libc != other.libc


def _owner(c: Comparison) -> Iterator[Difference]:
    """Yield another owner of the data: the uid that the handwork gives the service, and that of the image."""
    new = service_user(c.new, c.subject.name)
    setting = c.situation.workload.runtime.user
    name = setting.value.partition(":")[0] if setting is not None else ""
    if new is None or new.uid is None or setting is None or name != new.name:
        return
    old = _today(c, name)
    touches = _data_places(c)
    if old.uid == new.uid or not touches:
        return
    belong = f"to {old.uid}" if old.uid is not None else f"to the number that the line which makes {name} gave it"
    yield Difference(
        Aspect.USER,
        f"{name} ({old.uid})" if old.uid is not None else f"{name} (its number is not told)",
        f"{new.name} ({new.uid})",
        Effect.BREAK if old.uid is not None else Effect.REVIEW,
        touches,
        f"the files of existing data belong {belong}; the service runs as {new.uid}: give them over first (chown -R)",
        references.NON_ROOT_VOLUMES,
    )


def _today(c: Comparison, name: str) -> User:
    made = given_uid(c, name)
    if made is not None or name in c.created_users(staying=False):
        return User(name, made)
    origin = writer(c.situation, c.subject.name)
    found = service_user(origin, c.subject.name) if origin is not None else None
    return found if found is not None else User(name, None)


def _data_places(c: Comparison) -> tuple[Location, ...]:
    volumes = places(*c.situation.of_kind(NeedKind.STATEFUL_DATA))
    return tuple(sorted({*c.mounts(), *volumes}))
