"""A workload: one thing that will run, how it is built, and how it is configured to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.model.dockerfile import Build
from basewright.model.reference import ImageReference
from basewright.model.span import Location, Span
from basewright.model.unknown import Unknown


class Origin(StrEnum):
    """What defines the workload."""

    COMPOSE = "compose"
    DOCKERFILE = "dockerfile"
    KUBERNETES = "kubernetes"
    BAKE = "bake"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Process:
    """A command line as the project sets it (CMD, ENTRYPOINT, a health check, Compose's command)."""

    words: tuple[str, ...]
    """Exec form: its words. Shell form: one whole text."""
    is_shell_form: bool
    where: Location
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    """What runs the shell form (SHELL)."""

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A health check; `test` None when the base's one is disabled (NONE)."""

    test: Process | None
    where: Location


class MountKind(StrEnum):
    """How a path is mounted."""

    NAMED = "named"
    BIND = "bind"
    TMPFS = "tmpfs"
    ANONYMOUS = "anonymous"
    CLAIM = "claim"
    """Kubernetes PersistentVolumeClaim."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted into the container."""

    kind: MountKind
    target: str
    source: str | None
    read_only: bool
    where: Location

    @property
    def is_persistent(self) -> bool:
        """Whether data there outlives the container."""
        return self.kind in {MountKind.NAMED, MountKind.BIND, MountKind.CLAIM}


@dataclass(frozen=True, slots=True)
class Port:
    """A port that the container listens on."""

    number: int
    protocol: str
    where: Location
    published: str | None = None
    """Host side as written."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One configured value and where it stands."""

    value: str
    where: Location


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """How the project configures the container; what it does not set is None or empty and comes from the base.

    Compose and Kubernetes settings win over the Dockerfile's, as their runtimes do it: a Compose `entrypoint` drops the
    image's CMD.
    """

    entrypoint: Process | None = None
    command: Process | None = None
    clears_command: bool = False
    """An entrypoint set from outside dropped the image's CMD, and no new one was given."""
    user: Setting | None = None
    working_directory: Setting | None = None
    environment: Mapping[str, Setting] = field(default_factory=dict)
    """ENV of the final chain and Compose's environment; secrets are not masked here, reports never print values."""
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    """Compose/Kubernetes mounts, and VOLUME instructions as ANONYMOUS."""
    health_check: HealthCheck | None = None
    outside_probe: Setting | None = None
    """A check by the orchestrator that needs nothing of the image: ``httpGet``, ``tcpSocket``, ``grpc``."""
    stop_signal: Setting | None = None
    init: Setting | None = None
    read_only: Setting | None = None
    privileged: Setting | None = None
    cap_add: tuple[Setting, ...] = ()
    cap_drop: tuple[Setting, ...] = ()
    security_opt: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseUse:
    """The base that a workload stands on, and where a person would change it."""

    written: str
    resolved: str
    """Expanded text; ``scratch`` for no base."""
    reference: ImageReference | None
    """None for scratch and for what could not be resolved."""
    where: Location
    """The FROM line, or the `image:` line."""
    changed_at: Location
    """Where the text that decides it stands: the FROM, an ARG default, a Compose build argument, a `.env` line."""
    changed_span: Span | None = None
    """Bytes of that text in the file of `changed_at`: another reference written over them changes the base to it."""
    platform: str | None = None
    reason: str = ""
    """Why there is no reference."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package that a manifest or lock names."""

    name: str
    version: str | None
    """Exact version where locked; else None."""
    requirement: str
    """As written: ``>=2.9,<3``; "" for none."""
    where: Location
    is_development: bool = False
    is_direct: bool = True
    musl: bool | None = None
    """What the lock's file list says: a musllinux wheel (or pure wheel) exists, none exists, not told."""
    is_native: bool | None = None
    """What the manifest itself tells: platform wheels, node-gyp, `binding.gyp`, cgo."""
    artefacts: tuple[str, ...] = ()
    """File names of the distributions that the lock lists (wheels, sdists)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package manifest or lock in the build context."""

    path: str
    ecosystem: str
    """PURL type: ``pypi``, ``npm``, ``golang``, ``cargo``, ``maven``, ``gem``, ``composer``, ``nuget``."""
    format: str
    """``requirements``, ``poetry.lock``, ``package.json``, ``package-lock`` …"""
    dependencies: tuple[Dependency, ...]
    runtime: str | None = None
    """What the manifest asks of its runtime: requires-python, engines.node, the go directive, TargetFramework."""
    scripts: Mapping[str, str] = field(default_factory=dict)
    """package.json scripts, pyproject console scripts."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Other facts by name: ``InvariantGlobalization``, ``type`` …"""
    runtime_line: int = 0
    """Line on which `runtime` stands; 0 where none can be named."""
    script_lines: Mapping[str, int] = field(default_factory=dict)
    """Name of a script → its line; what has none is left out."""


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A script of the context that ends in the image (an entrypoint script, a health check)."""

    path: str
    """Relative to the project's root."""
    image_path: str
    content: bytes
    interpreter: str | None
    """From its shebang: ``/bin/sh``, ``bash`` (of ``env bash``), ``python3``; None where there is none."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What people declare of a workload in the configuration, with owner and reason."""

    key: str
    """``needs``, ``environment``, ``criticality``, ``familiarity``, ``constraints``."""
    value: str
    owner: str
    reason: str
    where: Location


@dataclass(frozen=True, slots=True)
class Hint:
    """A line of a README, document or runbook that says something of a workload's use."""

    what: str
    where: Location


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that will run."""

    name: str
    """Unique in its project."""
    origin: Origin
    where: Location
    base: BaseUse
    service: str | None = None
    build: Build | None = None
    runtime: RuntimeConfig = field(default_factory=RuntimeConfig)
    profiles: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    scripts: tuple[ScriptFile, ...] = ()
    static_paths: Mapping[str, str] = field(default_factory=dict)
    """Image path → context path of what COPY/ADD bring into the final chain, as far as the files tell."""
    declarations: tuple[Declaration, ...] = ()
    hints: tuple[Hint, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    is_job: bool = False
    """Runs to its end and is done: a Kubernetes Job or CronJob, an init container that is no sidecar. Nothing asks
    such a container whether it is healthy."""
    built_as: str | None = None
    """The name that its build gives the image, where the project says one."""


@dataclass(frozen=True, slots=True)
class Project:
    """All workloads of a folder, and what could not be read."""

    root: str
    """As the caller named it."""
    workloads: tuple[Workload, ...]
    files: Mapping[str, str]
    """Path → SHA-256 (hex) of every file that was read."""
    unknowns: tuple[Unknown, ...] = ()
    dockerfiles: int = 0
    compose_files: int = 0
