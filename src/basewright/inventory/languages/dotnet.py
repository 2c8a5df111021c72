""".NET packages as published applications list them, and the shared frameworks."""

import re
from typing import Any

import msgspec

from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.pe_version import HEAD_BYTES, read_pe_version
from basewright.image.interface import Analyser, Found, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below, joined
from basewright.inventory.languages.reading import FileAnalyser, decode_json, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

LIBRARIES = 50_000
_DEPS = ".deps.json"
_FRAMEWORK = re.compile(r"(?:^|/)shared/(Microsoft\.[\w.]+)/(\d[\w.-]*)/[^/]+\.deps\.json$")
_SDK = re.compile(r"(?:^|/)dotnet/sdk/(\d[\w.-]*)/\.version$")
_KINDS = {
    "package": "",
    "project": "a project of the application",
    "runtimepack": "",
    "reference": "referenced by path",
}
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9}){1,3}(?:-[0-9A-Za-z.-]{1,60})?")
_ASSEMBLY_SUFFIX = re.compile(r"\.(?:dll|exe)$", re.IGNORECASE)
_ASSETS = ("runtime", "native", "resources", "runtimeTargets")


class DotnetLibrary(msgspec.Struct, frozen=True, omit_defaults=True):
    """One library of a deps.json."""

    name: str
    version: str | None
    kind: str
    """``package``, ``project``, ``runtimepack`` or ``reference``."""
    files: tuple[str, ...] = ()
    """Its assemblies, relative to the deps.json."""


class _Deps(msgspec.Struct):
    targets: Any = None
    libraries: Any = None


def read_deps(_path: str, data: bytes) -> tuple[DotnetLibrary, ...]:
    """Return the libraries of a deps.json, sorted (dotnet/sdk: runtime-configuration-file.md)."""
    document = decode_json(data, _Deps)
    if not isinstance(document.libraries, dict) or len(document.libraries) > LIBRARIES:
        raise MalformedError("a deps.json without libraries")
    assets = _assets(document.targets)
    found = []
    for key, library in sorted(document.libraries.items()):
        name, slash, version = key.rpartition("/")
        kind = library.get("type") if isinstance(library, dict) else None
        if slash and text(name) and kind in _KINDS:
            found.append(DotnetLibrary(text(name), text(version) or None, kind, assets.get(key, ())))
    return tuple(found)


def _assets(targets: object) -> dict[str, tuple[str, ...]]:
    """Return library → its assemblies; publishing puts those of ``lib/`` beside the deps.json, the others below it."""
    found: dict[str, tuple[str, ...]] = {}
    for target in targets.values() if isinstance(targets, dict) else ():
        for key, parts in target.items() if isinstance(target, dict) else ():
            listed: list[str] = []
            for kind in _ASSETS if isinstance(parts, dict) else ():
                paths = parts.get(kind)
                for path in paths if isinstance(paths, dict) else ():
                    parent, _, name = path.rpartition("/")
                    listed += (path, f"{parent.rpartition('/')[2]}/{name}" if kind == "resources" else name)
            if listed:
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), *listed)))
    return found


class DotnetAssembly(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the version resource of an assembly says."""

    name: str
    version: str | None = None
    company: str | None = None


class AssemblyAnalyser:
    """Reads the version resource of .NET assemblies."""

    name = "dotnet-assembly"
    version = 1
    interest = Interest(suffixes=frozenset({".dll", ".exe", ".DLL", ".EXE"}))
    record = DotnetAssembly

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return size > HEAD_BYTES // 4

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`."""
        return (Window(0, min(size, HEAD_BYTES)),)

    def read(self, path: str, content: Content) -> DotnetAssembly | None:
        """See `Analyser.read`: None for programs of DOS and Windows that hold no code for .NET."""
        if content.read_at(0, 2) != b"MZ":
            return None
        said = read_pe_version(content)
        if said is None or not said.is_assembly:
            return None
        stem = path.rpartition("/")[2].rpartition(".")[0]
        original = text(said.texts.get("InternalName")) or text(said.texts.get("OriginalFilename"))
        versions = (_version(said.texts.get(key, "")) for key in ("ProductVersion", "FileVersion", "Assembly Version"))
        return DotnetAssembly(
            _ASSEMBLY_SUFFIX.sub("", original) or stem,
            next(filter(None, versions), None),
            text(said.texts.get("CompanyName")) or None,
        )


def _version(value: str) -> str:
    """Return the version that a text starts with, without the revision that builds append to it."""
    match = _VERSION.match(value.strip())
    return match[0] if match else ""


class DotnetCataloger:
    """See `Cataloger`. An assembly that a deps.json or a shared framework holds is part of that, and not told again."""

    name = "dotnet"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "dotnet",
            1,
            Interest(suffixes=frozenset({".json"})),
            tuple[DotnetLibrary, ...],
            lambda path: path.endswith(_DEPS),
            read_deps,
        ),
        FileAnalyser(
            "dotnet-sdk",
            1,
            Interest(names=frozenset({".version"})),
            bool,
            lambda path: _SDK.search(path) is not None,
            lambda _path, _data: True,
        ),
        AssemblyAnalyser(),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        tree = scene.tree
        packages = []
        for one in tree.found("dotnet"):
            folder = one.path.rpartition("/")[0]
            packages += [
                _package(one, library, scene.files.located(joined(folder, library.files))) for library in one.record
            ]
        shared = {one.path: match for one in tree.found("dotnet") if (match := _FRAMEWORK.search(one.path))}
        sdks = {one.path: match for one in tree.found("dotnet-sdk") if (match := _SDK.search(one.path))}
        homes = {path: path.rpartition("/")[0] for path in (*shared, *sdks)}
        owned = files_below(scene.files, homes.values()) if homes else {}
        found = {one.path: one for one in (*tree.found("dotnet"), *tree.found("dotnet-sdk"))}
        packages += [
            _runtime(found[path], "nuget", match[1], match[2], owned[homes[path]]) for path, match in shared.items()
        ]
        packages += [
            _runtime(found[path], "generic", "dotnet-sdk", match[1], owned[homes[path]]) for path, match in sdks.items()
        ]
        claimed = {path for package in packages for path in package.files}
        packages += [_assembly(one) for one in tree.found("dotnet-assembly") if one.path not in claimed]
        return Catch(tuple(packages))


def _assembly(one: Found) -> Package:
    told: DotnetAssembly = one.record
    return Package(
        type="nuget",
        name=told.name,
        version=told.version,
        purl=purl("nuget", told.name, told.version),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.BINARY,
        files=(one.path,),
        supplier=told.company,
        note="an assembly, named by its version resource",
    )


def _package(one: Found, library: DotnetLibrary, files: tuple[str, ...]) -> Package:
    return Package(
        type="nuget",
        name=library.name,
        version=library.version,
        purl=purl("nuget", library.name, library.version),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.METADATA,
        files=files,
        note=_KINDS[library.kind],
    )


def _runtime(one: Found, kind: str, name: str, version: str, files: list[str]) -> Package:
    return Package(
        type=kind,
        name=name,
        version=version,
        purl=purl(kind, name, version),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.MARKER,
        files=tuple(files),
        is_runtime=True,
    )
