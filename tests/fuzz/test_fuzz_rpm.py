"""Runs the fuzz target of the rpm readers for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rpm_building import bdb_database, ndb_database, package, sqlite_database

TARGET = Path(__file__).parent / "fuzz_rpm.py"
TOKENS = [
    "SQLite format 3\\x00",
    "RpmP",
    "Slot",
    "BlbS",
    "BlbE",
    "\\x61\\x15\\x06\\x00",
    "\\x00\\x06\\x15\\x61",
    "\\x00\\x00\\x04\\x5c",
    "\\x00\\x00\\x04\\x5d",
    "\\x00\\x00\\x04\\x5e",
    "(none)",
]


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_rpm_fuzz_target_finds_nothing_in_its_time(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    blobs = [package("a", {"/usr/bin/a": 0o100755, "/etc": 0o040755}), package("b", version="2")]
    seeds = [
        blobs[0],
        bdb_database(blobs, page_size=512),
        bdb_database(blobs, page_size=512, order=">"),
        ndb_database(blobs),
        sqlite_database(tmp_path / "seed", blobs, page_size=512),
        b"a\t1-1\t1\t1\tV\t(none)\t5\tnoarch\t0\ta-1-1.src.rpm\n",
    ]
    for index, seed in enumerate(seeds):
        (corpus / str(index)).write_bytes(seed)
    words = tmp_path / "tokens"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS))
    seconds = int(os.environ.get("BASEWRIGHT_FUZZ_SECONDS", "20"))

    run = subprocess.run(
        [
            sys.executable,
            str(TARGET),
            f"-max_total_time={seconds}",
            "-max_len=8192",
            "-timeout=10",
            f"-dict={words}",
            f"-artifact_prefix={tmp_path}/",
            str(corpus),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + 60,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    assert "Done " in run.stderr
