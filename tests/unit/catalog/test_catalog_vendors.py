"""Hand-checked facts of distroless, Docker Hardened Images, Chainguard and hand-entered images."""

import datetime as dt
from collections.abc import Callable

import pytest

from basewright.catalog import Catalog
from basewright.catalog.hardened import installers
from basewright.model.base import Access, Kind, Match, Recognition, Role
from basewright.model.reference import ImageReference

Recognise = Callable[[str], Recognition]


@pytest.mark.parametrize(
    ("reference", "user", "directory", "entrypoint"),
    [
        ("gcr.io/distroless/static-debian13:latest", "0", "/", ()),
        ("gcr.io/distroless/static-debian13:nonroot", "65532", "/home/nonroot", ()),
        ("gcr.io/distroless/nodejs24-debian13:nonroot", "65532", "/home/nonroot", ("/nodejs/bin/node",)),
        ("gcr.io/distroless/python3-debian13", "0", "/", ("/usr/bin/python3.13",)),
        ("gcr.io/distroless/java21-debian13", "0", "/", ("/usr/bin/java", "-jar")),
    ],
)
def test_distroless_contracts(
    recognise: Recognise, reference: str, user: str, directory: str, entrypoint: tuple[str, ...]
) -> None:
    base = recognise(reference).base

    assert base.user == user
    assert base.uid == int(user)
    assert base.working_directory == directory
    assert base.entrypoint == entrypoint
    assert base.kind is Kind.DISTROLESS
    assert (base.shell, base.package_manager) == (False, False)
    assert base.hardened is None
    assert {(one.name, one.uid) for one in base.users} == {("root", 0), ("nobody", 65534), ("nonroot", 65532)}


def test_distroless_static_holds_no_libc_and_base_does(recognise: Recognise) -> None:
    static, base = (
        recognise("gcr.io/distroless/static-debian13").base,
        recognise("gcr.io/distroless/base-debian13").base,
    )

    assert (static.libc, static.libc_version) == ("none", None)
    assert (base.libc, base.libc_version) == ("glibc", "2.41")
    assert static.packages == 5
    assert static.ca_certificates is True
    assert static.time_zones is True
    assert static.environment["SSL_CERT_FILE"] == "/etc/ssl/certs/ca-certificates.crt"


def test_every_distroless_debian12_image_is_past_its_support(catalog: Catalog) -> None:
    old = [
        base
        for base in catalog.systems()
        if base.reference.repository.endswith("-debian12") and base.vendor == "Google distroless"
    ]

    assert len(old) == 16
    for base in old:
        assert base.horizon.publisher_end == dt.date(2026, 9, 30)
        assert any("publisher's support ended on 2026-09-30" in note for note in base.notes)


def test_an_unsuffixed_distroless_name_leads_elsewhere_one_day(recognise: Recognise) -> None:
    found = recognise("gcr.io/distroless/base")

    assert str(found.base.reference) == "gcr.io/distroless/base-debian13:latest"
    assert any("moves one day" in note for note in found.notes)


def test_a_distroless_debug_image_has_a_shell(recognise: Recognise) -> None:
    base = recognise("gcr.io/distroless/base-debian13:debug-nonroot").base

    assert base.shell is True
    assert base.kind is Kind.MINIMAL
    assert base.variant == "debug"


@pytest.mark.parametrize(
    ("reference", "release", "publisher_end"),
    [
        ("gcr.io/distroless/base-debian11", "11", None),
        ("gcr.io/distroless/java17-debian12:nonroot", "12", dt.date(2026, 1, 31)),
        ("gcr.io/distroless/python3-debian12", "12", dt.date(2026, 4, 30)),
    ],
)
def test_a_dropped_distroless_name_is_retired(
    recognise: Recognise, reference: str, release: str, publisher_end: dt.date | None
) -> None:
    found = recognise(reference)

    assert found.match is Match.RETIRED
    assert found.base.os is not None
    assert found.base.os.version == release
    assert found.base.horizon.publisher_end == publisher_end
    assert found.base.kind is Kind.DISTROLESS
    assert not any(user.name == "postgres" for user in found.base.users)


def test_hardened_nginx_listens_on_8080(recognise: Recognise) -> None:
    base = recognise("dhi.io/nginx:1.31").base

    assert base.ports == ("8080/tcp",)
    assert (base.user, base.uid) == ("nginx", 65532)
    assert base.entrypoint == ("nginx",)
    assert base.kind is Kind.DISTROLESS
    assert base.hardened is not None
    assert base.hardened.vendor == "Docker"
    assert base.access is Access.LOGIN


def test_declared_packages_are_not_a_count(recognise: Recognise) -> None:
    base = recognise("dhi.io/python:3.13").base

    assert base.packages is None
    assert base.compressed_bytes is None
    assert base.package_list is not None
    assert base.package_list.is_complete is False
    # What is not declared may still come with a dependency.
    assert recognise("dhi.io/nginx:1.31-alpine").base.time_zones is not False


@pytest.mark.parametrize(
    ("reference", "uid"),
    [
        ("dhi.io/node:24", 1000),
        ("dhi.io/postgres:18", 70),
        ("dhi.io/memcached:1.6", 11211),
        ("dhi.io/mongodb:8.0", 999),
        ("dhi.io/python:3.13", 65532),
        ("dhi.io/node:24-dev", 0),
    ],
)
def test_hardened_users(recognise: Recognise, reference: str, uid: int) -> None:
    assert recognise(reference).base.uid == uid


def test_hardened_postgres_keeps_its_data_elsewhere(recognise: Recognise) -> None:
    base = recognise("dhi.io/postgres:17").base

    assert base.environment["PGDATA"] == "/var/lib/postgresql/17/data"
    assert base.shell is True
    assert base.kind is Kind.MINIMAL


def test_a_dev_variant_is_to_build_with(recognise: Recognise) -> None:
    base = recognise("dhi.io/node:24-dev").base

    assert base.role is Role.BUILD
    assert base.package_manager is True
    assert str(base.reference) == "dhi.io/node:24-debian13-dev"


def test_hardened_temurin_without_a_word_is_a_jre(recognise: Recognise) -> None:
    base = recognise("dhi.io/eclipse-temurin:21").base

    assert base.variant == "jre"
    assert base.role is Role.RUNTIME


def test_chainguard_postgres_runs_as_root_with_uid_70(recognise: Recognise) -> None:
    base = recognise("cgr.dev/chainguard/postgres").base

    assert base.uid == 0
    assert [(one.name, one.uid) for one in base.users] == [("postgres", 70)]
    assert base.shell is True
    assert base.libc == "glibc"
    assert base.runtime is not None
    assert base.runtime.version == "18.6"


def test_chainguard_node_keeps_busybox_and_python_does_not(recognise: Recognise) -> None:
    node, python = recognise("cgr.dev/chainguard/node").base, recognise("cgr.dev/chainguard/python").base

    assert node.shell is True
    assert node.kind is Kind.MINIMAL
    assert python.shell is False
    assert python.kind is Kind.DISTROLESS
    assert python.entrypoint == ("/usr/bin/python",)
    assert python.packages == 25
    assert any("only under `latest`" in note for note in python.notes)


def test_chainguard_static_has_no_c_library(recognise: Recognise) -> None:
    base = recognise("cgr.dev/chainguard/static").base

    assert base.libc == "none"
    assert base.uid == 65532


def test_chainguard_commands_are_words(recognise: Recognise) -> None:
    base = recognise("cgr.dev/chainguard/nginx").base

    assert base.command == ("-c", "/etc/nginx/nginx.conf", "-e", "/dev/stderr", "-g", "daemon off;")


def test_dotnet_chiseled_is_hardened_and_its_alpine_has_no_icu(recognise: Recognise) -> None:
    chiseled = recognise("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled").base
    alpine = recognise("mcr.microsoft.com/dotnet/runtime:8.0-alpine").base

    assert chiseled.kind is Kind.DISTROLESS
    assert chiseled.uid == 1654
    assert chiseled.hardened is not None
    assert chiseled.environment["ASPNETCORE_HTTP_PORTS"] == "8080"
    assert chiseled.icu_major is None
    assert recognise("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra").base.icu_major == 74
    assert alpine.icu_major is None
    assert alpine.environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] == "true"


def test_dotnet_8_default_is_debian_and_10_is_ubuntu(recognise: Recognise) -> None:
    assert recognise("mcr.microsoft.com/dotnet/aspnet:8.0").base.family == "debian"
    assert recognise("mcr.microsoft.com/dotnet/aspnet:10.0").base.family == "ubuntu"
    assert recognise("mcr.microsoft.com/dotnet/sdk:10.0").base.role is Role.BUILD


def test_an_old_dotnet_is_known_by_its_words(recognise: Recognise) -> None:
    found = recognise("mcr.microsoft.com/dotnet/aspnet:6.0-bullseye-slim")

    assert found.match is Match.VERSION
    assert found.base.horizon.runtime_end == dt.date(2024, 11, 12)
    assert found.base.os is not None
    assert found.base.os.codename == "bullseye"
    assert found.base.user is None


def test_ubi_minimal_has_microdnf_and_micro_nothing(recognise: Recognise) -> None:
    minimal = recognise("registry.access.redhat.com/ubi9/ubi-minimal:9.4-1227")
    micro = recognise("registry.access.redhat.com/ubi9/ubi-micro").base

    assert minimal.match is Match.VERSION
    assert minimal.base.package_manager is True
    assert minimal.base.kind is Kind.SLIM
    assert minimal.base.horizon.security_end == dt.date(2032, 5, 31)
    assert micro.package_manager is False
    assert micro.compressed_bytes is None
    assert micro.packages is None
    assert minimal.base.hardened is None


def test_of_runtime_crosses_vendors(catalog: Catalog) -> None:
    vendors = {base.vendor for base in catalog.of_runtime("node")}

    assert vendors == {"Docker Official Images", "Google distroless", "Docker Hardened Images", "Chainguard"}
    assert {base.vendor for base in catalog.of_runtime("dotnet")} >= {"Microsoft", "Docker Hardened Images"}
    assert catalog.of_runtime("no-such-thing") == ()


def test_of_runtime_is_sorted_and_without_doubles(catalog: Catalog) -> None:
    for name in ("node", "java", "postgres", "dotnet"):
        names = [str(base.reference) for base in catalog.of_runtime(name)]
        assert names == sorted(set(names))


def test_an_unmapped_service_is_found_by_its_own_name(catalog: Catalog) -> None:
    (grafana, *_) = catalog.of_runtime("loki")

    assert grafana.role is Role.SERVICE
    assert grafana.runtime is not None
    assert grafana.runtime.name == "loki"


def test_systems_hold_distributions_and_scratch(catalog: Catalog) -> None:
    names = {str(base.reference) for base in catalog.systems()}

    assert {
        "scratch",
        "debian:trixie-slim",
        "alpine:3.24",
        "ubuntu:24.04",
        "cgr.dev/chainguard/wolfi-base:latest",
    } <= names
    assert {"gcr.io/distroless/cc-debian13:nonroot", "registry.access.redhat.com/ubi9/ubi-minimal:latest"} <= names
    assert not any(name.startswith("debian:stable") for name in names)
    assert all(base.role is Role.OS for base in catalog.systems())


def test_images_are_listed_by_filter(catalog: Catalog) -> None:
    images = catalog.list_images(runtime="python", kind=Kind.DISTROLESS, hardened=False)

    assert images
    assert {base.vendor for base in images} == {"Google distroless"}


def test_what_is_certain_of_a_namespace_is_told(catalog: Catalog) -> None:
    ((note, source),) = catalog.namespace_notes(ImageReference.parse("bitnami/redis:7"))

    assert "2025-08-28" in note
    assert source.source == "bitnami/containers issue 83267"
    assert catalog.namespace_notes(ImageReference.parse("mycorp/redis")) == ()


def test_hardened_static_holds_a_libc_only_where_it_declares_one(catalog: Catalog) -> None:
    static = {base.variant: base.libc for base in catalog.of_runtime("static") if base.vendor.startswith("Docker")}

    assert static[None] == "none"
    assert static["glibc"] == "glibc"
    assert static["musl"] == "musl"


def test_a_package_manager_that_no_shell_can_call_installs_nothing(recognise: Recognise) -> None:
    base = recognise("dhi.io/sapmachine:21-debian13").base

    assert (base.shell, base.package_manager) == (False, False)
    assert base.kind is Kind.SLIM
    assert any("declares apt and no shell" in note for note in base.notes)
    assert base.package_list is not None
    assert "apt" in base.package_list.names


def test_dpkg_and_rpm_alone_are_no_package_managers() -> None:
    assert installers(("apt", "dpkg")) == ("apt",)
    assert installers(("dpkg",)) == ()
    assert installers(("rpm",)) == ()
    assert installers(("apk-tools",)) == ("apk-tools",)
