"""Where the compiled code of a project is built, and on which release of the C library."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.model.base import BaseImage
from basewright.model.dockerfile import Stage
from basewright.model.need import Need, NeedKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.recommend.situation import Situation
from basewright.recommend.versions import numbers

_COMPILES = re.compile(r"\bcompiles (?:it|one|or)\b|\bcompiled at (?:install|build)\b")
"""How the details of needs say that installing compiles, or may."""


@dataclass(frozen=True, slots=True)
class Linkage:
    """The newest release that something was linked on, and the base that has it."""

    version: str
    reference: str
    where: Location
    """The FROM of the stage that builds, or the COPY that takes from an image."""


def built_on(situation: Situation, libc: str | None) -> Linkage | None:
    """Return the newest release of `libc` that compiled code which ends in the image is built on; None where not known.

    A dynamic binary is built in the stage of its evidence; packages in the stages that COPY takes from.
    """
    found = [
        Linkage(base.libc_version, str(base.reference), where)
        for base, where in (list(_of_binaries(situation)) or _of_copies(situation))
        if base.libc == libc and base.libc_version
    ]
    return max(found, key=lambda one: (numbers(one.version), one.reference), default=None)


def compiled_at_install(situation: Situation) -> tuple[Need, ...]:
    """Return the packages that their installation compiles, as far as lines of the final stages install packages."""
    if not situation.build_needs:
        return ()
    natives = situation.of_kind(NeedKind.NATIVE_EXTENSION)
    return tuple(need for need in natives if _COMPILES.search(need.detail[:400]))


def _of_binaries(situation: Situation) -> Iterator[tuple[BaseImage, Location]]:
    build = situation.build
    if build is None:
        return
    lines = {
        one.where.line
        for need in situation.of_kind(NeedKind.DYNAMIC_BINARY)
        for one in need.evidence
        if one.where.file == build.file
    }
    for stage in build.stages:
        runs = [one for one in stage.instructions if one.keyword == "RUN"]
        if any(one.line <= line <= one.end_line for one in runs for line in lines):
            yield from _of_stage(situation, stage)


def _of_copies(situation: Situation) -> Iterator[tuple[BaseImage, Location]]:
    build = situation.build
    if build is None:
        return
    for instruction, where in situation.lines("COPY"):
        origin = instruction.flag("from")
        if origin is None:
            continue
        named = (one for one in build.stages if origin.lower() in {(one.name or "").lower(), str(one.index)})
        stage = next(named, None)
        if stage is not None:
            yield from _of_stage(situation, stage)
            continue
        with contextlib.suppress(InputError):
            known = situation.catalog.recognise(ImageReference.parse(origin))
            if known is not None:
                yield known.base, where


def _of_stage(situation: Situation, stage: Stage) -> Iterator[tuple[BaseImage, Location]]:
    """Yield the image at the root of `stage`, and the FROM that names it."""
    build = situation.build
    if build is None:
        return
    for _ in build.stages:
        if stage.base.stage is None:
            break
        stage = build.stages[stage.base.stage]
    known = situation.catalog.recognise(stage.base.reference) if stage.base.reference is not None else None
    if known is not None:
        yield known.base, build.location(stage.instruction)
