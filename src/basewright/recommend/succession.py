"""Where the release line that runs is past its end of life: which line comes next, and what holds the old one fast.

The nearest supported line with a year ahead is taken, a long-term one first where the project makes such (node,
java, dotnet). The move is refused only where something other than the base names the old line.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basewright.model.base import BaseImage, Role
from basewright.model.need import EvidenceKind
from basewright.model.requirement import ECOSYSTEMS, asks, satisfies
from basewright.model.span import Location
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Move, Pin, Subject, SubjectKind, is_exact
from basewright.recommend.versions import is_pre_release, is_same_line, line, line_text, numbers

_YEAR = dt.timedelta(days=365)
_FIRST_JAVA_OF_THE_TWO_YEAR_RHYTHM = 17


@dataclass(frozen=True, slots=True)
class Line:
    """A release line that images are published of."""

    text: str
    ends: dt.date | None


def succeed(situation: Situation, subject: Subject, base: BaseImage | None = None) -> Subject:
    """Return `subject` on the next supported line where its own is past its end of life and nothing pins that.

    `base` is the image that it runs in; None for today's base.
    """
    base = base or situation.base
    ended = _end_of_line(situation, subject, base)
    if ended is None or ended > situation.today or not subject.line:
        return subject
    later = [one for one in _later_lines(situation, subject) if one.ends is None or one.ends > situation.today]
    if not later:
        return subject
    free = [one for one in later if not _pins(situation, subject, one.text)]
    chosen = min(free or later, key=lambda one: _preference(situation, subject.name, one))
    move = Move(subject.line, chosen.text, ended, chosen.ends, _pins(situation, subject, chosen.text))
    if subject.need is not None and not is_exact(subject.need) and not _is_for(base, subject):
        # Only the least release of a range is known, and no image says what runs: the next line is as good.
        return replace(subject, version=chosen.text) if free else subject
    if not free or (subject.kind is SubjectKind.SERVICE and situation.is_stateful):
        return replace(subject, move=replace(move, is_taken=False))
    return replace(subject, version=chosen.text, move=move)


def succession_of(situation: Situation, base: BaseImage) -> Subject | None:
    """Return what `base` is for with its move, where its release line is past its end of life; None where it is not."""
    if base.runtime is None:
        return None
    moved = succeed(situation, Subject(SubjectKind.RUNTIME, base.runtime.name, base.runtime.version), base)
    return moved if moved.move is not None else None


def stages_on(situation: Situation, name: str, old: str) -> tuple[tuple[Location, BaseImage], ...]:
    """Return the other stages that stand on release line `old` of `name`: they have to move along."""
    if situation.build is None:
        return ()
    final = {stage.index for stage in situation.build.final_chain}
    found = []
    for stage in situation.build.stages[: situation.build.target]:
        known = situation.catalog.recognise(stage.base.reference) if stage.base.reference else None
        runtime = known.base.runtime if known else None
        if stage.index in final or known is None or runtime is None or runtime.name != name:
            continue
        if is_same_line(name, runtime.version, old):
            found.append((situation.build.location(stage.instruction), known.base))
    return tuple(found)


def is_long_term(product: str, text: str) -> bool:
    """Whether the release line `text` is one with long-term support; True where a product makes no difference.

    Sources: the release schedule of nodejs/Release (even lines), Oracle's Java SE support roadmap (8, 11, 17, then
    every second year), the support policy of .NET (even lines).
    """
    found = numbers(text)
    if not found:
        return False
    if product == "java":
        first = _FIRST_JAVA_OF_THE_TWO_YEAR_RHYTHM
        return found[0] in {8, 11} or (found[0] >= first and (found[0] - first) % 4 == 0)
    return product not in {"node", "dotnet"} or found[0] % 2 == 0


def _end_of_line(situation: Situation, subject: Subject, base: BaseImage | None) -> dt.date | None:
    """Return the day on which the line of `subject` reached, or reaches, its end of life; None where not known."""
    if subject.kind not in {SubjectKind.RUNTIME, SubjectKind.SERVICE} or subject.version is None:
        return None
    told = situation.catalog.end_of_life(subject.name, subject.line)
    if told is not None:
        return told.security_end
    return base.horizon.runtime_end if base is not None and _is_for(base, subject) else None


def _is_for(base: BaseImage | None, subject: Subject) -> bool:
    return base is not None and base.runtime is not None and base.runtime.name == subject.name


def _later_lines(situation: Situation, subject: Subject) -> list[Line]:
    """Return the later lines that images to run are published of, in order."""
    now = line(subject.name, subject.version)
    ends: dict[str, dt.date | None] = {}
    images = [one for one in situation.catalog.of_runtime(subject.name) if _is_released(one)]
    for base in [one for one in images if one.role is not Role.BUILD] or images:
        version = base.runtime.version if base.runtime else None
        if line(subject.name, version) > now:
            text, own = line_text(subject.name, version), base.horizon.runtime_end
            ends[text] = max((day for day in (ends.get(text), own) if day is not None), default=None)
    told = {text: situation.catalog.end_of_life(subject.name, text) for text in ends}
    lines = [Line(text, one.security_end if (one := told[text]) else day) for text, day in ends.items()]
    return sorted(lines, key=lambda one: numbers(one.text))


def _is_released(base: BaseImage) -> bool:
    """Whether it is no pre-release, and its tag stays with its release line."""
    tag = base.reference.tag or ""
    return not base.prerelease and not is_pre_release(tag) and tag != "latest"


def _preference(situation: Situation, product: str, one: Line) -> tuple[object, ...]:
    """Return a sorting key: a year ahead, long-term, then the nearest; the latest where no end is known."""
    has_year = one.ends is not None and one.ends >= situation.today + _YEAR
    order = tuple(number if one.ends else -number for number in numbers(one.text))
    return not has_year, has_year and not is_long_term(product, one.text), one.ends is None, order


def _pins(situation: Situation, subject: Subject, text: str) -> tuple[Pin, ...]:
    """Return what names the old line, or a range without the line `text`, apart from the base itself; by place."""
    return tuple(sorted({*_of_manifests(situation, subject, text), *_of_evidence(situation, subject, text)}))


def _of_manifests(situation: Situation, subject: Subject, text: str) -> Iterator[Pin]:
    ecosystem = ECOSYSTEMS.get(subject.name)
    for one in situation.workload.manifests:
        asked = asks(subject.name, one.runtime) if one.ecosystem == ecosystem and one.runtime else ""
        if satisfies(text, asked) is False:
            yield Pin(Location(one.path), f"{one.path} asks for {subject.name} {one.runtime}")


def _of_evidence(situation: Situation, subject: Subject, text: str) -> Iterator[Pin]:
    """Yield what else names a version: a program (``python3.7``), a package, a person."""
    use = situation.workload.base
    for one in subject.need.evidence if subject.need else ():
        if one.kind is EvidenceKind.CATALOG or not one.version or one.where in {use.where, use.changed_at}:
            continue
        if is_same_line(subject.name, one.version, text) is False:
            yield Pin(one.where, one.what)
