"""Reading stays inside the project; writing is whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from basewright.errors import InputError
from basewright.ports.files import DirectoryFiles, UnreadableError, locate, normalize, write_atomically


def test_a_file_is_read_and_its_digest_kept(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"abc")
    files = DirectoryFiles(tmp_path)

    assert files.read("./a") == b"abc"
    assert files.digests == {"a": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}


@pytest.mark.parametrize(
    "path", ["../secret", "sub/../../secret", "link", "away/secret", "pipe", "sub", "nothing", "a\0b"]
)
def test_what_is_outside_or_no_regular_file_is_refused(tmp_path: Path, path: str):
    (tmp_path / "secret").write_text("x")
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "away").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    files = DirectoryFiles(root)

    with pytest.raises(UnreadableError):
        files.read(path)
    assert not files.is_file(path)
    assert files.digests == {}


def test_an_absolute_path_means_below_the_root(tmp_path: Path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("inside")

    assert DirectoryFiles(tmp_path).read("/etc/passwd") == b"inside"


def test_a_link_inside_the_project_is_followed_and_a_loop_is_refused(tmp_path: Path):
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "loop").symlink_to("loop")
    files = DirectoryFiles(tmp_path)

    assert files.read("link") == b"x"
    with pytest.raises(UnreadableError):
        files.read("loop")


def test_a_file_over_the_limit_is_refused_with_both_numbers(tmp_path: Path):
    (tmp_path / "big").write_bytes(b"x" * 11)

    with pytest.raises(UnreadableError, match="11 bytes, more than the 10"):
        DirectoryFiles(tmp_path).read("big", limit=10)


def test_a_walk_is_sorted_skips_what_it_is_told_and_does_not_follow_links_to_folders(tmp_path: Path):
    for name in ("b/2", "b/1", "a/x", "node_modules/m", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "around").symlink_to(tmp_path)
    files = DirectoryFiles(tmp_path)

    assert list(files.walk(frozenset({"node_modules"}))) == ["c", "a/x", "b/1", "b/2"]
    assert not files.is_walk_cut


def test_a_bottomless_tree_is_cut_and_told(tmp_path: Path):
    deep = tmp_path
    for _ in range(70):
        deep = deep / "d"
    deep.mkdir(parents=True)
    files = DirectoryFiles(tmp_path)

    assert list(files.walk(frozenset())) == []
    assert files.is_walk_cut


@pytest.mark.parametrize(
    ("path", "normal"),
    [("a/./b", "a/b"), ("a//b/", "a/b"), ("a/../b", "b"), (".", "."), ("", "."), ("a\\b", "a/b")],
)
def test_paths_are_normalized(path: str, normal: str):
    assert normalize(path) == normal


def test_a_write_replaces_the_whole_file_and_keeps_its_mode(tmp_path: Path):
    target = tmp_path / "report.html"
    target.write_text("old")
    target.chmod(0o640)

    write_atomically(target, b"new")

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(InputError):
        write_atomically(tmp_path / "folder", b"x")
    with pytest.raises(InputError, match="cannot be written") as caught:
        write_atomically(tmp_path / "absent" / "x", b"x")

    assert "create the folder" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_place_is_found_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "Dockerfile").write_text("FROM scratch")
    monkeypatch.chdir(tmp_path)

    inside = locate("sub/Dockerfile")
    assert inside is not None
    assert (inside.root, inside.file) == (tmp_path, "sub/Dockerfile")
    monkeypatch.chdir("/")
    folder = locate(str(tmp_path))
    assert folder is not None
    assert folder.file is None
    assert locate("no/such/thing") is None
    assert locate("x" * 5000) is None


def test_a_backslash_in_a_file_name_is_no_separator_where_such_a_file_stands(tmp_path: Path):
    (tmp_path / "a\\b").mkdir()
    (tmp_path / "a\\b" / "Dockerfile").write_bytes(b"x")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d").write_bytes(b"y")
    files = DirectoryFiles(tmp_path)

    assert [files.read(path) for path in files.walk(frozenset())] == [b"x", b"y"]
    assert files.read("c\\d") == b"y"
    assert sorted(files.digests) == ["a\\b/Dockerfile", "c/d"]


def test_a_walk_tells_what_it_could_not_yield(tmp_path: Path):
    (tmp_path / "root" / "folder").mkdir(parents=True)
    root = tmp_path / "root"
    os.mkfifo(root / "pipe")
    for name, target in (("dead", "nowhere"), ("loop", "loop"), ("out", tmp_path), ("in", "folder")):
        (root / name).symlink_to(target)
    files = DirectoryFiles(root)

    assert list(files.walk(frozenset())) == []
    assert files.passed_over == {
        "dead": "a link that leads nowhere",
        "loop": "Too many levels of symbolic links",
        "out": "leads outside the project",
        "pipe": "a FIFO, not a regular file",
    }
