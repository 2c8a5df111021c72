"""The SARIF log beyond its schema: places, fingerprints, limits."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from assessments import assessment as make
from assessments import attacked, frontend, pricing, shop, unresolved

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import Horizon
from basewright.model.candidate import Finding, Severity
from basewright.model.span import Location
from basewright.report import RenderOptions, render
from basewright.report.sarif import RESULTS_LIMIT, SMALLER_BASE


def run(assessment: Assessment) -> Any:
    (only,) = json.loads(render(assessment, "sarif", options=RenderOptions()))["runs"]
    return only


def moved(assessed: AssessedWorkload, lines: int) -> AssessedWorkload:
    advice = assessed.recommendation
    findings = tuple(replace(one, where=Location(one.where.file, one.where.line + lines)) for one in advice.findings)
    return replace(assessed, recommendation=replace(advice, findings=findings))


def test_a_finding_points_at_its_line() -> None:
    result = next(one for one in run(make(frontend()))["results"] if one["ruleId"] == "base-past-support")
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "frontend/Dockerfile", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 5},
    }
    assert result["level"] == "warning"


def test_a_smaller_supported_base_is_a_note_at_the_from_line() -> None:
    found = [one for one in run(shop())["results"] if one["ruleId"] == SMALLER_BASE]
    places = [one["locations"][0]["physicalLocation"] for one in found]
    assert [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [
        ("frontend/Dockerfile", 5),
        ("pricing/Dockerfile", 1),
    ]
    assert {one["level"] for one in found} == {"note"}


def test_a_base_past_its_support_is_not_offered_as_supported() -> None:
    assessed = pricing()
    (candidate,) = assessed.recommendation.candidates
    ended = replace(candidate.base, horizon=Horizon(make().created.date()))
    advice = replace(assessed.recommendation, candidates=(replace(candidate, base=ended),))
    assert run(make(replace(assessed, recommendation=advice)))["results"] == []


def test_rules_are_those_in_use_and_results_name_them_by_index() -> None:
    only = run(shop())
    rules = [one["id"] for one in only["tool"]["driver"]["rules"]]
    assert rules == ["base-past-support", "runs-as-root", SMALLER_BASE]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in only["results"])


def test_a_fingerprint_survives_a_moved_line_and_tells_findings_apart() -> None:
    before, after = run(make(frontend())), run(make(moved(frontend(), 7)))

    def prints(only: Any) -> set[str]:
        return {one["partialFingerprints"]["basewright/v1"] for one in only["results"]}

    assert prints(before) == prints(after)
    assert len(prints(before)) == len(before["results"])


def test_uris_are_relative_encoded_and_below_the_root() -> None:
    uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run(attacked())["results"]]
    for uri in uris:
        assert uri.isascii()
        assert not set(uri) & set(' <>"|`[]:\n')
        assert ".." not in unquote(uri).split("/")
        assert not uri.startswith("/")


def test_a_place_without_a_line_has_no_region() -> None:
    assessed = frontend()
    findings = (Finding("runs-as-root", Severity.NOTE, "x", Location("../../etc/a b#c")),)
    advice = replace(assessed.recommendation, findings=findings, candidates=())
    place = run(make(replace(assessed, recommendation=advice)))["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "etc/a%20b%23c", "uriBaseId": "SRCROOT"}}


def test_hostile_text_makes_no_link_and_no_escape_sequence() -> None:
    text = render(attacked(), "sarif", options=RenderOptions()).decode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    for result in run(attacked())["results"]:
        assert "\\[x\\]" in result["message"]["text"]


def test_more_results_than_services_take_are_left_out_and_that_is_said() -> None:
    assessed = frontend()
    many = tuple(
        Finding("noted", Severity.NOTE, f"note {number}", Location("Dockerfile", number)) for number in range(5_010)
    )
    severe = Finding("severe", Severity.ERROR, "severe", Location("z", 1))
    advice = replace(assessed.recommendation, findings=(*many, severe), candidates=())
    only = run(make(replace(assessed, recommendation=advice)))
    assert len(only["results"]) == RESULTS_LIMIT
    assert any(one["ruleId"] == "severe" for one in only["results"])
    notes = only["invocations"][0]["toolExecutionNotifications"]
    assert "11 results" in notes[-1]["message"]["text"]


def test_what_could_not_be_looked_at_is_a_notification() -> None:
    notes = run(make(unresolved()))["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"].startswith("not looked at: worker/Dockerfile:2")
