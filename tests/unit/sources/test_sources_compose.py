"""Compose projects: interpolation, extends, include, merging, and what a service sets."""

from collections.abc import Callable

import pytest

from basewright.model.span import Location
from basewright.model.workload import MountKind, Origin, Project, Workload

Discover = Callable[..., Project]


def _named(project: Project) -> dict[str, Workload]:
    return {workload.name: workload for workload in project.workloads}


def _bases(project: Project) -> dict[str, str]:
    return {workload.name: workload.base.resolved for workload in project.workloads}


def test_a_service_is_joined_with_its_dockerfile_and_target(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services:\n  api:\n    build:\n      context: ./api\n      dockerfile: docker/api.df\n"
            "      target: run\n",
            "api/docker/api.df": "FROM golang AS build\nFROM debian:13 AS run\nFROM alpine AS test\n",
        }
    )

    (api,) = project.workloads
    assert (api.name, api.service, api.origin) == ("api", "api", Origin.COMPOSE)
    assert api.base.resolved == "debian:13"
    assert api.base.where == Location("api/docker/api.df", 2)
    assert api.where == Location("compose.yaml", 2)
    assert api.build is not None
    assert (api.build.context, api.build.target) == ("api", 1)
    assert (project.dockerfiles, project.compose_files) == (1, 1)


def test_services_that_share_a_build_share_the_value(discover_files: Discover) -> None:
    one, two = discover_files(
        {"compose.yaml": "services: {a: {build: .}, b: {build: {context: .}}}\n", "Dockerfile": "FROM a\n"}
    ).workloads

    assert one.build is two.build


def test_a_service_that_runs_the_image_of_another_shares_its_build(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services:\n  web: {build: ., image: shop}\n  worker: {image: 'shop:latest', user: x}\n"
            "  db: {image: 'postgres:16'}\n",
            "Dockerfile": "FROM python:3.13\n",
        }
    )

    assert _bases(project) == {"web": "python:3.13", "worker": "python:3.13", "db": "postgres:16"}


def test_a_from_that_names_what_the_project_builds_is_told(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {base: {build: base, image: shop-base}, app: {build: app}, web: {build: web}}\n",
            "base/Dockerfile": "FROM debian:13\n",
            "app/Dockerfile": "FROM shop-base\n",
            "web/Dockerfile": "FROM nginx\n",
        }
    )

    app = _named(project)["app"]
    assert app.base.reference is None
    assert app.base.reason == "this project builds it: see the base of base"
    assert _named(project)["web"].base.reference is not None


def test_a_build_named_like_its_base_is_nothing_to_join_by(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {web: {build: web, image: nginx}, app: {build: app}}\n",
            "web/Dockerfile": "FROM nginx\n",
            "app/Dockerfile": "FROM nginx\n",
        }
    )

    assert all(workload.base.reference is not None for workload in project.workloads)


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("build: ./nope", "no such file"),
        ("build: {context: ., dockerfile: nope}", "nope: no such file"),
        ("build: {context: ., target: nope}", "no stage 'nope'"),
        ("build: https://github.com/a/b.git#main", "remote"),
        ("build: ../other", "outside the project"),
        ("build: /srv/app", "absolute path"),
        ("build: ${NOWHERE}", "no value for NOWHERE"),
    ],
)
def test_a_build_that_cannot_be_read_stays_listed(service: str, told: str, discover_files: Discover) -> None:
    project = discover_files(
        {"compose.yaml": f"services:\n  web:\n    {service}\n  db: {{image: a}}\n", "Dockerfile": "FROM b\n"},
        target="compose.yaml",
    )

    web = _named(project)["web"]
    assert web.build is None
    assert web.base.reference is None
    assert told in web.base.reason
    assert [unknown.path for unknown in web.unknowns] == ["compose.yaml:3"]
    assert told in web.unknowns[0].reason


def test_a_dockerfile_inside_the_compose_file_has_its_lines_and_bytes(
    discover_files: Discover, deciding_text: Callable[[Workload], str]
) -> None:
    text = "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM node:24 AS a\n"
    text += "        FROM alpine:3.22\n"

    (web,) = discover_files({"compose.yaml": text + '        CMD ["x"]\n'}).workloads

    assert web.base.where == Location("compose.yaml", 6)
    assert deciding_text(web) == "alpine:3.22"
    assert web.runtime.command is not None
    assert web.runtime.command.where == Location("compose.yaml", 7)


def test_named_contexts_replace_bases(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      additional_contexts:\n"
            "        - base=docker-image://debian:13\n  api:\n    build:\n      context: .\n"
            "      additional_contexts: {base: 'service:web'}\n  old:\n    build: {context: .}\n",
            "Dockerfile": "FROM base\n",
        }
    )

    found = _named(project)
    assert (found["web"].base.resolved, found["web"].base.changed_at.file) == ("debian:13", "compose.yaml")
    assert "service web" in found["api"].base.reason
    assert found["old"].base.resolved == "base"


def test_env_files_give_values_below_the_environment(discover_files: Discover) -> None:
    files = {
        "compose.yaml": "services:\n  a: {image: 'x:${A}'}\n  b: {image: 'x:${B:-2}'}\n  c: {image: 'x:${C:-3}'}\n",
        ".env": "A=1\nB=fromfile\n",
    }

    assert _bases(discover_files(files)) == {"a": "x:1", "b": "x:fromfile", "c": "x:3"}
    assert _bases(discover_files(files, environment={"B": "given"}))["b"] == "x:given"


def test_the_process_environment_is_not_read(discover_files: Discover, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "leaked")

    (web,) = discover_files({"compose.yaml": "services: {web: {image: 'x:${TAG}'}}\n"}).workloads

    assert web.base.reference is None
    assert "no value for TAG" in web.base.reason
    assert web.base.resolved == "x:${TAG}"


@pytest.mark.parametrize("image", ["x:${TAG:?say it}", "x:${TAG?}", "x:${}", "x:$(cmd)", "X:upper", "a b"])
def test_an_image_that_cannot_be_known_is_told_and_stops_nothing(image: str, discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": f"services:\n  web:\n    image: {image}\n  db: {{image: a}}\n"})

    web = _named(project)["web"]
    assert web.base.reference is None
    assert web.base.reason
    assert web.unknowns
    assert _named(project)["db"].base.resolved == "a"


def test_extends_takes_from_the_same_and_from_another_file(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services:\n  base: {image: 'a:1', user: app, environment: {A: 1, B: 2}}\n"
            "  web:\n    extends: base\n    environment: [B=3]\n"
            "  api:\n    extends: {file: lib/common.yaml, service: api}\n    user: own\n",
            "lib/common.yaml": "services:\n  api: {extends: deep, build: ./src}\n  deep: {user: d, read_only: true}\n",
            "lib/src/Dockerfile": "FROM b\n",
        }
    )

    web, api = _named(project)["web"], _named(project)["api"]
    assert web.base.resolved == "a:1"
    assert {name: one.value for name, one in web.runtime.environment.items()} == {"A": "1", "B": "3"}
    assert web.runtime.user is not None
    assert web.runtime.user.value == "app"
    assert api.base.resolved == "b"
    assert (api.runtime.user and api.runtime.user.value) == "own"
    assert api.runtime.read_only is not None
    assert _names_of_unknowns(project) == []


def _names_of_unknowns(project: Project) -> list[str]:
    return [unknown.reason for unknown in project.unknowns]


@pytest.mark.parametrize(
    ("services", "told"),
    [
        ("a: {image: x, extends: b}\n  b: {image: x, extends: a}", "circle"),
        ("a: {image: x, extends: a}", "circle"),
        ("a: {image: x, extends: gone}", "which compose.yaml lacks"),
        ("a: {image: x, extends: {service: b, file: gone.yaml}}", "gone.yaml"),
        ("a: {image: x, extends: {service: b, file: ../../b.yaml}}", "outside"),
        ("a: {image: x, extends: {file: compose.yaml}}", "names no service"),
    ],
)
def test_an_extends_that_leads_nowhere_is_told(services: str, told: str, discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": f"services:\n  {services}\n"})

    assert _bases(project)["a"] == "x"
    assert any(told in reason or told in unknown.path for unknown in project.unknowns for reason in [unknown.reason])


def test_include_brings_other_projects_with_their_own_folder_and_variables(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "include:\n  - db/compose.yaml\n  - path: [more/a.yaml, more/b.yaml]\n"
            "    env_file: more.env\n"
            "services: {web: {image: 'web:${TAG}'}}\n",
            ".env": "TAG=outer\n",
            "more.env": "MORE=m\nTAG=inner\n",
            "db/compose.yaml": "services: {db: {build: ., user: '${DBUSER}'}}\n",
            "db/.env": "DBUSER=dba\n",
            "db/Dockerfile": "FROM postgres:16\n",
            "more/a.yaml": "services: {a: {image: 'a:${MORE}'}}\n",
            "more/b.yaml": "services: {a: {image: 'a:${MORE}-${TAG}'}}\n",
        }
    )

    assert _bases(project) == {"web": "web:outer", "db": "postgres:16", "a": "a:m-outer"}
    db = _named(project)["db"]
    assert (db.runtime.user and db.runtime.user.value) == "dba"
    assert _names_of_unknowns(project) == []


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("oci://docker.io/x/y:1", "remote"),
        ("https://github.com/a/b.git", "remote"),
        ("git@github.com:a/b.git", "remote"),
        ("../up.yaml", "outside"),
        ("/etc/compose.yaml", "absolute"),
        ("compose.yaml", "circle"),
        ("loop.yaml", "circle"),
        ("gone.yaml", "gone.yaml"),
        ("${NOWHERE}", "no value"),
    ],
)
def test_an_include_that_is_not_followed_is_told(item: str, told: str, discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": f"include: ['{item}']\nservices: {{web: {{image: a}}}}\n",
            "loop.yaml": "include: [compose.yaml]\n",
        },
        compose_files=("compose.yaml",),
    )

    assert _bases(project) == {"web": "a"}
    assert any(told in f"{unknown.path} {unknown.reason}" for unknown in project.unknowns)


def test_many_includes_of_includes_meet_a_limit(discover_files: Discover) -> None:
    files = {f"f{n}.yaml": f"include: [f{n + 1}.yaml, ./f{n + 1}.yaml]\n" for n in range(30)}

    project = discover_files({**files, "compose.yaml": "include: [f0.yaml]\nservices: {web: {image: a}}\n"})

    assert "web" in _bases(project)
    assert any("loads more than" in reason for reason in _names_of_unknowns(project))


def test_profiles_select_services(discover_files: Discover) -> None:
    files = {
        "compose.yaml": "services: {a: {image: a}, b: {image: b, profiles: [debug]}, c: {image: c, profiles: [x]}}\n"
    }

    assert sorted(_bases(discover_files(files))) == ["a", "b", "c"]
    project = discover_files(files, profiles=("debug",))
    assert sorted(_bases(project)) == ["a", "b"]
    assert _named(project)["b"].profiles == ("debug",)


BASE = """\
services:
  web:
    image: web:1
    command: [a, b]
    entrypoint: [e]
    ports: ["80:80", "443:443"]
    expose: ["9000"]
    volumes: ["data:/data", "./conf:/conf"]
    environment: [A=1, B=2]
    cap_add: [NET_ADMIN]
    healthcheck: {test: [CMD, curl], interval: 5s}
    user: app
    read_only: true
    build: {context: ., args: {X: 1, Y: 2}}
  other: {image: other}
"""


def _merged(discover_files: Discover, over: str) -> Workload:
    files = {"a.yaml": BASE, "b.yaml": f"services:\n  web:\n{over}", "Dockerfile": "FROM x\n"}
    return _named(discover_files(files, compose_files=("a.yaml", "b.yaml")))["web"]


def test_lists_are_joined_and_mounts_are_one_by_target(discover_files: Discover) -> None:
    web = _merged(
        discover_files,
        '    ports: ["81:81", "80:80"]\n    volumes: ["other:/data"]\n    cap_add: [NET_ADMIN, SYS_TIME]\n'
        '    expose: ["1"]\n',
    )

    assert [port.number for port in web.runtime.ports] == [1, 80, 81, 443, 9000]
    assert {one.target: one.source for one in web.runtime.mounts} == {"/data": "other", "/conf": "./conf"}
    assert [one.value for one in web.runtime.cap_add] == ["NET_ADMIN", "SYS_TIME"]


def test_mappings_merge_in_either_form(discover_files: Discover) -> None:
    web = _merged(discover_files, "    environment: {B: 3, C: 4}\n    build: {args: [Y=5]}\n")

    assert {name: one.value for name, one in web.runtime.environment.items()} == {"A": "1", "B": "3", "C": "4"}
    assert web.build is not None
    assert dict(web.build.arguments) == {"X": "1", "Y": "5"}


def test_command_entrypoint_and_test_are_replaced(discover_files: Discover) -> None:
    web = _merged(discover_files, "    command: [c]\n    entrypoint: [f]\n    healthcheck: {test: [CMD, wget]}\n")

    assert web.runtime.command is not None
    assert web.runtime.command.words == ("c",)
    assert web.runtime.entrypoint is not None
    assert web.runtime.entrypoint.words == ("f",)
    assert web.runtime.health_check is not None
    assert web.runtime.health_check.test is not None
    assert web.runtime.health_check.test.words == ("wget",)


def test_reset_removes_and_override_replaces(discover_files: Discover) -> None:
    web = _merged(
        discover_files,
        "    user: !reset null\n    ports: !override ['90:90']\n    environment: !override {Z: 1}\n"
        "    expose: !reset []\n"
        "    volumes: !reset\n    build: !override {context: ., args: {W: 9}}\n    read_only: !reset false\n",
    )

    assert web.runtime.user is None
    assert [port.number for port in web.runtime.ports] == [90]
    assert sorted(web.runtime.environment) == ["Z"]
    assert web.runtime.mounts == ()
    assert web.runtime.read_only is None
    assert web.build is not None
    assert dict(web.build.arguments) == {"W": "9"}


def test_the_override_file_is_merged_as_docker_compose_does(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {web: {image: 'a:1'}}\n",
            "compose.override.yaml": "services: {web: {image: 'a:2'}, mail: {image: m}}\n",
        }
    )

    assert _bases(project) == {"web": "a:2", "mail": "m"}


def test_a_variant_that_refines_adds_only_what_is_new(discover_files: Discover) -> None:
    project = discover_files(
        {
            "docker-compose.yml": "services: {web: {build: .}, db: {image: 'db:1'}}\n",
            "docker-compose.prod.yml": "services: {web: {restart: always}, cache: {image: c}}\n",
            "docker-compose.dev.yml": "services: {web: {build: {context: ., target: dev}}, db: {image: 'db:1'}}\n",
            "docker-compose.test.yml": "services: {db: {image: 'db:2'}}\n",
            "Dockerfile": "FROM a AS dev\nFROM b\n",
        }
    )

    assert _bases(project) == {
        "web": "b",
        "db": "db:1",
        "cache": "c",
        "web (docker-compose.dev.yml)": "a",
        "db (docker-compose.test.yml)": "db:2",
    }
    assert not project.unknowns


def test_alternatives_without_a_main_file_count_a_service_once(discover_files: Discover) -> None:
    project = discover_files(
        {
            "docker-compose.a.yml": "services: {web: {image: w}, db: {image: 'a:1'}}\n",
            "docker-compose.b.yml": "services: {web: {image: w}, db: {image: 'b:1'}}\n",
        }
    )

    assert _bases(project) == {
        "web": "w",
        "db (docker-compose.a.yml)": "a:1",
        "db (docker-compose.b.yml)": "b:1",
    }


def test_a_fragment_that_nothing_names_is_told_once(discover_files: Discover) -> None:
    project = discover_files({"overrides/compose.tls.yaml": "services: {web: {ports: ['443']}, api: {ports: ['1']}}\n"})

    assert not project.workloads
    (unknown,) = project.unknowns
    assert unknown.path == "overrides/compose.tls.yaml"
    assert "api, web" in unknown.reason


def test_a_file_that_is_extended_is_a_library(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {web: {extends: {file: compose.base.yaml, service: python}, command: web}}\n",
            "compose.base.yaml": "services: {python: {image: 'python:3.13'}, extra: {image: e}}\n",
        }
    )

    assert _bases(project) == {"web": "python:3.13", "extra": "e"}


def test_anchors_and_merge_keys_are_followed(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "x-app: &app\n  image: a\n  user: '1000'\nservices:\n  web:\n    <<: *app\n    user: '0'\n"
            "  job: *app\n"
        }
    )

    assert _bases(project) == {"web": "a", "job": "a"}
    assert [one.runtime.user and one.runtime.user.value for one in project.workloads] == ["1000", "0"]


SERVICE = """\
services:
  web:
    image: a
    entrypoint: /bin/tini -- 'my app'
    command: "run --name \\"x y\\""
    user: "1000:1000"
    working_dir: /srv
    ports:
      - "8080:80"
      - "127.0.0.1:8443:443/udp"
      - "3000-3002"
      - {target: 99, published: "199", protocol: tcp}
      - "[::1]:500:501"
    expose: [7000, "7001/udp"]
    volumes:
      - data:/data
      - ./conf:/etc/conf:ro
      - /anonymous
      - C:\\\\x:/windows
      - {type: tmpfs, target: /run}
      - {type: volume, source: data, target: /more, read_only: true}
      - {type: bind, source: ~/x, target: /home}
      - {type: volume, target: /nameless}
    tmpfs: [/tmp, "/cache:size=64m"]
    healthcheck: {test: curl -f localhost}
    read_only: true
    privileged: false
    init: true
    cap_add: [NET_ADMIN]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    stop_signal: SIGQUIT
    environment: {A: 1, B: null, C: "x=y"}
    env_file: secrets.env
    depends_on: {db: {condition: service_healthy}}
    platform: linux/arm64
"""


def test_everything_a_service_sets_is_read(discover_files: Discover) -> None:
    (web,) = discover_files({"compose.yaml": SERVICE}).workloads
    runtime = web.runtime

    assert runtime.entrypoint is not None
    assert runtime.entrypoint.words == ("/bin/tini", "--", "my app")
    assert runtime.command is not None
    assert runtime.command.words == ("run", "--name", "x y")
    assert not runtime.command.is_shell_form
    assert runtime.user is not None
    assert (runtime.user.value, runtime.user.where.line) == ("1000:1000", 6)
    assert runtime.working_directory is not None
    ports = {(port.number, port.protocol): port.published for port in runtime.ports}
    assert ports == {
        (80, "tcp"): "8080",
        (443, "udp"): "127.0.0.1:8443",
        (3000, "tcp"): None,
        (3001, "tcp"): None,
        (3002, "tcp"): None,
        (99, "tcp"): "199",
        (501, "tcp"): "[::1]:500",
        (7000, "tcp"): None,
        (7001, "udp"): None,
    }
    assert {one.target: (one.kind, one.source, one.read_only) for one in runtime.mounts} == {
        "/data": (MountKind.NAMED, "data", False),
        "/etc/conf": (MountKind.BIND, "./conf", True),
        "/anonymous": (MountKind.ANONYMOUS, None, False),
        "/windows": (MountKind.BIND, "C:\\\\x", False),
        "/run": (MountKind.TMPFS, None, False),
        "/more": (MountKind.NAMED, "data", True),
        "/home": (MountKind.BIND, "~/x", False),
        "/nameless": (MountKind.ANONYMOUS, None, False),
        "/tmp": (MountKind.TMPFS, None, False),
        "/cache": (MountKind.TMPFS, None, False),
    }
    assert runtime.health_check is not None
    assert runtime.health_check.test is not None
    assert runtime.health_check.test.is_shell_form
    assert runtime.read_only is not None
    assert runtime.read_only.value == "true"
    assert [one.value for one in (*runtime.cap_add, *runtime.cap_drop)] == ["NET_ADMIN", "ALL"]
    assert runtime.stop_signal is not None
    assert {name: one.value for name, one in runtime.environment.items()} == {"A": "1", "C": "x=y"}
    assert web.depends_on == ("db",)
    assert web.base.platform == "linux/arm64"


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("{test: [CMD, a, b]}", ("a", "b")),
        ("{test: [CMD-SHELL, 'a || b']}", ("a || b",)),
        ("{test: [NONE]}", None),
        ("{disable: true, test: [CMD, a]}", None),
    ],
)
def test_a_health_check_is_read_in_each_form(
    check: str, words: tuple[str, ...] | None, discover_files: Discover
) -> None:
    (web,) = discover_files({"compose.yaml": f"services:\n  web:\n    image: a\n    healthcheck: {check}\n"}).workloads

    assert web.runtime.health_check is not None
    test = web.runtime.health_check.test
    assert (test.words if test else None) == words


def test_a_health_check_without_a_test_leaves_the_images_own(discover_files: Discover) -> None:
    (web,) = discover_files(
        {
            "compose.yaml": "services: {web: {build: ., healthcheck: {interval: 5s}}}\n",
            "Dockerfile": 'FROM a\nHEALTHCHECK CMD ["x"]\n',
        }
    ).workloads

    assert web.runtime.health_check is not None
    assert web.runtime.health_check.where.file == "Dockerfile"


@pytest.mark.parametrize(
    "content",
    [
        "services:\n\tweb: {}\n",
        "services: [a, b]\n",
        "just text\n",
        "services: {web: just text}\n",
        "web: {image: a}\n",
        "a: &a [*a]\n",
        "services: {web: {image: a}, web: {image: b}}\n",
        b"\xff\xfes\x00e\x00",
        b"services:\n  w\xe9b: {}\n",
        "services: !!python/object:os.system {web: {image: a}}\nx: !!python/object/apply:os.system [id]\n: ]",
    ],
)
def test_a_broken_compose_file_is_an_unknown_and_stops_nothing(content: str | bytes, discover_files: Discover) -> None:
    project = discover_files({"bad/compose.yaml": content, "good/compose.yaml": "services: {ok: {image: ok}}\n"})

    assert "ok" in _bases(project)
    assert project.unknowns
    assert all(unknown.path.startswith("bad/compose.yaml") for unknown in project.unknowns)


def test_an_alias_bomb_is_an_unknown(discover_files: Discover) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    project = discover_files({"compose.yaml": "\n".join(lines)})

    assert "expands to more than" in project.unknowns[0].reason


def test_strange_values_are_survived(discover_files: Discover) -> None:
    odd = "[1, {a: b}, [c], null, true, '']"
    keys = ("build", "command", "entrypoint", "ports", "volumes", "environment", "healthcheck", "user", "expose",
            "tmpfs", "cap_add", "depends_on", "profiles", "extends", "platform", "init", "working_dir")  # fmt: skip
    for key in keys:
        for value in (odd, "{a: [b], c: null, target: {x: y}, test: {}}", "0x1F", "''", "2026-01-01", "~"):
            project = discover_files({"compose.yaml": f"services:\n  web:\n    image: a\n    {key}: {value}\n"})
            assert len(project.workloads) == 1, (key, value)
