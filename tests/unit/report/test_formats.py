"""The formats as a set."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from assessments import CASES, shop

from basewright.errors import InputError
from basewright.report import ALL, FORMATS, RenderOptions, render


def test_the_formats_of_an_assessment_are_those_of_the_contract() -> None:
    assert list(FORMATS) == ["table", "json", "markdown", "html", "sarif"]
    assert len(FORMATS) == len(ALL)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_the_same_assessment_gives_the_same_bytes_and_ends_its_last_line(name: str, case: str) -> None:
    first = render(CASES[case](), name, options=RenderOptions())
    assert first == render(CASES[case](), name, options=RenderOptions())
    assert first.endswith(b"\n")
    assert not first.endswith(b"\n\n")
    first.decode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_the_workloads_does_not_matter(name: str) -> None:
    turned = replace(shop(), workloads=shop().workloads[::-1], inputs=shop().inputs[::-1])
    assert render(turned, name, options=RenderOptions()) == render(shop(), name, options=RenderOptions())


def test_a_format_that_does_not_exist_is_the_callers_mistake() -> None:
    with pytest.raises(InputError, match="no report format 'pdf'") as caught:
        render(shop(), "pdf", options=RenderOptions())
    assert "markdown" in caught.value.hint


def test_only_the_format_that_is_asked_for_is_imported() -> None:
    code = """
import sys
from assessments import empty
from basewright.report import RenderOptions, render
render(empty(), "json", options=RenderOptions())
print([one for one in ("rich", "jinja2", "basewright.report.content") if one in sys.modules])
"""
    paths = f"{Path(__file__).parents[2] / 'support'}"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
