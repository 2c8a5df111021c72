import os
import socket
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from archives import Words, unknown_reasons

from basewright.errors import InputError
from basewright.formats.content import Content, MalformedError, Window
from basewright.image.interface import DIRECTORY, FIFO, HARD_LINK, REGULAR, SYMLINK, LayerFacts
from basewright.image.layer_reader import PassReader
from basewright.image.limits import DEFAULT_LIMITS

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root beside which lies what nobody may see."""
    (tmp_path / "secret.txt").write_bytes(b"of the host")
    (tmp_path / "root" / "etc").mkdir(parents=True)
    return tmp_path / "root"


def read(root: Path, **limits: int) -> LayerFacts:
    return PassReader([Words()], limits=replace(DEFAULT_LIMITS, **limits)).read_directory(str(root))


def test_a_directory_is_read_to_the_same_facts_as_a_layer(root: Path) -> None:
    (root / "etc" / "b.txt").write_bytes(b"b")
    (root / "etc" / "a.txt").write_bytes(b"aa")
    (root / "etc.d").mkdir(mode=0o700)
    (root / "link").symlink_to("etc/a.txt")
    (root / "etc" / "b.txt").chmod(0o4755)

    facts = read(root)

    assert facts.index.paths == ["etc", "etc/a.txt", "etc/b.txt", "etc.d", "link"]
    assert list(facts.index.kinds) == [DIRECTORY, REGULAR, REGULAR, DIRECTORY, SYMLINK]
    assert list(facts.index.sizes) == [0, 2, 1, 0, 0]
    assert facts.index.modes[2] == 0o4755
    assert facts.index.links == {4: "etc/a.txt"}
    assert facts.records == {"words": {"etc/a.txt": b"aa", "etc/b.txt": b"b"}}
    assert (facts.diff_id, facts.bytes, facts.unknowns) == (None, 3, ())


def test_links_are_never_followed(root: Path) -> None:
    (root / "file.txt").symlink_to(root.parent / "secret.txt")
    (root / "folder").symlink_to(root.parent)
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "absolute").symlink_to("/")

    facts = read(root)

    assert facts.index.paths == ["absolute", "etc", "file.txt", "folder", "loop", "up"]
    assert facts.records == {"words": {}}


def test_of_hard_links_the_first_is_the_file(root: Path) -> None:
    (root / "b.txt").write_bytes(b"same")
    os.link(root / "b.txt", root / "c.txt")
    os.link(root / "b.txt", root / "etc" / "z.txt")

    facts = read(root)

    assert facts.index.paths == ["b.txt", "c.txt", "etc", "etc/z.txt"]
    assert list(facts.index.kinds) == [REGULAR, HARD_LINK, DIRECTORY, HARD_LINK]
    assert facts.index.links == {1: "b.txt", 3: "b.txt"}
    assert list(facts.index.sizes) == [4, 0, 0, 0]
    assert facts.records["words"] == {"b.txt": b"same"}


@pytest.mark.timeout(20)
def test_pipes_and_sockets_are_not_opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "pipe.txt")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")

    facts = read(root)

    assert facts.index.paths == ["etc", "pipe.txt"]
    assert facts.index.kinds[1] == FIFO
    assert facts.records == {"words": {}}


@pytest.mark.skipif(not IS_ROOT, reason="only root makes device nodes")
def test_device_nodes_are_entries_only(root: Path) -> None:
    try:
        os.mknod(root / "tty.txt", stat.S_IFCHR | 0o666, os.makedev(5, 0))
    except PermissionError:
        pytest.skip("device nodes are forbidden here")

    facts = read(root)

    assert facts.index.devices == {1: (5, 0)}
    assert facts.records == {"words": {}}


@pytest.mark.skipif(IS_ROOT, reason="root reads everything")
def test_what_may_not_be_read_is_told(root: Path) -> None:
    (root / "closed").mkdir(mode=0)
    (root / "closed.txt").touch(mode=0)

    facts = read(root)

    assert [(one.path, "Permission denied" in one.reason) for one in facts.unknowns] == [
        ("closed", True),
        ("closed.txt", True),
    ]


def test_names_that_are_no_utf_8_carry_surrogate_escapes(root: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9\n.txt")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes only UTF-8")

    assert read(root).records["words"] == {"caf\udce9\n.txt": b"x"}


def test_extended_attributes_are_kept(root: Path) -> None:
    (root / "file").write_bytes(b"")
    try:
        os.setxattr(root / "file", "user.key", b"\0value")
    except OSError:
        pytest.skip("this file system has no user attributes")

    assert read(root).index.xattrs == {1: {"user.key": b"\0value"}}


def test_entries_and_depth_are_limited(root: Path) -> None:
    place = root
    for _ in range(10):
        place = place / "d"
        place.mkdir()

    assert len(read(root, entries=5).index) == 5
    assert "more than 5 entries" in unknown_reasons(read(root, entries=5))[0]
    assert read(root, path_depth=4).index.paths == ["d", "d/d", "d/d/d", "d/d/d/d", "etc"]
    assert "4 directories deep" in unknown_reasons(read(root, path_depth=4))[0]


def test_a_very_deep_tree_is_survived(root: Path) -> None:
    here = os.open(root, os.O_RDONLY)
    for _ in range(150):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)

    facts = read(root)

    assert len(facts.index) == DEFAULT_LIMITS.path_depth + 1
    assert facts.unknowns


def test_what_is_named_as_a_whiteout_is_told(root: Path) -> None:
    (root / ".wh.file").touch()

    assert [one.path for one in read(root).unknowns] == [".wh.file"]


def test_a_place_that_is_no_directory_is_an_error(root: Path) -> None:
    for place in (root / "missing", root.parent / "secret.txt"):
        with pytest.raises(InputError, match="no directory"):
            read(place)


@dataclass
class Far(Words):
    """Reads far apart in a large file."""

    run: Any = None

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        raise AssertionError("a file on a disk needs no windows")

    def read(self, path: str, content: Content) -> Any:
        return self.run(content)


def test_a_large_file_is_read_where_it_lies(root: Path) -> None:
    descriptor = os.open(root / "huge.txt", os.O_CREAT | os.O_WRONLY)
    os.pwrite(descriptor, b"begin", 0)
    os.pwrite(descriptor, b"end", 1 << 33)
    os.close(descriptor)

    def run(content: Content) -> bytes:
        assert content.size == (1 << 33) + 3
        assert content.read_at(content.size, 5) == b""
        with pytest.raises(MalformedError):
            content.read_at(-1, 5)
        return content.read_at((1 << 33) - 1, 100) + content.read_at(0, 5)

    facts = PassReader([Far(run=run)]).read_directory(str(root))

    assert facts.records["words"] == {"huge.txt": b"\0endbegin"}


def test_more_of_a_large_file_than_the_limit_at_once_is_told(root: Path) -> None:
    descriptor = os.open(root / "huge.txt", os.O_CREAT | os.O_WRONLY)
    os.truncate(descriptor, 1 << 40)
    os.close(descriptor)

    facts = PassReader([Far(run=lambda content: content.all())]).read_directory(str(root))

    assert "are needed at once, the limit" in unknown_reasons(facts)[0]


def test_a_root_has_no_descriptors_left_open(root: Path) -> None:
    for name in "abc":
        (root / name / "d").mkdir(parents=True)
    before = open_descriptors()

    read(root, entries=3)
    read(root)

    assert open_descriptors() == before


def open_descriptors() -> int:
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.exists() else 0


def test_a_file_system_that_is_mounted_inside_is_not_entered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "proc").mkdir()
    (root / "proc" / "environ.txt").write_bytes(b"of the host")
    stat_of = os.stat

    def elsewhere(name: str, **options: Any) -> os.stat_result:
        facts = stat_of(name, **options)
        return os.stat_result((*facts[:2], facts.st_dev + 1, *facts[3:])) if name == "proc" else facts

    monkeypatch.setattr(os, "stat", elsewhere)
    facts = PassReader([Words()]).read_directory(str(root))

    assert facts.index.paths == ["etc", "proc"]
    assert [(one.path, one.reason) for one in facts.unknowns] == [
        ("proc", "another file system is mounted here; it was not entered")
    ]


def test_a_file_that_is_replaced_while_it_is_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "file.txt").write_bytes(b"a")
    stat_of = os.stat

    def swapped(name: str, **options: Any) -> os.stat_result:
        facts = stat_of(name, **options)
        if name == "file.txt":
            (root / "file.txt").unlink()
            (root / "file.txt").symlink_to("../secret.txt")
        return facts

    monkeypatch.setattr(os, "stat", swapped)
    facts = PassReader([Words()]).read_directory(str(root))

    assert facts.records == {"words": {}}
    assert [one.path for one in facts.unknowns] == ["file.txt"]
