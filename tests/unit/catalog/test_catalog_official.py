"""Hand-checked facts of Docker Official Images."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import msgspec
import pytest

from basewright.catalog import Catalog
from basewright.catalog.official import OfficialReader
from basewright.catalog.products import Products
from basewright.catalog.records import MeasuredRecord, Record
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems
from basewright.model.base import Access, Kind, Match, Recognition, Role

Recognise = Callable[[str], Recognition]
R = TypeVar("R", bound=Record)


def test_node_24_slim_is_bookworm_and_node_26_slim_is_trixie(recognise: Recognise) -> None:
    old, new = recognise("node:24-slim"), recognise("node:26-slim")

    assert str(old.base.reference) == "node:24-bookworm-slim"
    assert str(new.base.reference) == "node:26-trixie-slim"
    assert old.base.os is not None
    assert (old.base.os.id, old.base.os.version, old.base.os.codename) == ("debian", "12", "bookworm")
    assert any(
        "`24-slim` is debian 12, `26-slim` is debian 13" in n or "`26-slim` is debian 13" in n for n in old.base.notes
    )
    assert any("does not name the release" in note for note in old.notes)


def test_a_tag_without_a_measurement_is_known_by_its_build_directory(recognise: Recognise) -> None:
    base = recognise("node:22-bullseye-slim").base

    assert base.os is not None
    assert base.os.version == "11"
    assert base.compressed_bytes is None
    assert [(user.name, user.uid) for user in base.users] == [("node", 1000)]
    assert "siblings agree" in base.provenance["config"].source


@pytest.mark.parametrize(
    ("reference", "uid", "gid"),
    [("postgres:16", 999, 999), ("postgres:16-alpine", 70, 70), ("postgres:18-bookworm", 999, 999)],
)
def test_the_postgres_user_has_another_id_on_alpine(recognise: Recognise, reference: str, uid: int, gid: int) -> None:
    (user,) = (one for one in recognise(reference).base.users if one.name == "postgres")

    assert (user.uid, user.gid) == (uid, gid)


@pytest.mark.parametrize(
    ("reference", "pgdata", "volume"),
    [
        ("postgres:14", "/var/lib/postgresql/data", "/var/lib/postgresql/data"),
        ("postgres:17-alpine", "/var/lib/postgresql/data", "/var/lib/postgresql/data"),
        ("postgres:18", "/var/lib/postgresql/18/docker", "/var/lib/postgresql"),
        ("postgres:18-bookworm", "/var/lib/postgresql/18/docker", "/var/lib/postgresql"),
        ("postgres:12.3-alpine", "/var/lib/postgresql/data", "/var/lib/postgresql/data"),
    ],
)
def test_pgdata_and_volume_changed_with_18(recognise: Recognise, reference: str, pgdata: str, volume: str) -> None:
    base = recognise(reference).base

    assert base.environment["PGDATA"] == pgdata
    assert base.volumes == (volume,)


def test_postgres_stops_on_sigint_and_starts_through_its_entrypoint(recognise: Recognise) -> None:
    for reference in ("postgres:14", "postgres:18-alpine", "postgres:16.4-bookworm"):
        base = recognise(reference).base
        assert base.ports == ("5432/tcp",)
        assert base.entrypoint == ("docker-entrypoint.sh",)
        assert base.stop_signal == "SIGINT"


def test_an_old_image_is_not_taken_to_be_made_as_todays(recognise: Recognise) -> None:
    # node had no entrypoint before 12, nginx none before 1.19 and stopped on SIGTERM.
    for reference in ("node:8", "nginx:1.13-alpine", "redis:3.2", "eclipse-temurin:17.0.2_8-jre"):
        base = recognise(reference).base
        assert base.entrypoint is None, reference
        assert base.stop_signal is None, reference
        assert base.user is None, reference
    old = recognise("postgres:12.3-alpine").base
    assert (old.ports, old.stop_signal) == (None, None)
    assert [(user.name, user.uid) for user in old.users] == [("postgres", 70)]
    assert recognise("node:16-bullseye-slim").base.entrypoint == ("docker-entrypoint.sh",)


def test_certificates_are_not_carried_over_between_releases(recognise: Recognise) -> None:
    assert recognise("python:3.12-slim").base.ca_certificates is True
    assert recognise("python:3.12-slim-bookworm").base.ca_certificates is None


def test_redis_8_has_no_volume_and_its_alpine_user_another_group(recognise: Recognise) -> None:
    assert recognise("redis:8").base.volumes == ()
    assert recognise("redis:7").base.volumes == ("/data",)
    (user,) = recognise("redis:8-alpine").base.users
    assert (user.name, user.uid, user.gid) == ("redis", 999, 1000)
    # Where measured siblings differ nothing is guessed.
    assert recognise("redis:8.6").base.volumes is None


def test_nginx_listens_on_80_as_root(recognise: Recognise) -> None:
    base = recognise("nginx:1.31").base

    assert base.ports == ("80/tcp",)
    assert base.uid == 0
    assert base.is_root is True
    assert base.entrypoint == ("/docker-entrypoint.sh",)
    assert base.command == ("nginx", "-g", "daemon off;")
    assert base.stop_signal == "SIGQUIT"
    assert base.compressed_bytes == 63110572
    assert base.packages == 151
    assert base.bytes == 170_060_000


def test_nginx_alpine_slim_is_minimal(recognise: Recognise) -> None:
    base = recognise("nginx:stable-alpine-slim").base

    assert str(base.reference) == "nginx:1.30-alpine3.24-slim"
    assert base.kind is Kind.MINIMAL
    assert base.libc == "musl"
    assert base.libc_version == "1.2.6"


@pytest.mark.parametrize(
    ("reference", "user", "uid"),
    [
        ("haproxy:lts", "haproxy", 99),
        ("memcached:1", "memcache", 11211),
        ("node:24", "", 0),
        ("adminer:latest", "adminer", None),
    ],
)
def test_default_users_are_as_configured(recognise: Recognise, reference: str, user: str, uid: int | None) -> None:
    base = recognise(reference).base

    assert base.user == user
    assert base.uid == uid


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("python:3.13", Kind.FULL),
        ("python:3.13-slim", Kind.SLIM),
        ("python:3.13-alpine", Kind.MINIMAL),
        ("debian:trixie-slim", Kind.SLIM),
        ("debian:trixie", Kind.FULL),
        ("ubuntu:24.04", Kind.FULL),
        ("almalinux:9-minimal", Kind.SLIM),
        ("oraclelinux:9-slim", Kind.SLIM),
        ("busybox:1.38", Kind.MINIMAL),
        ("alpine:3.24", Kind.MINIMAL),
        ("golang:1.27-alpine", Kind.SLIM),
        ("golang:1.27", Kind.FULL),
        ("nats:scratch", Kind.DISTROLESS),
        ("scratch", Kind.SCRATCH),
        ("elasticsearch:9.5.2", None),
    ],
)
def test_kinds_follow_the_facts(recognise: Recognise, reference: str, kind: Kind | None) -> None:
    assert recognise(reference).base.kind is kind


@pytest.mark.parametrize(
    ("reference", "libc", "version", "icu"),
    [
        ("python:3.13-slim-trixie", "glibc", "2.41", 76),
        ("python:3.13-slim-bookworm", "glibc", "2.36", 72),
        ("node:22-bullseye", "glibc", "2.31", 67),
        ("eclipse-temurin:21-jre-noble", "glibc", "2.39", 74),
        ("eclipse-temurin:21-jre", "glibc", "2.43", 78),
        ("postgres:18-alpine", "musl", "1.2.6", 78),
        ("busybox:1.37-uclibc", "uclibc", None, None),
        ("mysql:8.4", "glibc", "2.34", 67),
    ],
)
def test_c_libraries_and_icu_are_those_of_the_release(
    recognise: Recognise, reference: str, libc: str, version: str | None, icu: int | None
) -> None:
    base = recognise(reference).base

    assert (base.libc, base.libc_version, base.icu_major) == (libc, version, icu)


def test_package_lists_tell_certificates_and_zones(recognise: Recognise) -> None:
    python, node = recognise("python:3.13-slim").base, recognise("node:24-slim").base

    assert (python.ca_certificates, python.time_zones) == (True, True)
    assert (node.ca_certificates, node.time_zones) == (False, True)
    assert python.package_list is not None
    assert python.package_list.is_complete
    assert python.package_list.names["libc6"] == "2.41-12+deb13u3"
    assert python.packages == 87


def test_stale_and_derived_package_lists_say_so(recognise: Recognise) -> None:
    assert any("stale" in note for note in recognise("debian:bookworm-slim").base.notes)
    assert any("derived" in note for note in recognise("alpine:3.24").base.notes)


def test_a_pre_release_is_marked(recognise: Recognise) -> None:
    for reference in ("postgres:19beta3", "python:3.15-rc-slim", "golang:tip", "alpine:edge", "debian:forky-slim"):
        assert recognise(reference).base.prerelease, reference
    for reference in ("postgres:18", "busybox:latest", "haproxy:3.4", "mysql:latest"):
        assert not recognise(reference).base.prerelease, reference
    assert recognise("haproxy:3.5-dev").base.prerelease


def test_horizons_stand_apart(recognise: Recognise) -> None:
    horizon = recognise("node:24-bookworm-slim").base.horizon

    assert horizon.security_end == dt.date(2026, 7, 11)
    assert horizon.lts_end == dt.date(2028, 6, 30)
    assert horizon.runtime_end == dt.date(2028, 4, 30)
    assert horizon.earliest() == dt.date(2026, 7, 11)
    assert horizon.earliest(count_lts=True) == dt.date(2028, 4, 30)


def test_a_tag_listed_is_not_a_tag_that_is_alive(recognise: Recognise) -> None:
    for reference, ended in (
        ("alpine:3.21", "alpine 3.21 ended on 2026-11-01"),
        ("amazonlinux:2", "amzn 2 ended on 2026-06-30"),
        ("debian:bullseye", "debian 11 ended on 2024-08-14, long-term support on 2026-08-31"),
        ("python:3.10-slim", "python 3.10.21 is past the end of life that its maker gives: 2026-10-31"),
        ("node:24-slim", "debian 12 ended on 2026-07-11; long-term support until 2028-06-30"),
    ):
        found = recognise(reference)
        assert found.match is Match.EXACT
        assert any(ended in note for note in found.base.notes), (reference, found.base.notes)


def test_a_jdk_is_to_build_with_and_a_jre_to_run(recognise: Recognise) -> None:
    jdk, jre = recognise("eclipse-temurin:21").base, recognise("eclipse-temurin:21-jre").base

    assert (jdk.role, jre.role) == (Role.BUILD, Role.RUNTIME)
    assert jre.variant == "jre"
    assert jre.runtime is not None
    assert (jre.runtime.name, jre.runtime.cycle) == ("java", "21")


def test_php_variants_are_told_apart(catalog: Catalog) -> None:
    variants = {base.variant for base in catalog.of_runtime("php") if base.vendor == "Docker Official Images"}

    assert {"cli", "fpm", "apache", "zts"} <= variants


def test_recommended_tags_name_line_and_release(catalog: Catalog) -> None:
    names = {
        str(base.reference)
        for runtime in ("node", "python", "postgres", "redis", "go", "java")
        for base in catalog.of_runtime(runtime)
    }

    assert {
        "node:24-bookworm-slim",
        "python:3.13-slim-trixie",
        "postgres:18-trixie",
        "postgres:18-alpine3.24",
        "redis:8.10-trixie",
        "golang:1.27-alpine3.24",
        "eclipse-temurin:21-jre-alpine-3.24",
    } <= names


def test_architectures_are_in_oci_spelling(recognise: Recognise) -> None:
    base = recognise("python:3.13-slim").base

    assert "arm/v7" in base.architectures
    assert "arm64" in base.architectures
    assert not any("windows" in name or "arm32" in name for name in base.architectures)
    assert base.access is Access.FREE


def test_a_measurement_of_another_release_is_not_taken() -> None:
    class Moved(Store):
        def lines(self, kind: type[R], key: str) -> tuple[R, ...]:
            records = super().lines(kind, key)
            if kind is MeasuredRecord:
                other = {"id": "debian", "version": "11"}
                return tuple(msgspec.structs.replace(one, os=other) for one in records)
            return records

    store = Moved()
    reader = OfficialReader(store, Systems(store.systems), Support(store))
    shelf = reader.shelf(Products(store).of("docker.io/library/node"))

    assert shelf.tags["24-slim"].compressed_bytes is None
    assert shelf.tags["24-slim"].os is not None
    assert shelf.tags["24-slim"].os.version == "12"
