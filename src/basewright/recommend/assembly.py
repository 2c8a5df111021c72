"""Services put together by hand: a plain base, and the server's programs copied out of the server's own image."""

from collections.abc import Iterator

from basewright.errors import InputError
from basewright.model.base import BaseImage
from basewright.model.dockerfile import BaseKind, Instruction
from basewright.model.need import NeedKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind


def is_assembled(situation: Situation, subject: Subject) -> bool:
    """Whether a Dockerfile puts the service of `subject` onto a base that is no image of it."""
    if situation.build is None or subject.kind is not SubjectKind.SERVICE:
        return False
    return not _is_of(situation.base, subject.name)


def writer(situation: Situation, service: str) -> BaseImage | None:
    """Return the image whose programs and libraries wrote the data of `service`, as far as the files tell.

    Programs that were copied in came with the C library that they were built for: on another one they seldom start,
    so the image that they were taken from is asked before a plain base.
    """
    if _is_of(situation.base, service):
        return situation.base
    for need in situation.of_kind(NeedKind.STATEFUL_DATA, NeedKind.SERVICE):
        known = _known(situation, need.image) if need.image and need.value == service else None
        if known is not None:
            return known
    return next((one for _, one in taken(situation, service)), situation.base)


def taken(situation: Situation, service: str) -> Iterator[tuple[Location, BaseImage]]:
    """Yield each COPY of the final chain that takes from an image of `service`, with that image."""
    for instruction, where in situation.lines("COPY"):
        origin = _source(situation, instruction)
        known = _known(situation, origin) if origin else None
        if known is not None and _is_of(known, service):
            yield where, known


def _known(situation: Situation, name: str) -> BaseImage | None:
    try:
        found = situation.catalog.recognise(ImageReference.parse(name))
    except InputError:
        return None
    return found.base if found is not None else None


def _source(situation: Situation, instruction: Instruction) -> str:
    """Return the image that `instruction` takes from, directly or at the root of the stage that it names, or ""."""
    origin = instruction.flag("from")
    if origin is None or situation.build is None:
        return ""
    stages = situation.build.stages
    stage = next((one for one in stages if origin.lower() in {(one.name or "").lower(), str(one.index)}), None)
    if stage is None:
        return origin
    for _ in stages:
        if stage.base.kind is not BaseKind.STAGE or stage.base.stage is None:
            break
        stage = stages[stage.base.stage]
    return stage.base.resolved if stage.base.kind is BaseKind.IMAGE else ""


def _is_of(base: BaseImage | None, service: str) -> bool:
    return base is not None and base.runtime is not None and base.runtime.name == service
