"""What the detectors share of one workload, made once: which text runs, which builds, and what each starts."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from basewright.model.base import BaseImage
from basewright.model.need import Evidence, EvidenceKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest, Process, ScriptFile, Setting, Workload
from basewright.needs.copies import Brought, brought
from basewright.needs.invocation import Invocation, Source
from basewright.needs.made import Made, made_by
from basewright.needs.named_packages import named_manifests
from basewright.needs.packages import InstalledPackage, installed
from basewright.needs.stages import Placed, build_stages, place_all
from basewright.needs.tracing import Context, PlaceOf, TracedShell, Tracer

STARTED_FOLDERS = ("/docker-entrypoint-initdb.d/", "/docker-entrypoint.d/")
"""Where official entrypoint scripts look for scripts to run."""
_COPIES = 2000
"""Sources of COPY that one workload is looked through for at most."""


@dataclass(frozen=True, slots=True)
class EffectiveProcess:
    """A process that will run, and whether the project or its base says so."""

    process: Process
    source: Source
    origin: EvidenceKind


@dataclass(frozen=True, slots=True)
class CalledScript:
    """A script of the project that run-time text calls."""

    script: ScriptFile
    called_at: Location


@dataclass(frozen=True)
class WorkloadView:
    """A workload laid out for the detectors."""

    workload: Workload
    base: BaseImage | None
    chain: tuple[Placed, ...] = ()
    """Instructions of the final chain, in build order: they make the image."""
    building: tuple[Placed, ...] = ()
    """Instructions of the other stages that the target is built from."""
    processes: tuple[EffectiveProcess, ...] = ()
    """Entrypoint, command and health check as they take effect."""
    invocations: tuple[Invocation, ...] = ()
    """What run-time text starts."""
    shells: tuple[TracedShell, ...] = ()
    """The run-time shell texts."""
    scripts: tuple[CalledScript, ...] = ()
    """The project's scripts that run-time text calls."""
    build_invocations: tuple[Invocation, ...] = ()
    """What RUN instructions start, those of the final chain first."""
    final_stages: frozenset[int] = frozenset()
    copies: tuple[Brought, ...] = ()
    """What COPY and ADD bring into the final chain, as far as a person would write it."""
    packaged: frozenset[str] = frozenset()
    """Names of the application's packages, and of the console programs that it defines."""
    named: tuple[Manifest, ...] = ()
    """What RUN installs by name, as manifests whose file is the Dockerfile."""
    made: Made = field(default_factory=Made)
    """What RUN instructions of the final chain put in place."""
    environment: Mapping[str, Setting] = field(default_factory=dict)
    """The container's environment; what only the base sets stands at the FROM line."""

    @classmethod
    def of(cls, workload: Workload, base: BaseImage | None) -> Self:
        """Lay out `workload`."""
        build = workload.build
        chain = place_all(build, build.final_chain) if build else ()
        building = place_all(build, build_stages(build)) if build else ()
        processes = tuple(_processes(workload, base))
        running = Tracer(workload.scripts, workload.manifests, _working_directory(workload, base))
        for one in processes:
            _trace_process(running, one, chain)
        _trace_started_folders(running, processes)
        making = Tracer(workload.scripts, workload.manifests, running.working_directory, follows=False)
        _trace_build(making, (*chain, *building))
        by_path = {script.path: script for script in workload.scripts}
        final = frozenset(placed.stage.index for placed in chain)
        copies = tuple(itertools.islice(brought(chain, (base and base.working_directory) or "/"), _COPIES))
        holding = final | {one.stage for one in copies if one.stage is not None and one.may_hold_packages}
        named = named_manifests(one for one in making.invocations if one.stage in holding)
        called = [CalledScript(by_path[path], where) for path, where in running.called.items() if path in by_path]
        return cls(
            workload=workload,
            base=base,
            chain=chain,
            building=building,
            processes=processes,
            invocations=tuple(running.invocations),
            shells=tuple(running.shells),
            scripts=tuple(sorted(called, key=lambda one: one.script.path)),
            build_invocations=tuple(making.invocations),
            final_stages=final,
            copies=copies,
            packaged=frozenset(_packaged((*workload.manifests, *named))),
            named=named,
            made=made_by(one for one in making.invocations if one.stage in final),
            environment=_environment(workload, base),
        )

    @cached_property
    def final_build_invocations(self) -> tuple[Invocation, ...]:
        """What RUN instructions of the final chain start."""
        return tuple(one for one in self.build_invocations if one.stage in self.final_stages)

    @cached_property
    def installed(self) -> tuple[InstalledPackage, ...]:
        """The system packages that RUN instructions of any stage install."""
        return installed(self.build_invocations)

    @cached_property
    def finally_installed(self) -> tuple[InstalledPackage, ...]:
        """The system packages that RUN instructions of the final chain install."""
        return installed(self.final_build_invocations)

    @property
    def runtime_name(self) -> str | None:
        """What the base is for (``node``, ``postgres``): from the catalog, else by the name of an official image."""
        if self.base is not None:
            return self.base.runtime.name if self.base.runtime else None
        reference = self.workload.base.reference
        return runtime_of_reference(reference) if reference else None

    @property
    def is_scratch(self) -> bool:
        """Whether the final chain stands on nothing."""
        return self.workload.base.resolved == "scratch"

    @property
    def libc(self) -> str | None:
        """The base's libc, None where not known."""
        return self.base.libc if self.base else None

    def instructions(self, *keywords: str) -> Iterator[Placed]:
        """Yield the final chain's instructions of these keywords."""
        return (one for one in self.chain if one.instruction.keyword in keywords)

    def manifests(self, ecosystem: str) -> tuple[Manifest, ...]:
        """Return the manifests of one ecosystem, what RUN installs by name among them."""
        return tuple(one for one in (*self.workload.manifests, *self.named) if one.ecosystem == ecosystem)

    def dependencies(self, ecosystem: str) -> Iterator[tuple[Manifest, Dependency]]:
        """Yield the run-time dependencies of one ecosystem with their manifests."""
        for manifest in self.manifests(ecosystem):
            for one in manifest.dependencies:
                if not one.is_development:
                    yield manifest, one

    def base_evidence(self, what: str) -> Evidence:
        """Return evidence that is a fact of the base, at the line that names the base."""
        return Evidence(self.workload.base.where, what, EvidenceKind.CATALOG)


_RUNTIMES = {
    "golang": "go", "eclipse-temurin": "java", "openjdk": "java", "amazoncorretto": "java",
    "opensearchproject/opensearch": "opensearch", "clickhouse/clickhouse-server": "clickhouse",
    "docker.elastic.co/elasticsearch/elasticsearch": "elasticsearch",
}  # fmt: skip
"""Names of official images that are not those of what they run, and the makers' own repositories of servers."""


def runtime_of_reference(reference: ImageReference) -> str | None:
    """Return what the images of `reference` are for; None for any repository that is neither official nor its maker's.

    A name says nothing by itself: ``example/postgres`` may be a client, a backup job, or a server set up otherwise.
    """
    name = reference.familiar_name
    return _RUNTIMES.get(name, name if reference.is_official else None)


def _packaged(manifests: tuple[Manifest, ...]) -> Iterator[str]:
    for manifest in manifests:
        yield from (dependency.name for dependency in manifest.dependencies)
        if manifest.ecosystem == "npm":
            # The program of ``@scope/name`` is ``name``, unless the package says otherwise.
            yield from (one.name.partition("/")[2] for one in manifest.dependencies if one.name.startswith("@"))
        if manifest.ecosystem != "npm":
            yield from manifest.scripts


def _processes(workload: Workload, base: BaseImage | None) -> Iterator[EffectiveProcess]:
    """Yield what takes effect: an own ENTRYPOINT drops the base's CMD, as Docker does it."""
    runtime = workload.runtime
    where = workload.base.where
    if runtime.entrypoint is not None:
        if runtime.entrypoint.words:
            yield EffectiveProcess(runtime.entrypoint, Source.ENTRYPOINT, EvidenceKind.FILE)
    elif base is not None and base.entrypoint:
        inherited = Process(base.entrypoint, is_shell_form=False, where=where)
        yield EffectiveProcess(inherited, Source.ENTRYPOINT, EvidenceKind.CATALOG)
    shadowed = runtime.entrypoint is not None and runtime.entrypoint.is_shell_form
    if runtime.command is not None:
        # A shell-form ENTRYPOINT ignores CMD.
        if runtime.command.words and not shadowed:
            yield EffectiveProcess(runtime.command, Source.COMMAND, EvidenceKind.FILE)
    elif base is not None and base.command and runtime.entrypoint is None and not runtime.clears_command:
        inherited = Process(base.command, is_shell_form=False, where=where)
        yield EffectiveProcess(inherited, Source.COMMAND, EvidenceKind.CATALOG)
    if runtime.health_check is not None and runtime.health_check.test is not None:
        yield EffectiveProcess(runtime.health_check.test, Source.HEALTH_CHECK, EvidenceKind.FILE)


def _trace_process(tracer: Tracer, one: EffectiveProcess, chain: tuple[Placed, ...]) -> None:
    process = one.process
    context = Context(one.source, one.source is not Source.HEALTH_CHECK, one.origin)
    if not process.is_shell_form:
        tracer.words(process.words, process.where, context)
    elif is_posix_shell(process.shell):
        text = " ".join(process.words)
        own = [p for p in chain if p.where == process.where and p.instruction.keyword == one.source.value]
        if own and own[0].body.text == text:
            tracer.text(text, own[0].places(), context)
        else:
            start = process.where
            tracer.text(text, lambda _, __: start, context)


def _trace_started_folders(tracer: Tracer, processes: tuple[EffectiveProcess, ...]) -> None:
    """Trace the scripts that official entrypoint scripts run by their folder (``/docker-entrypoint-initdb.d``)."""
    if not any("docker-entrypoint" in word for one in processes for word in one.process.words[:2]):
        return
    for script in tracer.scripts:
        if script.image_path.startswith(STARTED_FOLDERS):
            tracer.script(script, Context(Source.SCRIPT, is_main=False), Location(script.path))


def _trace_build(tracer: Tracer, instructions: tuple[Placed, ...]) -> None:
    """Trace what RUN starts, leaving out what a SHELL gave to another language (PowerShell, cmd)."""
    shells: dict[int, bool] = {}
    posix = True
    for placed in instructions:
        # A stage begins with the shell that the stage below it ended with.
        below = placed.stage.base.stage
        posix = shells.get(placed.stage.index, shells.get(below, True) if below is not None else True)
        if placed.instruction.keyword == "SHELL" and placed.instruction.words:
            posix = is_posix_shell(placed.instruction.words)
        elif placed.instruction.keyword == "RUN" and (posix or placed.instruction.is_json):
            _trace_run(tracer, placed)
        shells[placed.stage.index] = posix


def _trace_run(tracer: Tracer, placed: Placed) -> None:
    instruction = placed.instruction
    context = Context(Source.RUN, is_main=False, stage=placed.stage.index)
    if instruction.is_json:
        tracer.words(instruction.words, placed.where, context)
    elif not (instruction.heredocs and instruction.text.lstrip().startswith("<<")):
        tracer.text(instruction.text, placed.places(), context)
    else:
        for heredoc in instruction.heredocs:
            first = Location(placed.where.file, heredoc.line)
            tracer.text(heredoc.content, _lines_from(first), context)


def _lines_from(first: Location) -> PlaceOf:
    return lambda _, line: Location(first.file, first.line + line - 1)


def is_posix_shell(shell: tuple[str, ...]) -> bool:
    """Whether `shell` (as SHELL has it) reads the language that the shell parser knows."""
    names = {word.rsplit("/", 1)[-1] for word in shell[:2]}
    return bool(names & {"sh", "bash", "ash", "dash", "zsh", "ksh"})


def _working_directory(workload: Workload, base: BaseImage | None) -> str:
    if workload.runtime.working_directory is not None:
        return workload.runtime.working_directory.value
    return (base.working_directory if base else None) or "/"


def _environment(workload: Workload, base: BaseImage | None) -> Mapping[str, Setting]:
    inherited = base.environment if base else {}
    settings = {name: Setting(value, workload.base.where) for name, value in inherited.items()}
    return {**settings, **workload.runtime.environment}
