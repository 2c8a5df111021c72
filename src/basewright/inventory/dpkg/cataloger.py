"""Packages of dpkg (Debian, Ubuntu and relatives, distroless) and of opkg, which keeps the same records."""

import dataclasses
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from basewright.image.interface import Analyser, Found
from basewright.inventory.bounded import paths
from basewright.inventory.distribution import distribution
from basewright.inventory.dpkg.chisel import ChiselAnalyser, ChiselManifest
from basewright.inventory.dpkg.copyright import CopyrightAnalyser
from basewright.inventory.dpkg.lists import Diversions, FileLists, ListAnalyser, read_diversions
from basewright.inventory.dpkg.state import StateAnalyser, owned_links, read_links
from basewright.inventory.dpkg.status import DpkgPackage, DpkgStatus, StatusAnalyser
from basewright.inventory.interface import Catch, Scene
from basewright.model.inventory import OsFacts
from basewright.model.package import Evidence, Package, SourcePackage
from basewright.model.purl import purl
from basewright.model.unknown import Unknown

_HOMES: Final = ("var/lib/dpkg", "usr/lib/dpkg", "lib/dpkg", "var/lib/opkg", "usr/lib/opkg", "lib/opkg")
"""Where a database lies, from the root of the system that it describes; the first that fits tells the root."""


class Dpkg:
    """Finds the packages of dpkg and opkg."""

    name = "dpkg"
    analysers: tuple[Analyser, ...] = (
        StatusAnalyser(),
        ListAnalyser(),
        StateAnalyser(),
        CopyrightAnalyser(),
        ChiselAnalyser(),
    )

    def catalog(self, scene: Scene) -> Catch:
        """Return every package that has something in the file system."""
        reading = _Reading.of(scene)
        packages: list[Package] = []
        extra: dict[str, str] = {}
        for found in scene.tree.found("dpkg-status"):
            database = _Database.at(found.path)
            caught = list(reading.packages(found, database))
            packages += caught
            extra.update(reading.links_of_alternatives(caught, database))
            extra.update(reading.memory_of(caught, database))
        packages += reading.chiselled({(one.name, one.version, one.architecture) for one in packages})
        reading.tell_strays({_Database.at(found.path) for found in scene.tree.found("dpkg-status")})
        return Catch(tuple(packages), tuple(reading.unknowns), extra)


@dataclass(frozen=True, slots=True)
class _Database:
    """Where one database lies."""

    home: str
    """``var/lib/dpkg``"""
    root: str
    """Of the system that it describes: empty, or with a slash at its end."""

    @classmethod
    def at(cls, status: str) -> "_Database":
        home = status.rpartition("/status")[0]
        for usual in _HOMES:
            if home == usual or home.endswith("/" + usual):
                return cls(home, home.removesuffix(usual))
        return cls(home, "")

    @property
    def info(self) -> str:
        """The folder of lists."""
        return f"{self.home}/info"

    @property
    def type(self) -> str:
        """The PURL type of what it holds."""
        return "opkg" if self.home.endswith("opkg") else "deb"


@dataclass(slots=True)
class _Reading:
    """One reading of every database of an image."""

    scene: Scene
    lists: FileLists
    licenses: Mapping[str, tuple[str, ...]]
    state: Mapping[str, bytes]
    unknowns: list[Unknown] = field(default_factory=list)
    _known: dict[_Database, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene) -> "_Reading":
        tree = scene.tree
        return cls(
            scene,
            FileLists.of(tree.found("dpkg-lists")),
            {one.path: one.record for one in tree.found("dpkg-copyright")},
            {one.path: one.record for one in tree.found("dpkg-state")},
        )

    def packages(self, found: Found, database: _Database) -> Iterator[Package]:
        """Yield the packages of one status file, or of one stanza of distroless."""
        status: DpkgStatus = found.record
        self.unknowns += [Unknown(found.path, problem) for problem in status.problems]
        known = self._known.setdefault(database, set())
        known.update(status.gone)
        diversions = read_diversions(self.state.get(f"{database.home}/diversions", b""))
        listless = 0
        for one in status.packages:
            known.add(one.name)
            package = self._package(one, found, database, diversions)
            listless += package.bytes is None
            yield package
        if listless and not _is_single(found.path):
            reason = (
                f"the lists of files of {listless} of {len(status.packages)} packages are missing or cannot be read"
            )
            self.unknowns.append(Unknown(database.info, reason))

    def chiselled(self, known: Container[tuple[str, str | None, str | None]]) -> Iterator[Package]:
        """Yield the packages of Chisel's manifests, but those that a status names already."""
        for found in self.scene.tree.found("dpkg-chisel"):
            manifest: ChiselManifest = found.record
            self.unknowns += [Unknown(found.path, problem) for problem in manifest.problems]
            for one in manifest.packages:
                package = one.package
                if (package.name, package.version, package.architecture) not in known:
                    files = self.scene.files.located(paths(one.files))
                    yield self._told(package, found, _Database("", ""), files=files)

    def _package(self, one: DpkgPackage, found: Found, database: _Database, diversions: Diversions) -> Package:
        listed = self.lists.of_package(database.info, one.name, one.architecture)
        if listed is None and _is_single(found.path):
            folder, _, stem = found.path.rpartition("/")
            listed = self.lists.of_package(folder, stem, None) or self.lists.of_package(folder, one.name, None)
        files = None if listed is None else self._files(listed, one.name, database, diversions)
        package = self._told(one, found, database, files=files)
        source = SourcePackage(one.source or one.name, one.source_version or one.version)
        return dataclasses.replace(package, source=source, note=_note(one, is_single=_is_single(found.path)))

    def _told(self, one: DpkgPackage, found: Found, database: _Database, *, files: tuple[str, ...] | None) -> Package:
        """Return what a stanza and a manifest's line tell alike; the manifest knows no source package."""
        return Package(
            type=database.type,
            name=one.name,
            version=one.version,
            purl=deb_purl(one, self.scene.os, database.type),
            location=found.path,
            layer=found.layer,
            evidence=Evidence.DATABASE,
            architecture=one.architecture,
            licenses=(one.license,) if one.license else self._licenses(one.name, database),
            files=files or (),
            bytes=None if files is None else self.scene.files.bytes_of(files),
            supplier=one.maintainer,
        )

    def _files(self, listed: list[str], name: str, database: _Database, diversions: Diversions) -> tuple[str, ...]:
        return self.scene.files.located(diversions.applied(listed, name), database.root)

    def _licenses(self, name: str, database: _Database) -> tuple[str, ...]:
        path = self.scene.tree.resolve(f"{database.root}usr/share/doc/{name}/copyright")
        return self.licenses.get(path, ()) if path else ()

    def links_of_alternatives(self, packages: list[Package], database: _Database) -> Mapping[str, str]:
        """Return what belongs to `packages` though no list says so: links of alternatives."""
        folder = f"{database.home}/alternatives/"
        alternatives = {path: data for path, data in self.state.items() if path.startswith(folder)}
        if not alternatives:
            return {}
        owners = {path: package.purl for package in reversed(packages) for path in package.files}
        found: dict[str, str] = {}
        for path, data in alternatives.items():
            links = read_links(data, path.removeprefix(folder))
            found.update(owned_links(self.scene.tree, links, owners, database.root))
        return found

    def memory_of(self, packages: list[Package], database: _Database) -> Mapping[str, str]:
        """Return what dpkg keeps for each of `packages`: lists and maintainer scripts."""
        owners = {package.name: package.purl for package in reversed(packages)}
        owners.update((f"{package.name}:{package.architecture}", package.purl) for package in packages)
        folder = self.scene.tree.resolve(database.info)
        names = self.scene.tree.list(database.info)
        stems = ((name, name.rpartition(".")[0]) for name in names)
        return {f"{folder}/{name}": owners[stem] for name, stem in stems if stem in owners}

    def tell_strays(self, databases: set[_Database]) -> None:
        """Tell of lists whose package no status names: the status was cut or emptied."""
        for database in sorted(databases, key=lambda one: one.home):
            known = self._known.get(database, set())
            strays = [stem for stem in self.lists.unasked(database.info) if stem.partition(":")[0] not in known]
            if strays:
                some = ", ".join(strays[:3]) + (" …" if len(strays) > 3 else "")
                reason = f"lists of files of {len(strays)} packages that the status does not name: {some}"
                self.unknowns.append(Unknown(database.info, reason))


def deb_purl(one: DpkgPackage, os: OsFacts | None, kind: str = "deb") -> str:
    """Return the PURL of a package (purl-spec, `deb`): epoch in the version, release and source for matchers."""
    upstream = None
    if (one.source and one.source != one.name) or one.source_version:
        upstream = one.source or one.name
        if one.source_version and one.source_version != one.version:
            upstream = f"{upstream}@{one.source_version}"
    return purl(
        kind,
        one.name.lower(),
        one.version,
        namespace=os.id if os else None,
        qualifiers={"arch": one.architecture, "distro": distribution(os), "upstream": upstream},
    )


def _is_single(path: str) -> bool:
    return "/status.d/" in path


def _note(one: DpkgPackage, *, is_single: bool) -> str:
    """Return what a reader should know; a stanza of distroless needs no Status, being there is its state."""
    notes = []
    if one.state not in {"", "installed"}:
        notes.append(one.state)
    if not one.state and not is_single:
        notes.append("the record does not say that it is installed")
    if one.needs_reinstallation:
        notes.append("needs to be installed again")
    if one.version is None:
        notes.append("the record has no version")
    return ", ".join(notes)
