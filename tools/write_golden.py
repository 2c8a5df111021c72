"""Writes the agreed reports of tests/golden again; the difference is then read by a person.

python tools/write_golden.py [CASE ...]
"""

import datetime as dt
import json
import os
import sys
from pathlib import Path

from basewright.pipeline import AssessRequest, Services, assess
from basewright.ports.clock import FixedClock
from basewright.ports.files import DirectoryFiles
from basewright.report import RenderOptions, render

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if (path / "project").is_dir() or (path / "case.json").exists())
TODAY = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
FORMATS = {"report.md": "markdown", "report.json": "json", "report.txt": "table", "report.sarif": "sarif"}


def render_case(case: Path) -> dict[str, bytes]:
    """Return the reports of one case by file name, as of a fixed day."""
    described = case / "case.json"
    project = ROOT / json.loads(described.read_text())["project"] if described.exists() else case / "project"
    services = Services(FixedClock(TODAY), DirectoryFiles, lambda _: None)
    before = Path.cwd()
    os.chdir(project.parent)
    try:
        assessment = assess(AssessRequest(targets=(project.name,)), services)
    finally:
        os.chdir(before)
    options = RenderOptions(width=110)
    return {name: render(assessment, style, options=options) for name, style in FORMATS.items()}


def main(names: list[str]) -> int:
    """Write the reports of the named cases, of all where none is named."""
    for case in CASES:
        if not names or case.name in names:
            for name, content in render_case(case).items():
                (case / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
