"""How an image is configured to run: the final chain's instructions, and what Compose or Kubernetes lay over them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from posixpath import join as join_paths
from posixpath import normpath

from basewright.model.dockerfile import Build, Instruction, Stage
from basewright.model.span import Location
from basewright.model.workload import HealthCheck, Mount, MountKind, Port, Process, RuntimeConfig, Setting
from basewright.sources.compose.ports import port_range
from basewright.syntax.dockerfile import ExpansionError, expand, expand_words

_DEFAULT_SHELL = ("/bin/sh", "-c")


@dataclass(slots=True)
class _Reader:
    """Takes the instructions of the final chain, in order (BuildKit, dockerfile2llb/convert.go, dispatch…)."""

    build: Build
    shell: tuple[str, ...] = _DEFAULT_SHELL
    entrypoint: Process | None = None
    command: Process | None = None
    has_own_command: bool = False
    user: Setting | None = None
    working_directory: Setting | None = None
    health_check: HealthCheck | None = None
    stop_signal: Setting | None = None
    environment: dict[str, Setting] = field(default_factory=dict)
    ports: dict[tuple[int, str], Port] = field(default_factory=dict)
    mounts: dict[str, Mount] = field(default_factory=dict)

    def stage(self, stage: Stage) -> None:
        """Take one stage; the CMD of what it stands on is the base's CMD for it."""
        self.has_own_command = False
        for instruction in stage.instructions:
            self._take(instruction, stage)

    def _take(self, instruction: Instruction, stage: Stage) -> None:
        where = self.build.location(instruction)
        match instruction.keyword:
            case "SHELL":
                self.shell = instruction.words or _DEFAULT_SHELL
            case "ENTRYPOINT":
                self.entrypoint = self._process(instruction, where)
                if not self.has_own_command:
                    self.command = None
            case "CMD":
                self.command, self.has_own_command = self._process(instruction, where), True
            case "HEALTHCHECK":
                self.health_check = self._health_check(instruction, where)
            case "USER" | "WORKDIR" | "STOPSIGNAL":
                self._single(instruction, stage, where)
            case "ENV" | "EXPOSE" | "VOLUME":
                self._several(instruction, stage, where)
            case _:
                pass

    def _single(self, instruction: Instruction, stage: Stage, where: Location) -> None:
        value = next(_expanded(instruction, stage, whole=True), "")
        if not value:
            return
        if instruction.keyword == "USER":
            self.user = Setting(value, where)
        elif instruction.keyword == "STOPSIGNAL":
            self.stop_signal = Setting(value, where)
        else:
            before = self.working_directory.value if self.working_directory else ""
            self.working_directory = Setting(normpath(join_paths(before, value)), where)

    def _several(self, instruction: Instruction, stage: Stage, where: Location) -> None:
        if instruction.keyword == "ENV":
            names = [name for name in instruction.words[::2] if name in stage.environment]
            self.environment.update((name, Setting(stage.environment[name], where)) for name in names)
        elif instruction.keyword == "EXPOSE":
            for word in _expanded(instruction, stage, parts=True):
                for port in port_range(word, where=where):
                    self.ports.setdefault((port.number, port.protocol), port)
        else:
            for path in _expanded(instruction, stage):
                self.mounts.setdefault(path, Mount(MountKind.ANONYMOUS, path, None, read_only=False, where=where))

    def _process(self, instruction: Instruction, where: Location) -> Process:
        if instruction.is_json:
            return Process(instruction.words, is_shell_form=False, where=where, shell=self.shell)
        text = " ".join(instruction.words)
        words = (text,) if text else ()
        return Process(words, is_shell_form=bool(words), where=where, shell=self.shell)

    def _health_check(self, instruction: Instruction, where: Location) -> HealthCheck | None:
        child = instruction.child
        if child is None or child.keyword == "NONE":
            return HealthCheck(None, where)
        return HealthCheck(self._process(child, where), where)


def _expanded(instruction: Instruction, stage: Stage, *, parts: bool = False, whole: bool = False) -> Iterator[str]:
    """Yield the words with variables replaced; what cannot be expanded, or becomes empty, is left out."""
    words = (" ".join(instruction.words),) if whole else instruction.words
    for word in words:
        try:
            found = expand_words(word, stage.environment) if parts else (expand(word, stage.environment),)
        except ExpansionError:
            continue
        yield from (one for one in found if one)


def runtime_of_build(build: Build) -> tuple[RuntimeConfig, tuple[str, ...]]:
    """Return what the Dockerfile configures, and the shell of shell forms at its end.

    `clears_command`: an ENTRYPOINT without a CMD after it drops the CMD of the base.
    """
    reader = _Reader(build)
    for stage in build.final_chain:
        reader.stage(stage)
    config = RuntimeConfig(
        entrypoint=reader.entrypoint,
        command=reader.command,
        clears_command=reader.entrypoint is not None and reader.command is None,
        user=reader.user,
        working_directory=reader.working_directory,
        environment=dict(sorted(reader.environment.items())),
        ports=tuple(reader.ports.values()),
        mounts=tuple(reader.mounts.values()),
        health_check=reader.health_check,
        stop_signal=reader.stop_signal,
    )
    return config, reader.shell


def overlay(inner: RuntimeConfig, outer: RuntimeConfig, shell: tuple[str, ...] = _DEFAULT_SHELL) -> RuntimeConfig:
    """Return `inner`, the image's, under `outer`, the orchestrator's; `shell` runs the image's shell forms."""
    command, clears = (outer.command, False) if outer.command else (inner.command, inner.clears_command)
    if outer.entrypoint is not None:
        command, clears = outer.command, outer.command is None
    ports = {(one.number, one.protocol): one for one in (*inner.ports, *outer.ports)}
    mounts = {one.target: one for one in (*inner.mounts, *outer.mounts)}
    return RuntimeConfig(
        entrypoint=outer.entrypoint if outer.entrypoint is not None else inner.entrypoint,
        command=command,
        clears_command=clears,
        user=outer.user or inner.user,
        working_directory=outer.working_directory or inner.working_directory,
        environment=dict(sorted({**inner.environment, **outer.environment}.items())),
        ports=tuple(ports[key] for key in sorted(ports)),
        mounts=tuple(mounts.values()),
        health_check=_with_shell(outer.health_check, shell) or inner.health_check,
        stop_signal=outer.stop_signal or inner.stop_signal,
        init=outer.init,
        read_only=outer.read_only,
        privileged=outer.privileged,
        cap_add=outer.cap_add,
        cap_drop=outer.cap_drop,
        security_opt=outer.security_opt,
    )


def _with_shell(check: HealthCheck | None, shell: tuple[str, ...]) -> HealthCheck | None:
    if check is None or check.test is None or not check.test.is_shell_form:
        return check
    return replace(check, test=replace(check.test, shell=shell))
