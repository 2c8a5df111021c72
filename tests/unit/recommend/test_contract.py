"""How a candidate's contract differs, and the very lines that it touches."""

from dataclasses import replace
from typing import Any

import pytest
from advising import (
    IMAGES,
    NGINX_DHI,
    NODE_ALPINE,
    NODE_DISTROLESS,
    NODE_SLIM,
    PYTHON,
    PYTHON_DISTROLESS,
    advice,
    build_tool,
    candidate,
    difference,
    need,
    shellless,
)
from needing import mount, process, service, workload

from basewright.model.base import User
from basewright.model.candidate import ActionKind, Candidate, Suitability
from basewright.model.contract import Aspect, Effect
from basewright.model.need import Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import HealthCheck, Port, ScriptFile

NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")
BARE_PYTHON = shellless(
    "gcr.io/distroless/python3-debian13:nonroot", "python 3.12.1", entrypoint=("/usr/bin/python3.12",)
)
PYTHON_NEED = need(NeedKind.INTERPRETER, "python", version="3.12.14")


def _node(text: str, *needs: Need, base: object = NODE_DISTROLESS, **changes: Any) -> Candidate:
    found = advice(workload(f"FROM node:24-trixie\n{text}", **changes), NODE_NEED, *needs)
    return next(one for one in found.candidates if one.base is base)


def _python(text: str, *needs: Need) -> Candidate:
    found = advice(workload(f"FROM python:3.12-trixie\n{text}"), PYTHON_NEED, *needs, images=(PYTHON, BARE_PYTHON))
    return candidate(found, BARE_PYTHON)


def test_a_command_that_names_the_interpreter_breaks_under_an_entrypoint_that_is_it() -> None:
    entrypoint = difference(_python('CMD ["python", "app.py"]\n'), Aspect.ENTRYPOINT)

    assert entrypoint.effect is Effect.BREAK
    assert entrypoint.touches == (Location("Dockerfile", 2),)
    assert "/usr/bin/python3.12 python app.py" in entrypoint.explanation
    assert 'CMD ["app.py"]' in entrypoint.explanation


def test_java_loses_both_words_that_the_entrypoint_brings() -> None:
    jar = shellless("gcr.io/distroless/java21-debian13:nonroot", "java 21.0.12", entrypoint=("/usr/bin/java", "-jar"))
    today = replace(PYTHON, reference=replace(PYTHON.reference, repository="library/eclipse-temurin", tag="21-jre"),
                    runtime=jar.runtime, entrypoint=("/__cacert_entrypoint.sh",), variant="jre")  # fmt: skip

    found = advice(
        workload('FROM eclipse-temurin:21-jre\nCMD ["java", "-jar", "app.jar"]\n'),
        need(NeedKind.INTERPRETER, "java", version="21"),
        images=(today, jar),
    )

    assert 'CMD ["app.jar"]' in difference(candidate(found, jar), Aspect.ENTRYPOINT).explanation


def test_a_script_alone_stays_under_an_entrypoint_that_is_its_interpreter() -> None:
    entrypoint = difference(_node('CMD ["server.js"]\n'), Aspect.ENTRYPOINT)

    assert entrypoint.effect is Effect.NONE


def test_a_script_alone_breaks_where_no_entrypoint_puts_the_interpreter_first() -> None:
    bare = replace(NODE_SLIM, entrypoint=(), reference=replace(NODE_SLIM.reference, repository="library/other"))

    found = advice(workload('FROM node:24-trixie\nCMD ["server.js"]\n'), NODE_NEED, images=(IMAGES[0], bare))

    entrypoint = difference(candidate(found, bare), Aspect.ENTRYPOINT)
    assert entrypoint.effect is Effect.BREAK
    assert 'CMD ["node", "server.js"]' in entrypoint.explanation


def test_a_shell_form_command_breaks_under_an_interpreter() -> None:
    shell = need(NeedKind.SHELL, "sh", line=2, avoidable="exec form works")

    found = _node("CMD node server.js\n", shell)

    assert difference(found, Aspect.ENTRYPOINT).effect is Effect.BREAK
    assert difference(found, Aspect.SHELL).touches == (Location("Dockerfile", 2),)


def test_an_entrypoint_of_the_projects_own_is_not_touched() -> None:
    found = _node('ENTRYPOINT ["/nodejs/bin/node", "server.js"]\n')

    assert difference(found, Aspect.ENTRYPOINT).effect is Effect.NONE


def test_an_interpreter_that_is_not_on_the_path_breaks() -> None:
    found = _node('ENTRYPOINT ["node", "server.js"]\n')

    path = difference(found, Aspect.INTERPRETER_PATH)
    assert (path.effect, path.new) == (Effect.BREAK, "/nodejs/bin/node")
    assert path.touches == (Location("Dockerfile", 2),)


@pytest.mark.parametrize(
    "line", ["python -m venv /venv && /venv/bin/pip install -r r.txt", "uv sync --frozen", "virtualenv v"]
)
def test_a_virtual_environment_breaks_where_the_interpreter_lies_elsewhere(line: str) -> None:
    found = _python(f'RUN {line}\nCMD ["app.py"]\n')

    path = difference(found, Aspect.INTERPRETER_PATH)
    assert path.effect is Effect.BREAK
    assert path.touches == (Location("Dockerfile", 2),)
    assert "distroless" in path.reference


def test_lines_that_run_move_to_a_build_stage_where_no_shell_is() -> None:
    found = _node('RUN npm ci\nCMD ["server.js"]\n')

    assert found.suitability is Suitability.MULTI_STAGE
    assert difference(found, Aspect.SHELL).effect is Effect.REVIEW
    assert difference(found, Aspect.SHELL).touches == (Location("Dockerfile", 2),)


def test_another_package_manager_breaks_the_lines_that_use_it() -> None:
    found = _node(
        'RUN apt-get install -y libvips42\nCMD ["node", "server.js"]\n',
        need(NeedKind.LIBRARY, "libvips42", line=2),
        base=NODE_ALPINE,
    )

    manager = difference(found, Aspect.PACKAGE_MANAGER)
    assert (manager.old, manager.new, manager.effect) == ("apt", "apk", Effect.BREAK)
    assert manager.touches == (Location("Dockerfile", 2),)
    assert found.suitability is Suitability.WITH_CHANGES


def test_a_build_in_the_image_that_runs_becomes_a_stage() -> None:
    found = _node(
        'RUN apt-get install -y gcc && npm ci\nCMD ["node", "server.js"]\n', build_tool("gcc", 2), base=NODE_SLIM
    )

    assert found.suitability is Suitability.MULTI_STAGE


def test_a_user_by_name_breaks_where_the_name_is_not() -> None:
    found = _node('USER node\nCMD ["server.js"]\n')

    user = difference(found, Aspect.USER, Effect.BREAK)
    assert user.touches == (Location("Dockerfile", 2),)
    assert "65532" in user.explanation


def test_a_user_that_a_line_makes_breaks_when_that_line_moves_away() -> None:
    found = _node('RUN useradd -r app\nUSER app\nCMD ["server.js"]\n')

    assert "moves to the build stage" in difference(found, Aspect.USER, Effect.BREAK).explanation


def test_an_owner_by_name_breaks_at_the_copy() -> None:
    found = _node('COPY --chown=node:node . .\nCMD ["server.js"]\n')

    assert Location("Dockerfile", 2) in difference(found, Aspect.USER, Effect.BREAK).touches


def test_a_number_is_a_user_everywhere() -> None:
    found = _node('USER 1000:1000\nCOPY --chown=1000 . .\nCMD ["server.js"]\n')

    assert not [one for one in found.contract if one.aspect is Aspect.USER and one.effect is Effect.BREAK]


def test_volumes_that_root_wrote_break_under_another_user() -> None:
    found = _node('CMD ["server.js"]\n', runtime={"mounts": (mount("/data"),)})

    assert Location("compose.yaml", 9) in difference(found, Aspect.USER, Effect.BREAK).touches


def test_a_web_server_on_another_port_breaks_the_mapping() -> None:
    ports = (Port(80, "tcp", Location("compose.yaml", 5), "8080"),)
    found = advice(service("nginx:1.30-alpine3.24", runtime={"ports": ports}), need(NeedKind.SERVICE, "nginx"))

    change = difference(candidate(found, NGINX_DHI), Aspect.PORTS)
    assert (change.old, change.new, change.effect) == ("80/tcp", "8080/tcp", Effect.BREAK)
    assert change.touches == (Location("compose.yaml", 5),)


def test_a_health_check_by_curl_breaks_and_gets_a_way_out() -> None:
    check = HealthCheck(process("curl", "-f", "http://localhost"), Location("compose.yaml", 8))
    curl = need(NeedKind.COMMAND, "curl", file="compose.yaml", line=8)

    tool = difference(_node('CMD ["server.js"]\n', curl, runtime={"health_check": check}), Aspect.TOOLS)

    assert (tool.old, tool.effect, tool.touches) == ("curl", Effect.BREAK, (Location("compose.yaml", 8),))
    assert "fetch(" in tool.explanation
    assert "distroless/issues" in tool.reference


def test_time_zones_and_certificates_break_only_where_they_are_needed() -> None:
    without = _node('CMD ["node", "server.js"]\n', base=NODE_ALPINE)
    needed = _node('CMD ["node", "server.js"]\n', need(NeedKind.TIME_ZONES, "Europe/Berlin", line=2), base=NODE_ALPINE)

    assert difference(without, Aspect.TIME_ZONES).effect is Effect.NONE
    assert difference(needed, Aspect.TIME_ZONES).effect is Effect.BREAK


def test_another_c_library_needs_a_build_stage_of_its_own_for_native_code() -> None:
    found = _node(
        'RUN apt-get install -y g++ && npm ci\nCMD ["node", "server.js"]\n',
        need(NeedKind.NATIVE_EXTENSION, "bcrypt", musl=True, file="package-lock.json", line=40),
        build_tool("g++", 2),
        base=NODE_ALPINE,
    )

    libc = difference(found, Aspect.LIBC)
    assert (libc.old, libc.new, libc.effect) == ("glibc", "musl", Effect.BREAK)
    assert libc.touches == (Location("package-lock.json", 40),)


def test_a_variable_of_todays_base_that_the_project_uses_is_told_with_its_lines() -> None:
    today = replace(IMAGES[0], environment={"NODE_VERSION": "24.19.0", "PATH": "/usr/bin"})
    script = ScriptFile("start.sh", "/start.sh", b"echo $NODE_VERSION\n", "/bin/sh")
    app = workload('FROM node:24-trixie\nRUN echo ${NODE_VERSION}\nCMD ["node", "s.js"]\n', scripts=(script,))

    found = advice(app, NODE_NEED, images=(today, NODE_SLIM))

    change = difference(candidate(found, NODE_SLIM), Aspect.ENVIRONMENT)
    assert (change.old, change.touches) == ("NODE_VERSION", (Location("Dockerfile", 2),))
    assert "start.sh" in change.explanation


def test_the_work_directory_and_the_stop_signal_matter_where_the_project_sets_none() -> None:
    today = replace(IMAGES[0], working_directory="/usr/src", stop_signal="SIGTERM")
    other = replace(NODE_SLIM, working_directory="", stop_signal="SIGINT")

    found = candidate(
        advice(workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n'), NODE_NEED, images=(today, other)), other
    )

    assert difference(found, Aspect.WORKING_DIRECTORY).effect is Effect.REVIEW
    assert difference(found, Aspect.STOP_SIGNAL).effect is Effect.REVIEW


def test_a_lost_architecture_is_told() -> None:
    other = replace(NODE_SLIM, architectures=("amd64",))

    found = advice(workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n'), NODE_NEED, images=(IMAGES[0], other))

    assert "arm64" in difference(candidate(found, other), Aspect.ARCHITECTURES).explanation


def test_the_same_contract_is_no_difference() -> None:
    found = _node('CMD ["node", "server.js"]\n', base=NODE_SLIM)

    assert found.suitability is Suitability.IN_PLACE
    assert not found.breaks


def test_a_python_minor_of_another_image_never_reaches_the_contract() -> None:
    found = advice(workload('FROM python:3.12-trixie\nCMD ["python", "a.py"]\n'), PYTHON_NEED)

    assert PYTHON_DISTROLESS not in [one.base for one in found.candidates]


def test_users_that_are_not_known_are_to_be_looked_at() -> None:
    unknown = replace(NODE_SLIM, users=())
    found = advice(
        workload('FROM node:24-trixie\nUSER node\nCMD ["node", "s.js"]\n'), NODE_NEED, images=(IMAGES[0], unknown)
    )

    assert difference(candidate(found, unknown), Aspect.USER).effect is Effect.REVIEW
    assert User("node", 1000, 1000) in IMAGES[0].users


@pytest.mark.parametrize(
    ("what", "rule", "effect"),
    [
        ("serve -s dist only hands out built files", "try_files $uri /index.html;", Effect.BREAK),
        ("serve dist --single -l 3000 only hands out built files", "try_files $uri /index.html;", Effect.BREAK),
        ("vite preview --host only hands out built files", "try_files $uri /index.html;", Effect.BREAK),
        ("serve dist only hands out", "try_files $uri $uri.html $uri/index.html =404;", Effect.REVIEW),
        ("http-server ./dist only hands out", "try_files $uri $uri.html $uri/index.html =404;", Effect.REVIEW),
    ],
)
def test_a_web_server_is_told_to_answer_as_the_file_server_did(what: str, rule: str, effect: Effect) -> None:
    text = 'FROM node:24-trixie\nWORKDIR /app\nRUN npm run build\nCMD ["npm", "start"]\n'
    node = need(NeedKind.INTERPRETER, "node", version="24.19.0")
    app = workload(text, runtime={"command": process("npm", "start")})

    found = advice(app, node, need(NeedKind.STATIC_CONTENT, "serve", what=what), build_tool("npm", 3))

    first = found.candidates[0]
    told = next(one for one in first.contract if rule in one.explanation)
    assert (told.aspect, told.effect) == (Aspect.COMMAND, effect)
    assert any("compression, caching headers" in one.explanation for one in first.contract)
    change = next(one for one in found.actions if one.kind is ActionKind.ADD_STAGE).change
    assert f"+     location / {{ {rule} }}" in change.splitlines()
    assert "+ COPY <<'EOF' /etc/nginx/conf.d/default.conf" in change.splitlines()
