"""yarn.lock (version 1 and Berry) and pnpm-lock.yaml."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from basewright.errors import InputError, SyntaxInputError
from basewright.model.workload import Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.node_builds import LockedPackage, dependencies, mark_development
from basewright.sources.context.values import read_json, table, text
from basewright.syntax.yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence, compose_yaml

_VERSION_1 = re.compile(r'  version "([^"]+)"')
_DEPENDENCY_1 = re.compile(r'    "?([^"\s]+)"? ')
_PLATFORM = re.compile(r"(?:^|[-/])(?:linux|darwin|win32|android|freebsd)[-_a-z0-9]*")
_KEY = re.compile(r"/?(@?[^@()]+)@([^()]+)")
_OLD_KEY = re.compile(r"/((?:@[^/]+/)?[^/@]+)/(\d[^/_(]*)")


def _read_yarn(file: ManifestFile) -> Manifest:
    if "\n__metadata:" in file.text:
        found = [*_berry(file)]
        kind = "yarn-berry"
    else:
        found = [*_classic(file)]
        kind = "yarn"
    package = _package_beside(file)
    workspaces = sum(1 for line in file.lines if line.startswith('"') and "@workspace:" in line)
    # Of several packages that share a lock each would have to say what it wants; without that, all counts as wanted.
    if package and "workspaces" not in package and workspaces <= 1:
        stated = (table(package, part) for part in ("dependencies", "optionalDependencies"))
        wanted = {name for part in stated for key, value in part.items() for name in _named(key, text(value) or "")}
        mark_development(found, wanted)
        direct = wanted | set(table(package, "devDependencies"))
        for one in found:
            one.is_direct = one.name in direct
    return Manifest(file.path, "npm", kind, sorted_dependencies(dependencies(found)))


def _package_beside(file: ManifestFile) -> Mapping[str, Any]:
    """Return the package.json next to a lock; empty where there is none that can be read."""
    path = f"{file.path.rpartition('/')[0]}/package.json".lstrip("/")
    if not file.files.is_file(path):
        return {}
    try:
        return read_json(file.files.read(path))
    except InputError:
        return {}  # it is a manifest of its own, and tells its error itself


def _classic(file: ManifestFile) -> Iterator[LockedPackage]:
    """Yield the entries of a lock of version 1: a line of specifiers, indented fields, indented sections."""
    current: LockedPackage | None = None
    section = ""
    for number, line in enumerate(file.lines, 1):
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if current is not None:
                yield current
            specifier = line.rstrip(":").split(",")[0].strip().strip('"')
            current = _yarn_package(specifier, file, number)
            section = ""
        elif current is not None and line.startswith("    "):
            entry = _DEPENDENCY_1.match(line)
            if entry and section in {"dependencies", "optionalDependencies"}:
                (current.optional if section == "optionalDependencies" else current.needs).add(entry.group(1))
        elif current is not None:
            section = line.strip().rstrip(":") if line.endswith(":") else ""
            version = _VERSION_1.fullmatch(line)
            current.version = version.group(1) if version else current.version
    if current is not None:
        yield current


def _yarn_package(specifier: str, file: ManifestFile, line: int) -> LockedPackage:
    """Return the package of ``@scope/name@range``; one that is for a platform says so by its name alone."""
    at = specifier.find("@", 1)
    name = specifier[:at] if at > 0 else specifier
    return LockedPackage(name, None, file.at(line), is_for_platform=bool(_PLATFORM.search(name)))


def _berry(file: ManifestFile) -> Iterator[LockedPackage]:
    for key, entry in _entries(_document(file)):
        resolution = entry.text("resolution") or key.value
        if key.value == "__metadata" or "@workspace:" in resolution:
            continue
        package = _yarn_package(resolution, file, key.line)
        package.version = entry.text("version")
        package.needs = _names(entry.get("dependencies"))
        meta = entry.get("dependenciesMeta")
        package.optional = {one.value for one, value in _entries(meta) if value.text("optional") == "true"}
        conditions = entry.text("conditions") or ""
        package.is_for_platform = bool(conditions)
        package.libc = frozenset(name for name in ("musl", "glibc") if f"libc={name}" in conditions)
        yield package


def _read_pnpm(file: ManifestFile) -> Manifest:
    document = _document(file)
    root = document if isinstance(document, YamlMapping) else None
    if root is None:
        raise SyntaxInputError("no mapping", line=1)
    direct, development = _importers(root)
    graph: dict[str, list[YamlMapping]] = {}
    for key, entry in _entries(root.get("snapshots")):  # since version 9; one for each set of peers
        graph.setdefault(key.value.partition("(")[0], []).append(entry)
    found: list[LockedPackage] = []
    is_told = False
    for key, entry in _entries(root.get("packages")):
        package = _pnpm_package(file, key, entry)
        if package is None:
            continue
        for source in (entry, *graph.get(key.value.partition("(")[0], ())):
            package.needs |= _names(source.get("dependencies"))
            package.optional |= _names(source.get("optionalDependencies"))
        package.is_direct = package.name in direct | development
        told = entry.text("dev")
        package.is_development = told == "true"
        is_told = is_told or told is not None
        found.append(package)
    if not is_told:  # version 9 leaves it to the graph
        mark_development(found, direct)
    version = root.text("lockfileVersion")
    facts = {"lockfileVersion": version} if version else {}
    return Manifest(file.path, "npm", "pnpm-lock", sorted_dependencies(dependencies(found)), facts=facts)


def _pnpm_package(file: ManifestFile, key: YamlScalar, entry: YamlMapping) -> LockedPackage | None:
    found = _OLD_KEY.match(key.value) or _KEY.match(key.value)
    if found is None:
        return None
    return LockedPackage(
        name=found.group(1),
        version=found.group(2),
        where=file.at(key.line),
        libc=frozenset(_items(entry.get("libc"))),
        is_for_platform=entry.get("os") is not None or entry.get("cpu") is not None,
    )


def _importers(root: YamlMapping) -> tuple[set[str], set[str]]:
    """Return the names of direct dependencies, and of development ones, over all projects of the workspace."""
    importers = root.get("importers")
    projects = [entry for _, entry in _entries(importers)] if importers is not None else [root]
    direct = {
        name for one in projects for part in ("dependencies", "optionalDependencies") for name in _names(one.get(part))
    }
    return direct, {name for one in projects for name in _names(one.get("devDependencies"))}


def _document(file: ManifestFile) -> YamlNode:
    documents = compose_yaml(file.content)
    if not documents:
        raise SyntaxInputError("an empty lock", line=1)
    return documents[-1]


def _entries(node: YamlNode | None) -> Iterator[tuple[YamlScalar, YamlMapping]]:
    for key, value in node.pairs if isinstance(node, YamlMapping) else ():
        if isinstance(key, YamlScalar) and isinstance(value, YamlMapping):
            yield key, value


def _names(node: YamlNode | None) -> set[str]:
    """Return the names in a section of dependencies, with what each stands for where it is an alias (``npm:…``)."""
    found: set[str] = set()
    for key, value in node.pairs if isinstance(node, YamlMapping) else ():
        version = value.get("version") if isinstance(value, YamlMapping) else value
        if isinstance(key, YamlScalar):
            found |= _named(key.value, version.value if isinstance(version, YamlScalar) else "")
    return found


def _named(name: str, version: str) -> set[str]:
    alias = _KEY.match(version.removeprefix("npm:"))
    return {name, alias.group(1)} if alias else {name}


def _items(node: YamlNode | None) -> list[str]:
    listed = node.items if isinstance(node, YamlSequence) else [node]
    return [one.value for one in listed if isinstance(one, YamlScalar)]


READERS = (Reader(named("yarn.lock"), _read_yarn), Reader(named("pnpm-lock.yaml"), _read_pnpm))
