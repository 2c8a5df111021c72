"""Cargo.toml and Cargo.lock (The Cargo Book)."""

from collections.abc import Iterator, Mapping
from typing import Any

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.key_lines import toml_key_line
from basewright.sources.context.values import array, read_toml, table, tables, text


def _read_manifest(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    package = table(document, "package")
    found = [*_sections(file, document)]
    for target in table(document, "target").values():
        found += _sections(file, table(target))
    found += _stated(file, table(document, "workspace", "dependencies"), is_development=False)
    facts = {name: value for name in ("name", "edition", "links") if (value := text(package.get(name)))}
    binaries = sorted(name for one in tables(document.get("bin")) if (name := text(one.get("name"))))
    if binaries:
        facts["bin"] = ", ".join(binaries)
    runtime = text(package.get("rust-version"))
    return Manifest(
        file.path,
        "cargo",
        "Cargo.toml",
        sorted_dependencies(found),
        runtime=runtime,
        facts=facts,
        runtime_line=toml_key_line(file.lines, "package", "rust-version"),
    )


def _sections(file: ManifestFile, document: Mapping[str, Any]) -> Iterator[Dependency]:
    yield from _stated(file, table(document, "dependencies"), is_development=False)
    yield from _stated(file, table(document, "build-dependencies"), is_development=True)
    yield from _stated(file, table(document, "dev-dependencies"), is_development=True)


def _stated(file: ManifestFile, listed: Mapping[str, Any], *, is_development: bool) -> Iterator[Dependency]:
    for name, value in listed.items():
        wanted = value if isinstance(value, str) else text(table(value).get("version")) or ""
        real = text(table(value).get("package")) or name
        exact = wanted.removeprefix("=").strip() if wanted.startswith("=") and "," not in wanted else None
        features = [one for one in array(table(value).get("features")) if isinstance(one, str)]
        written = f"{wanted} [{', '.join(features)}]" if features else wanted
        where = file.find(f"\n{name} ", f"\n{name}=", f"\n[dependencies.{name}]", f'"{name}"', f"\n{name}.")
        yield Dependency(real, exact, written.strip(), where, is_development)


def _read_lock(file: ManifestFile) -> Manifest:
    found = []
    for package in tables(read_toml(file.text).get("package")):
        name = text(package.get("name"))
        if name and package.get("source") is not None:
            where = file.find(f'name = "{name}"')
            found.append(Dependency(name, text(package.get("version")), "", where, is_direct=False))
    return Manifest(file.path, "cargo", "Cargo.lock", sorted_dependencies(found))


READERS = (Reader(named("Cargo.toml"), _read_manifest), Reader(named("Cargo.lock"), _read_lock))
