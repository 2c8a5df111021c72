"""Where a manifest says what it says: lines for evidence."""

from pathlib import Path

import pytest

from basewright.model.workload import Manifest
from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_manifest
from basewright.sources.context.key_lines import JSON_LIMIT, json_key_lines, toml_key_line

_PACKAGE = """{
  "name": "scripts",
  "config": {"scripts": {"start": "no"}, "engines": {"node": "1"}},
  "scripts": {
    "prestart": "echo \\"start\\": 1",
    "start": "node a.js"
  },
  "engines": {
    "npm": ">=9",
    "node": ">=22"
  }
}
"""


def _read(tmp_path: Path, name: str, text: str) -> Manifest:
    (tmp_path / name).write_text(text, encoding="utf-8")
    manifest = read_manifest(DirectoryFiles(tmp_path), name)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize(
    ("name", "text", "runtime", "line"),
    [
        ("package.json", _PACKAGE, ">=22", 10),
        ("package.json", '{"volta":\n {"node": "22.1.0"}}', "22.1.0", 2),
        ("pyproject.toml", '[project]\nname = "a"\nrequires-python = ">=3.11"\n', ">=3.11", 3),
        ("pyproject.toml", '[tool.poetry]\nname="a"\n[tool.poetry.dependencies]\npython = "^3.12"\n', "^3.12", 4),
        ("Pipfile", '[packages]\n[requires]\npython_version = "3.12"\n', "3.12", 3),
        ("go.mod", "module a\n\ngo 1.24\n", "1.24", 3),
        ("Cargo.toml", '[package]\nname = "a"\nrust-version = "1.80"\n', "1.80", 3),
        ("composer.json", '{\n"require": {\n"php": ">=8.2"}}', ">=8.2", 3),
        (
            "a.csproj",
            "<Project>\n<PropertyGroup>\n<TargetFramework>net9.0</TargetFramework>\n</PropertyGroup></Project>",
            "net9.0",
            3,
        ),
        ("Gemfile", 'source "x"\nruby "3.4.1"\n', "3.4.1", 2),
        (
            "pom.xml",
            "<project>\n<properties>\n<java.version>21</java.version>\n</properties>\n</project>",
            "21",
            3,
        ),
        ("build.gradle", "plugins {}\nsourceCompatibility = '17'\n", "17", 2),
        (".nvmrc", "# which\n22\n", "22", 2),
        ("global.json", '{\n"sdk": {\n"version": "9.0.100"}}', "9.0.100", 3),
        ("package.json", "{}", None, 0),
    ],
)
def test_the_line_of_a_runtime_is_known(tmp_path: Path, name: str, text: str, runtime: str | None, line: int) -> None:
    manifest = _read(tmp_path, name, text)

    assert (manifest.runtime, manifest.runtime_line) == (runtime, line)


def test_the_lines_of_scripts_are_known(tmp_path: Path) -> None:
    assert dict(_read(tmp_path, "package.json", _PACKAGE).script_lines) == {"prestart": 5, "start": 6}
    python = '[project]\nname = "a"\n[project.scripts]\nserve = "a:b"\n'
    assert dict(_read(tmp_path, "pyproject.toml", python).script_lines) == {"serve": 4}


def test_keys_are_told_from_values_and_from_deeper_ones() -> None:
    assert json_key_lines('{"a": {"b": {"c": 1},\n"d": [{"e": 1}]}, "f": "\\"g\\": 1"}') == {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "d"): 2,
        ("f",): 2,
    }


def test_the_last_of_two_equal_keys_counts() -> None:
    assert json_key_lines('{"a": 1,\n"a": 2}') == {("a",): 2}


def test_a_very_long_text_is_not_searched() -> None:
    assert json_key_lines('{"a": "' + "x" * JSON_LIMIT + '"}') == {}


@pytest.mark.parametrize("text", ["", "}}}{{{", '"' * 1000, "[" * 1000 + '{"a":1}', '{"a\\u0062": 1}'])
def test_hostile_texts_end(text: str) -> None:
    assert all(line >= 1 for line in json_key_lines(text).values())


def test_a_key_of_another_table_is_not_taken() -> None:
    lines = ["[tool.x]", "python = 1", "[[a]]", "[ project ] # here", "'python' = 2"]

    assert toml_key_line(lines, "project", "python") == 5
    assert toml_key_line(lines, "project", "requires-python") == 0
