"""COMMAND, HEALTH_CHECK and INIT: positives and negatives."""

import pytest
from needing import NODE, PYTHON, base, find, lines, needs_of, package_json, process, script, setting, values

from basewright.model.base import Role
from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import HealthCheck

ENTRY = """\
#!/bin/sh
set -e
wait_for() { nc -z "$1" 5432; }
if [ "$1" = app ]; then
  chown -R app /data
fi
wait_for db
exec gosu app "$@"
"""


def test_a_health_check_needs_the_program_that_it_calls() -> None:
    text = 'FROM node:24\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\nCMD ["node", "a.js"]\n'
    needs = needs_of(text, NODE)
    need = find(needs, NeedKind.COMMAND, "curl")
    assert lines(need) == ["Dockerfile:2"]
    assert need is not None
    assert "node itself" in need.avoidable
    assert values(needs, NeedKind.HEALTH_CHECK) == ["curl"]


def test_a_health_check_in_shell_form_names_both() -> None:
    text = 'FROM node:24\nHEALTHCHECK CMD wget -q http://localhost/ || exit 1\nCMD ["node", "a.js"]\n'
    assert values(needs_of(text, NODE), NeedKind.HEALTH_CHECK) == ["shell", "wget"]


def test_no_health_check_is_no_need() -> None:
    needs = needs_of('FROM node:24\nHEALTHCHECK NONE\nCMD ["node", "a.js"]\n', NODE)
    assert values(needs, NeedKind.HEALTH_CHECK) == []


def test_a_scripts_commands_are_told_by_line() -> None:
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\nCMD ["python", "a.py"]\n'
    needs = needs_of(text, PYTHON, scripts=(script("/e.sh", ENTRY),))
    assert values(needs, NeedKind.COMMAND) == ["chown", "gosu", "nc"]
    assert lines(find(needs, NeedKind.COMMAND, "gosu")) == ["e.sh:8"]
    chown = find(needs, NeedKind.COMMAND, "chown")
    assert chown is not None
    assert chown.confidence is Confidence.MEDIUM
    assert "on a condition" in chown.evidence[0].what


def test_stepping_down_can_be_avoided() -> None:
    text = 'FROM python:3.12\nENTRYPOINT ["gosu", "app", "python", "a.py"]\n'
    need = find(needs_of(text, PYTHON), NeedKind.COMMAND, "gosu")
    assert need is not None
    assert "USER" in need.avoidable


@pytest.mark.parametrize("text", ["cd /app", "export A=1", "echo hello", "set -eux", "trap 'exit 0' TERM"])
def test_builtins_of_the_shell_are_no_commands(text: str) -> None:
    assert values(needs_of(f"FROM python:3.12\nCMD {text} && python a.py\n", PYTHON), NeedKind.COMMAND) == []


def test_functions_of_a_script_are_no_commands() -> None:
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    body = "#!/bin/sh\nprepare() { :; }\nprepare\nexec python a.py\n"
    assert values(needs_of(text, PYTHON, scripts=(script("/e.sh", body),)), NeedKind.COMMAND) == []


def test_asking_whether_a_command_exists_does_not_need_it() -> None:
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    body = "#!/bin/sh\ncommand -v curl >/dev/null\nexec python a.py\n"
    assert values(needs_of(text, PYTHON, scripts=(script("/e.sh", body),)), NeedKind.COMMAND) == []


def test_what_run_calls_is_of_the_build() -> None:
    text = 'FROM python:3.12\nRUN curl -O https://x/y && tar xf y\nCMD ["python", "a.py"]\n'
    assert values(needs_of(text, PYTHON), NeedKind.COMMAND) == []


def test_the_projects_own_programs_are_no_commands_of_the_system() -> None:
    text = (
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCOPY --from=x /bin/worker /usr/local/bin/worker\n"
        "CMD ./serve && worker && /app/bin/x\n"
    )
    assert values(needs_of(text, PYTHON), NeedKind.COMMAND) == []


def test_an_unknown_program_is_told_as_such() -> None:
    need = find(needs_of("FROM debian:12\nCMD frobnicate | tee x\n", base("debian:12")), NeedKind.COMMAND, "frobnicate")
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
    assert "not a program that is known" in need.detail


def test_a_program_of_a_dependency_is_the_applications() -> None:
    manifests = (package_json({"start": "next start | pino-pretty"}, "next", "pino-pretty"),)
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["npm", "start"]\n'
    needs = needs_of(text, NODE, manifests=manifests)
    assert values(needs, NeedKind.COMMAND) == ["npm"]


def test_npm_as_the_process_is_a_command_that_many_bases_lack() -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["npm", "run", "serve"]\n'
    need = find(needs_of(text, NODE, manifests=(package_json({"serve": "node a.js"}),)), NeedKind.COMMAND, "npm")
    assert need is not None
    assert need.avoidable.endswith("node a.js")


def test_what_the_base_itself_starts_is_not_the_projects_command() -> None:
    image = base("x:1", runtime="redis 8", role=Role.SERVICE, entrypoint=("tini", "--"), command=("redis-server",))
    assert values(needs_of("FROM x:1\n", image), NeedKind.COMMAND) == []


def test_tini_is_an_init_and_a_command() -> None:
    text = 'FROM node:24\nENTRYPOINT ["tini", "--"]\nCMD ["node", "a.js"]\n'
    needs = needs_of(text, NODE)
    assert values(needs, NeedKind.INIT) == ["tini"]
    assert "init: true" in (find(needs, NeedKind.COMMAND, "tini") or pytest.fail("no tini")).avoidable


@pytest.mark.parametrize(("value", "expected"), [("true", ["init: true"]), ("false", [])])
def test_composes_init_is_an_init_where_it_is_on(value: str, expected: list[str]) -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["node", "a.js"]\n'
    assert values(needs_of(text, NODE, runtime={"init": setting(value)}), NeedKind.INIT) == expected


def test_npm_as_process_one_forwards_no_signals() -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["npm", "start"]\n'
    need = find(needs_of(text, NODE), NeedKind.INIT)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(("command", "expected"), [("python a.py", ["init: true"]), ("exec python a.py", [])])
def test_a_shell_that_stays_is_process_one(command: str, expected: list[str]) -> None:
    assert values(needs_of(f"FROM python:3.12\nCMD {command}\n", PYTHON), NeedKind.INIT) == expected


def test_a_node_process_needs_no_init_by_itself() -> None:
    assert values(needs_of('FROM node:24\nENTRYPOINT []\nCMD ["node", "a.js"]\n', NODE), NeedKind.INIT) == []


def test_a_probe_of_the_application_is_no_system_program() -> None:
    check = HealthCheck(process("/app/probe"), Location("compose.yaml", 8))
    needs = needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, runtime={"health_check": check})
    assert values(needs, NeedKind.COMMAND) == []
    assert values(needs, NeedKind.HEALTH_CHECK) == ["probe"]
