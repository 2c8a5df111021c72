"""`--fail-on`: 1 wins over 7, 7 over 0."""

import datetime as dt

import pytest

from basewright.cli.gate import GateCode, judge
from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Finding, Recommendation, Severity
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import BaseUse, Origin, Workload

_WHERE = Location("Dockerfile", 1)
_UNKNOWN = Unknown("compose.yaml", "not YAML")


def assessment(*severities: Severity, unknowns: tuple[Unknown, ...] = ()) -> Assessment:
    findings = tuple(Finding(f"rule-{one}", one, "what is wrong", _WHERE) for one in severities)
    workload = Workload("web", Origin.DOCKERFILE, _WHERE, BaseUse("scratch", "scratch", None, _WHERE, _WHERE))
    one = AssessedWorkload(workload, (), Recommendation(None, (), (), (), (), findings))
    return Assessment(".", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), (one,), (), dt.date(2026, 1, 1), unknowns)


@pytest.mark.parametrize(
    ("found", "rules", "code"),
    [
        (assessment(Severity.ERROR), [], GateCode.PASSED),
        (assessment(Severity.ERROR), ["rule-error"], GateCode.FAILED),
        (assessment(Severity.ERROR), ["rule-warning"], GateCode.PASSED),
        (assessment(Severity.ERROR), ["warning"], GateCode.FAILED),
        (assessment(Severity.WARNING), ["error"], GateCode.PASSED),
        (assessment(Severity.NOTE), ["note"], GateCode.FAILED),
        (assessment(unknowns=(_UNKNOWN,)), [], GateCode.PASSED),
        (assessment(unknowns=(_UNKNOWN,)), ["error"], GateCode.CANNOT_TELL),
        (assessment(unknowns=(_UNKNOWN,)), ["incomplete"], GateCode.FAILED),
        (assessment(Severity.ERROR, unknowns=(_UNKNOWN,)), ["error"], GateCode.FAILED),
        (assessment(), ["error"], GateCode.PASSED),
    ],
)
def test_the_gate_judges_only_what_it_was_asked_for(found: Assessment, rules: list[str], code: GateCode) -> None:
    assert judge(found, rules).code is code


def test_a_failed_gate_names_the_place_and_the_rule() -> None:
    assert judge(assessment(Severity.ERROR), ["error"]).reasons == ("Dockerfile:1: rule-error: what is wrong",)


def test_nothing_to_judge_is_no_pass() -> None:
    nothing = Assessment(".", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), (), (), dt.date(2026, 1, 1))

    assert judge(nothing, ["error"]).code is GateCode.CANNOT_TELL
