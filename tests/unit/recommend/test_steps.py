"""What to do first, in the project's own lines; and how far it is from the ideal."""

from dataclasses import replace
from typing import Any

import pytest
from advising import (
    ALPINE,
    IMAGES,
    NGINX,
    NODE,
    NODE_ALPINE,
    NODE_DISTROLESS,
    NODE_SLIM,
    POSTGRES,
    PYTHON,
    PYTHON_SLIM,
    STATIC,
    advice,
    build_tool,
    image,
    need,
    references,
    shellless,
    situation,
)
from needing import mount, process, service, setting, workload

from basewright.model.base import Kind
from basewright.model.candidate import Action, ActionKind, Gap, Recommendation
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import HealthCheck, Port, Workload
from basewright.recommend.gap import gap
from basewright.recommend.versions import is_pre_release

NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")


def _gap(app: Workload) -> dict[str, Gap]:
    return {one.what: one for one in gap(situation(app))}


def test_a_change_of_base_shows_the_line_before_and_after() -> None:
    app = workload('FROM  --platform=linux/amd64   node:24-trixie AS web\nCMD ["node", "s.js"]\n')

    found = advice(app, NODE_NEED, images=(NODE, NODE_SLIM))

    step = next(one for one in found.actions if one.kind is ActionKind.CHANGE_BASE)
    assert step.change == (
        "- FROM --platform=linux/amd64 node:24-trixie AS web\n+ FROM --platform=linux/amd64 node:24-trixie-slim AS web"
    )
    assert step.where == Location("Dockerfile", 1)
    assert "saves 315.0 MB of download" in step.why


def test_a_variable_in_the_tag_stays_where_it_still_decides() -> None:
    app = workload('ARG V=24-trixie\nFROM node:${V}\nCMD ["node", "s.js"]\n')

    found = advice(app, NODE_NEED, images=(NODE, NODE_SLIM))

    assert found.actions[0].change.endswith("+ FROM node:${V}-slim")


def test_a_service_changes_its_image_line() -> None:
    slim = replace(NGINX, reference=replace(NGINX.reference, tag="1.30-alpine3.24-slim"), compressed_bytes=1)

    today = replace(NGINX, compressed_bytes=2)

    found = advice(service("nginx:1.30-alpine3.24"), need(NeedKind.SERVICE, "nginx"), images=(today, slim))

    assert found.actions[0].change == "- image: nginx:1.30-alpine3.24\n+ image: nginx:1.30-alpine3.24-slim"


def test_two_stages_are_sketched_in_the_projects_own_lines() -> None:
    text = (
        "FROM node:24-trixie\nRUN apt-get install -y g++ libvips42\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"
        'COPY start.sh /usr/local/bin/\nRUN useradd app\nUSER app\nCMD ["node", "s.js"]\n'
    )
    library = need(NeedKind.LIBRARY, "libvips42", line=2)

    found = advice(
        workload(text), NODE_NEED, library, build_tool("g++", 2), build_tool("npm", 5), images=(NODE, NODE_SLIM)
    )

    change = next(one for one in found.actions if one.kind is ActionKind.ADD_STAGE).change.splitlines()
    assert change[:2] == ["- FROM node:24-trixie", "+ FROM node:24-trixie AS build"]
    second = change.index("+ FROM node:24-trixie-slim")
    assert change[second + 1 :] == [
        "+ RUN apt-get update && apt-get install -y --no-install-recommends libvips42 && rm -rf /var/lib/apt/lists/*",
        "+ WORKDIR /app",
        "+ COPY --from=build /app /app",
        "+ COPY start.sh /usr/local/bin/",
        "+ RUN useradd app",
        "  USER app",
        '  CMD ["node", "s.js"]',
    ]


def test_what_pip_installed_goes_along() -> None:
    text = "FROM python:3.12-trixie\nWORKDIR /app\nCOPY . .\nRUN apt install gcc && pip install .\n"
    python = need(NeedKind.INTERPRETER, "python", version="3.12.14")
    bare = shellless("gcr.io/distroless/python3-debian13:nonroot", "python 3.12.1", entrypoint=("/usr/bin/python3.12",))

    slim = advice(workload(text), python, build_tool("gcc", 4), images=(PYTHON, PYTHON_SLIM))
    distroless = advice(workload(text), python, build_tool("gcc", 4), images=(PYTHON, bare))

    assert "+ COPY --from=build /usr/local/lib/python3.12/site-packages" in slim.actions[0].change
    assert "+ ENV PYTHONPATH=/opt/site-packages" in distroless.actions[0].change


def test_a_virtual_environment_goes_along_as_a_whole() -> None:
    text = "FROM python:3.12-trixie\nRUN python -m venv /venv && gcc x && /venv/bin/pip install y\n"
    python = need(NeedKind.INTERPRETER, "python", version="3.12.14")

    found = advice(workload(text), python, build_tool("gcc", 2), images=(PYTHON, PYTHON_SLIM))

    assert "+ COPY --from=build /venv /venv" in found.actions[0].change
    assert "site-packages" not in found.actions[0].change


def test_built_files_go_to_a_web_server_that_starts_by_itself() -> None:
    text = 'FROM node:24-trixie\nWORKDIR /app\nCOPY . .\nRUN npm run build\nEXPOSE 3000\nCMD ["npm", "start"]\n'
    content = need(NeedKind.STATIC_CONTENT, "serve", what="serve -s dist only hands out built files")
    port = Port(3000, "tcp", Location("Dockerfile", 5))

    app = workload(text, runtime={"ports": (port,), "command": process("npm", "start")})
    found = advice(app, NODE_NEED, content, need(NeedKind.COMMAND, "npm", line=6), build_tool("npm", 4))

    assert references(found)[0].startswith(("nginx", "dhi.io/nginx"))
    assert str(NODE_SLIM.reference) in references(found)
    assert references(found).index(str(NODE_SLIM.reference)) > 1
    change = found.actions[0].change
    assert "+ COPY --from=build /app/dist /usr/share/nginx/html" in change
    assert '- CMD ["npm", "start"]' in change
    assert {"command", "ports"} <= {one.aspect for one in found.candidates[0].breaks}


def test_native_code_for_another_c_library_is_built_on_it() -> None:
    text = 'FROM node:24-trixie\nRUN apt-get install g++ && npm ci\nCMD ["node", "s.js"]\n'
    native = need(NeedKind.NATIVE_EXTENSION, "bcrypt", musl=True)

    found = advice(workload(text), NODE_NEED, native, build_tool("g++", 2), images=(NODE, NODE_ALPINE))

    assert "+ FROM node:24-alpine3.24 AS build" in found.actions[0].change


def test_steps_are_numbered_and_what_was_not_read_is_the_last() -> None:
    app = workload("FROM node:24-trixie\nCMD node s.js\n", unknowns=(Unknown("x.env", "not readable"),))

    found = advice(app, NODE_NEED)

    assert [one.rank for one in found.actions] == list(range(1, len(found.actions) + 1))
    assert found.actions[-1].what == "look at x.env"


def test_a_user_without_privileges_is_one_that_the_base_has() -> None:
    found = advice(workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n'), NODE_NEED, images=(NODE, NODE_SLIM))

    assert any(one.change == "+ USER 1000" for one in found.actions)


def test_the_gap_of_a_plain_image_is_wide() -> None:
    found = _gap(workload("FROM node:24-trixie\nRUN make\nCMD node s.js\n"))

    assert found["footprint"] == Gap("footprint", "distroless or scratch", "full", False)
    assert found["user"].now == "root"
    assert found["start"].is_met is False
    assert found["health check"].now == "none"
    assert found["support"].is_met is True
    assert found["root filesystem"].is_met is None


def test_the_gap_of_a_hardened_service_is_closed() -> None:
    bare = shellless("gcr.io/distroless/nodejs24-debian13:nonroot", "node 24.19.0")
    check = HealthCheck(process("node", "c.js"), Location("compose.yaml", 8))
    runtime = {"read_only": setting("true"), "cap_drop": (setting("ALL"),), "health_check": check,
               "command": process("s.js")}  # fmt: skip
    app = service(f"{bare.reference}@sha256:{'0' * 64}", runtime=runtime)

    found = gap(replace(situation(app, images=(*IMAGES, bare))))

    assert [one.what for one in found if one.is_met is not True] == []


def test_the_gap_of_an_unknown_base_is_not_known() -> None:
    found = _gap(workload("FROM nobody/knows:1\n"))

    assert {found[name].is_met for name in ("footprint", "user", "shell", "package manager", "support")} == {None}
    assert found["footprint"].now == "not known"


def test_nothing_is_a_base_without_a_gap_in_its_footprint() -> None:
    found = _gap(workload('FROM scratch\nCMD ["/app"]\n'))

    assert all(found[name].is_met for name in ("footprint", "shell", "package manager", "support"))


def test_a_privileged_or_switched_off_setting_is_a_gap() -> None:
    runtime = {"privileged": setting("true"), "health_check": HealthCheck(None, Location("compose.yaml", 8))}

    found = _gap(service("node:24-trixie", runtime=runtime))

    assert found["capabilities"].now == "privileged: all of them"
    assert found["health check"].now == "switched off"


def test_an_ordinary_word_is_no_pre_release() -> None:
    assert not is_pre_release("24-source-slim")
    assert is_pre_release("edge")
    assert image("alpine:edge", os=ALPINE).kind is Kind.MINIMAL


def _step(found: Recommendation, words: str) -> Action:
    return next(one for one in found.actions if words in one.what)


def _written(path: str, **facts: Any) -> Need:
    return need(NeedKind.WRITABLE_PATH, path, confidence=Confidence.MEDIUM, **facts)


def test_a_read_only_root_names_what_the_service_writes_and_no_volume() -> None:
    app = service("postgres:16-trixie", runtime={"mounts": (mount("/var/lib/postgresql/data"),)})
    needs = (
        need(NeedKind.SERVICE, "postgres", version="16.15"),
        _written("/var/run/postgresql", source=EvidenceKind.CATALOG),
        _written("/var/lib/postgresql/data/x", source=EvidenceKind.CATALOG),
        need(NeedKind.VOLUME, "/var/lib/postgresql/data"),
    )

    step = _step(advice(app, *needs), "read-only")

    assert step.change == "+ read_only: true\n+ tmpfs: [/tmp, /var/run/postgresql]"


def test_what_a_build_prepared_for_writing_may_have_to_last() -> None:
    step = _step(advice(workload("FROM node:24-trixie\n"), NODE_NEED, _written("/app/uploads")), "read-only")

    assert step.change == "$ docker run --read-only --tmpfs /tmp IMAGE"
    assert step.why.endswith("mount a volume there: /app/uploads")


def test_a_read_only_root_that_is_set_is_no_step() -> None:
    app = service("nginx:1.30-alpine3.24", runtime={"read_only": setting("true")})

    assert not [one for one in advice(app, need(NeedKind.SERVICE, "nginx")).actions if "read-only" in one.what]


def test_capabilities_go_but_those_of_a_start_as_root() -> None:
    app = service("postgres:16-trixie")

    step = _step(advice(app, need(NeedKind.SERVICE, "postgres"), images=(POSTGRES,)), "capabilities")

    assert step.change.splitlines() == [
        "+ cap_drop: [ALL]",
        "+ cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]",
        "+ security_opt: [no-new-privileges:true]",
    ]


def test_a_service_without_root_keeps_no_capability() -> None:
    app = service("node:24-trixie", runtime={"user": setting("1000")})

    step = _step(advice(app, NODE_NEED), "capabilities")

    assert step.change == "+ cap_drop: [ALL]\n+ security_opt: [no-new-privileges:true]"


@pytest.mark.parametrize(
    "runtime",
    [
        {"privileged": setting("true")},
        {"cap_drop": (setting("ALL"),), "security_opt": (setting("no-new-privileges:true"),)},
    ],
)
def test_rights_that_are_settled_or_all_asked_for_are_no_step(runtime: dict[str, Any]) -> None:
    assert not [
        one
        for one in advice(service("node:24-trixie", runtime=runtime), NODE_NEED).actions
        if "drop the capabilities" in one.what
    ]


def test_a_dockerfile_alone_says_nothing_of_capabilities() -> None:
    assert not [one for one in advice(workload("FROM node:24-trixie\n"), NODE_NEED).actions if "capabil" in one.what]


def test_a_digest_is_asked_for_and_never_made_up() -> None:
    step = _step(advice(workload("FROM node:24-trixie-slim\n"), NODE_NEED, images=(NODE_SLIM,)), "by digest")

    assert step.change.splitlines() == [
        "$ docker buildx imagetools inspect node:24-trixie-slim --format '{{.Manifest.Digest}}'",
        "+ FROM node:24-trixie-slim@sha256:…",
    ]


def test_another_user_gets_what_is_written() -> None:
    app = service(
        "node:24-trixie",
        build=workload("FROM node:24-trixie\n").build,
        runtime={"mounts": (mount("/srv/uploads"),)},
    )

    step = _step(advice(app, NODE_NEED, need(NeedKind.VOLUME, "/srv/uploads"), images=(NODE,)), "without privileges")

    assert step.change == "+ RUN mkdir -p /srv/uploads && chown -R 1000:1000 /srv/uploads\n+ USER 1000"
    assert "What root wrote into /srv/uploads is given to 1000 first" in step.why


def test_a_user_that_writes_nothing_needs_one_line() -> None:
    step = _step(advice(workload("FROM node:24-trixie\n"), NODE_NEED, images=(NODE,)), "without privileges")

    assert step.change == "+ USER 1000"
    assert "is given to" not in step.why


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("node server.js --port 80", '- CMD node server.js --port 80\n+ CMD ["node", "server.js", "--port", "80"]'),
        ("node $FILE", ""),
        ("cd /app && node s.js", ""),
        ("node 'a b", ""),
        ("A=1 node s.js", ""),
    ],
)
def test_a_plain_command_is_written_in_exec_form(command: str, written: str) -> None:
    step = _step(advice(workload(f"FROM node:24-trixie\nCMD {command}\n"), NODE_NEED), "exec form")

    assert step.what.startswith("write CMD in exec form")
    assert step.change == written


def test_a_health_check_asks_the_port_that_the_files_name() -> None:
    port = Port(4000, "tcp", Location("Dockerfile", 2))
    app = workload("FROM node:24-trixie\nEXPOSE 4000\n", runtime={"ports": (port,)})

    step = _step(advice(app, NODE_NEED, images=(NODE,)), "health check")

    assert step.what.startswith("add a health check that needs neither shell nor curl")
    assert step.change.startswith('+ HEALTHCHECK CMD ["node", "-e", "require(\'net\').connect(4000, ')


def test_without_a_port_the_health_check_is_a_pattern() -> None:
    step = _step(advice(workload("FROM node:24-trixie\n"), NODE_NEED, images=(NODE,)), "health check")

    assert "http://127.0.0.1:PORT/PATH" in step.change


def test_a_distroless_interpreter_is_called_by_its_path() -> None:
    text = 'FROM node:24-trixie\nCOPY . .\nCMD ["node", "s.js"]\n'

    step = _step(advice(workload(text), NODE_NEED, images=(NODE, NODE_DISTROLESS)), "health check")

    assert step.change.startswith('+ HEALTHCHECK CMD ["/nodejs/bin/node", "-e", ')


def test_a_service_is_asked_with_its_own_program_in_compose_s_words() -> None:
    found = advice(service("postgres:16-trixie"), need(NeedKind.SERVICE, "postgres"), images=(POSTGRES,))

    assert _step(found, "health check").change == '+ healthcheck:\n+   test: ["CMD", "pg_isready"]'


def test_a_binary_asks_itself() -> None:
    text = 'FROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n'

    step = _step(advice(workload(text), need(NeedKind.STATIC_BINARY, "/app")), "health check")

    assert step.change == '+ HEALTHCHECK CMD ["/app", "SUBCOMMAND-THAT-ASKS-ITSELF"]'


def test_a_lateral_move_is_no_step() -> None:
    text = f'FROM {STATIC.reference}\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n'
    other = shellless("cgr.dev/chainguard/static:latest", vendor="Chainguard", libc="none", libc_version=None)

    found = advice(workload(text), need(NeedKind.STATIC_BINARY, "/app"), images=(STATIC, other))

    assert references(found) == [str(other.reference)]
    assert not [one for one in found.actions if one.kind is ActionKind.CHANGE_BASE]
    assert _step(found, "by digest").what.startswith(f"pin {STATIC.reference} by digest")
