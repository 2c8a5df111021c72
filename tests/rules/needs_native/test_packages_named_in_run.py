"""NATIVE_EXTENSION and LIBRARY of packages that RUN installs by name, without a manifest."""

import pytest
from needing import NODE, PYTHON, base, find, lines, needs_of, values

from basewright.model.need import NeedKind


def _natives(dockerfile: str) -> list[str]:
    return values(needs_of(dockerfile, PYTHON), NeedKind.NATIVE_EXTENSION)


@pytest.mark.parametrize(
    "run",
    [
        "pip install numpy",
        "pip3 install --no-cache-dir numpy==2.1.0",
        "python -m pip install -U numpy",
        'python3.12 -m pip install "numpy>=2,<3"',
        "uv pip install --system numpy",
        "pip install -r requirements.txt numpy",
        "pip install --index-url https://example.com/simple numpy",
        "pip install 'numpy ; python_version > \"3\"'",
    ],
)
def test_a_package_named_to_pip_counts_like_one_of_a_manifest(run: str) -> None:
    need = find(needs_of(f'FROM python:3.12\nRUN {run}\nCMD ["python", "a.py"]\n', PYTHON), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.value == "numpy"
    assert lines(need) == ["Dockerfile:2"]
    assert "Dockerfile names numpy" in need.evidence[0].what


@pytest.mark.parametrize(
    "run",
    [
        "pip install -r numpy",
        "pip install -c numpy requests",
        "pip install .",
        "pip install -e .",
        "pip install ./numpy",
        "pip install https://example.com/numpy",
        "pip install $NAME",
        "pip download numpy",
        "pip uninstall -y numpy",
        "pip install --target numpy six",
        "echo pip install numpy",
    ],
)
def test_what_is_no_name_of_a_package_does_not(run: str) -> None:
    assert _natives(f'FROM python:3.12\nRUN {run}\nCMD ["python", "a.py"]\n') == []


def test_the_version_of_a_pin_is_told() -> None:
    text = 'FROM python:3.12\nRUN pip install "psycopg2-binary==2.9.9"\nCMD ["python", "a.py"]\n'
    need = find(needs_of(text, PYTHON), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.value, need.version) == ("psycopg2-binary", "2.9.9")


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("npm install -g sharp", ["sharp"]),
        ("npm i sharp@0.33.0", ["sharp"]),
        ("yarn global add sharp", ["sharp"]),
        ("pnpm add -g sharp@latest", ["sharp"]),
        ("npm install --prefix sharp", []),
        ("npm install -D sharp", []),
        ("npm install ./sharp", []),
        ("npm uninstall sharp", []),
        ("npm ci", []),
    ],
)
def test_packages_named_to_node_s_managers(run: str, expected: list[str]) -> None:
    needs = needs_of(f'FROM node:24\nRUN {run}\nCMD ["node", "a.js"]\n', NODE)
    assert values(needs, NeedKind.NATIVE_EXTENSION) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [("gem install pg -v 1.5.4", [("pg", "1.5.4")]), ("gem install rails", []), ("gem install --source pg rake", [])],
)
def test_gems(run: str, expected: list[tuple[str, str]]) -> None:
    needs = needs_of(f'FROM ruby:3.4\nRUN {run}\nCMD ["ruby", "a.rb"]\n', base("ruby:3.4", runtime="ruby 3.4.1"))
    assert [(one.value, one.version) for one in needs if one.kind is NeedKind.NATIVE_EXTENSION] == expected
    assert values(needs, NeedKind.LIBRARY) == (["libpq"] if expected else [])


def test_packages_of_a_build_stage_count_where_they_are_copied() -> None:
    text = """\
FROM python:3.12 AS build
RUN python -m venv /venv && /venv/bin/pip install numpy
FROM python:3.12
COPY --from=build {} /x
CMD ["python", "a.py"]
"""
    assert _natives(text.format("/venv")) == ["numpy"]
    assert _natives(text.format("/report.html")) == []


def test_a_program_of_a_named_package_is_the_project_s_own() -> None:
    text = "FROM node:24\nRUN npm install -g pm2 @example/runner\nCMD runner && pm2 start a.js\n"
    assert values(needs_of(text, NODE), NeedKind.COMMAND) == []
