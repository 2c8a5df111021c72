"""`catalog list` and `catalog show` on the command line."""

import io
import json
from pathlib import Path

import pytest

from basewright.catalog import load
from basewright.cli import run
from basewright.ports.terminal import Terminal


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def printed(*arguments: str) -> str:
    out = io.BytesIO()
    text = io.TextIOWrapper(out, encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert run(arguments, Terminal(text, err, {})) == 0
    text.flush()
    return out.getvalue().decode()


def test_without_a_filter_the_catalog_is_summed_up() -> None:
    text = printed("catalog", "list")
    images = load().list_images()

    assert len(text.splitlines()) < 60
    assert f"{len(images)} images in all" in text
    assert "--all" in text
    row = next(line for line in text.splitlines() if line.startswith("Google distroless"))
    assert int(row.split()[2]) == sum(one.vendor == "Google distroless" for one in images)


def test_the_counts_of_the_summary_are_those_of_the_lists() -> None:
    rows = [line.split() for line in printed("catalog", "list").partition("RUNTIME OR SERVICE")[2].splitlines()]
    counts = {row[0]: int(row[1]) for row in rows if len(row) > 2 and row[1].isdigit()}

    for name in ("node", "python", "nginx"):
        assert len(printed("catalog", "list", "--runtime", name).splitlines()) - 1 == counts[name]


def test_every_image_is_listed_when_asked_for_and_as_json() -> None:
    count = len(load().list_images())

    assert len(printed("catalog", "list", "--all").splitlines()) == count + 1
    assert len(json.loads(printed("catalog", "list", "--format", "json"))["images"]) == count


def test_what_an_image_carries_and_whether_it_was_published_is_told() -> None:
    document = json.loads(printed("catalog", "show", "maven:3.9-eclipse-temurin-21", "--format", "json"))

    assert document["image"]["carries"] == [{"name": "java", "version": "21"}]
    assert document["unpublished"] is False
    assert "java 21" in printed("catalog", "show", "maven:3.9-eclipse-temurin-21")
    assert json.loads(printed("catalog", "show", "debian:slim", "--format", "json"))["unpublished"] is True
    assert json.loads(printed("catalog", "show", "sonarqube:lts", "--format", "json"))["unpublished"] is None


@pytest.mark.parametrize(
    ("image", "rule"), [("debian:slim", "tag-unpublished"), ("sonarqube:lts", "base-unknown"), ("busybox:1.36", "")]
)
def test_only_a_tag_that_never_was_is_an_error(tmp_path: Path, image: str, rule: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {image}\n", encoding="utf-8")
    (workload,) = json.loads(printed("assess", ".", "--format", "json"))["workloads"]

    found = {one["rule"]: one["severity"] for one in workload["findings"]}
    assert ({"tag-unpublished", "base-unknown"} & found.keys()) == ({rule} if rule else set())
    assert found.get("tag-unpublished", "error") == "error"
    assert found.get("base-unknown", "note") == "note"
