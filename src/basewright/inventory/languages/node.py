"""Node packages as npm, pnpm and Yarn leave them, globally or below an application."""

import re
from typing import Any

import msgspec

from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.zip import first_windows, read_archive
from basewright.image.interface import Analyser, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below, names_of
from basewright.inventory.languages.reading import FileAnalyser, decode_json, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl
from basewright.model.unknown import Unknown

_ROOT = re.compile(r"(?:(?:^|/)node_modules|^usr/share/nodejs|^usr/lib/nodejs)/(?:@[^/]+/)?[^/@.][^/]*/package\.json$")
"""Where an installer or Debian puts a package; other package.json files are an application's, or inside a package."""
_NAME = re.compile(r"(?:@[^/@\s]+/)?[^/@\s]+")
_FIXTURE = re.compile(r"(?:^|/)(?:tests?|__tests__|fixtures?|__fixtures__|testdata|examples?|templates?|skeleton)/")
_YARN_CACHE = re.compile(r"(?:^|/)(?:\.yarn/cache|\.yarn/berry/cache)/[^/]+\.zip$")
_INSIDE = re.compile(rb"node_modules/(?:@[^/]+/)?[^/]+/package\.json")


class NodePackage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one package.json."""

    name: str = ""
    """Empty where it says none."""
    version: str | None = None
    licenses: tuple[str, ...] = ()
    supplier: str | None = None


class _Manifest(msgspec.Struct):
    name: Any = None
    version: Any = None
    license: Any = None
    licenses: Any = None
    author: Any = None


def read_package_json(path: str, data: bytes) -> NodePackage | None:
    """Return what a package.json says; None where it is no package's (it only says how files are to be loaded).

    Raises MalformedError for a damaged one, except where packages keep damaged ones on purpose: among their tests.
    """
    is_root = _ROOT.search(path) is not None
    try:
        manifest = decode_json(data, _Manifest)
    except MalformedError:
        if not is_root and _FIXTURE.search(path):
            return None
        raise
    name = text(manifest.name)
    name = name if _NAME.fullmatch(name) else ""
    version = text(manifest.version)
    if not is_root and not (name and version):
        return None
    return NodePackage(name, version or None, _licenses(manifest), _person(manifest.author))


def _licenses(manifest: _Manifest) -> tuple[str, ...]:
    """Return licences in any form that npm has taken: an expression, an object, or a list of either."""
    declared = manifest.license if manifest.license is not None else manifest.licenses
    found: list[str] = []
    for one in declared[:100] if isinstance(declared, list) else [declared]:
        value = one.get("type") or one.get("name") or one.get("url") if isinstance(one, dict) else one
        if value := text(value):
            found.append(value)
    return tuple(found)


def _person(author: object) -> str | None:
    return text(author.get("name") if isinstance(author, dict) else author) or None


class YarnCacheAnalyser:
    """Reads package.json out of the archives that Yarn's Plug'n'Play loads packages from."""

    name = "node-yarn-cache"
    version = 1
    interest = Interest(suffixes=frozenset({".zip"}))
    record = NodePackage

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return _YARN_CACHE.search(path) is not None

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`."""
        return first_windows(size)

    def read(self, path: str, content: Content) -> NodePackage | None:  # noqa: ARG002 - part of the protocol
        """See `Analyser.read`."""
        archive = read_archive(content, _INSIDE.fullmatch)
        if not archive.members:
            return None
        return read_package_json(archive.members[0].name, archive.read(archive.members[0]))


class PnpAnalyser:
    """Notes where Yarn's Plug'n'Play is used; what its resolver says is a program, and not read."""

    name = "node-pnp"
    version = 1
    interest = Interest(names=frozenset({".pnp.cjs", ".pnp.js"}))
    record = bool

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return True

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`."""
        return ()

    def read(self, path: str, content: Content) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.read`."""
        return True


_ANALYSERS: tuple[Analyser, ...] = (
    FileAnalyser(
        "node",
        1,
        Interest(names=frozenset({"package.json"})),
        NodePackage,
        lambda path: path.endswith("package.json"),
        read_package_json,
    ),
    PnpAnalyser(),
    YarnCacheAnalyser(),
)


class NodeCataloger:
    """See `Cataloger`. Lock files say what would be installed, not what is, and are not read."""

    name = "node"
    analysers: tuple[Analyser, ...] = _ANALYSERS

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        tree = scene.tree
        found = [
            (path, one.layer, one.record)
            for one in tree.found("node")
            for path in names_of(one.path, one.aliases)
            if path.rpartition("/")[2] == "package.json"
        ]
        roots = {path.rpartition("/")[0]: path for path, _, _ in found if _ROOT.search(path)}
        owned = files_below(scene.files, roots, apart="node_modules") if roots else {}
        packages = [_package(path, layer, record, owned) for path, layer, record in found]
        cached = [_from_cache(one.path, one.layer, one.record) for one in tree.found("node-yarn-cache")]
        unknowns = [
            Unknown(one.path, "packages of Yarn's Plug'n'Play, whose cache the image does not hold")
            for one in tree.found("node-pnp")
            if not cached
        ]
        return Catch(tuple(packages + cached), tuple(unknowns))


def _package(path: str, layer: int, record: NodePackage, owned: dict[str, list[str]]) -> Package:
    folder = path.rpartition("/")[0]
    paths = owned.get(folder)
    notes: list[str] = []
    name = record.name
    if not name:
        name = folder.rpartition("node_modules/")[2]
        notes.append("named after its folder")
    if paths is None:
        inside = "node_modules/" in path or path.startswith(("usr/share/nodejs/", "usr/lib/nodejs/"))
        notes.append("inside another package" if inside else "an application, or code copied into one")
    return Package(
        type="npm",
        name=name,
        version=record.version,
        purl=_purl(name, record.version),
        location=path,
        layer=layer,
        evidence=Evidence.METADATA,
        licenses=record.licenses,
        files=tuple(paths or ()),
        supplier=record.supplier,
        note="; ".join(notes),
    )


def _from_cache(path: str, layer: int, record: NodePackage) -> Package:
    name = record.name or path.rpartition("/")[2]
    return Package(
        type="npm",
        name=name,
        version=record.version,
        purl=_purl(name, record.version),
        location=path,
        layer=layer,
        evidence=Evidence.METADATA,
        licenses=record.licenses,
        files=(path,),
        supplier=record.supplier,
        note="in Yarn's cache",
    )


def _purl(name: str, version: str | None) -> str:
    """Return the PURL of an npm package; names are lower case (purl-spec, npm), a scope is the namespace."""
    scope, slash, rest = name.partition("/")
    if slash and scope.startswith("@"):
        return purl("npm", rest.lower(), version, namespace=scope.lower())
    return purl("npm", name.lower(), version)
