"""How long the program takes to start, against the bare interpreter.

    python benchmarks/startup.py [--runs 21]

The commands run in turn, A B C A B C, as whole processes of this interpreter; medians and the ratio of the medians to
``python -c pass`` go to benchmarks/results/startup.md and startup.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
_SCRIPT = Path(sys.executable).with_name("basewright")
_BARE = "python -c pass"
_COMMANDS: dict[str, list[str]] = {
    _BARE: [sys.executable, "-c", "pass"],
    "python -m basewright --version": [sys.executable, "-m", "basewright", "--version"],
    "basewright --version": [str(_SCRIPT), "--version"],
    "basewright --help": [str(_SCRIPT), "--help"],
    "basewright assess --help": [str(_SCRIPT), "assess", "--help"],
}


@dataclass(frozen=True, slots=True)
class Row:
    """One command's measurement."""

    command: str
    median_milliseconds: float
    fastest_milliseconds: float
    ratio: float
    """Of the medians, to the bare interpreter."""


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    rows = measure(runs)
    text = _page(rows, runs)
    sys.stdout.write(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "startup.md").write_text(text, encoding="utf-8")
    document = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "runs": runs,
        "rows": [*map(asdict, rows)],
    }
    (RESULTS / "startup.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(runs: int) -> list[Row]:
    """Return a row for each command, from `runs` rounds after one to warm up."""
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for number in range(runs + 1):
        for name, command in _COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            if number:
                times[name].append((time.perf_counter() - start) * 1000)
    bare = statistics.median(times[_BARE])
    return [
        Row(name, round(statistics.median(one), 1), round(min(one), 1), round(statistics.median(one) / bare, 2))
        for name, one in times.items()
    ]


def _page(rows: list[Row], runs: int) -> str:
    lines = [
        "# Start-up",
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}; whole processes, {runs} rounds in turn.",
        "Written by `benchmarks/startup.py`.",
        "",
        "| command | median ms | fastest ms | against the bare interpreter |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{one.command}` | {one.median_milliseconds} | {one.fastest_milliseconds} | {one.ratio} |" for one in rows
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
