"""pyproject.toml (PEP 621, PEP 735, Poetry, uv) and Pipfile."""

from collections.abc import Iterable, Mapping
from typing import Any

from basewright.model.workload import Dependency, Manifest
from basewright.sources.context.interface import ManifestFile, Reader, named, sorted_dependencies
from basewright.sources.context.key_lines import toml_key_line
from basewright.sources.context.python_requirements import (
    dependency,
    is_development_name,
    normalized,
    parse_requirement,
)
from basewright.sources.context.values import array, read_toml, table, text, texts

_SCRIPT_LIMIT = 50
"""Console scripts whose lines are looked for: each is one reading of the file."""


def _read_pyproject(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    found = [*_stated(file, array(project.get("dependencies")), is_development=False)]
    for extra, listed in table(project, "optional-dependencies").items():
        found += _stated(file, array(listed), is_development=is_development_name(extra))
    for listed in table(document, "dependency-groups").values():
        found += _stated(file, array(listed), is_development=True)
    found += _stated(file, array(table(document, "tool", "uv").get("dev-dependencies")), is_development=True)
    found += _poetry(file, poetry)
    runtime = text(project.get("requires-python")) or text(table(poetry, "dependencies").get("python"))
    scripts = {**texts(poetry.get("scripts")), **texts(project.get("scripts"))}
    facts = {"build-backend": text(table(document, "build-system").get("build-backend"))}
    return Manifest(
        file.path,
        "pypi",
        "pyproject",
        sorted_dependencies(found),
        runtime=runtime,
        scripts=dict(sorted(scripts.items())),
        facts={name: value for name, value in facts.items() if value},
        runtime_line=_runtime_line(file, project),
        script_lines=_script_lines(file, scripts),
    )


def _runtime_line(file: ManifestFile, project: Mapping[str, Any]) -> int:
    if text(project.get("requires-python")):
        return toml_key_line(file.lines, "project", "requires-python")
    return toml_key_line(file.lines, "tool.poetry.dependencies", "python")


def _script_lines(file: ManifestFile, scripts: Iterable[str]) -> dict[str, int]:
    lines = file.lines
    found = {
        name: toml_key_line(lines, "project.scripts", name) or toml_key_line(lines, "tool.poetry.scripts", name)
        for name in sorted(scripts)[:_SCRIPT_LIMIT]
    }
    return {name: line for name, line in found.items() if line}


def _stated(file: ManifestFile, listed: Iterable[object], *, is_development: bool) -> Iterable[Dependency]:
    for one in listed:
        requirement = parse_requirement(one) if isinstance(one, str) else None
        if isinstance(one, str) and requirement is not None:
            yield dependency(requirement, file.find(f'"{one}"', f"'{one}'"), is_development=is_development)


def _poetry(file: ManifestFile, poetry: Mapping[str, Any]) -> Iterable[Dependency]:
    yield from _named(file, table(poetry, "dependencies"), is_development=False)
    yield from _named(file, table(poetry, "dev-dependencies"), is_development=True)
    for name, group in table(poetry, "group").items():
        is_development = name != "main" and (is_development_name(name) or table(group).get("optional") is True)
        yield from _named(file, table(group, "dependencies"), is_development=is_development)


def _named(file: ManifestFile, listed: Mapping[str, Any], *, is_development: bool) -> Iterable[Dependency]:
    """Yield dependencies of the form ``name = "constraint"`` or ``name = {version = …}``."""
    for name, value in listed.items():
        if name.lower() == "python":
            continue
        written = value if isinstance(value, str) else text(table(value).get("version")) or ""
        exact = written.lstrip("= ") if written[:1] in {"=", *"0123456789"} and "," not in written else ""
        yield Dependency(
            name=normalized(name),
            version=exact if exact and "*" not in exact else None,
            requirement="" if written == "*" else written,
            where=file.find(f"\n{name} ", f"\n{name}=", f'"{name}"', f"\n[tool.poetry.dependencies.{name}]"),
            is_development=is_development,
        )


def _read_pipfile(file: ManifestFile) -> Manifest:
    document = read_toml(file.text)
    found = [
        *_named(file, table(document, "packages"), is_development=False),
        *_named(file, table(document, "dev-packages"), is_development=True),
    ]
    requires = table(document, "requires")
    runtime = text(requires.get("python_full_version")) or text(requires.get("python_version"))
    scripts = texts(document.get("scripts"))
    return Manifest(
        file.path,
        "pypi",
        "Pipfile",
        sorted_dependencies(found),
        runtime=runtime,
        scripts=scripts,
        runtime_line=toml_key_line(file.lines, "requires", "python_full_version", "python_version"),
    )


READERS = (Reader(named("pyproject.toml"), _read_pyproject), Reader(named("Pipfile"), _read_pipfile))
