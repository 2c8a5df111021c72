"""What a Dockerfile and its orchestrator configure, together."""

from collections.abc import Callable

import pytest

from basewright.model.workload import MountKind, Project, RuntimeConfig

Discover = Callable[..., Project]


def _runtime(discover_files: Discover, dockerfile: str, compose: str = "") -> RuntimeConfig:
    files = {"Dockerfile": dockerfile}
    if compose:
        files["compose.yaml"] = f"services:\n  web:\n    build: .\n{compose}"
    (workload,) = discover_files(files).workloads
    return workload.runtime


def test_the_final_chain_is_read_in_order(discover_files: Discover) -> None:
    runtime = _runtime(
        discover_files,
        "FROM build AS other\nUSER nobody\nFROM a AS base\nENV HOME=/srv PORT=80\nWORKDIR $HOME\nUSER app\n"
        "EXPOSE $PORT 53/udp\n"
        'VOLUME /data\nSTOPSIGNAL SIGINT\nFROM base\nARG NAME=web\nWORKDIR $NAME\nVOLUME ["/more", "/data"]\n'
        "EXPOSE 9000-9001\nENV MODE=$NAME\nUSER 1000:1000\n",
    )

    assert runtime.user is not None
    assert (runtime.user.value, str(runtime.user.where)) == ("1000:1000", "Dockerfile:16")
    assert runtime.working_directory is not None
    assert runtime.working_directory.value == "/srv/web"
    assert {(one.number, one.protocol) for one in runtime.ports} == {
        (80, "tcp"),
        (53, "udp"),
        (9000, "tcp"),
        (9001, "tcp"),
    }
    assert [one.target for one in runtime.mounts] == ["/data", "/more"]
    assert {one.kind for one in runtime.mounts} == {MountKind.ANONYMOUS}
    assert runtime.stop_signal is not None
    assert {name: one.value for name, one in runtime.environment.items()} == {
        "HOME": "/srv",
        "MODE": "web",
        "PORT": "80",
    }


@pytest.mark.parametrize(
    ("dockerfile", "entrypoint", "command", "clears"),
    [
        ('FROM a\nCMD ["x"]\n', None, ("x",), False),
        ("FROM a\nCMD x y\n", None, ("x y",), False),
        ('FROM a\nENTRYPOINT ["e"]\n', ("e",), None, True),
        ('FROM a\nENTRYPOINT ["e"]\nCMD ["x"]\n', ("e",), ("x",), False),
        ('FROM a\nCMD ["x"]\nENTRYPOINT ["e"]\n', ("e",), ("x",), False),
        ('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["e"]\n', ("e",), None, True),
        ('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["e"]\nCMD ["y"]\n', ("e",), ("y",), False),
        ('FROM a AS b\nENTRYPOINT ["e"]\nFROM b\nCMD ["y"]\n', ("e",), ("y",), False),
        ("FROM a\nENTRYPOINT []\n", (), None, True),
    ],
)
def test_an_entrypoint_drops_the_command_of_what_it_stands_on(
    dockerfile: str,
    entrypoint: tuple[str, ...] | None,
    command: tuple[str, ...] | None,
    *,
    clears: bool,
    discover_files: Discover,
) -> None:
    runtime = _runtime(discover_files, dockerfile)

    assert (runtime.entrypoint.words if runtime.entrypoint else None) == entrypoint
    assert (runtime.command.words if runtime.command else None) == command
    assert runtime.clears_command is clears


def test_shell_decides_what_runs_shell_forms(discover_files: Discover) -> None:
    runtime = _runtime(
        discover_files,
        'FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD run $X\n',
        "    healthcheck: {test: curl localhost}\n",
    )

    assert runtime.command is not None
    assert runtime.command.is_shell_form
    assert runtime.command.shell == ("/bin/bash", "-o", "pipefail", "-c")
    assert runtime.health_check is not None
    assert runtime.health_check.test is not None
    assert runtime.health_check.test.shell == runtime.command.shell


@pytest.mark.parametrize(
    ("line", "words", "is_shell"),
    [
        ('HEALTHCHECK --interval=5s CMD ["a", "b"]', ("a", "b"), False),
        ("HEALTHCHECK CMD a || exit 1", ("a || exit 1",), True),
        ("HEALTHCHECK NONE", None, False),
    ],
)
def test_a_health_check_is_read(
    line: str, words: tuple[str, ...] | None, *, is_shell: bool, discover_files: Discover
) -> None:
    runtime = _runtime(discover_files, f"FROM a\n{line}\n")

    assert runtime.health_check is not None
    test = runtime.health_check.test
    assert (test.words if test else None) == words
    assert test is None or test.is_shell_form is is_shell


DOCKERFILE = (
    'FROM a\nENTRYPOINT ["e"]\nCMD ["c"]\nUSER app\nEXPOSE 80\nVOLUME /data\nHEALTHCHECK CMD ["h"]\nENV A=1 B=2\n'
)


@pytest.mark.parametrize(
    ("compose", "entrypoint", "command", "clears"),
    [
        ("    command: [x]\n", ("e",), ("x",), False),
        ("    entrypoint: [y]\n", ("y",), None, True),
        ("    entrypoint: [y]\n    command: [x]\n", ("y",), ("x",), False),
        ("    entrypoint: []\n", (), None, True),
        ("    command: null\n", ("e",), ("c",), False),
    ],
)
def test_compose_wins_as_its_runtime_does(
    compose: str,
    entrypoint: tuple[str, ...],
    command: tuple[str, ...] | None,
    *,
    clears: bool,
    discover_files: Discover,
) -> None:
    runtime = _runtime(discover_files, DOCKERFILE, compose)

    assert runtime.entrypoint is not None
    assert runtime.entrypoint.words == entrypoint
    assert (runtime.command.words if runtime.command else None) == command
    assert runtime.clears_command is clears


def test_what_compose_adds_is_added(discover_files: Discover) -> None:
    runtime = _runtime(
        discover_files,
        DOCKERFILE,
        "    user: root\n    ports: ['8080:80', 81]\n    volumes: [dd:/data, ee:/e]\n    environment: {B: 3, C: 4}\n",
    )

    assert runtime.user is not None
    assert (runtime.user.value, runtime.user.where.file) == ("root", "compose.yaml")
    assert {one.number: one.published for one in runtime.ports} == {80: "8080", 81: None}
    assert {one.target: one.kind for one in runtime.mounts} == {"/data": MountKind.NAMED, "/e": MountKind.NAMED}
    assert {name: one.value for name, one in runtime.environment.items()} == {"A": "1", "B": "3", "C": "4"}
    assert runtime.health_check is not None
    assert runtime.health_check.where.file == "Dockerfile"


def test_what_cannot_be_expanded_is_left_out(discover_files: Discover) -> None:
    runtime = _runtime(discover_files, "FROM a\nEXPOSE ${X:?no} 99999 abc 80\nUSER ${\nVOLUME ${Y:?no}\n")

    assert [one.number for one in runtime.ports] == [80]
    assert runtime.user is None
    assert runtime.mounts == ()
