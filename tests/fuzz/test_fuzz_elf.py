"""Runs the fuzz target for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import importlib.util
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from elf_objects import Elf, go_header

TARGET = Path(__file__).parent / "fuzz_elf.py"
TOKENS = [
    "\\x7fELF",
    ".go.buildinfo",
    ".dep-v0",
    "\\xff Go buildinf:",
    "GNU\\x00",
    "\\xff\\xff\\xff\\xff",
    "#!/usr/bin/env -S ",
]


def seeds() -> list[bytes]:
    """Return objects of every class and byte order, small enough to be changed in many ways."""
    found = [b"#!/usr/bin/env -S A=b python3\n", b'path\ta\ndep\tb\tv1\n=>\tc\tv2\nbuild\ta="\\x41"\n']
    for bits, order in ((64, "<"), (64, ">"), (32, "<"), (32, ">")):
        elf = Elf(
            bits=bits,
            order=order,
            interpreter="/l",
            needed=("libc.so.6",),
            runpath="/r",
            version_needs={"libc.so.6": ["G_1", "G_2"]},
            version_definitions=("s", "V"),
            sections={".dep-v0": zlib.compress(b'{"packages":[]}')},
            writable_section=".go.buildinfo",
            has_symbol_table=True,
        )
        elf.writable = go_header(elf, "go1", "path\ta\n", is_inline=order == "<")
        found += [elf.build(), Elf(bits=bits, order=order, has_section_headers=False, needed=("a",)).build()]
    return found


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_fuzz_target_finds_nothing_wrong_with_elf_in_its_time(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, seed in enumerate(seeds()):
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
