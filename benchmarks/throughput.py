"""Files per second of `basewright assess`, side by side with hadolint, report included.

    python benchmarks/throughput.py --dockerfiles DIR [--compose DIR] [--runs 5]

DIR holds real files from public repositories, gathered by whoever measures (none are part of this project): any folder
is searched for Dockerfiles and Compose files, the first 300 and 100 by name are taken, each into a folder of its own.
The commands run in turn, A B A B, as whole processes; medians and the ratio pair by pair go to benchmarks/results/.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "throughput.md"


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dockerfiles", type=Path, required=True)
    parser.add_argument("--compose", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lines = list(_measure(options, Path(scratch)))
    text = "\n".join([*_head(), *lines, ""])
    sys.stdout.write(text)
    RESULT.write_text(text)
    return 0


def _head() -> Iterator[str]:
    yield "# Throughput"
    yield ""
    yield f"{os.cpu_count()} cores, Python {platform.python_version()}; whole processes, start-up and report included."
    yield "Written by `benchmarks/throughput.py`."
    yield ""
    yield "| what | files | tool | median s | files/s | ratio of times, pair by pair (min, median, max) |"
    yield "|---|---|---|---|---|---|"


def _measure(options: argparse.Namespace, scratch: Path) -> Iterator[str]:
    dockerfiles = _gather(options.dockerfiles, scratch / "dockerfiles", "dockerfile", 300)
    ours = [sys.executable, "-m", "basewright", "assess", "--quiet", "--format", "json", str(scratch / "dockerfiles")]
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names = [str(path) for path in dockerfiles]
    theirs = [hadolint, "--no-fail", "--format", "json", *names] if hadolint else None
    mine, other = _in_turn(ours, theirs, options.runs)
    yield _row("Dockerfiles", len(dockerfiles), "basewright assess", mine, None)
    if other:
        version = subprocess.run([str(hadolint), "--version"], capture_output=True, text=True, check=True).stdout
        tool = f"hadolint {version.split()[-1].partition('-')[0]}"
        yield _row("Dockerfiles", len(dockerfiles), tool, other, [b / a for a, b in zip(mine, other, strict=True)])
    else:
        yield "| Dockerfiles | | hadolint: not installed | | | |"
    if options.compose:
        files = _gather(options.compose, scratch / "compose", "compose", 100)
        ours[-1] = str(scratch / "compose")
        mine, _ = _in_turn(ours, None, options.runs)
        yield _row("Compose files", len(files), "basewright assess", mine, None)


def _gather(source: Path, into: Path, word: str, most: int) -> list[Path]:
    """Copy the first `most` files whose name holds `word` below `into`, each into a folder of its own."""
    found: list[Path] = []
    for path in sorted(source.rglob("*")):
        is_yaml = path.suffix in {".yml", ".yaml"}
        if len(found) < most and path.is_file() and word in path.name.lower() and is_yaml == (word == "compose"):
            folder = into / f"{len(found):04}"
            folder.mkdir(parents=True)
            name = "compose.yaml" if word == "compose" else "Dockerfile"
            found.append(Path(shutil.copy(path, folder / name)))
    if not found:
        raise SystemExit(f"{source}: no {word} files")
    return found


def _in_turn(first: list[str], second: list[str] | None, runs: int) -> tuple[list[float], list[float]]:
    """Return the wall seconds of `runs` runs of each, one after the other, after one warm-up each."""
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for command, kept in zip((first, second), times, strict=True):
            if command is None:
                continue
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode not in {0, 1} or not done.stdout:
                raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
            if run:
                kept.append(time.perf_counter() - start)
    return times


def _row(what: str, files: int, tool: str, seconds: list[float], ratios: list[float] | None) -> str:
    median = statistics.median(seconds)
    ratio = ""
    if ratios:
        ratio = f"{min(ratios):.1f}, {statistics.median(ratios):.1f}, {max(ratios):.1f} times ours"
    return f"| {what} | {files} | {tool} | {median:.2f} | {files / median:.0f} | {ratio} |"


if __name__ == "__main__":
    sys.exit(main())
