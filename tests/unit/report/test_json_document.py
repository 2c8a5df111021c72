"""The JSON document and its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from assessments import CASES, attacked, database, declared, frontend, on_scratch, shop, unresolved
from assessments import assessment as make

from basewright.report import RenderOptions, render
from basewright.report.schemas import DOCUMENTS, json_schema, schema_bytes

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


def rendered(assessment: Any) -> Any:
    return json.loads(render(assessment, "json", options=RenderOptions()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_the_published_schema_is_the_one_of_the_structures(document: Any) -> None:
    assert (SCHEMAS / document.file_name).read_bytes() == schema_bytes(document)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_a_published_schema_is_valid_json_schema(document: Any) -> None:
    jsonschema_rs.meta.validate(json_schema(document))


@pytest.mark.parametrize("name", CASES)
def test_a_document_follows_its_schema(name: str) -> None:
    jsonschema_rs.validator_for(json_schema(DOCUMENTS[0])).validate(rendered(CASES[name]()))


def test_a_wrong_document_does_not_follow_the_schema() -> None:
    document = rendered(shop())
    document["workloads"][0]["base"]["bytes"] = "many"
    assert not jsonschema_rs.validator_for(json_schema(DOCUMENTS[0])).is_valid(document)


def test_what_is_not_known_is_null_and_not_zero() -> None:
    pricing = next(one for one in rendered(shop())["workloads"] if one["name"] == "pricing")
    assert pricing["candidates"][0]["expected"]["packages"] == {"today": None, "after": 4, "saved": None}
    assert pricing["candidates"][0]["expected"]["advisories"] is None
    assert pricing["risk"]["before"]["packages"] is None
    assert pricing["risk"]["before"]["advisories"] is None
    assert pricing["risk"]["after"]["packages"] == 4


def test_what_is_not_looked_at_is_said() -> None:
    document = rendered(shop())
    assert any(entry.startswith("advisories:") for entry in document["not_looked_at"])
    assert document["risk"]["before"]["advisories"] is None
    assert all(one["not_looked_at"] for one in document["threats"])


def test_a_base_that_is_not_resolved_has_its_reason() -> None:
    document = rendered(make(unresolved()))
    base = document["workloads"][0]["base"]
    assert base["reference"] is None
    assert base["kind"] is None
    assert base["reason"] == "BASE has no default and no value is given"
    assert document["incomplete"] is True


def test_lists_are_sorted() -> None:
    document = rendered(shop())
    assert [one["name"] for one in document["workloads"]] == ["db", "frontend", "pricing", "worker"]
    frontend_document = document["workloads"][1]
    assert [one["phase"] for one in frontend_document["needs"]] == ["build", "run", "run", "run"]
    assert [one["rank"] for one in frontend_document["candidates"]] == [1, 2]


def test_the_order_of_what_is_assessed_does_not_matter() -> None:
    one = make(frontend(), unresolved())
    other = make(unresolved(), frontend())
    assert rendered(one) == rendered(other)


def test_no_value_of_an_environment_variable_is_printed() -> None:
    text = render(shop(), "json", options=RenderOptions())
    assert b"do-not-print-me" not in text
    assert b"hunter2" not in text


def test_hostile_text_survives_as_text_and_steers_nothing() -> None:
    text = render(attacked(), "json", options=RenderOptions())
    document = json.loads(text)
    assert "\x1b[31mred" in document["workloads"][0]["name"]
    assert b"\x1b" not in text
    assert "\u202e" not in text.decode()
    assert not any(line.lstrip().startswith(b"::") for line in text.splitlines())
    assert "\\xff\\x80-bytes" in document["workloads"][0]["name"]


def test_threats_say_whom_they_concern_before_and_after() -> None:
    threats = {one["id"]: one for one in rendered(make(frontend(), database()))["threats"]}
    assert sorted(threats) == list(threats)
    past = threats["base-past-support"]
    assert (past["today"], past["after"]) == (
        {"count": 1, "workloads": ["frontend"], "unknown": []},
        {"count": 0, "workloads": [], "unknown": []},
    )
    assert past["severity"] == "high"
    assert past["reduced_by"]


def test_a_threat_of_which_something_is_not_known_has_no_count() -> None:
    shells = next(one for one in rendered(make(frontend(), unresolved()))["threats"] if one["id"] == "shell")
    assert shells["today"] == {"count": None, "workloads": ["frontend"], "unknown": ["worker"]}


def test_vulnerabilities_are_no_zero() -> None:
    found = next(one for one in rendered(make(frontend()))["threats"] if one["id"] == "vulnerable-packages")
    assert found["severity"] is None
    assert found["today"]["count"] is None
    assert found["after"]["count"] is None


def test_risk_is_summed_only_where_all_is_known() -> None:
    alone = rendered(make(frontend()))
    surface = alone["workloads"][0]["risk"]
    assert surface["before"]["shell"] is True
    assert surface["before"]["root"] is True
    assert alone["risk"]["before"]["shells"] == 1
    assert alone["risk"]["before"]["compressed_bytes"] == 397_000_000
    assert rendered(make(frontend(), unresolved()))["risk"]["before"]["shells"] is None
    assert set(rendered(make())["risk"]["before"].values()) == {None}


def test_scratch_is_a_base_without_a_reference() -> None:
    (workload,) = rendered(make(on_scratch()))["workloads"]
    assert workload["base"]["kind"] == "scratch"
    assert workload["base"]["reference"] is None
    assert (workload["base"]["shell"], workload["base"]["package_manager"]) == (False, False)
    assert workload["risk"]["before"]["packages"] == 0
    jsonschema_rs.validator_for(json_schema(DOCUMENTS[0])).validate(rendered(make(on_scratch())))


def test_what_people_declare_is_there_with_owner_and_reason() -> None:
    (workload,) = rendered(make(declared(frontend())))["workloads"]
    assert [one["key"] for one in workload["declarations"]] == ["criticality", "environment", "familiarity"]
    assert workload["declarations"][0] == {
        "key": "criticality",
        "value": "high",
        "owner": "Ops",
        "reason": "it takes the orders",
        "where": {"file": "basewright.toml", "line": 3},
    }
