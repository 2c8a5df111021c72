"""Aspect of identity: the user, the names that the project relies on, and who owns what it writes."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import NeedKind
from basewright.model.span import Location
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.situation import places
from basewright.recommend.storage import service_user
from basewright.recommend.subject import SubjectKind

_ROOT_NAMES = frozenset({"root", "0", ""})


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what changes with the user."""
    yield from _own_user(c)
    yield from _copied_for(c)
    yield from _default_user(c)
    if c.subject.kind is SubjectKind.SERVICE:
        yield from _service_user(c)


def _own_user(c: Comparison) -> Iterator[Difference]:
    setting = c.situation.workload.runtime.user
    if setting is None:
        return
    missing = [name for name in setting.value.split(":") if not _is_there(c, name)]
    if not missing:
        return
    name = missing[0]
    made_here = name in c.created_users(staying=False)
    if name in c.created_users(staying=True):
        return
    known = bool(c.new.users) or c.new.shell is False
    how = (
        "its RUN moves to the build stage, so the name is not in the image that runs"
        if made_here
        else "the candidate is not known to have it"
        if not known
        else "the candidate has no user of that name"
    )
    yield Difference(
        Aspect.USER,
        _user(c.old),
        _user(c.new),
        Effect.BREAK if known or made_here else Effect.REVIEW,
        (setting.where,),
        f"USER {setting.value}: {how}; write a number, such as {c.new.uid or 65532}, and copy files with the same "
        "--chown",
    )


def _copied_for(c: Comparison) -> Iterator[Difference]:
    for instruction, where in c.situation.lines("COPY", "ADD"):
        owner = instruction.flag("chown") or ""
        missing = [name for name in owner.split(":") if name and "$" not in name and not _is_there(c, name)]
        if not missing or missing[0] in c.created_users(staying=True):
            continue
        known = bool(c.new.users)
        yield Difference(
            Aspect.USER,
            _user(c.old),
            _user(c.new),
            Effect.BREAK if known else Effect.REVIEW,
            (where,),
            f"--chown={owner}: {'no user' if known else 'not known to have a user'} of that name there; write the "
            "number",
        )


def _default_user(c: Comparison) -> Iterator[Difference]:
    old_root, new_root = (c.old.is_root if c.old else None), c.new.is_root
    if old_root == new_root or new_root is None:
        return
    old, new = _user(c.old), _user(c.new)
    sets_own = c.situation.workload.runtime.user is not None
    if new_root:
        if not sets_own:
            why = "it starts as root where today's base does not: set USER"
            yield Difference(Aspect.USER, old, new, Effect.REVIEW, (c.situation.workload.where,), why)
        return
    runs = _runs_as_default(c)
    if runs:
        why = (
            "RUN lines run as this user: installing packages or writing outside its home fails; put USER 0 before them"
        )
        yield Difference(Aspect.USER, old, new, Effect.BREAK, runs, why)
    if not sets_own:
        yield from _written_by_root(c, has_runs=bool(runs))


def _runs_as_default(c: Comparison) -> tuple[Location, ...]:
    """Return where the RUN lines stand that stay and that no USER comes before."""
    found = []
    for instruction, where in c.situation.lines("RUN", "USER"):
        if instruction.keyword == "USER":
            break
        if c.stays(where):
            found.append(where)
    return tuple(found)


def _written_by_root(c: Comparison, *, has_runs: bool) -> Iterator[Difference]:
    old, new = _user(c.old), _user(c.new)
    written = places(*c.situation.of_kind(NeedKind.WRITABLE_PATH, NeedKind.VOLUME))
    mounts = tuple(sorted({*c.mounts(), *written}))
    if mounts and not _chowns_itself(c):
        why = "files that root wrote into these places belong to root: give them to the new user before the first start"
        yield Difference(Aspect.USER, old, new, Effect.BREAK, mounts, why, references.NON_ROOT_VOLUMES)
    elif not has_runs:
        effect = Effect.REVIEW if c.run_lines() else Effect.NONE
        why = "nothing of this project is known to need root"
        why += ": start it once as this user" if effect is Effect.REVIEW else ""
        yield Difference(Aspect.USER, old, new, effect, (), why)


def _service_user(c: Comparison) -> Iterator[Difference]:
    if c.old is None or c.situation.workload.runtime.user is not None:
        return
    old, new = service_user(c.old, c.subject.name), service_user(c.new, c.subject.name)
    if old is None or new is None or old.uid is None or new.uid is None or (old.uid, old.gid) == (new.uid, new.gid):
        return
    if old.uid == new.uid and (old.gid is None or new.gid is None):
        return
    touches = c.mounts()
    reowned = c.new.is_root is True
    why = (
        f"the files of the existing volume belong to {old.uid}:{_gid(old.gid)}; the service runs as {new.uid}:"
        f"{_gid(new.gid)}: "
    )
    why += "its entrypoint, as root, gives them over at the start" if reowned else "give them over first (chown -R)"
    effect = Effect.NONE if not touches else Effect.REVIEW if reowned else Effect.BREAK
    yield Difference(
        Aspect.USER,
        f"{old.name} ({old.uid})",
        f"{new.name} ({new.uid})",
        effect,
        touches,
        why,
        references.NON_ROOT_VOLUMES,
    )


def _chowns_itself(c: Comparison) -> bool:
    """Whether the service-user rule already tells of the ownership."""
    return (
        c.subject.kind is SubjectKind.SERVICE and c.old is not None and service_user(c.old, c.subject.name) is not None
    )


def _is_there(c: Comparison, name: str) -> bool:
    if name.isdigit() or name in _ROOT_NAMES:
        return True
    return any(user.name == name for user in c.new.users)


def _user(base: BaseImage | None) -> str | None:
    if base is None or (base.user is None and base.uid is None):
        return None
    name = base.user or "root"
    return name if base.uid is None or str(base.uid) == name else f"{name} ({base.uid})"


def _gid(gid: int | None) -> str:
    return "?" if gid is None else str(gid)
