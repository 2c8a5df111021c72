"""Python distributions as installers leave them: dist-info, egg-info, eggs and Conda's records."""

import re
from collections.abc import Mapping

from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.zip import first_windows, read_archive
from basewright.image.interface import Analyser, Interest
from basewright.inventory.file_table import FileTable
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import bytecode_of, joined, names_of, with_bytecode
from basewright.inventory.languages.python_metadata import (
    PythonMetadata,
    PythonOrigin,
    normalized,
    read_conda,
    read_installed_files,
    read_metadata,
    read_origin,
    read_record,
)
from basewright.inventory.languages.reading import FileAnalyser
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

_METADATA = re.compile(
    r"(?:^|/)(?:[^/]*\.dist-info/METADATA|[^/]*\.egg-info/PKG-INFO|EGG-INFO/PKG-INFO|[^/]+\.egg-info)$", re.IGNORECASE
)
_RECORD = re.compile(r"\.(?:dist-info/RECORD|egg-info/installed-files\.txt)$", re.IGNORECASE)
_ORIGIN = re.compile(r"\.(?:dist-info|egg-info)/direct_url\.json$", re.IGNORECASE)
_EGG_MEMBER = b"EGG-INFO/PKG-INFO"
_CACHES = ("/.cache/uv/", "/.cache/pip/", "/.cache/pypoetry/")
_VENDORED = re.compile(r"(?:^|/)([^/]+)/(?:_?vendor(?:ed)?|_?vendor/[^/]+|extern)/[^/]+$")


class EggAnalyser:
    """Reads PKG-INFO out of eggs that are zip files (setuptools, before wheels)."""

    name = "python-egg"
    version = 1
    interest = Interest(suffixes=frozenset({".egg"}))
    record = PythonMetadata

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return True

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`."""
        return first_windows(size)

    def read(self, path: str, content: Content) -> PythonMetadata | None:  # noqa: ARG002 - part of the protocol
        """See `Analyser.read`."""
        if content.read_at(0, 4) != b"PK\x03\x04":
            return None
        archive = read_archive(content, _EGG_MEMBER.__eq__)
        if not archive.members:
            raise MalformedError("an egg without EGG-INFO/PKG-INFO")
        return read_metadata(archive.read(archive.members[0]))


_ANALYSERS: tuple[Analyser, ...] = (
    FileAnalyser(
        "python-metadata",
        1,
        Interest(names=frozenset({"METADATA", "PKG-INFO"}), suffixes=frozenset({".egg-info"})),
        PythonMetadata,
        lambda path: _METADATA.search(path) is not None,
        lambda _, data: read_metadata(data),
    ),
    FileAnalyser(
        "python-record",
        1,
        Interest(names=frozenset({"RECORD", "installed-files.txt"})),
        tuple[str, ...],
        lambda path: _RECORD.search(path) is not None,
        lambda path, data: read_record(data) if path.endswith("RECORD") else read_installed_files(data),
    ),
    FileAnalyser(
        "python-origin",
        1,
        Interest(names=frozenset({"direct_url.json"})),
        PythonOrigin,
        lambda path: _ORIGIN.search(path) is not None,
        lambda _, data: read_origin(data),
    ),
    FileAnalyser(
        "python-conda",
        1,
        Interest(directories=frozenset({"conda-meta"})),
        PythonMetadata,
        lambda path: path.endswith(".json"),
        lambda _, data: read_conda(data),
    ),
    EggAnalyser(),
)


class PythonCataloger:
    """See `Cataloger`. Wheels and sdists that only lie about are not installed, and no packages."""

    name = "python"
    analysers: tuple[Analyser, ...] = _ANALYSERS

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        tree = scene.tree
        records = {name: one.record for one in tree.found("python-record") for name in names_of(one.path, one.aliases)}
        origins = {name: one.record for one in tree.found("python-origin") for name in names_of(one.path, one.aliases)}
        files = scene.files
        bytecode = bytecode_of(files) if records else {}
        packages = [
            _package(path, one.layer, one.record, _owned(path, records, files, bytecode), origins)
            for one in tree.found("python-metadata")
            for path in names_of(one.path, one.aliases)
            if _METADATA.search(path)
        ]
        packages += [
            _package(one.path, one.layer, one.record, (one.path,), origins) for one in tree.found("python-egg")
        ]
        packages += [_conda_package(one.path, one.layer, one.record, files) for one in tree.found("python-conda")]
        return Catch(tuple(packages))


def _owned(
    path: str, records: dict[str, tuple[str, ...]], files: FileTable, bytecode: Mapping[str, list[str]]
) -> tuple[str, ...] | None:
    """Return the files of the distribution whose metadata stand at `path`; None where no list of them does."""
    folder = path.rpartition("/")[0]
    site = folder.rpartition("/")[0]
    if (listed := records.get(f"{folder}/RECORD")) is not None:
        return with_bytecode(files.located(joined(site, listed)), bytecode)
    if (listed := records.get(f"{folder}/installed-files.txt")) is not None:
        return with_bytecode(files.located(joined(folder, listed)), bytecode)
    return None


def _package(
    path: str,
    layer: int,
    record: PythonMetadata,
    owned: tuple[str, ...] | None,
    origins: dict[str, PythonOrigin],
) -> Package:
    origin = origins.get(path.rpartition("/")[0] + "/direct_url.json")
    name = normalized(record.name)
    qualifiers = {}
    if origin is not None and origin.vcs and origin.commit:
        qualifiers["vcs_url"] = f"{origin.vcs}+{origin.url}@{origin.commit}"
    return Package(
        type="pypi",
        name=name,
        version=record.version,
        purl=purl("pypi", name, record.version, qualifiers=qualifiers),
        location=path,
        layer=layer,
        evidence=Evidence.METADATA,
        licenses=record.licenses,
        files=owned or (),
        supplier=record.supplier,
        note=_note(path, origin),
    )


def _note(path: str, origin: PythonOrigin | None) -> str:
    if any(cache in f"/{path}" for cache in _CACHES):
        return "in an installer's cache"
    if vendored := _VENDORED.search(path.rpartition("/")[0]):
        return f"vendored in {vendored[1]}"
    if origin is not None:
        if origin.is_editable:
            return "installed in editable mode"
        if not origin.vcs:
            return "installed from a file or an address, not from an index"
    return ""


def _conda_package(path: str, layer: int, record: PythonMetadata, files: FileTable) -> Package:
    prefix = path.rpartition("/")[0].rpartition("/")[0]
    owned = files.located(joined(prefix, record.conda_files)) if record.conda_files else None
    qualifiers = {
        "build": record.conda_build,
        "subdir": record.conda_subdir,
        "channel": (record.conda_channel or "").rstrip("/").rpartition("/")[2] or None,
    }
    if qualifiers["channel"] == qualifiers["subdir"]:
        qualifiers["channel"] = (record.conda_channel or "").rstrip("/").rpartition("/")[0].rpartition("/")[2] or None
    return Package(
        type="conda",
        name=record.name,
        version=record.version,
        purl=purl("conda", record.name, record.version, qualifiers=qualifiers),
        location=path,
        layer=layer,
        evidence=Evidence.METADATA,
        licenses=record.licenses,
        files=owned or (),
    )
