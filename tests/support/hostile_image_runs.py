"""`basewright inspect` on images that mean harm: a process of its own whose memory and time are measured."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
from hostile import check_clean, check_html, check_markdown, check_table, check_text, environment
from project_files import ROOT

SECONDS = 60
"""Until a run is given up; the test's own bound is tighter."""
ADDRESS_SPACE = 2 << 30
"""Bytes that a run may map: a leak or a bomb ends in a MemoryError rather than in the machine's last page."""
BASE = 160 << 20
"""Bytes that any inspection may take, whatever the image holds: the interpreter and the libraries are a third of it."""
_MEASURED = """
import atexit, resource, runpy, sys
place = sys.argv.pop(1)
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
def tell():
    times = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    with open(place, "w") as out:
        out.write(f"{{int(peak) * 1024}} {{times.ru_utime + times.ru_stime}}")
atexit.register(tell)
sys.argv[0] = "basewright"
runpy.run_module("basewright", run_name="__main__", alter_sys=True)
"""
_CHECKS = {"table": check_table, "markdown": check_markdown, "html": check_html}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What one run gave."""

    code: int
    out: bytes
    err: str
    written: Mapping[str, bytes]
    """Format → document, of those that were asked for besides."""
    peak: int
    """Bytes of memory at most."""
    seconds: float
    """Of the processor, so that a loaded machine does not count."""

    @property
    def document(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)

    @property
    def unknowns(self) -> list[str]:
        """Everything that was said not to be known."""
        return [f"{one['path']}: {one['reason']}" for one in self.document["unknowns"]]

    @property
    def everything(self) -> bytes:
        """All that was written anywhere."""
        return b"\n".join([self.out, self.err.encode(), *self.written.values()])


def inspect(
    around: Path, image: str, *options: str, also: tuple[str, ...] = (), limit: int = ADDRESS_SPACE
) -> Inspected:
    """Run ``basewright inspect IMAGE`` with JSON on stdout, and hold what is true of every answer.

    `around` is the folder with the images; `also` names formats that are written to files besides.
    """
    written, measured = around / "written", around / "measured"
    written.mkdir(exist_ok=True)
    outputs = [part for name in also for part in ("-o", f"{name}={written / name}")]
    done = subprocess.run(
        [
            *(sys.executable, "-c", _MEASURED.format(limit=limit), str(measured)),
            *("inspect", image, "--format", "json", "--cache-dir", str(around / "cache"), *outputs, *options),
        ],
        cwd=around,
        env=environment(around, SOURCE_DATE_EPOCH="1790000000", XDG_RUNTIME_DIR=str(around / "no-sockets")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    peak, seconds = measured.read_text().split()
    found = {name: (written / name).read_bytes() for name in also if (written / name).exists()}
    ran = Inspected(done.returncode, done.stdout, done.stderr.decode("utf-8"), found, int(peak), float(seconds))
    _hold(ran, also)
    check_clean(around)
    return ran


def _hold(ran: Inspected, also: tuple[str, ...]) -> None:
    assert "Traceback" not in ran.err, ran.err
    assert "defect:" not in ran.err, ran.err
    check_text(ran.err)
    if ran.code:
        assert [line for line in ran.err.splitlines() if line.startswith("error: ")] == ran.err.splitlines()[:1]
        assert (ran.out, ran.written) == (b"", {})
        return
    check_text(ran.out.decode("utf-8"))
    document = ran.document
    _inspect_schema().validate(document)
    assert document["incomplete"] == bool(document["unknowns"])
    assert set(ran.written) == set(also)
    for name, data in ran.written.items():
        _CHECKS.get(name, _check_json)(data)


def _check_json(data: bytes) -> None:
    check_text(data.decode("utf-8"))
    json.loads(data)


def _inspect_schema() -> Any:
    return jsonschema_rs.validator_for(json.loads((ROOT / "docs" / "schemas" / "inspect-1.json").read_bytes()))


def sizes(folder: Path) -> int:
    """Return the bytes of all files below `folder`."""
    return sum(os.lstat(Path(at, name)).st_size for at, _, names in os.walk(folder) for name in names)
