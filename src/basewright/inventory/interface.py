"""How one kind of package is found: an analyser for the pass, and a reader of what survived the squash."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from basewright.image.interface import Analyser, TreeView
from basewright.inventory.file_table import FileTable
from basewright.model.image import ImageConfig
from basewright.model.inventory import OsFacts, SbomClaim
from basewright.model.package import Package
from basewright.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Scene:
    """What a cataloger may look at."""

    tree: TreeView
    config: ImageConfig | None
    os: OsFacts | None
    files: FileTable = field(init=False, repr=False, compare=False)
    """The tree's regular files by path; built at the first question, shared by all catalogers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", FileTable(self.tree))


@dataclass(frozen=True, slots=True)
class Catch:
    """What a cataloger found. Nothing is dropped in silence: what it could not read is an unknown."""

    packages: tuple[Package, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    extra_owned: Mapping[str, str] = field(default_factory=dict)
    """Path → PURL of files that belong to a package though its record does not list them (alternatives, caches)."""
    claims: tuple[SbomClaim, ...] = ()
    """SBOMs that the image carries; what they name is no package for that."""


class Cataloger(Protocol):
    """Finds the packages of one ecosystem.

    To add an ecosystem, write one module with one of these and name it in `basewright.inventory.CATALOGERS`. No other
    file changes.
    """

    @property
    def name(self) -> str:
        """Kebab-case word: ``dpkg``, ``python``."""
        ...

    @property
    def analysers(self) -> tuple[Analyser, ...]:
        """What it needs of the pass; their names start with its own."""
        ...

    def catalog(self, scene: Scene) -> Catch:
        """Return the packages, with `files` as paths of the finished image (``tree.resolve``), `owner` unset."""
        ...


def all_packages(catches: Iterator[Catch]) -> tuple[Package, ...]:
    """Return every package of `catches`, sorted by type, name, version and location."""
    found = [package for catch in catches for package in catch.packages]
    return tuple(sorted(found, key=lambda one: (one.type, one.name, one.version or "", one.location)))
