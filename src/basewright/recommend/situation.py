"""Everything that the rules of this stage look at, in one frozen value with the questions they ask of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from basewright.model.base import BaseImage, Recognition
from basewright.model.catalog import CatalogView
from basewright.model.dockerfile import Build, Instruction, Stage
from basewright.model.need import Need, NeedKind, Phase
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.workload import Process, Workload
from basewright.recommend.options import RecommendOptions

_SCRATCH = ImageReference("docker.io", "library/scratch")
"""The name under which the catalog holds the empty image."""


@dataclass(frozen=True)
class Situation:
    """One workload on one day, seen against one catalog."""

    workload: Workload
    needs: tuple[Need, ...]
    catalog: CatalogView
    today: dt.date
    options: RecommendOptions
    current: Recognition | None

    @classmethod
    def of(
        cls,
        workload: Workload,
        needs: tuple[Need, ...],
        catalog: CatalogView,
        *,
        today: dt.date,
        options: RecommendOptions,
    ) -> "Situation":
        """Look the workload's base up and return the whole."""
        reference = _SCRATCH if workload.base.resolved == _SCRATCH.familiar_name else workload.base.reference
        current = catalog.recognise(reference) if reference is not None else None
        return cls(workload, needs, catalog, today, options, current)

    @property
    def base(self) -> BaseImage | None:
        """Today's base, None where not known."""
        return self.current.base if self.current else None

    @property
    def build(self) -> Build | None:
        """The Dockerfile, None for a service that runs an image as it is."""
        return self.workload.build

    @property
    def is_scratch(self) -> bool:
        """Whether it stands on nothing already."""
        return self.workload.base.resolved == "scratch"

    def of_kind(self, *kinds: NeedKind, phase: Phase = Phase.RUN) -> tuple[Need, ...]:
        """Return the needs of these kinds and this phase, in the order in which they came."""
        if len(kinds) == 1:
            return self._needs_of.get((kinds[0], phase), ())
        return tuple(need for need in self.needs if need.kind in kinds and need.phase is phase)

    @cached_property
    def _needs_of(self) -> dict[tuple[NeedKind, Phase], tuple[Need, ...]]:
        """The needs by kind and phase: nearly every question is for one kind."""
        found: dict[tuple[NeedKind, Phase], tuple[Need, ...]] = {}
        for need in self.needs:
            found[need.kind, need.phase] = (*found.get((need.kind, need.phase), ()), need)
        return found

    def without(self, kinds: frozenset[NeedKind]) -> "Situation":
        """Return the same situation without the needs of these kinds."""
        return replace(self, needs=tuple(need for need in self.needs if need.kind not in kinds))

    @cached_property
    def final_instructions(self) -> tuple[tuple[Stage, Instruction], ...]:
        """What follows the FROMs of the stages whose content becomes the image, in order."""
        if self.build is None:
            return ()
        return tuple((stage, one) for stage in self.build.final_chain for one in stage.instructions)

    def lines(self, *keywords: str) -> Iterator[tuple[Instruction, Location]]:
        """Yield the final chain's instructions with one of these keywords, each with its place."""
        if self.build is None:
            return
        for _, instruction in self.final_instructions:
            if instruction.keyword in keywords:
                yield instruction, self.build.location(instruction)

    @property
    def idle_tools(self) -> tuple[Need, ...]:
        """The tools of `build_needs` that nothing calls when it runs: npm stays out where the command is npm start."""
        called = {need.value for need in self.of_kind(NeedKind.COMMAND)}
        return tuple(need for need in self.build_needs if need.value not in called)

    @cached_property
    def build_needs(self) -> tuple[Need, ...]:
        """Build tools that stand in the final chain, so end in the image."""
        if self.build is None:
            return ()
        spans = [(one.line, one.end_line) for _, one in self.final_instructions]
        return tuple(
            need
            for need in self.of_kind(NeedKind.BUILD_TOOL, phase=Phase.BUILD)
            if any(
                evidence.where.file == self.build.file
                and any(start <= evidence.where.line <= stop for start, stop in spans)
                for evidence in need.evidence
            )
        )

    @cached_property
    def builds_in_final_stage(self) -> bool:
        """Whether the image that runs is also the one that builds."""
        return bool(self.build_needs)

    @property
    def entrypoint(self) -> tuple[str, ...] | None:
        """The entrypoint as it is today: the project's, else the base's; None where not known."""
        own = self.workload.runtime.entrypoint
        if own is not None:
            return _words(own)
        return self.base.entrypoint if self.base else None

    @property
    def command(self) -> tuple[str, ...] | None:
        """The command as it is today; an own entrypoint drops the base's; None where not known."""
        runtime = self.workload.runtime
        if runtime.command is not None:
            return _words(runtime.command)
        if runtime.entrypoint is not None or runtime.clears_command:
            return ()
        return self.base.command if self.base else None

    @property
    def processes(self) -> tuple[Process, ...]:
        """What the project itself starts: entrypoint, then command."""
        runtime = self.workload.runtime
        return tuple(one for one in (runtime.entrypoint, runtime.command) if one is not None)

    @property
    def from_line(self) -> Location:
        """Where a person would change the base."""
        return self.workload.base.changed_at

    @property
    def is_stateful(self) -> bool:
        """Whether a database's files lie on a volume that outlives the container."""
        return bool(self.of_kind(NeedKind.STATEFUL_DATA))


def _words(process: Process) -> tuple[str, ...]:
    return (*process.shell, *process.words) if process.is_shell_form else process.words


def named(need: Need) -> str:
    """Return ``kind:value``, the name under which refusals list a need."""
    return f"{need.kind}:{need.value}"


def places(*needs: Need) -> tuple[Location, ...]:
    """Return where the evidence of `needs` stands, sorted, each place once."""
    return tuple(sorted({evidence.where for need in needs for evidence in need.evidence}))
