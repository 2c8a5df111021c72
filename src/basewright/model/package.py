"""Packages of an image, as some record in it told."""

from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """What a package's presence rests on, strongest first."""

    DATABASE = "database"
    """The record of a package manager: dpkg status, apk installed, an rpm header."""
    METADATA = "metadata"
    """A language's own installed metadata: dist-info, package.json, pom.properties, deps.json."""
    BINARY = "binary"
    """Data inside an executable: Go build info, Rust audit data."""
    MARKER = "marker"
    """A version marker of software that no package manager installed: a header, a text in a binary, an env variable."""
    CLAIM = "claim"
    """Only an SBOM that the image carries says so."""


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """What a binary package was built from; distributions' advisories speak of it."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """One package; two with the same PURL at two locations are two."""

    type: str
    """The PURL type: ``deb``, ``apk``, ``rpm``, ``pypi``, ``npm``, ``maven``, ``golang``, ``cargo``, ``generic`` …"""
    name: str
    """As PURL spells it, with the namespace of npm, maven and composer (``@types/node``, ``org.slf4j:slf4j-api``)."""
    version: str | None
    purl: str
    location: str
    """Path, from the image's root, of the record that told; no leading slash."""
    layer: int
    """Index of the layer that carries most of its files, of a distribution's package; of any other, of its record."""
    evidence: Evidence
    source: SourcePackage | None = None
    architecture: str | None = None
    """In the package manager's words: ``amd64``, ``x86_64``, ``noarch``."""
    licenses: tuple[str, ...] = ()
    """As recorded, unchanged."""
    files: tuple[str, ...] = ()
    """Paths of the finished image that it owns, sorted, aliases resolved."""
    bytes: int | None = None
    """Of those files; None where its files are not known."""
    owner: str | None = None
    """PURL of the distribution's package that owns this language package's record."""
    is_runtime: bool = False
    """Whether it is an interpreter, a virtual machine or a server rather than a library."""
    supplier: str | None = None
    """Maintainer, packager or vendor, as recorded."""
    is_verified: bool | None = None
    """Whether the record carries a signature or was signed for; None where the database does not tell."""
    note: str = ""
    """What a reader should know: ``version from PYTHON_VERSION``, ``half-installed``."""
