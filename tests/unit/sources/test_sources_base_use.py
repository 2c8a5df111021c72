"""The base of a workload, and where a person changes it: writing another reference over the span changes the base."""

from collections.abc import Callable
from pathlib import Path

import pytest

from basewright.model.platform import Platform
from basewright.model.workload import Project, Workload
from basewright.ports.files import DirectoryFiles
from basewright.sources import SourceOptions, discover

Discover = Callable[..., Project]
Text = Callable[[Workload], str | None]

NEW = "registry.example/new:1"


@pytest.mark.parametrize(
    ("files", "resolved", "where", "changed_at", "text"),
    [
        pytest.param({"Dockerfile": "FROM node:24\n"}, "node:24", "Dockerfile:1", "Dockerfile:1", "node:24", id="from"),
        pytest.param(
            {"Dockerfile": "# syntax=docker/dockerfile:1\r\nFROM --platform=linux/amd64 \\\r\n  node:24 AS x\r\n"},
            "node:24", "Dockerfile:2", "Dockerfile:2", "node:24", id="flags-and-continuation",
        ),
        pytest.param(
            {"Dockerfile": "FROM golang AS b\nFROM alpine AS base\nFROM base\nCOPY --from=b /x /x\n"},
            "alpine", "Dockerfile:2", "Dockerfile:2", "alpine", id="chain",
        ),
        pytest.param(
            {"Dockerfile": "ARG BASE=node:24\nFROM ${BASE}\n"},
            "node:24", "Dockerfile:2", "Dockerfile:1", "node:24", id="arg-default",
        ),
        pytest.param(
            {"Dockerfile": 'ARG A="node:24"\nARG B=$A\nFROM $B\n'},
            "node:24", "Dockerfile:3", "Dockerfile:1", "node:24", id="quoted-arg-of-an-arg",
        ),
        pytest.param(
            {"Dockerfile": "FROM ${BASE:-node:24}\n"},
            "node:24", "Dockerfile:1", "Dockerfile:1", "node:24", id="default-in-from",
        ),
        pytest.param(
            {"Dockerfile": "ARG V=24\nFROM node:${V}-slim\n"},
            "node:24-slim", "Dockerfile:2", "Dockerfile:2", "node:${V}-slim", id="mixed",
        ),
        pytest.param(
            {
                "compose.yaml": 'services: {web: {build: {context: ., args: {BASE: "node:24"}}}}\n',
                "Dockerfile": "ARG BASE=node:20\nFROM $BASE\n",
            },
            "node:24", "Dockerfile:2", "compose.yaml:1", "node:24", id="compose-argument",
        ),
        pytest.param(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n      - BASE=node:24\n",
                "Dockerfile": "ARG BASE\nFROM $BASE\n",
            },
            "node:24", "Dockerfile:2", "compose.yaml:6", "node:24", id="compose-argument-in-a-list",
        ),
        pytest.param(
            {
                "compose.yaml": "services: {web: {build: {context: ., args: ['BASE=${IMAGE}']}}}\n",
                ".env": '# note\nIMAGE="node:24"\n',
                "Dockerfile": "ARG BASE\nFROM $BASE\n",
            },
            "node:24", "Dockerfile:2", ".env:2", "node:24", id="env-file-through-an-argument",
        ),
        pytest.param(
            {
                "compose.yaml": "services: {web: {build: {context: ., args: [BASE]}}}\n",
                ".env": "BASE=node:24\n",
                "Dockerfile": "ARG BASE=x\nFROM $BASE\n",
            },
            "node:24", "Dockerfile:2", ".env:1", "node:24", id="env-file-for-an-argument-without-value",
        ),
        pytest.param(
            {"compose.yaml": "services:\n  db:\n    image: 'postgres:16'\n"},
            "postgres:16", "compose.yaml:3", "compose.yaml:3", "postgres:16", id="image",
        ),
        pytest.param(
            {"compose.yaml": 'services: {db: {image: "${DB:-postgres:16}"}}\n'},
            "postgres:16", "compose.yaml:1", "compose.yaml:1", "postgres:16", id="image-default",
        ),
        pytest.param(
            {"compose.yaml": "services: {db: {image: 'postgres:${V:-16}'}}\n"},
            "postgres:16", "compose.yaml:1", "compose.yaml:1", "postgres:${V:-16}", id="image-mixed",
        ),
        pytest.param(
            {"compose.yaml": "services: {db: {image: $DB}}\n", ".env": "A=1\nDB=postgres:16 # main\n"},
            "postgres:16", "compose.yaml:1", ".env:2", "postgres:16", id="image-from-env-file",
        ),
        pytest.param(
            {"compose.yaml": "# ä ö ü\nservices: {db: {image: postgres:16}} # ß\n"},
            "postgres:16", "compose.yaml:2", "compose.yaml:2", "postgres:16", id="after-other-letters",
        ),
    ],
)  # fmt: skip
def test_the_deciding_text_is_found_and_writing_over_it_changes_the_base(
    files: dict[str, str],
    resolved: str,
    where: str,
    changed_at: str,
    text: str,
    discover_files: Discover,
    deciding_text: Text,
    tmp_path: Path,
) -> None:
    (workload,) = discover_files(files).workloads
    base = workload.base

    assert base.resolved == resolved
    assert str(base.reference) == resolved
    assert (str(base.where), str(base.changed_at)) == (where, changed_at)
    assert deciding_text(workload) == text
    assert base.changed_span is not None

    path = tmp_path / base.changed_at.file
    content = path.read_bytes()
    path.write_bytes(content[: base.changed_span.start] + NEW.encode() + content[base.changed_span.stop :])
    (changed,) = discover(DirectoryFiles(tmp_path), SourceOptions()).workloads
    assert str(changed.base.reference) == NEW


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"Dockerfile": "ARG BASE\nFROM $BASE\n"}, "BASE"),
        (
            {
                "compose.yaml": "services: {web: {build: {context: ., args: {BASE: '${NO}'}}}}\n",
                "Dockerfile": "ARG BASE=node\nFROM $BASE\n",
            },
            "no value for NO",
        ),
    ],
)
def test_a_base_without_a_value_is_not_guessed(files: dict[str, str], told: str, discover_files: Discover) -> None:
    (workload,) = discover_files(files).workloads

    assert workload.base.reference is None
    assert told in workload.base.reason
    assert any(told in unknown.reason for unknown in workload.unknowns)


def test_scratch_has_no_reference_and_no_reason(discover_files: Discover) -> None:
    (workload,) = discover_files({"Dockerfile": "FROM scratch\nCOPY x /x\n"}).workloads

    assert (workload.base.resolved, workload.base.reference, workload.base.reason) == ("scratch", None, "")
    assert not workload.unknowns


def test_the_platform_decides_where_the_file_asks_for_it(discover_files: Discover) -> None:
    files = {"Dockerfile": "ARG TARGETARCH\nFROM base-$TARGETARCH\n"}

    assert discover_files(files, platform=Platform("linux", "arm64")).workloads[0].base.resolved == "base-arm64"


def test_an_argument_with_a_folded_value_is_not_edited_in_one_piece(discover_files: Discover) -> None:
    (workload,) = discover_files({"compose.yaml": "services:\n  db:\n    image: >-\n      postgres:16\n"}).workloads

    assert str(workload.base.reference) == "postgres:16"
    assert workload.base.changed_span is None
