"""Packages of rpm: Red Hat, Fedora, SUSE, Amazon, Oracle, Azure Linux and their relatives."""

import msgspec

from basewright.formats.content import Content, Window
from basewright.formats.problems import Problems
from basewright.formats.rpm_database import read_rpm_database
from basewright.formats.rpm_header import RpmHeader
from basewright.formats.rpm_manifest import read_manifest
from basewright.formats.sqlite_file import MAGIC as SQLITE
from basewright.formats.sqlite_file import SqliteFile
from basewright.image.interface import REGULAR, Analyser, Interest, TreeView
from basewright.inventory.distribution import distribution
from basewright.inventory.interface import Catch, Scene
from basewright.model.inventory import OsFacts
from basewright.model.package import Evidence, Package, SourcePackage
from basewright.model.purl import purl
from basewright.model.unknown import Unknown

_DATABASES = ("Packages", "Packages.db", "rpmdb.sqlite")
_HOMES = ("var/lib/rpm", "usr/share/rpm", "usr/lib/sysimage/rpm")
"""Where rpm keeps its database, from the root of the system that it describes."""
_MANIFEST = "var/lib/rpmmanifest/container-manifest-2"
_NAMESPACES = {"rhel": "redhat", "hummingbird": "redhat"}
"""os-release's id → PURL namespace where they differ (purl-spec, rpm: the vendor)."""


class RpmRecord(msgspec.Struct, frozen=True):
    """What one database or manifest told."""

    packages: tuple[RpmHeader, ...]
    problems: tuple[str, ...] = ()
    is_wal: bool = False
    """Whether a write-ahead log beside it may hold later changes."""


class RpmAnalyser:
    """Reads rpm's databases and the manifest of distroless Azure Linux."""

    name = "rpm"
    version = 1
    interest = Interest(names=frozenset({*_DATABASES, _MANIFEST.rpartition("/")[2]}))
    record = RpmRecord

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """See `Analyser.wants`."""
        return _root_of(path) is not None

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Ask for the whole: headers lie all over a database."""
        return (Window(0, size),)

    def read(self, path: str, content: Content) -> RpmRecord:
        """See `Analyser.read`."""
        data = content.all()
        problems = Problems()
        read = read_manifest if path.endswith(_MANIFEST) else read_rpm_database
        packages = tuple(read(data, problems))
        is_wal = bytes(data[:16]) == SQLITE and SqliteFile(data).is_wal
        return RpmRecord(packages, tuple(problems), is_wal)


class RpmCataloger:
    """See `Cataloger`. Keys that rpm keeps as ``gpg-pubkey`` entries are no packages."""

    name = "rpm"
    analysers: tuple[Analyser, ...] = (RpmAnalyser(),)

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        packages: list[Package] = []
        unknowns = _unread(scene.tree)
        for one in scene.tree.found("rpm"):
            # A hard link may sort before the name that rpm knows.
            location = next((path for path in (one.path, *one.aliases) if _root_of(path) is not None), None)
            if location is None:
                unknowns.append(Unknown(one.path, "an rpm database under a name that rpm does not know is not counted"))
                continue
            record: RpmRecord = one.record
            unknowns += [Unknown(location, problem) for problem in record.problems]
            unknowns += _pending_changes(scene.tree, location, record)
            packages += [
                _package(header, scene, location=location, layer=one.layer)
                for header in record.packages
                if not _is_key(header)
            ]
        return Catch(tuple(packages), tuple(unknowns))


def _root_of(path: str) -> str | None:
    """Return the root of the system that the database at `path` describes, with a slash at its end unless empty.

    None where `path` is no place of a database.
    """
    folder, _, name = path.rpartition("/")
    homes = [home for home in _HOMES if name in _DATABASES and _ends_with(folder, home)]
    if homes:
        return folder[: len(folder) - len(homes[0])]
    return path[: len(path) - len(_MANIFEST)] if _ends_with(path, _MANIFEST) else None


def _ends_with(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end}")


def _unread(tree: TreeView) -> list[Unknown]:
    """Tell of databases that a link hides from the pass: rpm would follow it, and the file's own place is not ours."""
    places = [f"{home}/{name}" for home in _HOMES for name in _DATABASES]
    found = [(path, entry.path) for path in places if (entry := tree.lookup(path)) and entry.kind == REGULAR]
    reason = "an rpm database that is reached over a link, and was not read"
    return [Unknown(path, reason) for path, place in found if _root_of(place) is None]


def _pending_changes(tree: TreeView, path: str, record: RpmRecord) -> list[Unknown]:
    """Tell of a log beside an SQLite database: what it holds is not in the file that was read."""
    if not path.endswith(".sqlite"):
        return []
    entry = tree.lookup(f"{path}-wal" if record.is_wal else f"{path}-journal")
    if entry is None or not entry.size:
        return []
    return [Unknown(entry.path, "changes to the rpm database that were not written to it yet")]


def _is_key(header: RpmHeader) -> bool:
    return header.name == "gpg-pubkey" and not header.source_rpm


def _package(header: RpmHeader, scene: Scene, *, location: str, layer: int) -> Package:
    files = scene.files.located(header.files.owned(), _root_of(location) or "") if header.files is not None else ()
    return Package(
        type="rpm",
        name=header.name,
        version=header.evr,
        purl=_purl(header, scene.os),
        location=location,
        layer=layer,
        evidence=Evidence.DATABASE,
        files=files,
        bytes=scene.files.bytes_of(files) if header.files is not None else None,
        source=source_of(header.source_rpm),
        architecture=header.arch or None,
        licenses=(header.license,) if header.license else (),
        supplier=header.vendor or header.packager or None,
        is_verified=header.is_signed,
        note=f"module {header.modularity_label}" if header.modularity_label else "",
    )


def _purl(header: RpmHeader, os: OsFacts | None) -> str:
    """Return the PURL; its version has no epoch, which is a qualifier (purl-spec, rpm)."""
    return purl(
        "rpm",
        header.name,
        f"{header.version}-{header.release}",
        namespace=_namespace(os.id) if os else None,
        qualifiers={
            "arch": header.arch,
            "distro": distribution(os),
            "epoch": None if header.epoch is None else str(header.epoch),
            "rpmmod": header.modularity_label,
            "upstream": header.source_rpm,
        },
    )


def _namespace(os_id: str) -> str:
    return "opensuse" if os_id.startswith("opensuse") else _NAMESPACES.get(os_id, os_id)


def source_of(source_rpm: str) -> SourcePackage | None:
    """Return the source package that a file name as SOURCERPM has it names; its epoch is not told there."""
    stem = source_rpm.removesuffix(".rpm")
    whole, dot, kind = stem.rpartition(".")
    if not dot or kind not in {"src", "nosrc"}:
        return None
    rest, _, release = whole.rpartition("-")
    name, _, version = rest.rpartition("-")
    return SourcePackage(name, f"{version}-{release}") if name and version and release else None
