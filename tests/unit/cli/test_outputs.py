"""`-o FORMAT=FILE`."""

from pathlib import Path

import pytest

from basewright.cli.outputs import Output, plan_outputs
from basewright.cli.settings import ASSESS_FORMATS
from basewright.errors import InputError


def test_stdout_gets_its_format_beside_the_files() -> None:
    assert plan_outputs(["html=a.html", "json=b.json"], "table", ASSESS_FORMATS) == (
        Output("table", None),
        Output("html", Path("a.html")),
        Output("json", Path("b.json")),
    )


def test_a_dash_takes_the_place_of_what_stdout_would_get() -> None:
    assert plan_outputs(["json=-"], "table", ASSESS_FORMATS) == (Output("json", None),)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["html"], "not FORMAT=FILE"),
        (["html="], "not FORMAT=FILE"),
        (["htm=a"], "no format 'htm'"),
        (["json=-", "html=-"], "two documents would go to stdout"),
        (["json=a", "html=./a"], "two documents would go to a"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(texts: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan_outputs(texts, "table", ASSESS_FORMATS)


def test_the_formats_of_the_settings_are_those_of_the_reports() -> None:
    from basewright import report

    assert set(ASSESS_FORMATS) == set(report.FORMATS)
