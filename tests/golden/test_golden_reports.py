"""Whole assessments of whole projects, agreed by a person line by line.

Each case is a folder with a `project/` (or a `case.json` that names one) and the `report.md` and `report.json` that were
agreed. After a change that is meant: `python tools/write_golden.py`, then read the difference as a reviewer would.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from write_golden import CASES, render_case  # noqa: E402


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report_is_the_agreed_one(case: Path) -> None:
    for name, content in render_case(case).items():
        agreed = (case / name).read_bytes()
        assert content == agreed, f"{case.name}/{name} differs; if that is meant: python tools/write_golden.py"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_project_gives_the_same_bytes_twice(case: Path) -> None:
    assert render_case(case) == render_case(case)
