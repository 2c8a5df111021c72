"""Aspect of the release: of what runs, and of the distribution where that alone is known."""

import re
from collections.abc import Iterator

from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.requirement import ECOSYSTEMS
from basewright.model.span import Location
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.families import manager_programs, packaging
from basewright.recommend.subject import Move, SubjectKind
from basewright.recommend.succession import stages_on

_SERVED = frozenset({SubjectKind.SERVICE, SubjectKind.CONTENT})
_MANIFESTS = 20
"""Manifests that one difference names at most."""


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield the change of the release, as a break where it is another line."""
    move = c.subject.move
    if move is not None and move.is_taken:
        yield _line(c, move)
    elif c.subject.kind is SubjectKind.SYSTEM:
        yield from _distribution(c)
    else:
        yield from _patch(c)


def _line(c: Comparison, move: Move) -> Difference:
    """Return the break: what ran on the old line has to be tried on the new one."""
    use, version = c.situation.workload.base, c.new.runtime.version if c.new.runtime else None
    what = "clients and configuration have" if c.subject.kind in _SERVED else "the code and what it installs have"
    why = (
        f"{what} to work on {c.subject.name} {move.new}, since {move.old} is past its end of life ({move.ended}): "
        "run the whole test suite there"
    )
    if natives := sorted({one.value for one in c.native_needs() if one.version})[:6]:
        why += f"; {', '.join(natives)}: look that the pinned version is published for it"
    touches = {use.changed_at, *(where for where, _ in stages_on(c.situation, c.subject.name, move.old))}
    reference = references.RUNTIME_CHANGES.get(c.subject.name, "").format(line=move.new)
    places = (*sorted(touches), *_manifests(c))
    return Difference(Aspect.RUNTIME_VERSION, move.old, version, Effect.BREAK, places, why, reference)


def _manifests(c: Comparison) -> tuple[Location, ...]:
    ecosystem = ECOSYSTEMS.get(c.subject.name)
    paths = {one.path for one in c.situation.workload.manifests if one.ecosystem == ecosystem}
    return tuple(Location(path) for path in sorted(paths)[:_MANIFESTS])


def _patch(c: Comparison) -> Iterator[Difference]:
    old, new = (base.runtime.version if base and base.runtime else None for base in (c.old, c.new))
    same_thing = c.old is not None and c.old.runtime is not None and c.old.runtime.name == c.subject.name
    if same_thing and old and new and old != new:
        minor = c.subject.kind in _SERVED and old.split(".")[:2] != new.split(".")[:2]
        effect = Effect.REVIEW if minor else Effect.NONE
        more = ": read what changed between the two" if minor else ""
        yield Difference(Aspect.RUNTIME_VERSION, old, new, effect, explanation=f"both are {c.subject}{more}")


def _distribution(c: Comparison) -> Iterator[Difference]:
    """Yield another release of the distribution where lines install packages: they come in other versions there."""
    old, new = (
        f"{base.os.id} {base.os.version}" if base and base.os and base.os.version else "" for base in (c.old, c.new)
    )
    manager = packaging(c.new)
    if not old or not new or old == new or manager is None:
        return
    programs = sorted(map(re.escape, manager_programs(manager)), key=len, reverse=True)
    touches = c.lines_with(re.compile(rf"\b(?:{'|'.join(programs)})\b"), "RUN")
    if touches:
        why = "the packages that these lines install come in other versions there, and some under other names"
        yield Difference(Aspect.RUNTIME_VERSION, old, new, Effect.REVIEW, touches, why)
