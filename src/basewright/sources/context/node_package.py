"""package.json (npm, «package.json»), and npm's locks (package-lock.json versions 1 to 3, npm-shrinkwrap.json)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.key_lines import json_key_lines
from basewright.sources.context.node_builds import LockedPackage, dependencies, unlocked_musl_builds
from basewright.sources.context.values import array, read_json, table, text, texts

_FACTS = ("name", "version", "type", "main", "packageManager", "private", "gypfile")
_FOLDER = "node_modules/"


def _read_package(file: ManifestFile) -> Manifest:
    document = read_json(file.content)
    found = [
        *_stated(file, table(document, "dependencies")),
        *_stated(file, table(document, "optionalDependencies")),
        *_stated(file, table(document, "devDependencies"), is_development=True),
    ]
    facts = {name: value for name in _FACTS if (value := text(document.get(name)))}
    commands = document.get("bin")
    if isinstance(commands, str):
        facts["bin"] = commands
    else:
        facts |= {f"bin.{name}": path for name, path in texts(commands).items()}
    engines = texts(document.get("engines"))
    facts |= {f"engines.{name}": wanted for name, wanted in engines.items() if name != "node"}
    volta = text(table(document, "volta").get("node"))
    lines = json_key_lines(file.text)
    scripts = texts(document.get("scripts"))
    return Manifest(
        file.path,
        "npm",
        "package.json",
        sorted_dependencies(found),
        runtime=engines.get("node") or volta,
        scripts=dict(sorted(scripts.items())),
        facts=dict(sorted(facts.items())),
        runtime_line=lines.get(("engines" if engines.get("node") else "volta", "node"), 0),
        script_lines={name: lines["scripts", name] for name in sorted(scripts) if ("scripts", name) in lines},
    )


def _stated(file: ManifestFile, listed: Mapping[str, Any], *, is_development: bool = False) -> Iterator[Dependency]:
    for name, value in listed.items():
        wanted = text(value) or ""
        exact = (
            wanted
            if wanted[:1].isdigit() and " " not in wanted and "x" not in wanted and wanted.count(".") >= 2
            else None
        )
        where = file.find(f'"{name}": "{wanted}"', f'"{name}"')
        yield Dependency(name, exact, wanted, where, is_development)


def _read_lock(file: ManifestFile) -> Manifest:
    document = read_json(file.content)
    packages = table(document, "packages")
    root = table(packages, "")
    if packages:
        listed = [*_installed(file, packages, _direct(root))]
    else:
        listed = [*_nested(file, table(document, "dependencies"))]
    runtime = text(table(root, "engines").get("node"))
    facts = {"lockfileVersion": text(document.get("lockfileVersion")) or "1"}
    if packages and (lacking := unlocked_musl_builds(listed)):
        facts["unlocked-musl-builds"] = lacking
    return Manifest(
        file.path, "npm", "package-lock", sorted_dependencies(dependencies(listed)), runtime=runtime, facts=facts
    )


def _direct(root: Mapping[str, Any]) -> set[str]:
    sections = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
    return {name for section in sections for name in table(root, section)}


def _installed(file: ManifestFile, packages: Mapping[str, Any], direct: set[str]) -> Iterator[LockedPackage]:
    """Yield the packages of a lock of version 2 or 3: by the folder in which each is installed."""
    for folder, value in packages.items():
        entry = table(value)
        if _FOLDER not in folder or entry.get("link") is True:
            continue
        name = text(entry.get("name")) or folder.rsplit(_FOLDER, 1)[1]
        yield LockedPackage(
            name=name,
            version=text(entry.get("version")),
            where=file.find(f'"{folder}": {{'),
            needs=set(table(entry, "dependencies")),
            optional=set(table(entry, "optionalDependencies")),
            libc=_libc(entry),
            is_for_platform=bool(entry.get("os") or entry.get("cpu")),
            is_native=entry.get("gypfile") is True,
            has_install_script=entry.get("hasInstallScript") is True,
            is_development=entry.get("dev") is True or entry.get("devOptional") is True,
            is_direct=folder == _FOLDER + name and name in direct,
        )


def _nested(file: ManifestFile, listed: Mapping[str, Any]) -> Iterator[LockedPackage]:
    """Yield the packages of a lock of version 1, which nest; it names no optional dependencies and no scripts."""
    # In the file's order, so that each is found behind the one before.
    pending = [(name, table(one)) for name, one in reversed(list(listed.items()))]
    while pending:
        name, entry = pending.pop()
        required = {one for one, value in table(entry, "requires").items() if isinstance(value, str)}
        yield LockedPackage(
            name=name,
            version=text(entry.get("version")),
            where=file.find(f'"{name}": {{'),
            needs=required,
            optional=required,
            is_for_platform="-linux" in name and entry.get("optional") is True,
            is_development=entry.get("dev") is True,
            is_direct=False,
        )
        pending += [(inner, table(one)) for inner, one in reversed(list(table(entry, "dependencies").items()))]


def _libc(entry: Mapping[str, Any]) -> frozenset[str]:
    value = entry.get("libc")
    names: Iterable[object] = [value] if isinstance(value, str) else array(value)
    return frozenset(one for one in names if isinstance(one, str))


READERS = (
    Reader(named("package.json"), _read_package),
    Reader(named("package-lock.json", "npm-shrinkwrap.json"), _read_lock),
)
