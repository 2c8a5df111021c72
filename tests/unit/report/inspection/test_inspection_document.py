"""The document of an image for programs, held against its published schema."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from inspections import CASES, SECRET, attacked, incomplete, inspection, inventory, successor

from basewright.inventory.compare import compare
from basewright.model.comparison import Comparison
from basewright.model.executable import ElfFacts, ElfKind
from basewright.model.inventory import Inspection
from basewright.report.inspection import render, view
from basewright.report.interface import RenderOptions

SCHEMAS = Path(__file__).parents[4] / "docs" / "schemas"


def document(inspections: Sequence[Inspection], comparison: Comparison | None = None) -> dict[str, Any]:
    text = render(inspections, "json", options=RenderOptions(), comparison=comparison)
    found: dict[str, Any] = json.loads(text)
    return found


def schema(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / name).read_bytes()))


@pytest.mark.parametrize("name", CASES)
def test_the_document_is_of_its_schema(name: str) -> None:
    schema("inspect-1.json").validate(document([CASES[name]()]))


@pytest.mark.parametrize("name", CASES)
def test_the_document_of_a_comparison_is_of_its_schema(name: str) -> None:
    found = document([CASES[name]()], compare(inspection(), CASES[name]()))
    schema("inspect-1.json").validate(found)
    assert found["against"]["input"]["image"] == "registry.test/shop/web:1.4"


def test_the_document_of_several_platforms_is_of_its_schema() -> None:
    found = document([inspection(), successor()])
    schema("inspect-set-1.json").validate(found)
    assert [one["schema"] for one in found["images"]] == ["basewright/inspect/1"] * 2


def test_a_document_of_one_image_is_against_none() -> None:
    assert document([inspection()])["against"] is None


def test_a_comparison_tells_what_changed() -> None:
    against = document([successor()], compare(inspection(), successor()))["against"]
    assert (against["old"]["bytes"], against["new"]["bytes"]) == (90_000_000, 80_000_000)
    assert against["shared_layers"] == {"count": 1, "bytes": 75_000_000, "is_whole_old": False}
    assert [one["purl"] for one in against["packages"]["added"]] == ["pkg:npm/zod@3.23.0"]
    assert against["packages"]["changed"] == [{"type": "deb", "name": "bash", "old": ["5.2.15-2"], "new": ["5.2.21-1"]}]
    assert against["executables"] == {"added": ["usr/bin/jq"], "removed": ["usr/bin/passwd"]}
    assert [one["id"] for one in against["hardening"]["removed"]] == ["runs-as-root"]
    assert {"aspect": "user", "old": None, "new": "shop"} in against["config"]
    assert len(against["layers"]) == 3


def test_an_incomplete_old_image_is_said_to_be() -> None:
    against = document([inspection()], compare(incomplete(), inspection()))["against"]
    assert against["incomplete"] is True
    assert against["unknowns"][0] == {"path": "layer 0", "reason": "the blob ends early"}


@pytest.mark.parametrize("format_", ["json", "table", "markdown", "html"])
def test_no_credential_is_in_any_format(format_: str) -> None:
    wishes = RenderOptions(verbose=True)
    alone = render([inspection()], format_, options=wishes)
    beside = render([successor()], format_, options=wishes, comparison=compare(inspection(), successor()))
    several = render([inspection(), successor()], format_, options=wishes)
    for text in (alone, beside, several):
        assert SECRET.encode() not in text
        assert b"***" in text or b"\\*\\*\\*" in text


def test_hostile_names_are_escaped() -> None:
    text = render([attacked()], "json", options=RenderOptions(), comparison=compare(inspection(), attacked())).decode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "##[" not in text


def test_the_same_inspection_is_the_same_bytes() -> None:
    for format_ in ("json", "table", "markdown", "html"):
        once = render([inspection()], format_, options=RenderOptions())
        assert once == render([inspection()], format_, options=RenderOptions())


@pytest.mark.parametrize(
    ("security_end", "lts_end", "said", "expected"),
    [
        (dt.date(2026, 6, 10), None, None, True),
        (dt.date(2026, 11, 20), None, None, True),
        (dt.date(2026, 11, 21), None, None, False),
        (dt.date(2026, 6, 10), dt.date(2028, 6, 30), None, False),
        (dt.date(2020, 6, 10), dt.date(2024, 6, 30), None, True),
        (None, None, True, True),
        (None, None, False, False),
        (None, None, None, None),
    ],
)
def test_the_document_and_the_page_agree_on_the_end_of_support(
    security_end: dt.date | None, lts_end: dt.date | None, said: bool | None, expected: bool | None
) -> None:
    known = inspection().end_of_life
    assert known is not None
    end = replace(known, security_end=security_end, lts_end=lts_end, is_over=said)
    found = inspection(end_of_life=end)
    assert document([found])["os"]["end_of_life"]["is_over"] is expected
    assert view.support(found)[1] is bool(expected)


@pytest.mark.parametrize(
    ("kind", "is_pie", "expected"),
    [("executable", True, True), ("executable", False, False), ("shared", False, None), ("relocatable", False, None)],
)
def test_only_of_programs_is_it_said_whether_they_are_pie(kind: ElfKind, is_pie: bool, expected: bool | None) -> None:
    facts = ElfFacts(bits=64, byte_order="little", kind=kind, machine="x86_64", is_pie=is_pie)
    one = replace(inventory().executables[0], facts=facts)
    (found,) = document([inspection(inventory=inventory(executables=(one,)))])["executables"]
    assert found["is_pie"] is expected
