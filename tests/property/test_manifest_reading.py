"""Any content under any manifest's name gives a manifest or one InputError, and places inside the file."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from basewright.errors import InputError
from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_manifest
from basewright.sources.context.dockerignore import parse_dockerignore

NAMES = [
    "requirements.txt", "pyproject.toml", "Pipfile", "Pipfile.lock", "uv.lock", "poetry.lock", "pdm.lock",
    "pylock.toml", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "go.mod", "Cargo.toml",
    "Cargo.lock", "pom.xml", "build.gradle", "build.gradle.kts", "Gemfile", "Gemfile.lock", "composer.json",
    "composer.lock", "a.csproj", ".python-version", ".nvmrc", "global.json",
]  # fmt: skip
WORDS = [
    "package", "packages", "", "name", "version", "dependencies", "devDependencies", "optionalDependencies",
    "files", "url", "wheels", "file", "metadata", "groups", "category", "main", "project", "tool", "poetry",
    "group", "dev", "python", "sdk", "requires", "engines", "node", "node_modules/a", "require", "php",
    "platform", "bin", "scripts", "libc", "os", "source", "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
    "importers", "snapshots", "a@1.0.0", "importers", "dev-dependencies", "optional-dependencies",
    "dependency-groups", "_meta", "default", "volta", "config", "target", "workspace", "features",
]  # fmt: skip
SCALAR = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(WORDS) | st.text(max_size=4)
TREE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=25,
)
OBJECT = st.dictionaries(st.sampled_from(WORDS), TREE, max_size=5)
PIECES = [
    "\n", " ", "    ", "\t", "a", "1.0", ">=2", "[", "]", "{", "}", "=", "==", '"', "'", "\\\n", "# ", "-r x",
    ";", "@", ":", ",", "<a>", "</a>", "<project>", "</project>", "<dependency>", "<version>", "${a}",
    "require (", ")", "gem 'a'", "group :test do\n", "end\n", "GEM\n", "    a (1.0)\n", "DEPENDENCIES\n",
    "  a!\n", "implementation 'a:b:1'", "[[package]]\n", 'name = "a"\n', "<<: *a", "&a ", "__metadata:\n", "é",
    "\0", "!", "(", "v", "module ", "go 1",
]  # fmt: skip


def toml(value: object) -> str:
    """Write what TOML can hold; null becomes text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, bool | int):
        return json.dumps(value)
    return json.dumps(str(value))


def content(value: dict[str, object], name: str) -> str:
    if name.endswith((".toml", "Pipfile", ".lock")) and name not in {
        "Pipfile.lock",
        "composer.lock",
        "Gemfile.lock",
        "yarn.lock",
    }:
        return "\n".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items())
    return json.dumps(value, indent=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("context")


def check(folder: Path, name: str, written: bytes) -> None:
    (folder / name).write_bytes(written)
    with contextlib.suppress(InputError):
        manifest = read_manifest(DirectoryFiles(folder), name)
        assert manifest is not None
        for one in manifest.dependencies:
            assert one.name
            assert 0 <= one.where.line <= written.count(b"\n") + 1
        assert all(isinstance(value, str) for value in [*manifest.facts.values(), *manifest.scripts.values()])
        assert manifest.runtime is None or isinstance(manifest.runtime, str)


@given(st.sampled_from(NAMES), OBJECT)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_well_formed_documents_of_any_shape_are_read(folder: Path, name: str, value: dict[str, object]) -> None:
    check(folder, name, content(value, name).encode())


@given(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join).map(str.encode) | st.binary(max_size=60),
)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_manifest_or_an_input_error(folder: Path, name: str, written: bytes) -> None:
    check(folder, name, written)


@given(st.text("ab*?[]!^\\/.-#\n", max_size=40), st.text("ab/.-", max_size=20))
@settings(max_examples=500, deadline=None)
def test_any_lines_are_an_ignore_file(lines: str, path: str) -> None:
    assert parse_dockerignore(lines.encode()).matches(path) in {True, False}


@given(st.lists(st.text("abc.", min_size=1, max_size=4).filter(lambda part: part.strip(".")), min_size=1, max_size=4))
def test_a_path_leaves_itself_and_what_is_below_it_out(parts: list[str]) -> None:
    path = "/".join(parts)
    ignore = parse_dockerignore(path.encode())

    assert ignore.matches(path)
    assert ignore.matches(f"{path}/below/it")
    assert not ignore.matches(f"other{path}")
