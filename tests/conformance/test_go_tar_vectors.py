"""The walk over archives reads and refuses what Go's `archive/tar` does, which every container runtime unpacks with."""

import base64
import hashlib
import json
import posixpath
import zlib
from pathlib import Path
from typing import Any

import pytest
from archives import walk

VECTORS = json.loads((Path(__file__).parent / "vectors" / "go-tar.json").read_text())
CASES: list[dict[str, Any]] = VECTORS["cases"]
LEFT_OUT = {"D", "g"}
"""Types whose entries Go hands to its caller; runtimes then refuse the first and pass over the second."""


def archive_of(case: dict[str, Any]) -> bytes:
    return zlib.decompress(base64.b64decode(case["archive"]))


@pytest.mark.parametrize("case", [one for one in CASES if not one["error"]], ids=lambda case: case["name"])
@pytest.mark.parametrize("step", [0, 100, 512], ids=["whole", "odd", "blocks"])
def test_what_go_reads_is_read(case: dict[str, Any], step: int) -> None:
    archive = archive_of(case)
    expected = [one for one in case["entries"] if one["Typeflag"] not in LEFT_OUT]

    done = walk(archive, range(step, len(archive), step) if step else [])

    index = done.index
    assert index.paths == [posixpath.normpath(one["Name"]) for one in expected]
    for at, one in enumerate(expected):
        kind = "0" if one["Typeflag"] == "S" else one["Typeflag"]
        assert chr(index.kinds[at]) == kind
        assert index.modes[at] == one.get("Mode", 0) & 0o7777
        assert (index.uids[at], index.gids[at]) == (one.get("Uid", 0), one.get("Gid", 0))
        assert index.sizes[at] == one.get("Size", 0)
        assert index.links.get(at, "") == one.get("Linkname", "")
        xattrs = {name: value.encode("latin-1") for name, value in one.get("Xattrs", {}).items()}
        assert index.xattrs.get(at, {}) == xattrs
    for at, digest in enumerate(case["md5"]):
        assert hashlib.md5(done.seen.files[at]).hexdigest() == digest


@pytest.mark.parametrize("case", [one for one in CASES if one["error"]], ids=lambda case: case["name"])
def test_what_go_refuses_is_told_and_gives_no_entry(case: dict[str, Any]) -> None:
    done = walk(archive_of(case))

    assert not done.index.paths
    assert done.told


def test_the_vectors_name_where_they_are_from() -> None:
    assert VECTORS["licence"].startswith("BSD-3-Clause")
    assert len(VECTORS["commit"]) == 40
    assert len(CASES) == 32
