"""STATEFUL_DATA on volumes that images declare, and the images that copied servers come from."""

from dataclasses import replace

import pytest
from needing import POSTGRES, base, find, lines, mount, needs_of, process, service, setting, values

from basewright.model.base import BaseImage
from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Mount, MountKind, Origin
from basewright.needs import evaluate

DEBIAN = base("debian:13", libc="glibc")
COPIED = """\
FROM postgres:15 AS build
FROM gcr.io/distroless/base-debian12
COPY --from=build /usr/local/pgsql /usr/local/pgsql
VOLUME /var/lib/postgresql/data
CMD ["/usr/local/pgsql/bin/postgres", "-D", "/var/lib/postgresql/data"]
"""


def test_a_copied_server_on_a_declared_volume_keeps_data() -> None:
    need = find(needs_of(COPIED, DEBIAN), NeedKind.STATEFUL_DATA)
    assert need is not None
    assert (need.value, need.confidence, need.image) == ("postgres", Confidence.MEDIUM, "postgres:15")
    assert lines(need) == ["Dockerfile:4"]
    assert "anonymous volume" in need.evidence[0].what


def test_a_copied_server_names_its_image_release_and_libc() -> None:
    needs = needs_of(COPIED, DEBIAN)
    server, libc = find(needs, NeedKind.SERVICE), find(needs, NeedKind.LIBC)
    assert server is not None
    assert (server.version, server.image) == ("15", "postgres:15")
    assert libc is not None
    assert (libc.value, libc.image, lines(libc)) == ("glibc", "postgres:15", ["Dockerfile:3"])


@pytest.mark.parametrize("source", ["postgres:16-alpine", "postgres:16.2-alpine3.19"])
def test_an_image_named_by_copy_itself_tells_too(source: str) -> None:
    text = f'FROM alpine:3.20\nCOPY --from={source} / /\nVOLUME /var/lib/postgresql\nCMD ["postgres"]\n'
    needs = needs_of(text, base("alpine:3.20", libc="musl"))
    need = find(needs, NeedKind.STATEFUL_DATA)
    assert need is not None
    assert need.image == source
    assert values(needs, NeedKind.LIBC) == ["musl"]


def test_a_server_of_the_base_s_own_packages_is_taken_from_nowhere() -> None:
    text = """\
FROM postgres:16 AS other
FROM debian:13
RUN apt-get install -y postgresql-16
COPY --from=other /docker-entrypoint-initdb.d /seed
VOLUME /var/lib/postgresql/16/main
CMD ["/usr/lib/postgresql/16/bin/postgres", "-D", "/var/lib/postgresql/16/main"]
"""
    needs = needs_of(text, DEBIAN)
    need = find(needs, NeedKind.STATEFUL_DATA)
    assert need is not None
    assert need.image == ""
    assert values(needs, NeedKind.LIBC) == []


def test_an_argument_moves_the_data_away_from_the_volume() -> None:
    text = 'FROM debian:13\nVOLUME /var/lib/postgresql/data\nCMD ["postgres", "-D", "/scratch"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.STATEFUL_DATA) == []


def test_a_variable_moves_the_data_onto_the_volume() -> None:
    text = 'FROM debian:13\nENV PGDATA=/pg/data\nVOLUME /pg\nCMD ["postgres"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.STATEFUL_DATA) == ["postgres"]


@pytest.mark.parametrize(
    ("image", "command", "path"),
    [
        ("debian:13", '["mysqld", "--datadir=/db"]', "/db"),
        ("debian:13", '["mongod", "--dbpath", "/db"]', "/db"),
        ("debian:13", '["redis-server", "--dir", "/db"]', "/db"),
    ],
)
def test_other_servers_name_their_folder_too(image: str, command: str, path: str) -> None:
    text = f"FROM {image}\nVOLUME {path}\nCMD {command}\n"
    assert len(values(needs_of(text, DEBIAN), NeedKind.STATEFUL_DATA)) == 1


def test_the_base_s_own_volume_counts_as_an_assumption() -> None:
    need = find(evaluate(service("postgres:16"), POSTGRES), NeedKind.STATEFUL_DATA)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
    assert need.evidence[0].kind is EvidenceKind.CATALOG


def test_the_base_s_own_folder_counts_where_its_volumes_are_not_known() -> None:
    need = find(evaluate(service("postgres:16"), replace(POSTGRES, volumes=None)), NeedKind.STATEFUL_DATA)
    assert need is not None
    assert "PGDATA" in need.evidence[0].what


@pytest.mark.parametrize(
    "image", [replace(POSTGRES, volumes=()), replace(POSTGRES, volumes=None, environment={}), DEBIAN, None]
)
def test_no_volume_of_the_base_no_data(image: BaseImage | None) -> None:
    assert values(evaluate(service("postgres:16"), image), NeedKind.STATEFUL_DATA) == []


def test_a_client_on_the_database_s_image_keeps_none() -> None:
    needs = evaluate(service("postgres:16", runtime={"entrypoint": process("pg_dump", "-h", "db")}), POSTGRES)
    assert values(needs, NeedKind.STATEFUL_DATA) == []


def test_memory_under_the_folder_keeps_none_and_a_configuration_file_changes_nothing() -> None:
    memory = mount("/var/lib/postgresql/data", None, MountKind.TMPFS)
    assert (
        values(evaluate(service("postgres:16", runtime={"mounts": (memory,)}), POSTGRES), NeedKind.STATEFUL_DATA) == []
    )
    file = mount("/var/lib/postgresql/data/pg_hba.conf", "./pg_hba.conf", MountKind.BIND, read_only=True)
    needs = evaluate(service("postgres:16", runtime={"mounts": (file,)}), POSTGRES)
    assert values(needs, NeedKind.STATEFUL_DATA) == ["postgres"]


def test_a_named_mount_is_certain_and_alone_is_told() -> None:
    runtime = {"mounts": (mount("/var/lib/postgresql/data"),)}
    need = find(evaluate(service("postgres:16", runtime=runtime), POSTGRES), NeedKind.STATEFUL_DATA)
    assert need is not None
    assert need.confidence is Confidence.CERTAIN
    assert lines(need) == ["compose.yaml:9"]


def test_in_kubernetes_the_mounts_alone_count() -> None:
    pod = replace(service("postgres:16"), origin=Origin.KUBERNETES)
    assert values(evaluate(pod, POSTGRES), NeedKind.STATEFUL_DATA) == []
    claim = Mount(MountKind.CLAIM, "/var/lib/postgresql/data", "data", False, Location("k.yaml", 9))
    pod = replace(service("postgres:16", runtime={"mounts": (claim,)}), origin=Origin.KUBERNETES)
    assert values(evaluate(pod, POSTGRES), NeedKind.STATEFUL_DATA) == ["postgres"]


def test_a_runtime_copied_from_its_image_tells_its_release() -> None:
    text = """\
FROM debian:13
COPY --from=node:20.11-slim /usr/local/bin/node /usr/local/bin/node
CMD ["node", "a.js"]
"""
    need = find(needs_of(text, DEBIAN), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version == "20.11"


def test_an_application_copied_from_another_release_tells_none() -> None:
    text = """\
FROM node:20 AS build
FROM debian:13
RUN apt-get install -y nodejs
COPY --from=build /app /app
CMD ["node", "/app/a.js"]
"""
    need = find(needs_of(text, DEBIAN), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version is None


def test_a_variable_that_is_not_resolved_names_no_folder() -> None:
    runtime = {"environment": {"PGDATA": setting("/data/$NAME")}}
    needs = evaluate(service("postgres:16", runtime=runtime), POSTGRES)
    assert values(needs, NeedKind.STATEFUL_DATA) == ["postgres"]
