"""Problems are told within bounds."""

import pytest

from basewright.formats.problems import BORNE, TOLD, Problems, TooManyProblemsError


def test_no_problem_is_no_problem() -> None:
    assert not Problems()
    assert list(Problems()) == []


def test_many_problems_are_counted_rather_than_listed() -> None:
    problems = Problems()
    for number in range(TOLD + 5):
        problems.add(f"place {number}")

    assert len(list(problems)) == TOLD + 1
    assert list(problems)[-1] == "and 5 more damaged places"


def test_a_file_beyond_reading_is_given_up() -> None:
    problems = Problems()
    for number in range(1, BORNE):
        problems.add(f"place {number}")

    with pytest.raises(TooManyProblemsError, match="given up"):
        problems.add("the last")
    assert list(problems)[-1] == f"given up after {BORNE} damaged places"
