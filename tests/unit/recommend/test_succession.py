"""What is advised where the release line that runs is past its end of life."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pytest
from advising import (
    ALPINE,
    BOOKWORM,
    DEBIAN_SLIM,
    GOLANG,
    NODE,
    NODE_18,
    NODE_22,
    NODE_SLIM,
    POSTGRES,
    PROVENANCE,
    CatalogDouble,
    advice,
    difference,
    image,
    need,
    references,
    refusal,
    situation,
)
from needing import service, workload

from basewright.model.base import BaseImage, Horizon, Kind, Runtime
from basewright.model.candidate import ActionKind, Suitability
from basewright.model.catalog import EndOfLife
from basewright.model.contract import Aspect, Effect
from basewright.model.need import EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Manifest
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.succession import is_long_term, succeed

APP = 'FROM node:18-bookworm\nCOPY . .\nCMD ["node", "s.js"]\n'
IMAGES = (NODE_18, NODE, NODE_SLIM, NODE_22)


def _node(**facts: Any) -> Need:
    return need(NeedKind.INTERPRETER, "node", version="18.20.8", source=EvidenceKind.CATALOG, **facts)


def _manifest(path: str, runtime: str, ecosystem: str = "npm") -> Manifest:
    return Manifest(path, ecosystem, path, (), runtime=runtime)


def test_a_dead_line_is_succeeded_by_the_nearest_long_term_one_with_a_year_ahead() -> None:
    app = workload(APP, manifests=(_manifest("package.json", ">=16"),))

    found = advice(app, _node(), images=IMAGES)

    assert references(found) == ["node:24-trixie-slim"]
    first = found.candidates[0]
    assert first.suitability is Suitability.WITH_CHANGES
    told = difference(first, Aspect.RUNTIME_VERSION, Effect.BREAK)
    assert (told.old, told.new) == ("18", "24.19.0")
    assert told.touches == (Location("Dockerfile", 1), Location("package.json"))
    assert "node 24" in told.explanation
    assert told.reference.startswith("https://nodejs.org/")


def test_the_move_is_the_first_step_and_the_base_the_next() -> None:
    found = advice(workload(APP), _node(), images=IMAGES)

    assert found.actions[0].what == "move to node 24 first: 18 is past its end of life since 2025-04-30"
    assert found.actions[0].change == "- FROM node:18-bookworm\n+ FROM node:24-trixie"
    assert found.actions[1].what == "then run on node:24-trixie-slim"


def test_one_step_is_enough_where_the_first_candidate_is_like_today() -> None:
    found = advice(workload(APP), _node(), images=(NODE_18, NODE))

    moves = [one.what for one in found.actions if one.kind is ActionKind.CHANGE_BASE]
    assert moves == ["move to node 24 first: 18 is past its end of life since 2025-04-30; run on node:24-trixie"]


def test_an_image_that_keeps_the_dead_line_is_refused_with_the_day() -> None:
    slim = replace(NODE_18, reference=replace(NODE_18.reference, tag="18-bookworm-slim"), kind=Kind.SLIM)

    found = advice(workload(APP), _node(), images=(*IMAGES, slim))

    assert "end of life of node 18" in refusal(found, "node:18-bookworm-slim").cause


@pytest.mark.parametrize(
    ("path", "runtime"), [("package.json", "16.x || 18.x"), (".nvmrc", "18"), ("package.json", ">=16 <20")]
)
def test_a_manifest_that_pins_the_dead_line_keeps_the_refusals_and_is_named(path: str, runtime: str) -> None:
    found = advice(workload(APP, manifests=(_manifest(path, runtime),)), _node(), images=IMAGES)

    assert not found.candidates
    assert refusal(found, "node:24-trixie-slim").cause.endswith(f"{path} asks for node {runtime}")
    assert f"{path} asks for node {runtime}: change that with it" in found.actions[0].why


def test_a_line_that_the_manifest_allows_is_taken_before_a_nearer_one() -> None:
    python_line = _manifest("package.json", "^18 || ^22")

    found = advice(workload(APP, manifests=(python_line,)), _node(), images=IMAGES)

    assert references(found) == ["node:22-trixie"]


def test_a_program_named_with_its_version_pins_the_line() -> None:
    pinned = need(NeedKind.INTERPRETER, "node", line=3, version="18", what="CMD calls node18")

    found = advice(workload(APP), pinned, images=IMAGES)

    assert not found.candidates
    assert "CMD calls node18 (Dockerfile:3)" in refusal(found, "node:24-trixie-slim").cause


def test_other_stages_on_the_dead_line_move_along() -> None:
    text = f"FROM node:18-bookworm AS build\nRUN npm ci\n{APP}COPY --from=build /app /app\n"

    found = advice(workload(text), _node(line=3), images=IMAGES)

    told = difference(found.candidates[0], Aspect.RUNTIME_VERSION, Effect.BREAK)
    assert told.touches == (Location("Dockerfile", 1), Location("Dockerfile", 3))
    assert found.actions[0].change.splitlines()[:2] == [
        "- FROM node:18-bookworm AS build",
        "+ FROM node:24-trixie AS build",
    ]


def test_a_supported_line_stays() -> None:
    found = advice(workload(APP.replace("18-bookworm", "24-trixie")), need(NeedKind.INTERPRETER, "node"), images=IMAGES)

    assert references(found) == ["node:24-trixie-slim"]
    assert not found.candidates[0].breaks


def test_the_nearest_supported_line_is_taken_where_none_has_a_year() -> None:
    app = situation(workload(APP), _node(), images=(NODE_18, _until(NODE_22, 2027, 1), _until(NODE, 2027, 2)))

    moved = succeed(app, Subject(SubjectKind.RUNTIME, "node", "18.20.8"))

    assert moved.version == "22"


def test_the_data_of_a_dead_line_is_not_opened_by_a_later_one() -> None:
    old = replace(
        image("postgres:12-bookworm", "postgres 12.22", BOOKWORM, role=POSTGRES.role),
        horizon=Horizon(runtime_end=dt.date(2024, 11, 21)),
    )
    data = need(NeedKind.STATEFUL_DATA, "postgres", file="compose.yaml")

    found = advice(service("postgres:12-bookworm"), need(NeedKind.SERVICE, "postgres"), data, images=(old, POSTGRES))

    assert not found.candidates
    assert found.actions[0].what.startswith("move to postgres 16 first")
    assert "dump and restore" in found.actions[0].why


def test_an_image_that_only_builds_moves_for_itself() -> None:
    old = replace(GOLANG, reference=replace(GOLANG.reference, tag="1.18-trixie"), runtime=Runtime("go", "1.18"))
    dead = replace(old, horizon=Horizon(runtime_end=dt.date(2023, 2, 1)))
    text = 'FROM golang:1.18-trixie AS build\nRUN go build -o /app\nFROM debian:trixie-slim\nCMD ["/app"]\n'

    found = advice(workload(text), images=(dead, GOLANG, DEBIAN_SLIM))

    step = next(one for one in found.actions if one.what.startswith("build on"))
    assert step.what == "build on go 1.27: 1.18 is past its end of life since 2023-02-01"
    assert step.change == "- golang:1.18-trixie\n+ golang:1.27-trixie"


def test_a_least_release_of_a_range_does_not_speak_for_what_runs() -> None:
    ranged = replace(need(NeedKind.INTERPRETER, "node"), version="16")

    found = succeed(situation(workload("FROM own/base\n"), ranged, images=IMAGES), _subject(ranged))

    assert found.move is None


@pytest.mark.parametrize(
    ("product", "line", "answer"),
    [("node", "22", True), ("node", "23", False), ("java", "21", True), ("java", "24", False), ("java", "25", True),
     ("java", "8", True), ("dotnet", "9", False), ("python", "3.13", True), ("node", "", False)],
)  # fmt: skip
def test_long_term_lines_are_told_from_others(product: str, line: str, answer: bool) -> None:
    assert is_long_term(product, line) is answer


def _released(version: str, ended: dt.date) -> BaseImage:
    system = replace(ALPINE, version=version)
    return replace(image(f"alpine:{version}", os=system), horizon=Horizon(security_end=ended))


def test_every_supported_release_of_a_dead_distribution_s_family_is_a_candidate() -> None:
    dead, *later = (
        _released("3.12", dt.date(2022, 5, 1)),
        _released("3.22", dt.date(2027, 11, 1)),
        _released("3.23", dt.date(2028, 5, 1)),
        _released("3.20", dt.date(2026, 4, 1)),
    )

    found = advice(workload('FROM alpine:3.12\nRUN apk add curl\nCMD ["curl", "x"]\n'), images=(dead, *later))

    assert references(found) == ["alpine:3.23", "alpine:3.22"]
    assert "past support" in refusal(found, "alpine:3.20").cause
    assert difference(found.candidates[0], Aspect.RUNTIME_VERSION).touches == (Location("Dockerfile", 2),)


@dataclass(frozen=True)
class _Dated(CatalogDouble):
    """Knows that node 24 ends soon."""

    def end_of_life(self, product: str, cycle: str) -> EndOfLife | None:
        """Give node 24 another date than its images have."""
        if (product, cycle) != ("node", "24"):
            return None
        return EndOfLife(product, cycle, dt.date(2026, 12, 1), None, None, PROVENANCE)


def test_the_catalog_s_dates_of_a_line_come_before_those_of_its_images() -> None:
    app = replace(situation(workload(APP), _node(), images=IMAGES), catalog=_Dated(IMAGES))

    assert succeed(app, Subject(SubjectKind.RUNTIME, "node", "18.20.8")).version == "22"


def _until(base: BaseImage, year: int, month: int) -> BaseImage:
    return replace(base, horizon=replace(base.horizon, runtime_end=dt.date(year, month, 1)))


def _subject(found: Need) -> Subject:
    return Subject(SubjectKind.RUNTIME, found.value, found.version, found)
