"""Workloads made of a Dockerfile's text, for tests of what they need: the sources' stage is not asked."""

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from basewright.model.base import BaseImage, Role, Runtime
from basewright.model.dockerfile import Build, Instruction
from basewright.model.need import Need, NeedKind, Phase
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.model.workload import (
    BaseUse,
    Declaration,
    Dependency,
    HealthCheck,
    Manifest,
    Mount,
    MountKind,
    Origin,
    Port,
    Process,
    RuntimeConfig,
    ScriptFile,
    Setting,
    Workload,
)
from basewright.needs import evaluate
from basewright.syntax.dockerfile import parse, resolve
from basewright.syntax.shell import read_shebang


def base(reference: str, **facts: Any) -> BaseImage:
    """Return a base image; `runtime` may be given as ``name version``."""
    runtime = facts.pop("runtime", None)
    if isinstance(runtime, str):
        name, _, version = runtime.partition(" ")
        facts["runtime"] = Runtime(name, version or None)
    return BaseImage(ImageReference.parse(reference), **facts)


POSTGRES = base(
    "postgres:16",
    runtime="postgres 16.9",
    role=Role.SERVICE,
    libc="glibc",
    entrypoint=("docker-entrypoint.sh",),
    command=("postgres",),
    ports=("5432/tcp",),
    volumes=("/var/lib/postgresql/data",),
    environment={"PGDATA": "/var/lib/postgresql/data"},
)
NGINX = base(
    "nginx:1.30-alpine",
    runtime="nginx 1.30.1",
    role=Role.SERVICE,
    libc="musl",
    entrypoint=("/docker-entrypoint.sh",),
    command=("nginx", "-g", "daemon off;"),
)
NODE = base(
    "node:24",
    runtime="node 24.1.0",
    role=Role.RUNTIME,
    libc="glibc",
    entrypoint=("docker-entrypoint.sh",),
    command=("node",),
)
PYTHON = base(
    "python:3.12", runtime="python 3.12.11", role=Role.RUNTIME, libc="glibc", command=("python3",), entrypoint=()
)


def workload(dockerfile: str, *, target: str | None = None, path: str = "Dockerfile", **changes: Any) -> Workload:
    """Return the workload that `dockerfile` makes; `runtime` changes fields of its configuration."""
    build = resolve(path, parse(dockerfile.encode()), target=target, context=".")
    first = build.final_chain[0]
    where = Location(path, first.instruction.line)
    settings = {**_configuration(build), **changes.pop("runtime", {})}
    use = BaseUse(first.base.written, first.base.resolved, first.base.reference, where, where)
    return Workload("app", Origin.DOCKERFILE, where, use, build=build, runtime=RuntimeConfig(**settings), **changes)


def service(image: str, **changes: Any) -> Workload:
    """Return a workload of an image that a Compose file names, nothing built."""
    where = Location("compose.yaml", 3)
    use = BaseUse(image, image, ImageReference.parse(image), where, where)
    settings = changes.pop("runtime", {})
    return Workload("db", Origin.COMPOSE, where, use, service="db", runtime=RuntimeConfig(**settings), **changes)


def needs_of(dockerfile: str, image: BaseImage | None = None, **changes: Any) -> tuple[Need, ...]:
    """Return what the workload of `dockerfile` on `image` needs."""
    return evaluate(workload(dockerfile, **changes), image)


def find(needs: tuple[Need, ...], kind: NeedKind, value: str | None = None, phase: Phase = Phase.RUN) -> Need | None:
    """Return the need of this kind (and value), None where there is none; more than one is an error of the test."""
    found = [n for n in needs if n.kind is kind and n.phase is phase and value in {None, n.value}]
    assert len(found) <= 1, [n.value for n in found]
    return found[0] if found else None


def values(needs: tuple[Need, ...], kind: NeedKind, phase: Phase = Phase.RUN) -> list[str]:
    """Return the values of the needs of this kind."""
    return [n.value for n in needs if n.kind is kind and n.phase is phase]


def lines(need: Need | None) -> list[str]:
    """Return where the evidence of `need` stands."""
    assert need is not None
    return [str(one.where) for one in need.evidence]


def script(image_path: str, text: str, path: str | None = None) -> ScriptFile:
    """Return a script of the context."""
    content = text.encode()
    return ScriptFile(path or posixpath.basename(image_path), image_path, content, read_shebang(content))


def package_json(scripts: Mapping[str, str] = {}, *names: str, runtime: str | None = None) -> Manifest:
    """Return a package.json."""
    dependencies = tuple(Dependency(name, None, "^1", Location("package.json", 5)) for name in names)
    return Manifest("package.json", "npm", "package.json", dependencies, runtime, scripts)


def requirements(*lines_: str) -> Manifest:
    """Return a requirements.txt; a line is ``name`` or ``name==version``."""
    found = []
    for number, line in enumerate(lines_, start=1):
        name, equals, version = line.partition("==")
        found.append(
            Dependency(name, version or None, f"=={version}" if equals else "", Location("requirements.txt", number))
        )
    return Manifest("requirements.txt", "pypi", "requirements", tuple(found))


def mount(
    target: str, source: str | None = "data", kind: MountKind = MountKind.NAMED, *, read_only: bool = False
) -> Mount:
    """Return a mount of a Compose file."""
    return Mount(kind, target, source, read_only, Location("compose.yaml", 9))


def setting(value: str) -> Setting:
    """Return a setting of a Compose file."""
    return Setting(value, Location("compose.yaml", 7))


def process(*words: str, shell: bool = False) -> Process:
    """Return a process that a Compose file sets."""
    return Process(words, shell, Location("compose.yaml", 8))


def declared(value: str) -> Declaration:
    """Return a declared need."""
    return Declaration("needs", value, "ops", "they said so", Location("basewright.toml", 4))


def _configuration(build: Build) -> dict[str, Any]:
    """Return what the final chain's instructions configure, as the container's runtime would see it."""
    found: dict[str, Any] = {"environment": {}, "ports": (), "mounts": ()}
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    for stage in build.final_chain:
        for instruction in stage.instructions:
            where = build.location(instruction)
            if instruction.keyword == "SHELL":
                shell = instruction.words
            reader = _READERS.get(instruction.keyword)
            if reader is not None:
                reader(found, instruction, where, shell)
    return found


_Reader = Callable[[dict[str, Any], Instruction, Location, tuple[str, ...]], None]


def _process_of(instruction: Instruction, where: Location, shell: tuple[str, ...]) -> Process:
    return Process(instruction.words, not instruction.is_json, where, shell)


def _command(found: dict[str, Any], instruction: Instruction, where: Location, shell: tuple[str, ...]) -> None:
    found["command"] = _process_of(instruction, where, shell)


def _entrypoint(found: dict[str, Any], instruction: Instruction, where: Location, shell: tuple[str, ...]) -> None:
    found["entrypoint"] = _process_of(instruction, where, shell)


def _health(found: dict[str, Any], instruction: Instruction, where: Location, shell: tuple[str, ...]) -> None:
    child = instruction.child
    test = _process_of(child, where, shell) if child is not None and child.keyword == "CMD" else None
    found["health_check"] = HealthCheck(test, where)


def _user(found: dict[str, Any], instruction: Instruction, where: Location, _: tuple[str, ...]) -> None:
    found["user"] = Setting(instruction.words[0], where)


def _directory(found: dict[str, Any], instruction: Instruction, where: Location, _: tuple[str, ...]) -> None:
    found["working_directory"] = Setting(instruction.words[0], where)


def _environment(found: dict[str, Any], instruction: Instruction, where: Location, _: tuple[str, ...]) -> None:
    words = instruction.words
    for name, value in zip(words[::2], words[1::2], strict=True):
        found["environment"][name] = Setting(value.strip('"'), where)


def _expose(found: dict[str, Any], instruction: Instruction, where: Location, _: tuple[str, ...]) -> None:
    for word in instruction.words:
        number, __, protocol = word.partition("/")
        found["ports"] += (Port(int(number), protocol or "tcp", where),)


def _volume(found: dict[str, Any], instruction: Instruction, where: Location, _: tuple[str, ...]) -> None:
    found["mounts"] += tuple(Mount(MountKind.ANONYMOUS, word, None, False, where) for word in instruction.words)


_READERS: dict[str, _Reader] = {
    "CMD": _command,
    "ENTRYPOINT": _entrypoint,
    "HEALTHCHECK": _health,
    "USER": _user,
    "WORKDIR": _directory,
    "ENV": _environment,
    "EXPOSE": _expose,
    "VOLUME": _volume,
}
