"""Runs the fuzz target for a bounded time; BASEWRIGHT_FUZZ_SECONDS lengthens it."""

import gzip
import importlib.util
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from archives import END, entry, pax, tar_of
from backports import zstd

TARGET = Path(__file__).parent / "fuzz_tar.py"
TOKENS = [
    "ustar\\x00",
    "ustar  \\x00",
    " path=",
    " size=",
    " linkpath=",
    " SCHILY.xattr.user.x=",
    " GNU.sparse.major=1",
    " GNU.sparse.minor=0",
    " GNU.sparse.map=",
    " GNU.sparse.offset=",
    "../",
    "\\x80\\x00\\x00\\x00",
    "\\x1f\\x8b\\x08",
    "\\x28\\xb5\\x2f\\xfd",
    "\\x50\\x2a\\x4d\\x18",
]


def seeds() -> list[bytes]:
    """Return an archive of each format, and compressed ones; the first byte says how each is cut."""
    files = {"a": b"1", "n" * 120: b"2" * 600, "ü": b""}
    found = [tar_of(files, format=kind) for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)]
    sparse = {b"GNU.sparse.major": b"1", b"GNU.sparse.minor": b"0", b"GNU.sparse.realsize": b"2000"}
    found.append(pax(sparse) + entry(b"s", b"1\n5\n3\n".ljust(512, b"\0") + b"abc") + END)
    found.append(pax({b"GNU.sparse.map": b"1,2,5,1", b"GNU.sparse.size": b"9"}) + entry(b"s", b"abc") + END)
    found.append(entry(b"old", b"abc", b"S", magic=b"ustar  \0", rest=bytes(41) + b"0\x0000000000003\0") + END)
    found.append(pax({b"SCHILY.xattr.user.x": b"y", b"comment": b"z"}, b"g") + entry(b"d/", kind=b"5") + END)
    found.append(entry(b"large", bytes(range(256)) * 20) + entry(b"../x", kind=b"1", link=b"large") + END)
    packed = [gzip.compress(found[0]) + gzip.compress(b""), zstd.compress(found[0]) + b"\x50\x2a\x4d\x18\x01\0\0\0x"]
    return [bytes([number + 9]) + one for number, one in enumerate([*found, *packed])]


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (dependency group `fuzz`)"
)
def test_the_fuzz_target_finds_nothing_wrong_with_archives_in_its_time(tmp_path: Path) -> None:
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
