"""The small judgements that the rest stands on: versions, tools, families, numbers, the subject."""

from dataclasses import replace

import pytest
from advising import (
    ALPINE,
    DHI,
    GOLANG,
    IMAGES,
    NODE,
    NODE_ALPINE,
    NODE_DISTROLESS,
    NODE_SLIM,
    POSTGRES,
    SCRATCH,
    STATIC,
    image,
    need,
    packages,
    situation,
)
from needing import service, workload

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.candidate import Change, Seconds, TradeOffKind
from basewright.model.need import NeedKind
from basewright.recommend.expected import expected
from basewright.recommend.families import label, packaging
from basewright.recommend.subject import SubjectKind, subject_of
from basewright.recommend.tools import has_tool, packages_of, programs
from basewright.recommend.trade_offs import trade_offs
from basewright.recommend.versions import is_pre_release, is_same_line, numbers


@pytest.mark.parametrize(
    ("product", "one", "other", "same"),
    [
        ("python", "3.12.4", "3.12.14", True),
        ("python", "3.12", "3.13.5", False),
        ("python", "3.12", "3", None),
        ("node", "24", "24.19.0", True),
        ("node", "24", "26", False),
        ("postgres", "16.9", "16.15", True),
        ("mysql", "8.0.40", "8.4.1", False),
        ("ruby", None, "3.4", None),
        ("java", "21.0.12.1.0+1-0", "21", True),
    ],
)
def test_a_release_line_counts_the_numbers_that_its_product_gives_meaning(
    product: str, one: str | None, other: str | None, same: bool | None
) -> None:
    assert is_same_line(product, one, other) is same
    assert is_same_line(product, other, one) is same


def test_a_version_of_hostile_length_is_cut() -> None:
    assert len(numbers("9" * 100_000)) <= 1
    assert numbers("") == numbers("latest") == ()


@pytest.mark.parametrize(
    ("tag", "is_pre"), [("28-ea-jdk", True), ("3.15-rc-slim", True), ("19beta1", True), ("24-slim", False)]
)
def test_a_pre_release_is_told_by_its_name(tag: str, is_pre: bool) -> None:
    assert is_pre_release(tag) is is_pre


@pytest.mark.parametrize(
    ("base", "program", "present"),
    [
        (NODE, "curl", True),
        (NODE_SLIM, "curl", False),
        (NODE_ALPINE, "wget", True),
        (NODE_ALPINE, "bash", False),
        (NODE_DISTROLESS, "sh", False),
        (NODE_DISTROLESS, "node", True),
        (NODE_DISTROLESS, "npm", False),
        (NODE_SLIM, "npm", True),
        (NODE_SLIM, "yarn", True),
        (POSTGRES, "pg_isready", True),
        (SCRATCH, "true", False),
        (NODE_SLIM, "sed", True),
        (NODE_SLIM, "frobnicate", None),
        (replace(NODE_SLIM, package_list=packages("curl")), "curl", True),
        (replace(POSTGRES, package_list=packages("bash")), "gosu", None),
        (image("node:26-slim", "node 26.1.0", kind=Kind.SLIM), "yarn", None),
    ],
)
def test_a_program_is_there_absent_or_not_known(base: BaseImage, program: str, present: bool | None) -> None:
    assert has_tool(base, program) is present


def test_the_table_of_programs_has_no_empty_set_and_no_name_with_a_slash() -> None:
    table = programs()

    for part in (table.footprint, table.runtime, table.official, table.packages):
        assert part
        for names in part.values():
            assert names
            assert not [name for name in names if "/" in name]


def test_the_packages_of_a_program_are_its_own_name_where_none_are_known() -> None:
    assert packages_of("ps") == ("procps", "procps-ng")
    assert packages_of("frobnicate") == ("frobnicate",)


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (NODE_SLIM, "debian-slim"),
        (NODE_ALPINE, "alpine"),
        (NODE_DISTROLESS, "distroless"),
        (SCRATCH, "scratch"),
        (replace(NODE_SLIM, vendor=DHI), "docker-hardened-images"),
        (NODE, "debian"),
    ],
)
def test_a_base_has_the_family_that_people_call_it(base: BaseImage, name: str) -> None:
    assert label(base) == name


def test_the_packaging_of_an_unknown_family_is_not_known() -> None:
    assert packaging(replace(NODE, family="templeos")) is None


def test_a_change_is_known_where_both_sides_are() -> None:
    numbers_of = expected(NODE, NODE_SLIM, bandwidth=100_000_000)

    assert numbers_of.compressed_bytes.saved == 315_000_000
    assert numbers_of.packages == Change(413, 100)
    assert numbers_of.bytes.saved is None
    assert numbers_of.executables == Change(None, None)
    assert numbers_of.download == Seconds(32.0, 6.8)
    assert numbers_of.bandwidth_bits_per_second == 100_000_000


def test_the_shared_first_layer_is_counted_apart() -> None:
    old = replace(NODE, base_layer_compressed_bytes=48_000_000)
    new = replace(NODE_SLIM, base_layer_compressed_bytes=29_000_000)

    assert expected(old, new, bandwidth=1).beyond_first_layer == Change(352_000_000, 56_000_000)
    assert expected(None, NODE_SLIM, bandwidth=0).download == Seconds(None, None)


def test_a_shellless_base_costs_debugging_and_says_how_that_is_met() -> None:
    now = situation(workload("FROM node:24-trixie\nRUN npm ci\n"))

    found = {one.kind for one in trade_offs(now, NODE_DISTROLESS)}

    assert {TradeOffKind.DEBUGGING, TradeOffKind.LEARNING, TradeOffKind.LOCK_IN, TradeOffKind.MAINTENANCE} <= found
    assert all(one.met_by for base in IMAGES for one in trade_offs(now, base))


def test_musl_costs_compatibility_and_a_measurement_of_performance() -> None:
    now = situation(workload("FROM node:24-trixie\n"))

    assert {TradeOffKind.COMPATIBILITY, TradeOffKind.PERFORMANCE} <= {one.kind for one in trade_offs(now, NODE_ALPINE)}
    assert not trade_offs(now, NODE_SLIM)


@pytest.mark.parametrize(
    ("kind", "value", "expected_kind", "name"),
    [
        (NeedKind.STATIC_CONTENT, "serve", SubjectKind.CONTENT, "nginx"),
        (NeedKind.SERVICE, "postgresql", SubjectKind.SERVICE, "postgres"),
        (NeedKind.INTERPRETER, "node", SubjectKind.RUNTIME, "node"),
        (NeedKind.STATIC_BINARY, "/app", SubjectKind.STATIC, "/app"),
        (NeedKind.DYNAMIC_BINARY, "/app", SubjectKind.DYNAMIC, "/app"),
    ],
)
def test_what_runs_is_what_the_needs_say(kind: NeedKind, value: str, expected_kind: SubjectKind, name: str) -> None:
    subject = subject_of(situation(workload("FROM node:24-trixie\n"), need(kind, value)))

    assert subject is not None
    assert (subject.kind, subject.name) == (expected_kind, name)


def test_without_needs_what_runs_is_what_the_base_is_for() -> None:
    service_subject = subject_of(situation(service("postgres:16-trixie")))
    system = subject_of(situation(workload("FROM debian:trixie-slim\n")))

    assert service_subject is not None
    assert (service_subject.kind, str(service_subject)) == (SubjectKind.SERVICE, "postgres 16")
    assert system is not None
    assert (system.kind, system.name) == (SubjectKind.SYSTEM, "debian")
    assert subject_of(situation(workload("FROM nobody/knows:1\n"))) is None


def test_the_release_of_a_service_is_found_in_what_the_build_copies_from() -> None:
    app = workload("FROM debian:trixie-slim\nCOPY --from=postgres:16-trixie /usr/lib/postgresql /usr/lib/postgresql\n")

    subject = subject_of(situation(app, need(NeedKind.SERVICE, "postgres")))

    assert subject is not None
    assert subject.version == "16.15"


def test_a_build_image_stands_for_its_language_when_nothing_else_is_known() -> None:
    subject = subject_of(situation(workload("FROM golang:1.27-trixie\n")))

    assert GOLANG.role is Role.BUILD
    assert subject is not None
    assert subject.name == "go"
    assert STATIC.libc == "none"
    assert ALPINE.id == "alpine"


def test_what_a_distributions_packages_run_stays_on_that_distribution() -> None:
    app = workload("FROM debian:trixie-slim\nRUN apt-get install -y nginx\n")

    subject = subject_of(situation(app, need(NeedKind.SERVICE, "nginx")))

    assert subject is not None
    assert (subject.kind, subject.name) == (SubjectKind.SYSTEM, "debian")
