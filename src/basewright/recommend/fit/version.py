"""Does it carry the right release of what runs, and every other interpreter that runs."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.need import NeedKind
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.versions import is_same_line

_VERSIONED = frozenset({SubjectKind.RUNTIME, SubjectKind.SERVICE, SubjectKind.CONTENT})


def check(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse another release line; a version that is not told is refused where a line is asked for."""
    if subject.kind in _VERSIONED:
        yield from _line(subject, base)
    yield from _other_interpreters(situation, subject, base)


def _line(subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    version = base.runtime.version if base.runtime else None
    needs = (subject.need,) if subject.need else ()
    if not subject.line and subject.kind is SubjectKind.CONTENT:
        return
    if not subject.line:
        yield Obstacle(f"which release of {subject.name} is needed is not known, so none can be chosen", needs)
        return
    same = is_same_line(subject.name, subject.version, version)
    if same is False:
        yield Obstacle(f"it carries {subject.name} {version}, and {_wanted(subject)}", needs)
    elif same is None:
        yield Obstacle(
            f"which release of {subject.name} it carries is not told exactly enough; {subject} is needed", needs
        )


def _wanted(subject: Subject) -> str:
    """Say why that line and no other: where today's is past its end of life, what pins it, or what comes next."""
    move = subject.move
    if move is None:
        return f"{subject} is needed"
    if move.is_taken:
        return f"{subject} is the next supported line after {move.old}"
    if move.pins:
        return str(move.pins[0])
    return f"{subject} is needed: the data is of this release"


def _other_interpreters(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    present = {subject.name, base.runtime.name if base.runtime else ""}
    for need in situation.of_kind(NeedKind.INTERPRETER):
        if need.value in present or need is subject.need:
            continue
        if base.package_manager is False or base.shell is False:
            yield Obstacle(f"{need.value} is needed too, and nothing can be installed there", (need,))
        else:
            yield Caution(f"{need.value} is needed too: install it, or split the workload")
