"""Archives written by the `tar` of this machine, in every format that it has, against the standard library's reader."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from archives import walk

from basewright.formats.tar_fields import normalized

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("tar") is None, reason="no tar is installed"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    deep = root / Path(*[f"directory-{number:02}" for number in range(12)])
    deep.mkdir(parents=True)
    (deep / ("n" * 150)).write_bytes(b"deep" * 1000)
    (root / "ünïcode ☃").write_bytes(b"snow")
    (root / ".hidden").write_bytes(b"")
    (root / "link").symlink_to("t" * 120)
    os.link(root / ".hidden", root / "hard")
    os.mkfifo(root / "pipe")
    (root / "script").write_bytes(b"#!/bin/sh\n" * 100_000)
    (root / "script").chmod(0o6755)
    return root


@pytest.mark.parametrize("kind", ["v7", "oldgnu", "gnu", "ustar", "posix"])
@pytest.mark.parametrize(
    "what", [["."], ["script", ".hidden", "hard", "link", "pipe", "ünïcode ☃"]], ids=["dot", "names"]
)
def test_archives_of_every_format_are_read(tree: Path, kind: str, what: list[str]) -> None:
    run = subprocess.run(
        ["tar", f"--format={kind}", "--sort=name", "-C", tree, "-cf", "-", *what], capture_output=True, check=False
    )
    archive = run.stdout

    done = walk(archive, range(70_001, len(archive), 70_001))

    with tarfile.open(fileobj=io.BytesIO(archive), encoding="utf-8") as found:
        expected = [
            (
                normalized(one.name),
                one.mode,
                one.uid,
                one.size if one.isreg() else 0,
                one.linkname if one.issym() else "",
            )
            for one in found
        ]
    index = done.index
    assert len(expected) >= 4
    assert [
        (
            index.paths[at],
            index.modes[at],
            index.uids[at],
            index.sizes[at],
            index.links[at] if index.kinds[at] == ord("2") else "",
        )
        for at in range(len(index))
    ] == expected
    assert not done.told
    assert done.seen.files[index.paths.index("script")] == b"#!/bin/sh\n" * 100_000
