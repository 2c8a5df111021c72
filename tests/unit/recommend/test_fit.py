"""Never across a broken need: what refuses a base, and what only warns."""

import datetime as dt
from dataclasses import replace

import pytest
from advising import (
    ALPINE_BASE,
    BOOKWORM,
    IMAGES,
    NODE,
    NODE_22,
    NODE_ALPINE,
    NODE_DHI_DEV,
    NODE_DISTROLESS,
    NODE_SLIM,
    PYTHON,
    PYTHON_ALPINE,
    PYTHON_DISTROLESS,
    PYTHON_SLIM,
    SCRATCH,
    STATIC,
    advice,
    build_tool,
    image,
    need,
    packages,
    references,
    refusal,
    shellless,
)
from needing import process, workload

from basewright.model.base import Access, Horizon
from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Declaration, HealthCheck

NODE_APP = 'FROM node:24-trixie\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n'
PYTHON_APP = 'FROM python:3.12-trixie\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'
NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")
PYTHON_NEED = need(NeedKind.INTERPRETER, "python", version="3.12.14")


def test_every_family_is_a_candidate_where_nothing_stands_against_it() -> None:
    found = advice(workload(NODE_APP), NODE_NEED)

    assert {str(one.reference) for one in (NODE_SLIM, NODE_ALPINE, NODE_DISTROLESS)} <= set(references(found))


def test_a_native_extension_without_a_musl_build_refuses_alpine_with_its_name_and_place() -> None:
    extension = need(
        NeedKind.NATIVE_EXTENSION,
        "psycopg2-binary",
        version="2.9.9",
        musl=False,
        detail="no musllinux wheel for cp312",
        file="poetry.lock",
        line=7,
    )

    found = advice(workload(PYTHON_APP), PYTHON_NEED, extension)
    refused = refusal(found, "python:3.12-alpine3.24")

    assert refused.cause == "psycopg2-binary 2.9.9: no musllinux wheel for cp312"
    assert refused.needs == ("native-extension:psycopg2-binary",)
    assert refused.where == (Location("poetry.lock", 7),)
    assert str(PYTHON_SLIM.reference) in references(found)


def test_a_native_extension_of_which_nothing_is_known_warns_and_does_not_refuse() -> None:
    found = advice(workload(PYTHON_APP), PYTHON_NEED, need(NeedKind.NATIVE_EXTENSION, "lxml", musl=None))

    alpine = next(one for one in found.candidates if one.base is PYTHON_ALPINE)
    assert any("lxml" in text and "pep-0656" in text for text in alpine.warnings)


def test_a_native_extension_with_a_musl_build_says_nothing_of_wheels() -> None:
    found = advice(workload(PYTHON_APP), PYTHON_NEED, need(NeedKind.NATIVE_EXTENSION, "lxml", musl=True))

    alpine = next(one for one in found.candidates if one.base is PYTHON_ALPINE)
    assert not any("lxml" in text for text in alpine.warnings)


def test_another_minor_of_python_is_refused() -> None:
    found = advice(workload(PYTHON_APP), PYTHON_NEED)

    assert "carries python 3.13.5, and python 3.12 is needed" in refusal(found, str(PYTHON_DISTROLESS.reference)).cause


def test_a_shell_that_cannot_be_avoided_refuses_what_has_none() -> None:
    shell = need(NeedKind.SHELL, "sh", line=9, what="the entrypoint script runs with sh")

    found = advice(workload(NODE_APP), NODE_NEED, shell)

    assert refusal(found, str(NODE_DISTROLESS.reference)).cause == (
        "it has no shell: the entrypoint script runs with sh (Dockerfile:9)"
    )


def test_a_shell_that_can_be_avoided_does_not_refuse() -> None:
    shell = need(NeedKind.SHELL, "sh", avoidable="exec form works: no variable, no pipe")

    assert str(NODE_DISTROLESS.reference) in references(advice(workload(NODE_APP), NODE_NEED, shell))


def test_what_only_todays_base_needs_is_no_need_of_its_successor() -> None:
    from basewright.model.need import EvidenceKind

    shell = need(NeedKind.SHELL, "sh", source=EvidenceKind.CATALOG)

    assert str(NODE_DISTROLESS.reference) in references(advice(workload(NODE_APP), NODE_NEED, shell))


def test_a_program_that_only_the_health_check_calls_does_not_refuse() -> None:
    check = HealthCheck(process("curl", "-f", "http://localhost"), Location("compose.yaml", 8))
    curl = need(NeedKind.COMMAND, "curl", file="compose.yaml", line=8)

    found = advice(workload(NODE_APP, runtime={"health_check": check}), NODE_NEED, curl)

    assert str(NODE_DISTROLESS.reference) in references(found)


def test_a_program_that_the_start_calls_refuses_what_can_neither_have_nor_install_it() -> None:
    found = advice(workload(NODE_APP), NODE_NEED, need(NeedKind.COMMAND, "gosu", line=5))

    assert "no gosu and no package manager" in refusal(found, str(NODE_DISTROLESS.reference)).cause


def test_a_library_installed_by_name_refuses_what_has_no_package_manager_with_a_plan() -> None:
    found = advice(workload(NODE_APP), NODE_NEED, need(NeedKind.LIBRARY, "libvips42", line=3))
    refused = refusal(found, str(NODE_DISTROLESS.reference))

    assert "libvips42 is installed by name (Dockerfile:3)" in refused.cause
    assert "copy its files" in refused.plan


def test_a_library_that_the_package_list_names_does_not_refuse() -> None:
    with_vips = replace(NODE_DISTROLESS, package_list=packages("libvips42"))

    found = advice(workload(NODE_APP), NODE_NEED, need(NeedKind.LIBRARY, "libvips42"), images=(NODE, with_vips))

    assert references(found) == [str(NODE_DISTROLESS.reference)]


def test_a_library_that_nobody_is_sure_of_only_warns() -> None:
    library = need(NeedKind.LIBRARY, "python3", confidence=Confidence.MEDIUM)

    found = advice(workload(NODE_APP), NODE_NEED, library)

    distroless = next(one for one in found.candidates if one.base is NODE_DISTROLESS)
    assert any("python3 cannot be installed there" in text for text in distroless.warnings)


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [(NeedKind.ICU, "icu", "ICU"), (NeedKind.FONTS, "fonts", "fonts"), (NeedKind.LOCALE, "de_DE.UTF-8", "de_DE.UTF-8")],
)
def test_data_that_is_absent_and_cannot_be_installed_refuses(kind: NeedKind, value: str, word: str) -> None:
    bare = replace(NODE_DISTROLESS, package_list=packages("libc6"))

    found = advice(workload(NODE_APP), NODE_NEED, need(kind, value), images=(NODE, bare))

    assert word in refusal(found, str(bare.reference)).cause


def test_packages_installed_when_it_runs_refuse_what_cannot_install() -> None:
    found = advice(workload(NODE_APP), NODE_NEED, need(NeedKind.PACKAGE_MANAGER, "apt", line=6))

    assert "apt installs packages when it runs" in refusal(found, str(NODE_DISTROLESS.reference)).cause


def test_a_second_interpreter_refuses_what_cannot_install_it() -> None:
    found = advice(workload(NODE_APP), NODE_NEED, need(NeedKind.INTERPRETER, "python", confidence=Confidence.MEDIUM))

    assert "python is needed too" in refusal(found, str(NODE_DISTROLESS.reference)).cause


def test_a_binary_linked_against_glibc_refuses_musl_and_nothing() -> None:
    binary = need(NeedKind.DYNAMIC_BINARY, "/app/server")
    linked = need(NeedKind.LIBC, "glibc", detail="/app/server")

    found = advice(workload('FROM debian:trixie-slim\nCOPY server /app/\nCMD ["/app/server"]\n'), binary, linked)

    assert "C library is musl, and glibc is needed" in refusal(found, str(ALPINE_BASE.reference)).cause
    assert {"scratch", "distroless"} <= {one.reference for one in found.refusals}


def test_a_static_binary_runs_on_the_smallest_bases() -> None:
    found = advice(
        workload('FROM golang:1.27-trixie\nRUN go build -o /app .\nCMD ["/app"]\n'),
        need(NeedKind.STATIC_BINARY, "/app"),
        build_tool("go", 2),
    )

    assert references(found)[0] == str(STATIC.reference)
    assert {str(SCRATCH.reference), str(ALPINE_BASE.reference)} <= set(references(found))


def test_what_is_past_support_is_refused_with_its_day() -> None:
    old = image("node:24-bookworm-slim", "node 24.19.0", BOOKWORM)

    found = advice(workload(NODE_APP), NODE_NEED, images=(NODE_22, replace(NODE, kind=None), old))

    assert (
        "past support since 2026-07-11: the security support of debian 12" in refusal(found, str(old.reference)).cause
    )


def test_long_term_support_counts_where_it_is_asked_to() -> None:
    old = image("node:24-bookworm-slim", "node 24.19.0", BOOKWORM)

    found = advice(workload(NODE_APP), NODE_NEED, images=(replace(NODE, kind=None), old), count_lts=True)

    assert references(found) == [str(old.reference)]


def test_an_end_within_half_a_year_is_told() -> None:
    soon = replace(NODE_SLIM, horizon=Horizon(security_end=dt.date(2027, 3, 1)))

    found = advice(workload(NODE_APP), NODE_NEED, images=(NODE, soon))

    assert "support ends on 2027-03-01: the security support of debian 13" in found.candidates[0].warnings


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"access": Access.ENTITLED}, "contract with its vendor"),
        ({"architectures": ("amd64",)}, "not published for arm64"),
        ({"reference": replace(NODE_SLIM.reference, tag="24-rc-slim")}, "pre-release"),
        ({"reference": replace(NODE_SLIM.reference, tag="debug")}, "not for production"),
    ],
)
def test_what_cannot_be_had_or_is_not_made_to_run_is_refused(changed: dict[str, object], cause: str) -> None:
    one = replace(NODE_SLIM, **changed)  # type: ignore[arg-type]  # the fields of the case

    found = advice(workload(NODE_APP), NODE_NEED, images=(NODE, one), architectures=("amd64", "arm64"))

    assert cause in refusal(found, str(one.reference)).cause


def test_a_build_variant_is_never_proposed_to_run() -> None:
    found = advice(workload(NODE_APP), NODE_NEED)

    assert str(NODE_DHI_DEV.reference) not in references(found)


def test_no_expected_family_is_silently_missing() -> None:
    found = advice(workload(NODE_APP), NODE_NEED, images=(NODE, NODE_SLIM))

    told = {one.reference for one in found.refusals}
    assert {"alpine", "chainguard", "distroless", "docker-hardened-images", "scratch"} <= told


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("glibc", str(NODE_ALPINE.reference)),
        ("no-vendor:google", str(NODE_DISTROLESS.reference)),
        ("vendor:google", str(NODE_SLIM.reference)),
        ("no-family:alpine", str(NODE_ALPINE.reference)),
        ("family:alpine", str(NODE_SLIM.reference)),
    ],
)
def test_a_declared_constraint_refuses_with_owner_and_reason(value: str, refused: str) -> None:
    declaration = Declaration("constraints", value, "ops", "they said so", Location("basewright.toml", 4))

    found = advice(workload(NODE_APP, declarations=(declaration,)), NODE_NEED)

    assert "declared by ops (basewright.toml:4): they said so" in refusal(found, refused).cause


def test_nobody_is_sent_from_a_small_image_to_a_full_one() -> None:
    app = NODE_APP.replace("24-trixie", "24-alpine3.24")

    found = advice(workload(app), NODE_NEED)

    assert str(NODE.reference) not in references(found)
    assert "larger than today's base" in refusal(found, str(NODE.reference)).cause


def test_an_unresolved_base_gives_no_candidate_of_unknown_release() -> None:
    found = advice(workload('FROM nobody/knows:1\nCMD ["python", "app.py"]\n'), need(NeedKind.INTERPRETER, "python"))

    assert not found.candidates
    assert all(one.cause for one in found.refusals)


def test_a_workload_of_which_nothing_is_known_is_advised_to_look() -> None:
    found = advice(workload("FROM nobody/knows:1\n"))

    assert (found.current, found.candidates) == (None, ())
    assert [one.reference for one in found.refusals] == ["nobody/knows:1"]
    assert any("catalog" in one.why for one in found.actions)


def test_the_same_input_gives_the_same_advice_whatever_the_order_of_the_catalog() -> None:
    forward = advice(workload(NODE_APP), NODE_NEED)
    backward = advice(workload(NODE_APP), NODE_NEED, images=tuple(reversed(IMAGES)))

    assert forward == backward


def test_a_full_image_and_its_slim_sister_are_told_apart() -> None:
    bare = shellless("gcr.io/distroless/python3-debian13:nonroot", "python 3.12.1", entrypoint=("/usr/bin/python3",))

    found = advice(workload(PYTHON_APP), PYTHON_NEED, images=(PYTHON, PYTHON_SLIM, bare))

    assert set(references(found)) == {str(PYTHON_SLIM.reference), str(bare.reference)}


def test_a_refusal_tells_its_three_most_decisive_causes() -> None:
    old = replace(NODE_DISTROLESS, horizon=Horizon(security_end=dt.date(2026, 1, 1)), access=Access.ENTITLED)
    needs = (
        need(NeedKind.NATIVE_EXTENSION, "sharp"),
        *(need(NeedKind.COMMAND, name, line=3) for name in ("convert", "ffmpeg", "gs")),
        need(NeedKind.LIBRARY, "libvips42", line=4),
    )

    refused = refusal(advice(workload(NODE_APP), NODE_NEED, *needs, images=(NODE, old)), str(old.reference))

    causes = refused.cause.split("; ")
    assert causes[0] == "it needs a contract with its vendor, and images of this access were not asked for"
    assert causes[-1] == "and 3 more"
    assert refused.needs == ("command:convert", "command:ffmpeg", "command:gs", "library:libvips42")
