"""Runs the fuzz targets of dpkg's and apk's records for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SEEDS = {
    "fuzz_dpkg.py": [
        b"Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\n\nPackage: c\nVersion: 3\n",
        b"/bin/sh\n/bin/sh.distrib\ndash\n",
        b"auto\n/usr/bin/awk\nnawk\n/usr/bin/nawk\n\n/usr/bin/mawk\n5\n",
        b"Format: x\nLicense: GPL-2+\n see /usr/share/common-licenses/GPL-2\n",
        b'{"jsonwall":"1.0"}\n{"kind":"package","name":"a","version":"1"}\n{"kind":"content","slice":"a_b","path":"/x"}\n',
        b'ID=debian\nNAME="a \\" b"\nVERSION=\'c\'\n',
    ],
    "fuzz_apk.py": [b"C:Q1x=\nP:a\nV:1\nA:x86_64\no:b\nF:etc\nR:x\na:0:0:600\nZ:Q1y=\n\nP:c\nV:2\nF:\nR:y\n"],
}
TOKENS = [
    "\\x0aPackage: ",
    "\\x0aStatus: ",
    "\\x0aVersion: ",
    "\\x0aSource: ",
    " config-files",
    "\\x0a\\x0a",
    "\\x0aLicense: ",
]
TOKENS += ["\\x0aP:", "\\x0aV:", "\\x0aF:", "\\x0aR:", "\\x0aC:", "\\x0d\\x0a", "ID=", "\\x28\\xb5\\x2f\\xfd", "kind"]


@pytest.mark.parametrize("target", sorted(SEEDS))
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_fuzz_target_finds_nothing_in_its_time(target: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, seed in enumerate(SEEDS[target]):
        (corpus / str(index)).write_bytes(seed)
    words = tmp_path / "tokens"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS))
    seconds = int(os.environ.get("BASEWRIGHT_FUZZ_SECONDS", "10"))

    run = subprocess.run(
        [
            sys.executable,
            str(HERE / target),
            f"-max_total_time={seconds}",
            "-max_len=1024",
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
