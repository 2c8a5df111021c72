"""Writing a file: whole or not at all, and never in place of a device or a link."""

import os
import threading
from pathlib import Path

import pytest

from basewright.errors import InputError
from basewright.ports.files import write_atomically


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode & 0o600 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o640)
    write_atomically(tmp_path / "a", b"new")

    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_fifo_is_written_to_and_stays_one(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    write_atomically(fifo, b"new")
    reader.join(10)

    assert got == [b"new"]
    assert fifo.is_fifo()


def test_a_device_is_written_to_and_stays_one() -> None:
    write_atomically(Path(os.devnull), b"new")

    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(("name", "reason"), [("missing/a", "No such file"), ("folder", "directory")])
def test_what_cannot_be_written_says_why_and_leaves_nothing(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=reason):
        write_atomically(tmp_path / name, b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
