"""Projects that mean harm, through the real command line: every answer is whole, bounded, honest and inert."""

import contextlib
import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hostile import Outcome, assess, check, run
from hostile_compose import FIELDS, many_services
from hostile_files import Make, compose, write
from hostile_names import WRITING
from hostile_projects import READING, SAYS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from basewright.errors import InputError
from basewright.pipeline import AssessRequest, Services
from basewright.pipeline import assess as assess_in_process
from basewright.report import RenderOptions, render

pytestmark = pytest.mark.integration

SERVICE = "services:\n  web: {image: 'node:20', command: node a.js}\n"
PEAK = 512 * 1024 * 1024
"""Bytes of memory that one run may really use."""


@pytest.fixture
def around() -> Iterator[Path]:
    """A folder with a short name: the paths below it are long enough."""
    with tempfile.TemporaryDirectory(prefix="bw") as folder:
        yield Path(folder)


def _run(make: Make, around: Path) -> Outcome:
    project = around / "p"
    project.mkdir()
    make(project)
    outcome = assess(project, around)
    check(outcome)
    assert not (project / "pwned").exists()
    return outcome


@pytest.mark.parametrize("name", READING)
def test_whatever_is_read_is_answered_in_bounds(name: str, around: Path) -> None:
    outcome = _run(READING[name], around)

    assert outcome.peak_bytes < PEAK
    told = SAYS.get(name)
    if told is not None:
        said = outcome.err if outcome.code else "\n".join(outcome.unknowns)
        assert told in said, said[:2000]


@pytest.mark.parametrize("name", WRITING)
def test_no_name_steers_the_reader_of_a_report(name: str, around: Path) -> None:
    outcome = _run(WRITING[name], around)

    assert outcome.code == 0


def test_workloads_whose_names_collide_stay_apart(around: Path) -> None:
    names = [one["name"] for one in _run(WRITING["names that collide"], around).assessment["workloads"]]

    assert len(names) == len(set(names))
    assert {"__proto__", "constructor", "toString", "WEB", "web "} <= set(names)


def test_files_that_include_each_other_still_give_their_services(around: Path) -> None:
    outcome = _run(READING["includes in a circle"], around)

    assert "web" in [one["name"] for one in outcome.assessment["workloads"]]


def test_no_byte_from_outside_the_project_is_shown(around: Path) -> None:
    (around / "secret.txt").write_text("s3cr3t-canary\n")

    def make(folder: Path) -> None:
        (folder / "Dockerfile").symlink_to(around / "secret.txt")
        write(
            folder,
            {
                "compose.yaml": "include: [../secret.txt]\nservices:\n  a: {build: ., env_file: ../secret.txt}\n"
                "  b: {build: {context: .., dockerfile: secret.txt}}\n"
                "  c: {extends: {file: ../secret.txt, service: x}}\n",
                "requirements.txt": "-r ../secret.txt\n",
            },
        )

    outcome = _run(make, around)

    for document in (outcome.out, outcome.err.encode(), *outcome.documents.values()):
        assert b"s3cr3t-canary" not in document


def test_time_grows_with_the_number_of_services_and_no_faster(around: Path) -> None:
    taken = {}
    for number in (200, 800):
        folder = around / str(number)
        (folder / "p").mkdir(parents=True)
        write(folder / "p", {"compose.yaml": many_services(number)})
        start = time.monotonic()
        outcome = assess(folder / "p", folder, seconds=60)
        taken[number] = time.monotonic() - start
        check(outcome)
        assert len(outcome.assessment["workloads"]) == number

    assert taken[800] < 8 * taken[200], taken  # four times as many; noise and start-up left room for


def test_more_services_than_any_project_has_are_cut_and_told(around: Path) -> None:
    project = around / "p"
    project.mkdir()
    write(project, {"compose.yaml": many_services(2100)})
    done = run(around, "assess", ".", "--format", "json", "--quiet", seconds=90)
    document = json.loads(done.stdout)

    assert done.returncode == 0
    assert len(document["workloads"]) == 2000
    assert document["incomplete"] is True
    assert "2100 workloads, more than the 2000" in document["unknowns"][0]["reason"]


# Whatever structure stands in a Compose file.

_KEYS = st.sampled_from(FIELDS)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=8) | st.dates()
    | st.sampled_from(
        ["node:20", "postgres:12", ".", "web", "8080:80", "data:/var/lib/postgresql/data", "${A:-b}", "$A"]
    )
)  # fmt: skip
_TREES = st.recursive(
    _SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=4), below, max_size=5),
    max_leaves=25,
)
_SERVICES = st.dictionaries(_KEYS, st.dictionaries(_KEYS, _TREES, max_size=8) | _TREES, min_size=1, max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"services": _SERVICES}, optional={"include": _TREES, "volumes": _TREES, "name": _TREES}))
def test_any_structure_in_a_compose_file_is_assessed_or_refused(tree: object) -> None:
    with tempfile.TemporaryDirectory(prefix="bw") as folder:
        write(Path(folder), {"compose.yaml": yaml.safe_dump(tree, allow_unicode=True), "Dockerfile": "FROM node:20\n"})
        request = AssessRequest((folder,))
        with contextlib.suppress(InputError):
            json.loads(render(assess_in_process(request, Services.of_this_machine()), "json", options=RenderOptions()))


def test_no_socket_is_opened(around: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    shutil.copytree(Path(__file__).parents[2] / "examples" / "shop", around / "p" / "shop")
    READING["paths out of the project"](around / "p")
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assessment = assess_in_process(AssessRequest((str(around / "p"),)), Services.of_this_machine())

    assert len(assessment.workloads) > 10


def test_a_folder_without_rights_is_told(around: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")

    def make(folder: Path) -> None:
        write(folder, {"compose.yaml": SERVICE, "closed/Dockerfile": "FROM a\n"})
        (folder / "closed").chmod(0)

    try:
        assert "closed: the folder cannot be listed: Permission denied" in _run(make, around).unknowns
    finally:
        (around / "p" / "closed").chmod(0o700)


def test_two_runs_give_the_same_bytes(around: Path) -> None:
    make = compose(SERVICE)
    outcomes = []
    for name in ("first", "second"):
        (around / name / "p").mkdir(parents=True)
        make(around / name / "p")
        outcomes.append(assess(around / name / "p", around / name))
    first, second = ({**one.documents, "table": one.out} for one in outcomes)

    for name, document in first.items():
        if name not in {"json", "html", "markdown"}:  # those hold the minute
            assert document == second[name]


def test_no_secret_of_a_project_is_shown_in_any_format(around: Path) -> None:
    secret = "hunter2-canary-7f3a9c"

    def make(folder: Path) -> None:
        write(
            folder,
            {
                ".env": f"DB_PASSWORD={secret}\n",
                "compose.yaml": "services:\n  db:\n    image: postgres:12\n"
                f"    environment: {{POSTGRES_PASSWORD: {secret}, API_TOKEN: '${{DB_PASSWORD}}'}}\n"
                f"    command: postgres --password={secret}\n"
                f"    healthcheck: {{test: 'curl -u admin:{secret} https://u:{secret}@h.example/'}}\n",
                "Dockerfile": f"FROM node:20\nARG NPM_TOKEN={secret}\nENV AWS_SECRET_ACCESS_KEY={secret}\n"
                f"RUN curl -H 'Authorization: Bearer {secret}' https://u:{secret}@h.example/x\n"
                f"CMD DB_PASSWORD={secret} node a.js\n",
            },
        )

    outcome = _run(make, around)

    for name, document in {"table": outcome.out, "stderr": outcome.err.encode(), **outcome.documents}.items():
        assert secret.encode() not in document, name
