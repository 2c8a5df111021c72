"""Runs the fuzz target for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

TARGET = Path(__file__).parent / "fuzz_dockerfile.py"
SEEDS = [
    b"FROM a\nRUN <<E cat && <<-'F'\nx\nE\n\ty\nF\n",
    b"# escape=`\r\nARG V=1\r\nFROM --platform=$P a:${V%%.*} AS b\r\nENV a=b c='d e' `\r\n # x\r\n\r\n f=g\r\n",
    b'FROM a\nCMD ["a", "\\u0041"]\nONBUILD COPY --from=b --link c d\nHEALTHCHECK --interval=1s CMD ["x"]\n',
    b"${A:-${B:+x}} ${A#*.} ${A//./-} \"$A\" 'b' \\$",
]
TOKENS = [
    "FROM ",
    "RUN ",
    "COPY ",
    "ENV ",
    "ARG ",
    "ONBUILD ",
    "HEALTHCHECK CMD ",
    "\\x0a",
    "<<E",
    "\\x0aE\\x0a",
    "${",
    "--",
    "# escape=`",
]


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_fuzz_target_finds_nothing_in_its_time(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, seed in enumerate(SEEDS):
        (corpus / str(index)).write_bytes(seed)
    words = tmp_path / "tokens"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS))
    seconds = int(os.environ.get("BASEWRIGHT_FUZZ_SECONDS", "20"))

    run = subprocess.run(
        [
            sys.executable,
            str(TARGET),
            f"-max_total_time={seconds}",
            "-max_len=2048",
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
