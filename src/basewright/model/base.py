"""What is known of a base image: facts, each with its source and date. Unknown is None, never a guess."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.model.reference import ImageReference


class Kind(StrEnum):
    """The footprint of an image, decided by facts (see docs/explanation/kinds.md)."""

    FULL = "full"
    SLIM = "slim"
    MINIMAL = "minimal"
    """Tiny, yet with a shell or a package manager."""
    DISTROLESS = "distroless"
    """No shell, no package manager."""
    SCRATCH = "scratch"


class Role(StrEnum):
    """What an image is for."""

    OS = "os"
    """A distribution: debian, alpine, ubi-minimal, distroless/base."""
    RUNTIME = "runtime"
    """A language runtime: node, python, a JRE."""
    BUILD = "build"
    """Compilers and development tools: golang, rust, a JDK, every ``-dev`` variant."""
    SERVICE = "service"
    """A ready server: postgres, nginx, redis."""


class Access(StrEnum):
    """Who may pull it."""

    FREE = "free"
    LOGIN = "login"
    """Free of charge, after a login."""
    ENTITLED = "entitled"
    """A contract is needed."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact was read, and of which day it is."""

    source: str
    """Repository and path, or address, of the source."""
    date: dt.date
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Hardened:
    """A vendor's claim to harden, and what it rests on."""

    vendor: str
    basis: str


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """A distribution and its release, in os-release's words."""

    id: str
    """``debian``, ``alpine``, ``wolfi``, ``ubuntu``, ``rhel`` …"""
    version: str | None
    codename: str | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """The software that an image is for: ``node`` ``24``, ``python`` ``3.13``, ``postgres`` ``18``."""

    name: str
    version: str | None
    """As exact as known: ``24.19.0`` or ``24``."""

    @property
    def cycle(self) -> str | None:
        """The release line that end-of-life dates are given for: ``3.13`` for python, ``24`` for node."""
        if self.version is None:
            return None
        parts = self.version.split(".")
        return ".".join(parts[: 1 if self.name in _ONE_NUMBER_LINES else 2])


_ONE_NUMBER_LINES = frozenset({"node", "postgres", "java", "deno", "debian"})


@dataclass(frozen=True, slots=True)
class User:
    """A user that the image is known to have."""

    name: str
    uid: int | None
    gid: int | None = None


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when it is supported; each date None where not known."""

    security_end: dt.date | None = None
    """End of the distribution's security support."""
    lts_end: dt.date | None = None
    """End of its long-term support."""
    runtime_end: dt.date | None = None
    """End of life of the runtime."""
    retired: dt.date | None = None
    """Day on which the publisher dropped the tag (it still pulls, it is never rebuilt)."""
    publisher_end: dt.date | None = None
    """Day on which the publisher says it stops updating this image."""

    def earliest(self, *, count_lts: bool = False) -> dt.date | None:
        """Return the first day on which some support ends; `count_lts` lets long-term support count as support."""
        system = (self.lts_end or self.security_end) if count_lts else self.security_end
        dates = [day for day in (system, self.runtime_end, self.retired, self.publisher_end) if day is not None]
        return min(dates, default=None)


@dataclass(frozen=True, slots=True)
class PackageList:
    """The packages of an image as a source lists them."""

    names: Mapping[str, str]
    """Name → version ("" where only the name is known)."""
    is_complete: bool
    """False when only declared packages are listed, their dependencies left out."""
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class BaseImage:
    """Everything known of one base image under one tag."""

    reference: ImageReference
    """The canonical name: the tag to recommend."""
    aliases: tuple[str, ...] = ()
    """Other tags of the same build."""
    vendor: str = ""
    """``Docker Official Images``, ``Google distroless``, ``Docker Hardened Images``, ``Chainguard`` …"""
    family: str = ""
    """Distribution: ``debian``, ``alpine``, ``wolfi``, ``ubuntu``, ``rhel``, ``azurelinux``, ``busybox``, ``none``."""
    role: Role = Role.OS
    runtime: Runtime | None = None
    carries: tuple[Runtime, ...] = ()
    """Second runtimes that it is known to bring beside its own, sorted by name: ``java`` ``21`` in
    ``maven:3.9-eclipse-temurin-21``, ``php`` ``8.4`` in ``wordpress:7-php8.4``."""
    variant: str | None = None
    """What tells images of one runtime apart in use (``jre``, ``fpm``, ``apache``, ``perl``); None for the plain."""
    os: OperatingSystem | None = None
    libc: str | None = None
    """``glibc``, ``musl``, ``none`` (static images)."""
    libc_version: str | None = None
    icu_major: int | None = None
    shell: bool | None = None
    package_manager: bool | None = None
    """Whether a RUN line can install packages from a repository: what has no shell to call it, or is dpkg or rpm alone,
    is none."""
    kind: Kind | None = None
    hardened: Hardened | None = None
    user: str | None = None
    """Default user as the configuration has it; "" means not set, so root; None: not known."""
    uid: int | None = None
    """Its numeric id where known (0 for root)."""
    users: tuple[User, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    """None: not known; () not set."""
    command: tuple[str, ...] | None = None
    working_directory: str | None = None
    """None: not known; "" not set."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    stop_signal: str | None = None
    """None: not known or not set."""
    ca_certificates: bool | None = None
    time_zones: bool | None = None
    architectures: tuple[str, ...] = ()
    """OCI spelling: ``amd64``, ``arm64``, ``arm/v7``."""
    access: Access = Access.FREE
    compressed_bytes: int | None = None
    """linux/amd64, sum of the layers."""
    bytes: int | None = None
    """linux/amd64, uncompressed."""
    base_layer_compressed_bytes: int | None = None
    """First layer, shared between images of the same distribution build."""
    packages: int | None = None
    """Complete count; None when only declared packages are known."""
    package_list: PackageList | None = None
    executables: int | None = None
    setuid: int | None = None
    horizon: Horizon = field(default_factory=Horizon)
    prerelease: bool = False
    """Whether the publisher still makes it: a release candidate, a beta, Debian testing."""
    notes: tuple[str, ...] = ()
    """Facts of this image that a person must know: a tag about to move, a listed tag past its support, a trap."""
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    """Group of facts (``identity``, ``config``, ``size``, ``packages``, ``horizon``, ``users``) → where it was read."""

    @property
    def is_root(self) -> bool | None:
        """Whether its default user is root; None where not known."""
        if self.uid is not None:
            return self.uid == 0
        if self.user is None:
            return None
        return self.user.partition(":")[0] in {"", "0", "root"}


class Match(StrEnum):
    """How a reference was recognised in the catalog."""

    EXACT = "exact"
    """The tag is listed."""
    RETIRED = "retired"
    """The tag was listed once."""
    VERSION = "version"
    """The repository is known and the tag follows its scheme: facts of the nearest listed tag, sizes left out."""
    REPOSITORY = "repository"
    """The repository is known, the tag is not."""
    MIRROR = "mirror"
    """A mirror or private prefix of a known image, certain by configuration or by a well-known mirror's name."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The catalog's answer for a reference."""

    base: BaseImage
    match: Match
    notes: tuple[str, ...] = ()
    """What the reader must know of this answer: that ``debian:slim`` is no published tag, and which ones are near."""
    is_unpublished: bool | None = None
    """True: its repository's history is known and never had it. False: it is listed, or once was. None: not known;
    a tag that is only missing from the list of one day may well exist."""
