import io
import tarfile
from pathlib import Path

import images
import pytest

from basewright.errors import BasewrightError, InvalidImageError, UnsupportedError
from basewright.image import outer_tar
from basewright.image.files import ArchiveFiles
from basewright.image.outer_tar import BLOCK, normalize
from basewright.image.passing import Passing


def opened(folder: Path, data: bytes) -> ArchiveFiles:
    path = folder / "a.tar"
    path.write_bytes(data)
    return ArchiveFiles.open(str(path))


def contents(folder: Path, data: bytes) -> dict[str, bytes | None]:
    files = opened(folder, data)
    try:
        return {path: files.read(path, 1 << 20) for path in files.found}
    finally:
        files.close()


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_of_every_format_are_found(tmp_path: Path, tar_format: int) -> None:
    long = "d" * 90 + "/" + "f" * 90
    files = {"a": b"1" * 511, "b": b"2" * 512, "c": b"", "./d/e": b"3" * 513, "/abs": b"4", long: b"5"}
    assert contents(tmp_path, images.tar_of(files, tar_format=tar_format)) == {
        (normalize(name) or ""): data for name, data in files.items()
    }


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_very_long_and_odd_names_are_found(tmp_path: Path, tar_format: int) -> None:
    name = "ä" * 300 + "/" + "x" * 300
    assert contents(tmp_path, images.tar_of({name: b"1"}, tar_format=tar_format)) == {name: b"1"}


def test_an_archive_without_an_end_or_padding_is_read(tmp_path: Path) -> None:
    data = images.tar_of({"a": b"123"})
    assert contents(tmp_path, data[: BLOCK * 2]) == {"a": b"123"}
    assert contents(tmp_path, data[: BLOCK + 3]) == {"a": b"123"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * 511,
        b"x" * 5120,
        images.tar_of({"a": b"1" * 5000})[:2048],
        images.tar_of({"a": b"1"})[:700] + b"y" * 700,
        images.tar_of({"../x": b"1"}),
        images.tar_of({"a/../../x": b"1"}),
    ],
)
def test_damaged_and_cut_archives_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InvalidImageError, match="cannot be read as an archive"):
        opened(tmp_path, data)


def header(name: bytes = b"a", size: bytes = b"00000000001\0", flag: bytes = b"0") -> bytes:
    block = bytearray(name.ljust(100, b"\0") + b"0000644\0" * 3 + size + b"00000000000\0" + b" " * 8 + flag)
    block += bytes(BLOCK - len(block))
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@pytest.mark.parametrize(
    "size",
    [b"-0000000001\0", b"\xff" * 12, b"\x80" + b"\xff" * 11, b"0x000000000\0", b"\x80" + b"\0" * 3 + b"\x7f" * 8],
)
def test_sizes_that_make_no_sense_are_refused(tmp_path: Path, size: bytes) -> None:
    with pytest.raises(InvalidImageError):
        opened(tmp_path, header(size=size) + bytes(BLOCK * 4))


def test_a_header_over_its_limit_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="a header of 8589934591 bytes"):
        opened(tmp_path, header(size=b"77777777777\0", flag=b"x") + bytes(BLOCK))


@pytest.mark.parametrize(
    "body", [b"", b"9 path=", b"0 path=a\n", b"10 path=ab", b"99 path=a\n", b"-9 path=a\n", b"12 path=a\0b\n", b"a b\n"]
)
def test_malformed_pax_headers_end_the_walk(tmp_path: Path, body: bytes) -> None:
    data = (
        header(size=b"%011o\0" % len(body), flag=b"x")
        + body.ljust(BLOCK if body else 0, b"\0")
        + header()
        + bytes(1536)
    )
    if not body:
        assert contents(tmp_path, data) == {"a": b"\0"}
        return
    with pytest.raises(InvalidImageError):
        opened(tmp_path, data)


def test_a_pax_size_replaces_the_headers(tmp_path: Path) -> None:
    body = b"9 size=3\n"
    data = header(size=b"%011o\0" % 9, flag=b"x") + body.ljust(BLOCK, b"\0") + header() + b"abc".ljust(BLOCK, b"\0")
    assert contents(tmp_path, data + bytes(1024)) == {"a": b"abc"}
    wrong = b"11 size=-3\n"
    with pytest.raises(InvalidImageError):
        opened(tmp_path, header(size=b"%011o\0" % 11, flag=b"x") + wrong.ljust(BLOCK, b"\0") + header() + bytes(1536))


def test_headers_without_end_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outer_tar, "MEMBERS", 100)
    for flag in (b"0", b"L", b"x", b"g"):
        with pytest.raises(UnsupportedError, match="more than the 100 headers"):
            opened(tmp_path, header(size=b"00000000000\0", flag=flag) * 101)


def test_links_are_followed_inside_the_archive_alone(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("host")
    files = opened(
        tmp_path,
        images.tar_of(
            [
                ("d/real", b"1"),
                ("d/sym", images.Link("real")),
                ("d/up", images.Link("../d/sym")),
                ("hard", images.HardLink("d/real")),
                ("abs", images.Link("/d/real")),
                ("host", images.Link(f"{tmp_path}/secret")),
                ("out", images.Link("../../x")),
                ("self", images.Link("self")),
                ("one", images.Link("two")),
                ("two", images.Link("one")),
                ("folder", images.Directory()),
                ("fifo", images.Special()),
            ]
        ),
    )
    try:
        assert [files.read(path, 9) for path in ("d/sym", "d/up", "hard", "abs")] == [b"1"] * 4
        assert files.read("host", 9) is None
        for path, reason in (
            ("out", "leads out"),
            ("self", "circle"),
            ("one", "circle"),
            ("folder", "no regular"),
            ("fifo", "no regular"),
        ):
            with pytest.raises(InvalidImageError, match=reason):
                files.size(path)
    finally:
        files.close()


def test_a_name_that_stands_twice_is_refused_where_it_is_used(tmp_path: Path) -> None:
    files = opened(tmp_path, images.tar_of([("a", b"1"), ("b", b"2"), ("a", b"3")]))
    try:
        assert files.read("b", 9) == b"2"
        with pytest.raises(InvalidImageError, match="several members are named 'a'"):
            files.read("a", 9)
    finally:
        files.close()


@pytest.mark.parametrize(
    ("head", "name"),
    [(b"\x1f\x8b\x08\0", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\0", "xz"), (b"BZh9", "bzip2")],
)
def test_an_archive_that_is_compressed_as_a_whole_has_a_way_out(tmp_path: Path, head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedError, match=name) as caught:
        opened(tmp_path, head + bytes(1000))
    assert "a.tar > image.tar" in caught.value.hint


def test_a_stream_that_passes_is_read_skipped_and_peeked_into() -> None:
    source = Passing("the stream", iter([b"ab", b"", b"cdef", b"gh"]), 100)
    assert source.read(1) == b"a"
    assert source.peek(4) == b"bcde"
    assert (source.position, source.read(2)) == (1, b"bc")
    source.skip(2)
    assert b"".join(source.take(10)) == b"fgh"
    assert source.position == 8
    with pytest.raises(BasewrightError, match="stops at byte 8"):
        source.skip(1)


def test_a_stream_without_end_is_cut() -> None:
    source = Passing("the stream", iter(lambda: b"x" * 1000, b""), 10_000)
    with pytest.raises(UnsupportedError, match="more than the 10000 bytes"):
        source.skip(1 << 40)


def test_the_walk_agrees_with_the_standard_librarys(tmp_path: Path) -> None:
    data = images.tar_of({f"f{number}": b"x" * (number * 7 % 1500) for number in range(200)})
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        expected = {one.name: (one.offset_data, one.size) for one in archive}
    files = opened(tmp_path, data)
    files.close()
    assert {path: (member.offset, member.size) for path, member in files.found.items()} == expected
