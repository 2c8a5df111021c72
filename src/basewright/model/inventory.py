"""What an image holds: the result of reading it, and the value that later steps stand on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from basewright.model.catalog import EndOfLife
from basewright.model.digest import Digest
from basewright.model.executable import ElfFacts, ScriptFacts
from basewright.model.hardening import HardeningFact
from basewright.model.image import ImageConfig, ImageIdentity, LayerSummary
from basewright.model.package import Package
from basewright.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Libc:
    """The C library: ``glibc`` or ``musl`` (or ``other``), its version where it can be read, and how it was told."""

    name: str
    version: str | None
    path: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OsFacts:
    """What os-release and its relatives say (os-release(5))."""

    id: str
    version_id: str | None = None
    id_like: tuple[str, ...] = ()
    codename: str | None = None
    variant_id: str | None = None
    pretty_name: str | None = None
    path: str = ""
    """Of the file that told, from the image's root."""
    is_guess: bool = False
    """Whether it was told by something other than os-release (a package database's vendor, a marker file)."""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Executable:
    """A file that can be run or loaded: an ELF object or a script, as the finished image holds it."""

    path: str
    """From the image's root, no leading slash."""
    layer: int
    bytes: int
    mode: int
    facts: ElfFacts | ScriptFacts
    package: str | None = None
    """PURL of the package that owns it; None where none does."""
    aliases: tuple[str, ...] = ()
    """Hard links to the same file."""

    @property
    def is_runnable(self) -> bool:
        """Whether somebody may execute it."""
        return bool(self.mode & 0o111)

    @property
    def is_program(self) -> bool:
        """Whether it is a program or a script that somebody may run, rather than a library or an object."""
        return self.is_runnable and (not isinstance(self.facts, ElfFacts) or self.facts.kind == "executable")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the image some package explains; regular files of the finished image."""

    files: int
    bytes: int
    explained_files: int
    explained_bytes: int
    unexplained_executables: tuple[str, ...] = ()
    """Paths, sorted."""


@dataclass(frozen=True, slots=True)
class WastedPath:
    """A path that more than one layer carries or that a later layer removes."""

    path: str
    bytes: int
    """Hidden by later layers."""
    layers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How little of what is transported is hidden (dive's definition; docs/explanation/waste.md)."""

    score: float
    """0 to 1; 1 where nothing is carried twice or removed."""
    wasted_bytes: int
    paths: tuple[WastedPath, ...] = ()
    """Most wasteful first, at most 1,000."""


@dataclass(frozen=True, slots=True)
class SbomClaim:
    """An SBOM that the image carries. A claim, never proof."""

    path: str
    format: str
    """``cyclonedx`` or ``spdx`` with its version, or the vendor's name."""
    layer: int
    packages: tuple[str, ...] = ()
    """PURLs that it names, sorted."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DirectorySize:
    """Bytes of regular files below a directory, its own included."""

    path: str
    bytes: int
    files: int


@dataclass(frozen=True, slots=True)
class ByteShare:
    """Bytes of the finished image that one layer carries for one package, or in one folder for none."""

    layer: int
    bytes: int
    package: str | None = None
    """PURL of the package that owns the files; None where none does."""
    folder: str | None = None
    """Of files that no package owns: their first two folders; empty for files of the root."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the image's passwd(5)."""

    name: str
    uid: int | None
    gid: int | None
    home: str
    shell: str


@dataclass(frozen=True, slots=True)
class Provisions:
    """What an application finds in the image beside packages: the other half of a contract."""

    users: tuple[Account, ...] | None = None
    """None where there is no passwd file."""
    ca_certificates: str | None = None
    """Path of the bundle of certificate authorities; None where no usual place has one."""
    time_zones: str | None = None
    """Path of the time zone database."""
    shells: tuple[str, ...] = ()
    """Paths of shells, sorted."""
    package_managers: tuple[str, ...] = ()
    """Paths of package managers, sorted."""
    commands: tuple[str, ...] = ()
    """Names by which programs can be called, sorted: those of the folders in PATH and the usual ones."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything one reading of one image found."""

    os: OsFacts | None
    libc: tuple[Libc, ...]
    packages: tuple[Package, ...]
    """Sorted by type, name, version, location."""
    executables: tuple[Executable, ...]
    """Sorted by path."""
    hardening: tuple[HardeningFact, ...]
    coverage: Coverage
    efficiency: Efficiency
    layers: tuple[LayerSummary, ...]
    claims: tuple[SbomClaim, ...] = ()
    directories: tuple[DirectorySize, ...] = ()
    """Largest first; at most 1,000, depth at most 6."""
    shares: tuple[ByteShare, ...] = ()
    """Lowest layer and largest first; they add up to `bytes`."""
    bytes: int = 0
    """Of the regular files of the finished image; a file with several hard links counts once."""
    files: int = 0
    setuid: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    provisions: Provisions = field(default_factory=Provisions)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One image on one day: identity, configuration and inventory."""

    created: dt.datetime
    """UTC, from the clock port: when it was looked at."""
    identity: ImageIdentity
    config: ImageConfig | None
    inventory: Inventory
    end_of_life: EndOfLife | None = None
    """Of the distribution's release, from the catalog; None where it has no record."""
    unknowns: tuple[Unknown, ...] = ()
    cached_layers: int = 0
    """Layers that were not read again, since their facts were known."""
    diff_ids: tuple[Digest, ...] = ()

    @property
    def all_unknowns(self) -> tuple[Unknown, ...]:
        """What could not be looked at, sorted."""
        return tuple(sorted({*self.unknowns, *self.inventory.unknowns}))

    @property
    def is_incomplete(self) -> bool:
        """Whether something could not be looked at."""
        return bool(self.unknowns or self.inventory.unknowns)
