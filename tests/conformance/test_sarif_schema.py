"""What is written as SARIF against the schema that OASIS publishes."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from assessments import CASES

from basewright.report import RenderOptions, render

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_a_log_follows_the_official_schema(name: str) -> None:
    validator = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    log = json.loads(render(CASES[name](), "sarif", options=RenderOptions()))
    assert [error.message for error in validator.iter_errors(log)] == []


def test_the_schema_refuses_a_wrong_log() -> None:
    log = json.loads(render(CASES["shop"](), "sarif", options=RenderOptions()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema_rs.validator_for(SCHEMA).is_valid(log)
