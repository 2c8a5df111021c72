"""SERVICE, STATEFUL_DATA, VOLUME, WRITABLE_PATH, PRIVILEGED_PORT and USER: positives and negatives."""

from dataclasses import replace

import pytest
from needing import (
    NGINX,
    NODE,
    POSTGRES,
    PYTHON,
    base,
    find,
    lines,
    mount,
    needs_of,
    process,
    script,
    service,
    setting,
    values,
)

from basewright.model.base import Role
from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.span import Location
from basewright.model.workload import MountKind, Port
from basewright.needs import evaluate


def test_an_official_server_runs_its_own_command() -> None:
    need = find(evaluate(service("postgres:16"), POSTGRES), NeedKind.SERVICE)
    assert need is not None
    assert (need.value, need.version, need.confidence) == ("postgres", "16.9", Confidence.CERTAIN)


def test_flags_for_the_server_keep_it() -> None:
    needs = evaluate(service("postgres:16", runtime={"command": process("-c", "max_connections=9")}), POSTGRES)
    assert values(needs, NeedKind.SERVICE) == ["postgres"]


def test_an_own_command_on_a_servers_image_is_not_the_server() -> None:
    runtime = {"entrypoint": process("pg_dump", "-h", "db")}
    needs = evaluate(service("postgres:16", runtime=runtime), POSTGRES)
    assert values(needs, NeedKind.SERVICE) == []
    assert values(needs, NeedKind.COMMAND) == ["pg_dump"]


def test_a_server_installed_on_a_plain_system_is_the_server_too() -> None:
    text = 'FROM debian:12\nRUN apt-get install -y nginx\nCMD ["nginx", "-g", "daemon off;"]\n'
    need = find(needs_of(text, base("debian:12")), NeedKind.SERVICE)
    assert need is not None
    assert need.value == "nginx"
    assert need.version is None


def test_a_language_image_is_no_server() -> None:
    assert values(needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE), NeedKind.SERVICE) == []


def test_mysqld_belongs_to_the_base() -> None:
    image = base("mariadb:11", runtime="mariadb 11.8", role=Role.SERVICE, command=("mariadbd",), entrypoint=())
    needs = evaluate(service("mariadb:11", runtime={"command": process("mysqld", "--x")}), image)
    assert values(needs, NeedKind.SERVICE) == ["mariadb"]


def test_a_database_on_a_named_volume_is_stateful() -> None:
    needs = evaluate(service("postgres:16", runtime={"mounts": (mount("/var/lib/postgresql/data"),)}), POSTGRES)
    need = find(needs, NeedKind.STATEFUL_DATA)
    assert need is not None
    assert lines(need) == ["compose.yaml:9"]
    assert values(needs, NeedKind.VOLUME) == ["/var/lib/postgresql/data"]


def test_the_data_directory_follows_its_variable() -> None:
    runtime = {"mounts": (mount("/pg"),), "environment": {"PGDATA": setting("/pg/data")}}
    need = find(evaluate(service("postgres:16", runtime=runtime), POSTGRES), NeedKind.STATEFUL_DATA)
    assert need is not None
    assert "PGDATA at compose.yaml:7" in need.evidence[0].what


@pytest.mark.parametrize(
    "one",
    [
        mount("/docker-entrypoint-initdb.d", "./init", MountKind.BIND, read_only=True),
        mount("/var/lib/postgresql/data", None, MountKind.TMPFS),
        mount("/backups"),
    ],
)
def test_other_mounts_are_not_the_data(one: object) -> None:
    image = replace(POSTGRES, volumes=())
    needs = evaluate(service("postgres:16", runtime={"mounts": (one,)}), image)
    assert values(needs, NeedKind.STATEFUL_DATA) == []


def test_a_web_server_keeps_no_data() -> None:
    needs = evaluate(service("nginx:1.30", runtime={"mounts": (mount("/usr/share/nginx/html"),)}), NGINX)
    assert values(needs, NeedKind.STATEFUL_DATA) == []


def test_a_base_volume_without_a_mount_is_told() -> None:
    need = find(evaluate(service("postgres:16"), POSTGRES), NeedKind.VOLUME)
    assert need is not None
    assert "anonymous volume" in need.detail


def test_a_read_only_mount_is_no_volume() -> None:
    runtime = {"mounts": (mount("/etc/app", "./conf", MountKind.BIND, read_only=True),)}
    assert values(evaluate(service("node:24", runtime=runtime), NODE), NeedKind.VOLUME) == []


def test_the_engines_socket_is_told() -> None:
    runtime = {"mounts": (mount("/var/run/docker.sock", "/var/run/docker.sock", MountKind.BIND),)}
    need = find(evaluate(service("node:24", runtime=runtime), NODE), NeedKind.VOLUME)
    assert need is not None
    assert "controls the host" in need.detail


def test_the_projects_own_files_mounted_are_for_development() -> None:
    need = find(
        evaluate(service("node:24", runtime={"mounts": (mount("/app", ".", MountKind.BIND),)}), NODE), NeedKind.VOLUME
    )
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_volume_instructions_are_volumes() -> None:
    assert values(needs_of('FROM node:24\nVOLUME ["/data", "/logs"]\n', NODE), NeedKind.VOLUME) == ["/data", "/logs"]


def test_a_path_given_to_a_user_is_written() -> None:
    text = "FROM node:24\nRUN mkdir /data && chown -R node:node /data\nUSER node\n"
    assert values(needs_of(text, NODE), NeedKind.WRITABLE_PATH) == ["/data"]


def test_a_path_given_to_root_is_not() -> None:
    assert values(needs_of("FROM node:24\nRUN chown root:root /data\n", NODE), NeedKind.WRITABLE_PATH) == []


def test_a_script_writes_where_it_says() -> None:
    text = 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    body = "#!/bin/sh\nmkdir -p /var/cache/app\ntouch /dev/null\nexec node a.js\n"
    needs = needs_of(text, NODE, scripts=(script("/e.sh", body),))
    assert values(needs, NeedKind.WRITABLE_PATH) == ["/var/cache/app"]


def test_nginx_writes_its_cache() -> None:
    assert "/var/cache/nginx" in values(evaluate(service("nginx:1.30"), NGINX), NeedKind.WRITABLE_PATH)


def test_a_port_below_1024_needs_a_privilege() -> None:
    need = find(needs_of("FROM node:24\nEXPOSE 80 443/tcp\n", NODE), NeedKind.PRIVILEGED_PORT, "443")
    assert need is not None
    assert need.confidence is Confidence.CERTAIN


def test_a_port_above_needs_none() -> None:
    assert values(needs_of("FROM node:24\nEXPOSE 8080\n", NODE), NeedKind.PRIVILEGED_PORT) == []


def test_the_published_side_of_a_port_does_not_count() -> None:
    port = Port(8080, "tcp", Location("compose.yaml", 5), published="80")
    assert values(evaluate(service("node:24", runtime={"ports": (port,)}), NODE), NeedKind.PRIVILEGED_PORT) == []


@pytest.mark.parametrize("option", ['"--port", "80"', '"--port=80"', '"--bind", "0.0.0.0:80"', '"-b", ":80"'])
def test_a_commands_option_names_a_port(option: str) -> None:
    needs = needs_of(f'FROM python:3.12\nCMD ["gunicorn", {option}, "app"]\n', PYTHON)
    assert values(needs, NeedKind.PRIVILEGED_PORT) == ["80"]


@pytest.mark.parametrize("option", ['"--port", "8000"', '"--workers", "4"', '"--bind", "unix:/x.sock"', '"-p", "80x"'])
def test_other_options_name_none(option: str) -> None:
    needs = needs_of(f'FROM python:3.12\nCMD ["gunicorn", {option}, "app"]\n', PYTHON)
    assert values(needs, NeedKind.PRIVILEGED_PORT) == []


def test_a_web_servers_usual_port_is_an_assumption() -> None:
    need = find(evaluate(service("nginx:1.30"), NGINX), NeedKind.PRIVILEGED_PORT)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
    assert need.evidence[0].kind is EvidenceKind.CATALOG


def test_a_web_server_on_a_port_of_its_own_is_a_weak_assumption() -> None:
    runtime = {"ports": (Port(8080, "tcp", Location("compose.yaml", 5)),)}
    need = find(evaluate(service("nginx:1.30", runtime=runtime), NGINX), NeedKind.PRIVILEGED_PORT)
    assert need is not None
    assert need.confidence is Confidence.LOW


def test_the_user_instruction_is_a_user() -> None:
    need = find(needs_of("FROM node:24\nRUN useradd -u 1001 -m app\nUSER app\n", NODE), NeedKind.USER)
    assert need is not None
    assert need.value == "app"
    assert lines(need) == ["Dockerfile:2", "Dockerfile:3"]
    assert any("id 1001" in one.what for one in need.evidence)


def test_a_user_that_nothing_runs_as_is_a_hint() -> None:
    need = find(needs_of("FROM node:24\nRUN adduser -D app\n", NODE), NeedKind.USER)
    assert need is not None
    assert need.confidence is Confidence.LOW


def test_a_user_from_outside_says_what_it_replaces() -> None:
    needs = needs_of("FROM node:24\nUSER node\n", NODE, runtime={"user": setting("1000:1000")})
    need = find(needs, NeedKind.USER)
    assert need is not None
    assert need.value == "1000:1000"
    assert "replaces USER node of Dockerfile:2" in need.detail


@pytest.mark.parametrize(
    "words", ['"gosu", "app", "node"', '"su-exec", "app", "node"', '"setpriv", "--reuid=app", "node"', '"su", "app"']
)
def test_stepping_down_names_a_user(words: str) -> None:
    assert values(needs_of(f"FROM node:24\nENTRYPOINT [{words}]\n", NODE), NeedKind.USER) == ["app"]


def test_the_bases_own_user_is_relied_upon() -> None:
    need = find(evaluate(service("x:1"), base("x:1", user="65532", uid=65532)), NeedKind.USER)
    assert need is not None
    assert need.evidence[0].kind is EvidenceKind.CATALOG


def test_root_by_default_is_no_need() -> None:
    assert values(evaluate(service("x:1"), base("x:1", user="", uid=0)), NeedKind.USER) == []


@pytest.mark.parametrize(
    ("install", "command", "service", "version"),
    [
        ("postgresql-16", "/usr/lib/postgresql/16/bin/postgres", "postgres", "16"),
        ("curl", "/usr/lib/postgresql/15/bin/postgres", "postgres", "15"),
        ("mysql-server-8.0", "mysqld", "mysql", "8.0"),
        ("mariadb-server-10.11", "mariadbd", "mariadb", "10.11"),
        ("redis-server", "redis-server", "redis", None),
        ("redis-server=5:7.2.4-1", "redis-server", "redis", "7.2.4"),
        ("postgresql-client-16", "postgres", "postgres", None),
    ],
)
def test_a_server_s_release_is_told_by_its_package_or_its_path(
    install: str, command: str, service: str, version: str | None
) -> None:
    text = f'FROM debian:12\nRUN apt-get install -y {install}\nCMD ["{command}"]\n'
    need = find(needs_of(text, base("debian:12")), NeedKind.SERVICE)
    assert need is not None
    assert (need.value, need.version) == (service, version)
    assert any(one.version == version for one in need.evidence) is (version is not None)


def test_alpine_s_package_tells_the_release_too() -> None:
    text = 'FROM alpine:3.20\nRUN apk add --no-cache postgresql16\nCMD ["postgres"]\n'
    need = find(needs_of(text, base("alpine:3.20")), NeedKind.SERVICE)
    assert need is not None
    assert need.version == "16"


@pytest.mark.parametrize(
    ("image", "path"),
    [
        ("mysql:8.0", "/var/lib/mysql"),
        ("mariadb:10.6", "/var/lib/mysql"),
        ("redis:7.2", "/data"),
        ("mongo:7", "/data/db"),
        ("elasticsearch:8.15.0", "/usr/share/elasticsearch/data"),
        ("opensearchproject/opensearch:2", "/usr/share/opensearch/data"),
        ("clickhouse/clickhouse-server:24", "/var/lib/clickhouse"),
    ],
)
def test_every_database_s_volume_makes_it_stateful(image: str, path: str) -> None:
    runtime = {"mounts": (mount(path),)}
    assert len(values(evaluate(service(image, runtime=runtime), None), NeedKind.STATEFUL_DATA)) == 1
    elsewhere = {"mounts": (mount("/backup"),)}
    assert not values(evaluate(service(image, runtime=elsewhere), None), NeedKind.STATEFUL_DATA)
