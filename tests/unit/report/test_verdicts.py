"""A verdict claims what its candidate holds, and no more."""

from dataclasses import replace

import pytest
from assessments import assessment as make
from assessments import database, declared, frontend, on_scratch, pricing

from basewright.model.assessment import AssessedWorkload
from basewright.model.candidate import Action, ActionKind, Change, Finding, Severity
from basewright.model.span import Location
from basewright.report import urgency, verdicts, view

MOVE = Action(1, ActionKind.CHANGE_BASE, "move to node 24 first: 18 is past its end of life since 2025-04-30", "why")


def with_actions(assessed: AssessedWorkload, *actions: Action) -> AssessedWorkload:
    return replace(assessed, recommendation=replace(assessed.recommendation, actions=actions))


def test_a_move_to_the_next_line_is_no_staying() -> None:
    found = verdicts.verdict(with_actions(database(), MOVE))
    assert found.standing is verdicts.Standing.CHANGES
    assert found.sentence == "Move to node 24 first: 18 is past its end of life since 2025-04-30."


def test_a_move_before_the_candidate_is_said_before_it() -> None:
    then = replace(MOVE, rank=2, what="then run on node:24-trixie-slim")
    found = verdicts.verdict(with_actions(frontend(), MOVE, then))
    assert found.standing is verdicts.Standing.CHANGES
    assert found.sentence.startswith("Move to node 24 first")
    assert "Then node:24-trixie-slim fits" in found.sentence


def test_a_stage_of_its_own_is_a_named_change() -> None:
    found = verdicts.verdict(pricing())
    assert found.standing is verdicts.Standing.CHANGES
    assert "once the build has a stage of its own" in found.sentence


def test_nothing_saved_is_not_said_to_be_less() -> None:
    first = frontend().recommendation.candidates[0]
    same = replace(first, expected=replace(first.expected, compressed_bytes=Change(5, 5)))
    assert verdicts.gain_sentence(same) == ""


def test_a_project_in_which_nothing_moves_says_no_bytes() -> None:
    assert view.savings(make(database())).counted == 1
    assert view.savings_sentence(make(database())) == ""


def test_scratch_stays_and_says_what_it_lacks() -> None:
    assert "no base is smaller" in verdicts.verdict(on_scratch()).sentence
    error = Finding("shell-absent-in-base", Severity.ERROR, "it has no shell", Location("static/Dockerfile", 6))
    found = verdicts.verdict(on_scratch(error))
    assert found.standing is verdicts.Standing.STAYS
    assert "1 finding says that it lacks what it needs" in found.sentence


def test_counts_name_what_is_not_known_only_where_there_is_such() -> None:
    assert verdicts.standings(make(frontend(), pricing())) == "1 fit as they are, 1 after named changes, 0 stay"
    assert verdicts.standings(make()) == "none was found"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"environment": "production"}, {"environment": "staging"}),
        ({"criticality": "high"}, {"criticality": "low"}),
    ],
)
def test_production_and_high_criticality_come_first(one: dict[str, str], other: dict[str, str]) -> None:
    sooner, later = declared(pricing(), **one), declared(frontend(), **other)
    assert urgency.by_urgency(make(later, sooner)) == (sooner, later)


def test_without_declarations_the_order_is_by_name() -> None:
    names = [one.workload.name for one in urgency.by_urgency(make(pricing(), frontend(), database()))]
    assert names == ["db", "frontend", "pricing"]


def test_a_base_that_cannot_stay_is_not_said_to_stay() -> None:
    message = "`ubuntu:slim` is no published tag"
    finding = Finding("tag-unpublished", Severity.ERROR, message, Location("Dockerfile", 1))
    refused = database()
    stuck = replace(refused, recommendation=replace(refused.recommendation, findings=(finding,), actions=()))

    found = verdicts.verdict(stuck)

    assert found.standing is verdicts.Standing.CHANGES
    assert found.sentence.startswith(f"It cannot stay where it is: {message}; ")
    warned = replace(finding, severity=Severity.WARNING)
    kept = replace(refused, recommendation=replace(refused.recommendation, findings=(warned,), actions=()))
    assert verdicts.verdict(kept).standing is verdicts.Standing.STAYS
