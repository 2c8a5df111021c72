"""A build's instructions, told apart: those that make the image, and those that only build."""

import bisect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from basewright.model.dockerfile import BaseKind, Build, Instruction, Stage
from basewright.model.span import Location

_MOUNT_FROM = re.compile(r"(?:^|,)from=([^,]+)")


@dataclass(frozen=True, slots=True)
class Placed:
    """An instruction with its stage and where it stands."""

    instruction: Instruction
    stage: Stage
    where: Location
    build: Build

    @property
    def body(self) -> Instruction:
        """The instruction itself, or the CMD inside a HEALTHCHECK."""
        return self.instruction.child or self.instruction

    def places(self) -> Callable[[int, int], Location]:
        """Return what maps a byte offset of the body's text to where it stands; text may be long, so it is indexed.

        What it returns takes a line too, as every map of a shell text does; the file itself tells better.
        """
        body, source, first = self.body, self.build.dockerfile.source, self.instruction
        texts = [in_text for in_text, _ in body.offsets]
        breaks = [found.start() for found in re.finditer(rb"\n", source[first.span.start : first.span.stop])]

        def place(offset: int, _: int) -> Location:
            run = bisect.bisect_right(texts, offset) - 1
            in_text, in_file = body.offsets[max(run, 0)] if texts else (0, body.span.start)
            reached = in_file + offset - in_text - first.span.start
            return Location(self.where.file, first.line + bisect.bisect_left(breaks, reached))

        return place


def place_all(build: Build, stages: tuple[Stage, ...]) -> tuple[Placed, ...]:
    """Return the instructions of `stages` in order."""
    return tuple(
        Placed(instruction, stage, build.location(instruction), build)
        for stage in stages
        for instruction in stage.instructions
    )


def build_stages(build: Build) -> tuple[Stage, ...]:
    """Return the stages outside the final chain that the target is built from, in order.

    BuildKit does not build what the target does not reach; neither is it looked at here.
    """
    final = {stage.index for stage in build.final_chain}
    found: set[int] = set()
    waiting = sorted(final)
    while waiting:
        for index in _used_by(build, build.stages[waiting.pop()]):
            if index not in found and index not in final:
                found.add(index)
                waiting.append(index)
    return tuple(build.stages[index] for index in sorted(found))


def chain_of(build: Build, stage: Stage) -> tuple[Stage, ...]:
    """Return `stage` and the stages that it stands on, the lowest first."""
    chain = [stage]
    while chain[-1].base.kind is BaseKind.STAGE and chain[-1].base.stage is not None:
        chain.append(build.stages[chain[-1].base.stage])
    return tuple(reversed(chain))


def stage_index(build: Build, name: str | None, before: int) -> int | None:
    """Return the stage that ``--from=NAME`` means in stage `before`; None for an image."""
    if name is None:
        return None
    for stage in reversed(build.stages[:before]):
        if stage.name is not None and stage.name.lower() == name.lower():
            return stage.index
    return int(name) if re.fullmatch(r"[0-9]{1,6}", name) and int(name) < before else None


def _used_by(build: Build, stage: Stage) -> Iterator[int]:
    if stage.base.kind is BaseKind.STAGE and stage.base.stage is not None:
        yield stage.base.stage
    for instruction in stage.instructions:
        names = [instruction.flag("from")] if instruction.keyword == "COPY" else []
        if instruction.keyword == "RUN":
            mounts = [flag.value or "" for flag in instruction.flags if flag.name == "mount"]
            names = [match[1] for mount in mounts if (match := _MOUNT_FROM.search(mount))]
        for name in names:
            index = stage_index(build, name, stage.index)
            if index is not None:
                yield index
