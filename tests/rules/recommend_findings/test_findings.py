"""Each rule about the present state: where it speaks, and where it must be silent."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from advising import (
    BOOKWORM,
    IMAGES,
    NODE,
    POSTGRES,
    build_tool,
    image,
    need,
    situation,
)
from needing import mount, package_json, script, service, setting, workload

from basewright.model.base import BaseImage, Horizon, Match, OperatingSystem, Recognition
from basewright.model.candidate import Finding, Severity
from basewright.model.need import Need, NeedKind, Phase
from basewright.model.redaction import is_secret_name
from basewright.model.span import Location
from basewright.model.workload import Declaration, Workload
from basewright.recommend.findings import RULES, find

OLD = image("debian:bookworm-slim", os=BOOKWORM)
ENDED = replace(
    image("node:18-bookworm", "node 18.20.8", BOOKWORM),
    horizon=Horizon(security_end=dt.date(2026, 7, 11), runtime_end=dt.date(2025, 4, 30), retired=dt.date(2025, 5, 28)),
)
DROPPED = replace(
    image("node:16", "node 16", os=OperatingSystem("debian", None)),
    horizon=Horizon(runtime_end=dt.date(2023, 9, 11), retired=dt.date(2023, 9, 11)),
)
SOON = replace(
    NODE, reference=replace(NODE.reference, tag="24-soon"), horizon=Horizon(security_end=dt.date(2027, 1, 1))
)
POSTGRES_18 = replace(
    POSTGRES,
    reference=replace(POSTGRES.reference, tag="18-trixie"),
    runtime=replace(POSTGRES.runtime, version="18.6") if POSTGRES.runtime else None,
    environment={"PGDATA": "/var/lib/postgresql/18/docker"},
)
IMAGES_HERE = (OLD, ENDED, DROPPED, SOON, POSTGRES_18, *IMAGES)
STATEFUL = need(NeedKind.STATEFUL_DATA, "postgres", file="compose.yaml", line=9)
SERVICE = need(NeedKind.SERVICE, "postgres", line=3)


def _docker(text: str, *needs: Need, **changes: Any) -> "Case":
    return Case(workload(text, **changes), needs)


def _compose(image_name: str, *needs: Need, **runtime: Any) -> "Case":
    return Case(service(image_name, runtime=runtime), needs)


def _declared(key: str, value: str, text: str = "FROM node:24-trixie\n", *needs: Need) -> "Case":
    declaration = Declaration(key, value, "ops", "they said so", Location("basewright.toml", 4))
    return Case(workload(text, declarations=(declaration,)), needs)


@dataclass(frozen=True)
class Case:
    """A workload that a rule speaks of, or is silent about."""

    workload: Workload
    needs: tuple[Need, ...] = ()
    images: tuple[BaseImage, ...] = field(default=IMAGES_HERE)

    def found(self, rule: str) -> list[Finding]:
        """Return what `rule` finds."""
        return [one for one in find(situation(self.workload, *self.needs, images=self.images)) if one.rule == rule]


PLAIN = _docker('FROM node:24-trixie-slim\nUSER 1000\nCMD ["node", "s.js"]\n')
SPEAKS: dict[str, list[Case]] = {
    "base-unresolved": [_docker("ARG BASE\nFROM ${BASE}\n")],
    "base-unknown": [_docker("FROM nobody/knows:1\n")],
    "tag-unpublished": [
        _docker("FROM debian:slim\n"),
        _docker("FROM debian:slim AS build\nRUN x\nFROM node:24-trixie\n"),
    ],
    "base-retired": [_docker("FROM node:18-bookworm\n")],
    "base-past-support": [_docker("FROM debian:bookworm-slim\n"), _docker("FROM node:16\n")],
    "base-near-support-end": [_docker("FROM node:24-soon\n")],
    "runtime-past-support": [_docker("FROM node:18-bookworm\n")],
    "moving-tag": [_docker("FROM node\n"), _docker("FROM nobody/knows:latest\n"), _docker("FROM nobody/knows:slim\n")],
    "digest-not-pinned": [PLAIN],
    "runs-as-root": [
        _docker("FROM node:24-trixie\n"),
        _docker("FROM node:24-trixie\nUSER root\n"),
        _compose("postgres:16-trixie", SERVICE),
        _docker("FROM scratch\n"),
    ],
    "user-absent-in-base": [
        _docker("FROM gcr.io/distroless/nodejs24-debian13:nonroot\nUSER postgres\n"),
        _docker("FROM debian:trixie-slim\nUSER postgres\n"),
        _docker("FROM gcr.io/distroless/nodejs24-debian13:nonroot\n", SERVICE),
    ],
    "privileged-port-as-non-root": [_docker("FROM node:24-trixie\nUSER 1000\n", need(NeedKind.PRIVILEGED_PORT, "80"))],
    "shell-form-command": [
        _docker("FROM node:24-trixie\nCMD node s.js\n"),
        _docker("FROM node:24-trixie\nENTRYPOINT node s\n"),
    ],
    "dev-server-in-production": [
        _docker('FROM node:24-trixie\nCMD ["npm", "run", "dev"]\n', manifests=(package_json({"dev": "vite"}),)),
        _docker('FROM node:24-trixie\nCMD ["npx", "next", "dev"]\n'),
        _docker("FROM python:3.12-trixie\nCMD python manage.py runserver 0.0.0.0:8000\n"),
        _docker('FROM python:3.12-trixie\nCMD ["uvicorn", "app:app", "--reload"]\n'),
    ],
    "health-check-missing": [PLAIN],
    "build-tools-in-final-image": [_docker("FROM node:24-trixie\nRUN make\n", build_tool("make", 2))],
    "full-base": [_docker("FROM node:24-trixie\n"), _docker("FROM golang:1.27-trixie\n")],
    "secret-in-build": [
        _docker("FROM node:24-trixie\nENV API_KEY=abc\n"),
        _docker("FROM node:24-trixie\nARG NPM_TOKEN\n"),
        _docker("FROM node:24-trixie AS build\nENV DB_PASSWORD=x\nFROM node:24-trixie-slim\n"),
    ],
    "libc-mismatch-between-stages": [
        _docker("FROM node:24-alpine3.24\n", need(NeedKind.LIBC, "glibc", detail="/app/server")),
        _docker(
            "FROM node:24-trixie AS b\nRUN npm ci\nFROM node:24-alpine3.24\n"
            "COPY --from=b /app/node_modules /app/node_modules\n"
        ),
    ],
    "path-absent-in-base": [
        _docker("FROM debian:trixie-slim\nCOPY --from=postgres:16-trixie /usr/local/pgsql /usr/local/pgsql\n"),
        _docker("FROM postgres:16-trixie AS pg\nFROM debian:trixie-slim\nCOPY --from=pg /usr/local/pgsql/bin /opt\n"),
        _docker("FROM debian:trixie-slim\nCOPY --from=node:24-trixie /usr/bin/node /usr/bin/node\n"),
    ],
    "copied-service-incomplete": [
        _docker(
            "FROM debian:trixie-slim\nCOPY --from=postgres:16-trixie /usr/lib/postgresql/16 /usr/lib/postgresql/16\n"
        ),
    ],
    "shell-absent-in-base": [
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\nRUN ls\n"),
        _docker("FROM scratch\nCMD /app\n"),
        _docker(
            'FROM gcr.io/distroless/static-debian13:nonroot\nENTRYPOINT ["/start.sh"]\n',
            scripts=(script("/start.sh", "#!/bin/sh\nexec app\n"),),
        ),
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\n", SERVICE),
    ],
    "package-manager-absent-in-base": [
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\nRUN apt-get -y install curl\n"),
        _docker("FROM scratch\nRUN apk add curl\n"),
    ],
    "privileged-container": [
        _compose("node:24-trixie", privileged=setting("true")),
        _compose("node:24-trixie", cap_add=(setting("CAP_SYS_ADMIN"),)),
    ],
    "mount-of-docker-socket": [
        _compose("node:24-trixie", mounts=(mount("/var/run/docker.sock", "/var/run/docker.sock"),)),
        _compose("node:24-trixie", mounts=(mount("/sock", "/run/user/1000/podman.sock"),)),
    ],
    "stateful-volume": [_compose("postgres:16-trixie", STATEFUL)],
    "volume-misses-data": [_compose("postgres:18-trixie", mounts=(mount("/var/lib/postgresql/data"),))],
    "contradicting-declaration": [
        _declared("needs", "shell:sh", "FROM gcr.io/distroless/static-debian13:nonroot\n"),
        _declared("constraints", "musl"),
        _declared("constraints", "glibc", "FROM node:24-trixie\n", need(NeedKind.LIBC, "musl")),
        _declared("constraints", "non-root"),
        _declared("needs", "package-manager:apt", "FROM gcr.io/distroless/static-debian13:nonroot\n"),
        _declared("needs", "no-shell", "FROM node:24-trixie\n", need(NeedKind.SHELL, "bash")),
        _declared("needs", "no-command:curl", "FROM node:24-trixie\n", need(NeedKind.COMMAND, "curl")),
        _declared("constraints", "no-shell", "FROM node:24-trixie\n", need(NeedKind.SHELL, "bash")),
        _declared("constraints", "no-shell"),
        _declared("constraints", "no-package-manager"),
    ],
}
SILENT: dict[str, list[Case]] = {
    "base-unresolved": [PLAIN, _docker("FROM scratch\n")],
    "base-unknown": [PLAIN, _docker("FROM scratch\n")],
    "tag-unpublished": [PLAIN, _docker("FROM debian\n"), _docker("FROM debian:slim@sha256:" + "0" * 64 + "\n")],
    "base-retired": [PLAIN, _docker("FROM debian:bookworm-slim\n")],
    "base-past-support": [PLAIN],
    "base-near-support-end": [PLAIN, _docker("FROM debian:bookworm-slim\n")],
    "runtime-past-support": [PLAIN, _docker("FROM debian:bookworm-slim\n")],
    "moving-tag": [PLAIN, _docker("FROM debian:trixie-slim\n"), _docker("FROM node@sha256:" + "0" * 64 + "\n")],
    "digest-not-pinned": [_docker("FROM node:24-trixie@sha256:" + "0" * 64 + "\n"), _docker("FROM scratch\n")],
    "runs-as-root": [
        PLAIN,
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\n"),
        _docker("FROM nobody/knows:1\n"),
    ],
    "user-absent-in-base": [
        PLAIN,
        _docker("FROM node:24-trixie\nUSER node\n"),
        _docker("FROM debian:trixie-slim\nRUN useradd app\nUSER app\n"),
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\nUSER 70:70\n"),
        _compose("postgres:16-trixie", SERVICE),
    ],
    "privileged-port-as-non-root": [_docker("FROM node:24-trixie\n", need(NeedKind.PRIVILEGED_PORT, "80"))],
    "shell-form-command": [PLAIN, _docker("FROM node:24-trixie\nCMD exec node s.js\n")],
    "dev-server-in-production": [
        PLAIN,
        _docker(
            'FROM node:24-trixie\nCMD ["npm", "start"]\n',
            manifests=(package_json({"start": "node s.js", "dev": "vite"}),),
        ),
        _docker('FROM node:24-trixie\nCMD ["npx", "vite", "preview"]\n'),
    ],
    "health-check-missing": [
        _docker('FROM node:24-trixie\nHEALTHCHECK CMD ["true"]\n'),
        _docker("FROM node:24-trixie\n", is_job=True),
        _compose("postgres:16-trixie", outside_probe=setting("tcpSocket")),
    ],
    "build-tools-in-final-image": [
        PLAIN,
        _docker("FROM node:24-trixie\nRUN npm ci\n", build_tool("npm", 2), need(NeedKind.COMMAND, "npm")),
        _docker("FROM node:24-trixie AS b\nRUN make\nFROM node:24-trixie-slim\n", build_tool("make", 2)),
        _docker(
            "FROM node:24-trixie\nRUN make\n",
            need(NeedKind.BUILD_TOOL, "make", line=2, file="other", phase=Phase.BUILD),
        ),
    ],
    "full-base": [PLAIN, _compose("postgres:16-trixie")],
    "secret-in-build": [
        PLAIN,
        _docker("FROM node:24-trixie\nENV DB_PASSWORD_FILE=/run/secrets/db\n"),
        _docker('FROM node:24-trixie\nENV API_KEY=""\n'),
        _docker("FROM node:24-trixie\nENV RESET_PASSWORD=true\n"),
        _docker("FROM node:24-trixie\nENV MONKEY=1 KEYBOARD=us\n"),
    ],
    "libc-mismatch-between-stages": [
        _docker("FROM node:24-trixie\n", need(NeedKind.LIBC, "glibc")),
        _docker("FROM node:24-trixie AS b\nRUN npm ci\nFROM node:24-alpine3.24\nCOPY --from=b /app/dist /app/dist\n"),
        _docker(
            "FROM node:24-trixie AS b\nFROM node:24-trixie-slim\nCOPY --from=b /app/node_modules /app/node_modules\n"
        ),
    ],
    "path-absent-in-base": [
        PLAIN,
        _docker("FROM debian:trixie-slim\nCOPY --from=postgres:16-trixie /usr/lib/postgresql/16 /pg\n"),
        _docker("FROM debian:trixie-slim\nCOPY --from=nobody/knows:1 /usr/local/pgsql /pg\n"),
        _docker(
            "FROM postgres:16-trixie AS pg\nRUN mkdir /usr/local/pgsql\n"
            "FROM debian:trixie-slim\nCOPY --from=pg /usr/local/pgsql /pg\n"
        ),
    ],
    "copied-service-incomplete": [
        PLAIN,
        _docker("FROM postgres:16-trixie\nCOPY --from=postgres:16-trixie /usr/lib/postgresql/16 /pg\n"),
        _docker("FROM debian:trixie-slim\nCOPY /usr/lib/postgresql/16 /pg\n"),
    ],
    "shell-absent-in-base": [
        _docker("FROM node:24-trixie\nRUN ls\nCMD node s.js\n"),
        _docker('FROM gcr.io/distroless/static-debian13:nonroot\nCMD ["/app"]\n'),
        _compose("postgres:16-trixie", SERVICE),
    ],
    "package-manager-absent-in-base": [
        _docker("FROM node:24-trixie\nRUN apt-get install -y curl\n"),
        _docker("FROM gcr.io/distroless/static-debian13:nonroot\nRUN echo capt-get installed\n"),
    ],
    "privileged-container": [
        PLAIN,
        _compose("node:24-trixie", privileged=setting("false")),
        _compose("node:24-trixie", cap_add=(setting("NET_BIND_SERVICE"),)),
    ],
    "mount-of-docker-socket": [_compose("node:24-trixie", mounts=(mount("/data"),))],
    "stateful-volume": [_compose("postgres:16-trixie")],
    "volume-misses-data": [
        _compose("postgres:18-trixie", mounts=(mount("/var/lib/postgresql"),)),
        _compose("postgres:16-trixie", mounts=(mount("/var/lib/postgresql/data"),)),
        _compose("postgres:18-trixie", mounts=(mount("/backup"),)),
        _compose(
            "postgres:18-trixie",
            mounts=(mount("/var/lib/postgresql/data"),),
            environment={"PGDATA": setting("/var/lib/postgresql/data/pg")},
        ),
    ],
    "contradicting-declaration": [
        PLAIN,
        _declared("needs", "shell:sh"),
        _declared("constraints", "glibc"),
        _declared("criticality", "high"),
        _declared("needs", "no-shell"),
        _declared("needs", "no-command:curl", "FROM node:24-trixie\n", need(NeedKind.COMMAND, "wget")),
        _declared("constraints", "no-shell", "FROM gcr.io/distroless/static-debian13:nonroot\n"),
        _declared("constraints", "no-package-manager", "FROM gcr.io/distroless/static-debian13:nonroot\n"),
        _declared("constraints", "non-root", "FROM node:24-trixie\nUSER 1000\n"),
    ],
}


def test_every_rule_has_cases_that_it_speaks_of_and_cases_that_it_leaves() -> None:
    ids = {rule.id for rule in RULES}

    assert ids == set(SPEAKS) == set(SILENT)
    assert len(ids) == len(RULES)


@pytest.mark.parametrize(("rule", "number"), [(rule, n) for rule, cases in SPEAKS.items() for n in range(len(cases))])
def test_a_rule_speaks(rule: str, number: int) -> None:
    found = SPEAKS[rule][number].found(rule)

    assert found
    assert all(one.message and one.remedy and one.where.file for one in found)


@pytest.mark.parametrize(("rule", "number"), [(rule, n) for rule, cases in SILENT.items() for n in range(len(cases))])
def test_a_rule_is_silent(rule: str, number: int) -> None:
    assert SILENT[rule][number].found(rule) == []


def test_a_secret_is_named_and_its_value_never() -> None:
    (found,) = _docker("FROM node:24-trixie\nENV API_TOKEN=hunter2\n").found("secret-in-build")

    assert "API_TOKEN" in found.message
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("PASSWORD", True),
        ("npm_token", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("SSH_PRIVATE_KEY", True),
        ("TOKEN_URL", False),
        ("SECRET_FILE", False),
        ("PUBLIC_KEY", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("", False),
    ],
)
def test_a_secret_is_told_by_the_words_of_its_name(name: str, is_secret: bool) -> None:
    assert is_secret_name(name) is is_secret


def test_a_moving_distribution_under_data_is_told_with_the_name_that_stands_still() -> None:
    moving = situation(service("postgres:16"), STATEFUL, images=(POSTGRES,))
    moving = replace(moving, current=Recognition(POSTGRES, Match.EXACT))

    (found,) = [one for one in find(moving) if one.rule == "moving-tag"]

    assert "leaves the distribution to its publisher (today debian 13)" in found.message
    assert found.data == {"instead": "postgres:16-trixie"}
    assert Case(service("postgres:16-trixie"), (STATEFUL,)).found("moving-tag") == []


def test_a_major_version_that_moves_under_data_is_an_error() -> None:
    latest = replace(POSTGRES, reference=replace(POSTGRES.reference, tag="alpine"))

    (found,) = Case(service("postgres:alpine"), (STATEFUL,), (latest,)).found("moving-tag")

    assert found.severity is Severity.ERROR
    assert "would not open the data" in found.message


def test_a_distribution_in_long_term_support_is_past_support_all_the_same() -> None:
    (found,) = _docker("FROM debian:bookworm-slim\n").found("base-past-support")

    assert "past support since 2026-07-11" in found.message
    assert "long-term support lasts until 2028-06-30" in found.message
    assert found.severity is Severity.WARNING


def test_errors_stand_first_and_nothing_is_told_twice() -> None:
    case = _docker("FROM node:18-bookworm\nCMD node s.js\nENV API_KEY=1\n")
    found = find(situation(case.workload, images=IMAGES_HERE))

    order = [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    assert [one.severity for one in found] == sorted((one.severity for one in found), key=order.index)
    assert len(found) == len({(one.rule, one.where, one.message) for one in found})


def test_users_of_the_base_are_named_where_one_is_missing() -> None:
    (found,) = _docker("FROM gcr.io/distroless/nodejs24-debian13:nonroot\nUSER postgres\n").found("user-absent-in-base")

    assert "nobody, nonroot, root" in found.message
    assert found.where == Location("Dockerfile", 2)


def test_a_dead_line_is_told_once_with_every_place() -> None:
    (found,) = _docker("FROM node:16 AS build\nRUN x\nFROM node:16\n").found("runtime-past-support")

    assert found.where == Location("Dockerfile", 3)
    assert found.message.endswith("reached its end of life on 2023-09-11 (also at Dockerfile:1)")


def test_a_dropped_tag_with_a_supported_runtime_is_not_past_support() -> None:
    young = replace(DROPPED, horizon=replace(DROPPED.horizon, runtime_end=dt.date(2030, 1, 1)))

    assert not Case(workload("FROM node:16\n"), images=(young,)).found("base-past-support")
    assert Case(workload("FROM node:16\n"), images=(young,)).found("base-retired")


def test_a_user_that_a_package_makes_is_there() -> None:
    text = "FROM debian:trixie-slim\nRUN apt-get install -y postgresql-16\nUSER postgres\n"
    library = need(NeedKind.LIBRARY, "postgresql-16", line=2)

    assert not _docker(text, SERVICE, library).found("user-absent-in-base")
    assert _docker(text.replace("postgresql-16", "curl"), SERVICE).found("user-absent-in-base")


@pytest.mark.parametrize("tag", ["debian:slim", "debian:nonsense"])
def test_a_tag_that_does_not_exist_is_one_finding_and_no_other_on_its_name(tag: str) -> None:
    case = _docker(f"FROM {tag}\n")

    (found,) = case.found("tag-unpublished")
    assert found.message == f"`{tag}` is no published tag"
    assert not [*case.found("moving-tag"), *case.found("digest-not-pinned"), *case.found("base-unknown")]
