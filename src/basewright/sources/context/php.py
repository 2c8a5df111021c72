"""composer.json and composer.lock (getcomposer.org, «The composer.json schema»)."""

from collections.abc import Iterator, Mapping
from typing import Any

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.key_lines import json_key_lines
from basewright.sources.context.values import read_json, table, tables, text


def _read_manifest(file: ManifestFile) -> Manifest:
    document = read_json(file.content)
    required = table(document, "require")
    found = [*_stated(file, required), *_stated(file, table(document, "require-dev"), is_development=True)]
    runtime = text(required.get("php")) or text(table(document, "config", "platform").get("php"))
    facts = {name: value for name in ("name", "type") if (value := text(document.get(name)))}
    return Manifest(
        file.path,
        "composer",
        "composer.json",
        sorted_dependencies(found),
        runtime=runtime,
        facts=facts,
        runtime_line=json_key_lines(file.text).get(("require", "php"), 0),
    )


def _stated(file: ManifestFile, listed: Mapping[str, Any], *, is_development: bool = False) -> Iterator[Dependency]:
    """Yield packages and ``ext-…`` extensions; the latter are compiled, and come with PHP or the image."""
    for name, value in listed.items():
        if name in {"php", "php-64bit", "hhvm", "composer-plugin-api", "composer-runtime-api"}:
            continue
        is_native = True if name.startswith(("ext-", "lib-")) else None
        yield Dependency(name, None, text(value) or "", file.find(f'"{name}"'), is_development, is_native=is_native)


def _read_lock(file: ManifestFile) -> Manifest:
    document = read_json(file.content)
    found = []
    for section, is_development in (("packages", False), ("packages-dev", True)):
        for package in tables(document.get(section)):
            name = text(package.get("name"))
            if name:
                version = (text(package.get("version")) or "").removeprefix("v") or None
                where = file.find(f'"name": "{name}"')
                found.append(Dependency(name, version, "", where, is_development, is_direct=False))
    platform = table(document, "platform")
    found += _stated(file, platform)
    found += _stated(file, table(document, "platform-dev"), is_development=True)
    return Manifest(
        file.path, "composer", "composer.lock", sorted_dependencies(found), runtime=text(platform.get("php"))
    )


READERS = (Reader(named("composer.json"), _read_manifest), Reader(named("composer.lock"), _read_lock))
