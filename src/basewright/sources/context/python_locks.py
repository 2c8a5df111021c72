"""Locks of Python projects: uv, Poetry, PDM, Pipenv and pylock.toml (PEP 751)."""

from collections.abc import Iterable, Mapping
from typing import Any

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.python_requirements import normalized
from basewright.sources.context.values import array, read_json, read_toml, table, tables, text
from basewright.sources.context.wheels import builds


def _package(
    file: ManifestFile, package: Mapping[str, Any], artefacts: Iterable[str], *, is_development: bool, is_direct: bool
) -> Dependency | None:
    name = text(package.get("name"))
    if not name:
        return None
    judged = builds(artefacts)
    return Dependency(
        name=normalized(name),
        version=text(package.get("version")),
        requirement="",
        where=file.find(f'name = "{name}"'),
        is_development=is_development,
        is_direct=is_direct,
        musl=judged.musl,
        is_native=judged.is_native,
        artefacts=judged.artefacts,
    )


def _files_of(package: Mapping[str, Any], *keys: str) -> list[str]:
    """Return the file names below `keys`: a table or a list of tables, with ``file``, ``name``, ``url`` or ``path``."""
    found = []
    for key in keys:
        value = package.get(key)
        for one in tables(value) or [table(value)]:
            name = text(one.get("file")) or text(one.get("name")) or text(one.get("url")) or text(one.get("path"))
            if name:
                found.append(name)
    return found


def _read_uv(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    packages = tables(document.get("package"))
    roots = [one for one in packages if {"virtual", "editable"} & set(table(one.get("source")))]
    direct = {name for root in roots for name in _names(root.get("dependencies"))}
    direct |= {
        name for root in roots for listed in table(root, "optional-dependencies").values() for name in _names(listed)
    }
    needed = _reachable(direct, packages) if roots else {text(one.get("name")) or "" for one in packages}
    groups = {name for root in roots for listed in table(root, "dev-dependencies").values() for name in _names(listed)}
    found = []
    for package in packages:
        if {"virtual", "editable"} & set(table(package.get("source"))):
            continue
        name = text(package.get("name")) or ""
        one = _package(
            file,
            package,
            _files_of(package, "wheels", "sdist"),
            is_development=name not in needed,
            is_direct=name in direct or name in groups,
        )
        found += [one] if one else []
    runtime = text(document.get("requires-python"))
    return Manifest(file.path, "pypi", "uv.lock", sorted_dependencies(found), runtime=runtime)


def _names(listed: object) -> set[str]:
    return {name for one in tables(listed) if (name := text(one.get("name")))}


def _reachable(start: set[str], packages: list[Mapping[str, Any]]) -> set[str]:
    """Return the names that `start` needs, with itself."""
    below: dict[str, set[str]] = {}
    for package in packages:
        optional = (name for listed in table(package, "optional-dependencies").values() for name in _names(listed))
        below.setdefault(text(package.get("name")) or "", set()).update(_names(package.get("dependencies")), optional)
    seen = set(start)
    pending = list(start)
    while pending:
        for name in below.get(pending.pop(), ()):
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return seen


def _read_poetry(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    by_name = table(document, "metadata", "files")
    found = []
    for package in tables(document.get("package")):
        artefacts = _files_of(package, "files")
        name = text(package.get("name"))
        if name and not artefacts:  # lock versions before 2.0 list all files at the end
            artefacts = _files_of({"files": by_name.get(name)}, "files")
        one = _package(file, package, artefacts, is_development=_is_development(package), is_direct=False)
        found += [one] if one else []
    runtime = text(table(document, "metadata").get("python-versions"))
    return Manifest(file.path, "pypi", "poetry.lock", sorted_dependencies(found), runtime=runtime)


def _is_development(package: Mapping[str, Any]) -> bool:
    """Whether no group of the package is one that an installation without options brings in."""
    groups = [one for one in array(package.get("groups")) if isinstance(one, str)]
    if groups:
        return not {"main", "default"} & set(groups)
    return package.get("category") == "dev"


def _read_pdm(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    old = table(document, "metadata", "files")
    found = []
    for package in tables(document.get("package")):
        name, version = text(package.get("name")), text(package.get("version"))
        artefacts = _files_of(package, "files") or _files_of({"files": old.get(f"{name} {version}")}, "files")
        one = _package(file, package, artefacts, is_development=_is_development(package), is_direct=False)
        found += [one] if one else []
    runtime = text(table(document, "metadata").get("requires_python"))
    return Manifest(file.path, "pypi", "pdm.lock", sorted_dependencies(found), runtime=runtime)


def _read_pylock(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    found = []
    for package in tables(document.get("packages")):
        artefacts = _files_of(package, "wheels", "sdist", "archive")
        one = _package(file, package, artefacts, is_development=False, is_direct=False)
        found += [one] if one else []
    runtime = text(document.get("requires-python"))
    return Manifest(file.path, "pypi", "pylock", sorted_dependencies(found), runtime=runtime)


def _read_pipfile_lock(file: ManifestFile) -> Manifest:
    document = read_json(file.content)
    found = []
    for section, is_development in (("default", False), ("develop", True)):
        for name, value in table(document, section).items():
            version = (text(table(value).get("version")) or "").removeprefix("==")
            where = file.find(f'"{name}": {{', f'"{name}"')
            found.append(Dependency(normalized(name), version or None, "", where, is_development, is_direct=False))
    requires = table(document, "_meta", "requires")
    runtime = text(requires.get("python_full_version")) or text(requires.get("python_version"))
    return Manifest(file.path, "pypi", "Pipfile.lock", sorted_dependencies(found), runtime=runtime)


def _claims_pylock(name: str) -> bool:
    return name == "pylock.toml" or (name.startswith("pylock.") and name.endswith(".toml"))


READERS = (
    Reader(named("uv.lock"), _read_uv),
    Reader(named("poetry.lock"), _read_poetry),
    Reader(named("pdm.lock"), _read_pdm),
    Reader(named("Pipfile.lock"), _read_pipfile_lock),
    Reader(_claims_pylock, _read_pylock),
)
