"""The usual sketches of a small PostgreSQL image, whole way: an expert's answer to each."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from basewright.model.assessment import AssessedWorkload
from basewright.model.candidate import Recommendation
from basewright.pipeline import AssessRequest, Services, assess
from basewright.ports.clock import FixedClock

TODAY = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
SHOP = Path(__file__).parents[3] / "examples" / "shop"


def _assess(folder: Path) -> dict[str, AssessedWorkload]:
    services = replace(Services.of_this_machine(), clock=FixedClock(TODAY))
    found = assess(AssessRequest(targets=(str(folder),)), services)
    return {one.workload.name: one for one in found.workloads}


def _only(folder: Path, name: str, text: str) -> Recommendation:
    (folder / name).write_text(text)
    (one,) = _assess(folder).values()
    return one.recommendation


def _told(found: Recommendation) -> dict[str, str]:
    return {one.rule: one.message for one in found.findings}


def _offered(found: Recommendation) -> list[str]:
    return [str(one.base.reference) for one in found.candidates]


def test_a_distroless_base_with_a_copied_server_lacks_all_that_a_server_needs(tmp_path: Path) -> None:
    found = _only(
        tmp_path,
        "Dockerfile",
        "FROM gcr.io/distroless/base-debian11\n"
        "COPY --from=postgres:15 /usr/local/pgsql /usr/local/pgsql\n"
        "USER postgres\n"
        'CMD ["/usr/local/pgsql/bin/postgres"]\n',
    )

    told = _told(found)
    assert "past support" in told["base-past-support"]
    assert "/usr/lib/postgresql/15" in told["path-absent-in-base"]
    assert "no such user" in told["user-absent-in-base"]
    assert "initdb" in told["shell-absent-in-base"]
    assert {"distroless", "scratch"} <= {one.reference for one in found.refusals}
    assert all("postgres" in one for one in _offered(found))
    assert any(one.startswith("postgres:15") for one in _offered(found))
    assert "- COPY --from=postgres:15 /usr/local/pgsql /usr/local/pgsql" in found.actions[0].change


@pytest.mark.parametrize("image", ["postgres:alpine", "postgres:18-alpine"])
def test_an_alpine_database_is_not_led_to_another_c_library(tmp_path: Path, image: str) -> None:
    found = _only(
        tmp_path,
        "compose.yaml",
        f"services:\n  db:\n    image: {image}\n    volumes:\n      - data:/var/lib/postgresql\nvolumes:\n  data:\n",
    )

    refused = {one.reference: one for one in found.refusals}
    trixie = refused["postgres:18-trixie"]
    assert "from musl" in trixie.cause
    assert "dump and restore" in trixie.plan
    assert "REINDEX alone is not enough" in trixie.plan
    assert not [one for one in found.candidates if one.base.libc != "musl"]
    assert ("moving-tag" in _told(found)) is True


def test_an_alpine_database_whose_volume_misses_its_data_is_told(tmp_path: Path) -> None:
    found = _only(
        tmp_path,
        "compose.yaml",
        "services:\n  db:\n    image: postgres:alpine\n    volumes:\n      - data:/var/lib/postgresql/data\n"
        "volumes:\n  data:\n",
    )

    assert "/var/lib/postgresql/18/docker" in _told(found)["volume-misses-data"]


@pytest.mark.parametrize("image", ["debian:slim", "ubuntu:slim"])
def test_a_runtime_stage_on_a_tag_that_nobody_publishes_is_told(tmp_path: Path, image: str) -> None:
    found = _only(
        tmp_path,
        "Dockerfile",
        "FROM postgres:15 AS build\nRUN echo built\n"
        f"FROM {image}\nCOPY --from=build /usr/lib/postgresql/15 /usr/lib/postgresql/15\n"
        'USER postgres\nCMD ["/usr/lib/postgresql/15/bin/postgres"]\n',
    )

    told = _told(found)
    assert f"`{image}` is no published tag" in told["tag-unpublished"]
    assert "stay behind" in told["copied-service-incomplete"]
    assert "no such user" in told["user-absent-in-base"]
    assert any(one.startswith("postgres:15") for one in _offered(found))


def test_the_shop_gets_the_answers_of_an_expert() -> None:
    shop = {name: one.recommendation for name, one in _assess(SHOP).items()}

    assert "static" in _offered(shop["pricing"])[0]
    assert "scratch" in _offered(shop["pricing"])
    assert "nginx" in _offered(shop["frontend"])[0]
    assert _offered(shop["worker"])[0] == "python:3.12-slim-trixie"
    assert _offered(shop["web"])[0].startswith("nginx:1.30-alpine")
    assert _offered(shop["api"])[0].startswith("node:24-alpine")
    assert not [one for one in shop["db"].candidates if one.base.libc != "glibc"]
    for one in shop.values():
        assert one.candidates
        assert all(refused.cause for refused in one.refusals)
        assert [step.rank for step in one.actions] == list(range(1, len(one.actions) + 1))


def test_a_database_is_hardened_as_it_runs_while_its_move_is_only_planned() -> None:
    steps = _assess(SHOP)["db"].recommendation.actions
    assert steps[0].what == "name the release: postgres:16-trixie"
    assert steps[1].what.startswith("plan the move, with its data")
    rights = next(one for one in steps if "capabilities" in one.what)
    assert "cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]" in rights.change
    assert "pin postgres:16-trixie by digest" in steps[-1].what


def test_a_worker_that_nobody_calls_is_asked_on_no_port() -> None:
    steps = _assess(SHOP)["worker"].recommendation.actions
    (check,) = [one for one in steps if "health check" in one.what]
    assert check.change == ""


def test_a_trap_of_old_musl_is_told_of_old_musl_alone() -> None:
    found = _assess(SHOP)["frontend"].recommendation
    new = next(one for one in found.candidates if str(one.base.reference) == "node:22-alpine3.24")
    assert any("small stack" in one for one in new.warnings)
    assert not any("DNS over TCP" in one for one in new.warnings)
