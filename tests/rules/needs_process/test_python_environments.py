"""INTERPRETER with the path that virtual environments and pip's packages rely on."""

import pytest
from needing import PYTHON, base, find, lines, needs_of, values

from basewright.model.need import Confidence, Need, NeedKind

DEBIAN = base("debian:13", libc="glibc")


def _python(dockerfile: str, on: object = PYTHON) -> Need | None:
    return find(needs_of(dockerfile, on), NeedKind.INTERPRETER, "python")  # type: ignore[arg-type]  # a base or None


def _copied(
    make: str, image: str = "python:3.12-slim", path: str = "/venv", command: str = '["/venv/bin/gunicorn"]'
) -> str:
    return (
        f"FROM {image} AS b\nWORKDIR /app\n{make}\nFROM python:3.12-slim\nCOPY --from=b {path} {path}\nCMD {command}\n"
    )


@pytest.mark.parametrize(
    ("make", "path"),
    [
        ("RUN python -m venv /venv", "/venv"),
        ("RUN python3.12 -m venv --copies /venv", "/venv"),
        ("RUN python3 -m venv --prompt x /venv", "/venv"),
        ("RUN uv venv /venv", "/venv"),
        ("RUN virtualenv -p python3 /venv", "/venv"),
        ("RUN uv sync --frozen", "/app/.venv"),
        ("RUN uv sync --frozen", "/app"),
        ("ENV UV_PROJECT_ENVIRONMENT=/venv\nRUN uv sync --frozen", "/venv"),
        ("ENV POETRY_VIRTUALENVS_IN_PROJECT=1\nRUN poetry install", "/app/.venv"),
        ("RUN poetry config virtualenvs.in-project true && poetry install", "/app"),
        ("ENV PIPENV_VENV_IN_PROJECT=1\nRUN pipenv sync", "/app/.venv"),
    ],
)
def test_an_environment_of_a_build_stage_relies_on_that_stage_s_python(make: str, path: str) -> None:
    need = _python(_copied(make, path=path))
    assert need is not None
    assert need.path == "/usr/local/bin/python3.12"
    assert "/usr/local/bin/python3.12" in need.detail


@pytest.mark.parametrize(
    "make",
    [
        "RUN python -m build",
        "RUN poetry install",
        "RUN python -m venv",
        "RUN pipenv install",
        "RUN python -m venv /elsewhere",
        "RUN python -m venv $TARGET",
        "RUN uv run pytest",
    ],
)
def test_no_environment_no_path(make: str) -> None:
    need = _python(_copied(make))
    assert need is not None
    assert need.path == ""


@pytest.mark.parametrize(
    ("image", "make", "path"),
    [
        ("debian:13", "RUN apt-get install -y python3-venv && python3 -m venv /venv", "/usr/bin/python3"),
        ("node:24", "RUN apt-get install -y python3 && python3 -m venv /venv", "/usr/bin/python3"),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "RUN uv venv /venv", "/usr/local/bin/python3"),
        ("cgr.dev/chainguard/python:latest-dev", "RUN python -m venv /venv", "/usr/bin/python"),
        ("example/python:3.12", "RUN python -m venv /venv", ""),
        ("example/python:3.12", "RUN /opt/py/bin/python3 -m venv /venv", "/opt/py/bin/python3"),
        ("ghcr.io/astral-sh/uv:debian", "RUN uv venv --python 3.12 /venv", ""),
        ("python:3.12", "RUN uv venv --python 3.11 /venv", ""),
    ],
)
def test_the_path_follows_the_image_that_makes_it(image: str, make: str, path: str) -> None:
    need = _python(_copied(make, image=image))
    assert need is not None
    assert need.path == path


def test_the_line_that_makes_it_is_the_evidence() -> None:
    need = _python(_copied("RUN python -m venv /venv"))
    assert need is not None
    assert "Dockerfile:3" in lines(need)
    assert any("copied at Dockerfile:5" in one.what for one in need.evidence)
    assert need.confidence is Confidence.CERTAIN


def test_an_environment_of_the_final_stage_counts_too() -> None:
    need = _python('FROM python:3.12\nRUN python -m venv /venv\nENV PATH=/venv/bin:$PATH\nCMD ["python", "a.py"]\n')
    assert need is not None
    assert need.path == "/usr/local/bin/python3.12"


def test_a_console_script_of_an_environment_runs_on_python() -> None:
    text = "FROM python:3.12 AS b\nRUN python -m venv /venv\nFROM debian:13\nCOPY --from=b /venv /venv\n"
    need = _python(text + 'CMD ["/venv/bin/shop"]\n', DEBIAN)
    assert need is not None
    assert (need.version, need.confidence) == ("3.12", Confidence.CERTAIN)
    assert all(one.version == "" for one in need.evidence)


def test_an_environment_that_stays_in_its_stage_is_none_of_the_image() -> None:
    text = "FROM python:3.12 AS b\nRUN python -m venv /venv\nFROM debian:13\nCOPY --from=b /out /out\n"
    assert values(needs_of(text + 'CMD ["/out/app"]\n', DEBIAN), NeedKind.INTERPRETER) == []


def test_two_environments_of_different_pythons_name_no_one_path() -> None:
    text = _copied("RUN python -m venv /venv && /opt/py/bin/python3 -m venv /venv/inner")
    need = _python(text)
    assert need is not None
    assert need.path == ""


@pytest.mark.parametrize(
    ("make", "source", "path"),
    [
        ("RUN pip install --user gunicorn", "/root/.local", "/usr/local/bin/python3.12"),
        ("RUN pip install --prefix=/install gunicorn", "/install", "/usr/local/bin/python3.12"),
        ("RUN pip install gunicorn", "/usr/local/lib/python3.12/site-packages", "/usr/local/bin/python3.12"),
        ("RUN pip wheel -w /wheels gunicorn", "/usr/local/lib/python3.12/site-packages", ""),
        ("RUN pip install gunicorn", "/etc/hosts", ""),
    ],
)
def test_packages_copied_without_an_environment_rely_on_it_too(make: str, source: str, path: str) -> None:
    need = _python(_copied(make, path=source, command='["gunicorn", "a"]'))
    assert need is not None
    assert need.path == path
