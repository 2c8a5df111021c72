"""Hostile projects: every answer comes in bounded time, and what was not followed is said."""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from basewright.model.workload import Project

Discover = Callable[..., Project]


@pytest.fixture(autouse=True)
def within_seconds() -> Iterator[None]:
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < 20


def test_thousands_of_services_that_extend_one_another(discover_files: Discover) -> None:
    services = "".join(f"  s{n}: {{image: a, extends: s{n + 1}}}\n" for n in range(1000))

    project = discover_files({"compose.yaml": f"services:\n{services}  s1000: {{image: a}}\n"})

    assert len(project.workloads) == 1001
    assert any("too far" in unknown.reason for unknown in project.unknowns)


def test_targets_that_inherit_two_each(discover_files: Discover) -> None:
    targets = {f"t{n}{c}": {"inherits": [f"t{n + 1}a", f"t{n + 1}b"]} for n in range(60) for c in "ab"}

    project = discover_files({"docker-bake.json": json.dumps({"target": targets}), "Dockerfile": "FROM a\n"})

    assert any("too far" in unknown.reason for unknown in project.unknowns)


def test_copies_of_copies(discover_files: Discover) -> None:
    copies = "COPY a.txt /d/\n" * 4000 + "FROM b\n" + "COPY --from=x /zzz /x\n" * 8000

    (workload,) = discover_files({"Dockerfile": f"FROM a AS x\n{copies}", "a.txt": "a"}).workloads

    assert workload.static_paths == {}


def test_wildcards_over_many_folders(discover_files: Discover) -> None:
    copies = "".join(f"COPY */*{n}*/* /x\n" for n in range(5000))
    files = {f"d{n}/e{m}/f": "x" for n in range(10) for m in range(10)}

    assert len(discover_files({"Dockerfile": f"FROM a\n{copies}", **files}).workloads) == 1


def test_scripts_that_name_thousands_of_others(discover_files: Discover) -> None:
    text = "#!/bin/sh\n" + " ".join(f"/s/{n}.sh" for n in range(2000))

    (workload,) = discover_files(
        {"Dockerfile": 'FROM a\nCOPY . /s\nCMD ["/s/0.sh"]\n', **{f"{n}.sh": text for n in range(60)}}
    ).workloads

    assert len(workload.scripts) == 24


def test_shared_nodes_stay_shared(discover_files: Discover) -> None:
    lines = ["x0: &x0 [!reset a, b]"]
    lines += [f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}, *x{n - 1}, *x{n - 1}]" for n in range(1, 8)]
    lines.append("services:\n  web: {image: a, command: *x7, volumes: *x7, ports: *x7, environment: *x7}\n")

    assert len(discover_files({"compose.yaml": "\n".join(lines)}).workloads) == 1


def test_thousands_of_ignore_patterns(discover_files: Discover) -> None:
    files = {f"a/b/a/b/x{n}/Dockerfile": "FROM a\n" for n in range(100)}

    assert len(discover_files({".gitignore": "**/a/**/b/**/c\n" * 4000, **files}).workloads) == 100


def test_a_broken_environment_file_is_told(discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": "services: {web: {image: 'a:${A}'}}\n", ".env": "A=1\nB='open\n"})

    assert [unknown.path for unknown in project.unknowns] == [".env:2"]
    assert project.workloads[0].base.reference is None
