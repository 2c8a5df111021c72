"""SHELL: positives and negatives."""

import pytest
from needing import (
    NGINX,
    NODE,
    POSTGRES,
    PYTHON,
    find,
    lines,
    mount,
    needs_of,
    package_json,
    process,
    script,
    service,
    setting,
    values,
)

from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.span import Location
from basewright.model.workload import HealthCheck, MountKind
from basewright.needs import evaluate


def test_a_command_in_shell_form_needs_a_shell_and_says_the_line() -> None:
    need = find(needs_of("FROM python:3.12\nCMD python app.py | tee log\n", PYTHON), NeedKind.SHELL, "sh")
    assert need is not None
    assert lines(need) == ["Dockerfile:2"]
    assert need.confidence is Confidence.CERTAIN
    assert need.avoidable == ""


def test_a_plain_shell_form_can_be_avoided() -> None:
    need = find(needs_of("FROM python:3.12\nCMD python app.py\n", PYTHON), NeedKind.SHELL)
    assert need is not None
    assert "exec form works" in need.avoidable


def test_a_shell_form_with_a_variable_cannot_be_avoided() -> None:
    need = find(needs_of("FROM python:3.12\nCMD python app.py --port $PORT\n", PYTHON), NeedKind.SHELL)
    assert need is not None
    assert need.avoidable == ""


def test_an_exec_form_needs_no_shell() -> None:
    assert values(needs_of('FROM python:3.12\nCMD ["python", "app.py"]\n', PYTHON), NeedKind.SHELL) == []


def test_run_in_shell_form_is_of_the_build() -> None:
    text = 'FROM python:3.12\nRUN pip install x && echo done\nCMD ["python", "app.py"]\n'
    assert values(needs_of(text, PYTHON), NeedKind.SHELL) == []


def test_a_shell_form_of_another_stage_is_not_of_the_image() -> None:
    text = 'FROM python:3.12 AS a\nCMD echo $X\nFROM python:3.12\nCOPY --from=a /x /x\nCMD ["python", "x"]\n'
    assert values(needs_of(text, PYTHON), NeedKind.SHELL) == []


def test_the_shell_instruction_names_the_shell() -> None:
    text = 'FROM python:3.12\nSHELL ["/bin/bash", "-c"]\nCMD echo $X\n'
    assert values(needs_of(text, PYTHON), NeedKind.SHELL) == ["bash"]


@pytest.mark.parametrize("words", ['["sh", "-c", "exec python app.py $X"]', '["/bin/bash", "-lc", "python app.py"]'])
def test_a_shell_called_in_exec_form_is_a_shell(words: str) -> None:
    need = find(needs_of(f"FROM python:3.12\nCMD {words}\n", PYTHON), NeedKind.SHELL)
    assert need is not None
    assert need.value == ("bash" if "bash" in words else "sh")
    assert bool(need.avoidable) == ("$X" not in words)


def test_a_health_check_in_shell_form_needs_a_shell() -> None:
    text = 'FROM python:3.12\nHEALTHCHECK --interval=5s \\\n  CMD wget -q http://x | grep ok\nCMD ["python", "a.py"]\n'
    need = find(needs_of(text, PYTHON), NeedKind.SHELL)
    assert lines(need) == ["Dockerfile:2"]


def test_exit_one_at_the_end_of_a_health_check_can_be_dropped() -> None:
    text = 'FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\nCMD ["python", "a.py"]\n'
    need = find(needs_of(text, PYTHON), NeedKind.SHELL)
    assert need is not None
    assert "without || exit 1" in need.avoidable


def test_a_disabled_health_check_needs_nothing() -> None:
    text = 'FROM python:3.12\nHEALTHCHECK NONE\nCMD ["python", "a.py"]\n'
    assert values(needs_of(text, PYTHON), NeedKind.SHELL) == []


def test_a_compose_health_check_through_a_shell_says_its_line() -> None:
    check = HealthCheck(process("pg_isready -U $POSTGRES_USER", shell=True), Location("compose.yaml", 8))
    need = find(evaluate(service("postgres:16", runtime={"health_check": check}), POSTGRES), NeedKind.SHELL, "sh")
    assert lines(need) == ["compose.yaml:8"]


def test_a_called_script_needs_the_shell_of_its_shebang() -> None:
    text = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./run.sh"]\n'
    need = find(needs_of(text, PYTHON, scripts=(script("/app/run.sh", "#!/usr/bin/env bash\nls\n"),)), NeedKind.SHELL)
    assert need is not None
    assert need.value == "bash"
    assert lines(need) == ["run.sh:1"]


def test_bash_syntax_under_sh_is_told() -> None:
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    body = '#!/bin/sh\nif [[ -n "$A" ]]; then exec python a.py; fi\n'
    need = find(needs_of(text, PYTHON, scripts=(script("/e.sh", body),)), NeedKind.SHELL)
    assert need is not None
    assert "bash's syntax under sh" in need.detail


def test_a_clean_script_under_sh_is_not_blamed() -> None:
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    need = find(needs_of(text, PYTHON, scripts=(script("/e.sh", '#!/bin/sh\nexec "$@"\n'),)), NeedKind.SHELL)
    assert need is not None
    assert need.detail == ""


def test_a_python_script_needs_no_shell() -> None:
    text = 'FROM python:3.12\nCOPY e /e\nENTRYPOINT ["/e"]\n'
    needs = needs_of(text, PYTHON, scripts=(script("/e", "#!/usr/bin/env python3\nprint(1)\n"),))
    assert values(needs, NeedKind.SHELL) == []


def test_a_script_that_nothing_calls_is_a_hint_alone() -> None:
    text = 'FROM python:3.12\nCOPY . /app\nCMD ["python", "a.py"]\n'
    need = find(needs_of(text, PYTHON, scripts=(script("/app/tool.sh", "#!/bin/sh\nls\n"),)), NeedKind.SHELL)
    assert need is not None
    assert need.confidence is Confidence.LOW


def test_a_script_that_only_run_calls_is_of_the_build() -> None:
    text = 'FROM python:3.12\nCOPY build.sh /build.sh\nRUN /build.sh\nCMD ["python", "a.py"]\n'
    needs = needs_of(text, PYTHON, scripts=(script("/build.sh", "#!/bin/sh\nmake\n"),))
    assert values(needs, NeedKind.SHELL) == []


def test_a_script_that_was_not_read_is_told_by_its_name() -> None:
    text = 'FROM python:3.12\nCOPY . .\nENTRYPOINT ["./start.sh"]\n'
    need = find(needs_of(text, PYTHON), NeedKind.SHELL)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
    assert "not read" in need.evidence[0].what


def test_npm_start_runs_its_script_through_sh_and_names_the_way_out() -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["npm", "start"]\n'
    need = find(needs_of(text, NODE, manifests=(package_json({"start": "node server.js"}),)), NeedKind.SHELL)
    assert need is not None
    assert need.avoidable == "start the script's own command: node server.js"
    assert "signals" in need.detail


@pytest.mark.parametrize("words", ['["yarn", "start"]', '["pnpm", "run", "start"]', '["npm", "run", "start"]'])
def test_every_package_runner_goes_through_sh(words: str) -> None:
    manifests = (package_json({"start": "node a.js && node b.js"}),)
    need = find(needs_of(f"FROM node:24\nENTRYPOINT []\nCMD {words}\n", NODE, manifests=manifests), NeedKind.SHELL)
    assert need is not None
    assert need.avoidable == ""


def test_npm_install_is_no_package_script() -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["npm", "install"]\n'
    assert values(needs_of(text, NODE), NeedKind.SHELL) == []


def test_the_entrypoint_script_of_postgres_needs_bash_and_stays() -> None:
    need = find(evaluate(service("postgres:16"), POSTGRES), NeedKind.SHELL)
    assert need is not None
    assert need.value == "bash"
    assert need.evidence[0].kind is EvidenceKind.CATALOG
    assert need.avoidable == ""


def test_an_official_servers_script_is_known_without_the_catalog() -> None:
    need = find(evaluate(service("postgres:16"), None), NeedKind.SHELL)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_a_private_image_of_the_same_name_is_not_taken_for_the_official_one() -> None:
    assert values(evaluate(service("registry.example/team/postgres:16"), None), NeedKind.SHELL) == []


def test_the_entrypoint_script_of_node_can_be_left_out() -> None:
    need = find(needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE), NeedKind.SHELL)
    assert need is not None
    assert need.avoidable
    assert need.confidence is Confidence.MEDIUM


def test_the_entrypoint_script_of_nginx_is_needed_where_templates_are_mounted() -> None:
    plain = find(evaluate(service("nginx:1.30"), NGINX), NeedKind.SHELL)
    mounts = (mount("/etc/nginx/templates", "./templates", MountKind.BIND, read_only=True),)
    with_templates = find(evaluate(service("nginx:1.30", runtime={"mounts": mounts}), NGINX), NeedKind.SHELL)
    assert plain is not None
    assert plain.avoidable
    assert with_templates is not None
    assert with_templates.avoidable == ""


def test_an_own_script_with_the_common_name_is_the_projects() -> None:
    text = (
        'FROM node:24\nCOPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT ["docker-entrypoint.sh"]\n'
        'CMD ["node", "a.js"]\n'
    )
    scripts = (script("/usr/local/bin/docker-entrypoint.sh", '#!/bin/sh\nexec "$@"\n'),)
    need = find(needs_of(text, NODE, scripts=scripts), NeedKind.SHELL)
    assert need is not None
    assert lines(need) == ["docker-entrypoint.sh:1"]


def test_one_unavoidable_reason_keeps_the_need() -> None:
    text = "FROM python:3.12\nHEALTHCHECK CMD curl -f x | grep y\nCMD python a.py\n"
    need = find(needs_of(text, PYTHON), NeedKind.SHELL)
    assert need is not None
    assert len(need.evidence) == 2
    assert need.avoidable == ""


def test_an_init_script_of_a_database_runs() -> None:
    scripts = (script("/docker-entrypoint-initdb.d/10.sh", "#!/bin/bash\npsql -c 'select 1'\n", "db/10.sh"),)
    needs = evaluate(service("postgres:16", scripts=scripts, runtime={"user": setting("999")}), POSTGRES)
    assert "db/10.sh:1" in lines(find(needs, NeedKind.SHELL))
    assert lines(find(needs, NeedKind.COMMAND, "psql")) == ["db/10.sh:2"]
