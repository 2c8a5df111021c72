"""Zip archives: what is read, what is refused, and how few looks it takes."""

import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from zips import in_windows, quoted_bomb, zip_of

from basewright.formats.content import Content, MalformedError
from basewright.formats.zip import MEMBERS, ZipArchive, first_windows, read_archive

FILES = {"a/one.txt": "one " * 500, "two.bin": bytes(range(256)), "empty": ""}


def opened(data: bytes) -> ZipArchive:
    return read_archive(Content.whole(data))


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\nexec java -jar $0\n"])
def test_members_are_read_also_behind_a_start_script(stored: bool, before: bytes) -> None:
    archive = opened(before + zip_of(FILES, stored=stored, comment=b"of a build"))

    texts = {member.name: archive.read(member) for member in archive.members}

    assert texts == {"a/one.txt": b"one " * 500, "two.bin": bytes(range(256)), "empty": b""}
    assert archive.count == 3


def test_only_the_members_that_are_wanted_are_kept() -> None:
    archive = read_archive(Content.whole(zip_of(FILES)), lambda name: name.endswith(b".txt"))

    assert [member.name for member in archive.members] == ["a/one.txt"]
    assert archive.count == 3


def test_a_zip64_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.zip"
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive, archive.open("big", "w", force_zip64=True) as member:
        member.write(b"x" * 1000)
    data = path.read_bytes()
    # The directory's numbers moved into the extra field and the ZIP64 end, as archives over 4 GiB have them.
    start = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    entry = data[start:end]
    extra = struct.pack("<HHQQQ", 1, 24, 1000, struct.unpack_from("<I", entry, 20)[0], 0)
    wide = (
        entry[:20] + b"\xff" * 8 + struct.pack("<HHH", 3, len(extra), 0) + entry[34:42] + b"\xff" * 4 + b"big" + extra
    )
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(wide), start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + len(wide), 1)
    last = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    for before in (b"", b"#!/bin/sh\n"):
        archive = opened(before + data[:start] + wide + record + locator + last)
        assert archive.read(archive.members[0]) == b"x" * 1000


def test_more_members_than_sixteen_bits_count_are_read_without_zip64() -> None:
    names = [f"{index}" for index in range(66_000)]
    entries, locals_, offset = [], [], 0
    for name in names:
        local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 10, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name.encode()
        entries.append(
            struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 10, 10, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, offset)
            + name.encode()
        )
        locals_.append(local)
        offset += len(local)
    directory = b"".join(entries)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 464, 464, len(directory), offset, 0)

    assert opened(b"".join(locals_) + directory + end).count == 66_000


def patched(data: bytes, at: int, form: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


GOOD = zip_of({"a": b"hello " * 100})
DIRECTORY = GOOD.index(b"PK\1\2")
END = GOOD.index(b"PK\5\6")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "too short"),
        (b"x" * 100, "no end of a central directory"),
        (GOOD[:-1], "no end of a central directory"),
        (patched(GOOD, END + 4, "<H", 1), "several disks"),
        (patched(GOOD, END + 8, "<H", 9), "several disks"),
        (patched(patched(GOOD, END + 8, "<H", 9), END + 10, "<H", 9), "declares 9 members and lists 1"),
        (patched(GOOD, END + 12, "<I", 0xFFFF), "outside the file"),
        (patched(GOOD, END + 16, "<I", 0x7FFFFFFF), "outside the file"),
        (patched(GOOD, DIRECTORY, "<I", 0), "lists 0"),
        (patched(GOOD, DIRECTORY + 28, "<H", 0xFFFF), "lists 1"),
        (patched(GOOD, END + 12, "<I", 0xFFFFFFFF), "outside the file"),
    ],
)
def test_a_lying_directory_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        opened(data)


@pytest.mark.parametrize(
    ("at", "form", "value", "reason"),
    [
        (DIRECTORY + 8, "<H", 1, "encrypted"),
        (DIRECTORY + 10, "<H", 12, "compression method 12"),
        (DIRECTORY + 10, "<H", 0, "not the bytes"),
        (DIRECTORY + 16, "<I", 1, "not the bytes"),
        (DIRECTORY + 24, "<I", 5, "not the bytes"),
        (DIRECTORY + 24, "<I", 50_000, "not the bytes"),
        (DIRECTORY + 24, "<I", 0x7FFFFFFF, "more than the"),
        (DIRECTORY + 20, "<I", 0x7FFFFFFF, "overlaps"),
        (DIRECTORY + 42, "<I", 3, "overlaps"),
        (0, "<I", 0, "no local header"),
        (26, "<H", 0xFFFF, "overlaps"),
        (28, "<H", 0xFFFF, "overlaps"),
    ],
)
def test_a_lying_member_is_refused(at: int, form: str, value: int, reason: str) -> None:
    archive = opened(patched(GOOD, at, form, value))

    with pytest.raises(MalformedError, match=reason):
        archive.read(archive.members[0])


def test_a_member_that_inflates_beyond_what_it_declares_is_not_inflated_further() -> None:
    bomb = zip_of({"a": b"\0" * 50_000_000})
    directory = bomb.index(b"PK\1\2")
    archive = opened(patched(bomb, directory + 24, "<I", 1000))

    with pytest.raises(MalformedError, match="not the bytes"):
        archive.read(archive.members[0])


def test_members_that_quote_the_same_bytes_are_refused() -> None:
    archive = opened(quoted_bomb(25, zlib.compress(b"\0" * 10_000)))

    assert archive.count == 25
    for member in archive.members:
        with pytest.raises(MalformedError, match="overlaps"):
            archive.read(member)


def test_an_archive_of_too_many_members_is_refused() -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFFFFFF, 0)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, MEMBERS + 1, MEMBERS + 1, 0, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)

    with pytest.raises(MalformedError, match="more than are read"):
        opened(record + locator + end)


def test_ends_that_lie_all_over_the_tail_cost_little_time() -> None:
    with pytest.raises(MalformedError, match="no end"):
        opened(b"PK\5\6" + (b"PK\5\6" + b"\xff" * 30) * 2500)


def test_a_large_archive_needs_two_looks_for_any_number_of_members() -> None:
    noise = {f"classes/{index}": bytes((index * 7 + i * i) % 251 for i in range(2000)) for index in range(600)}
    wanted = {f"META-INF/maven/g/{index}/pom.properties": f"artifactId=a{index}\n" for index in range(40)}
    data = zip_of(noise | wanted | {f"more/{index}": value for index, value in enumerate(noise.values())}, stored=True)

    def read(content: Content) -> dict[str, bytes | MalformedError]:
        archive = read_archive(content, lambda name: name.endswith(b".properties"))
        return {member.name: text for member, text in archive.read_all(archive.members, limit=1000).items()}

    texts, looks, kept = in_windows(data, read, first=first_windows(len(data)))

    assert texts == {name: text.encode() for name, text in wanted.items()}
    assert looks == 2
    assert kept < len(data) / 3


def test_a_stored_member_is_a_part_of_the_whole() -> None:
    inner = zip_of({"x": b"deep"})
    archive = opened(zip_of({"inner.jar": inner}, stored=True))
    part = archive.part(archive.members[0])

    again = read_archive(part)

    assert part.size == len(inner)
    assert again.read(again.members[0]) == b"deep"
    assert part.read_at(0, 10**9) == inner
    with pytest.raises(MalformedError, match="below zero"):
        part.read_at(-1, 4)


def test_a_deflated_member_is_no_part() -> None:
    archive = opened(GOOD)

    with pytest.raises(MalformedError, match="not stored"):
        archive.part(archive.members[0])


def test_a_name_that_is_no_utf_8_keeps_its_odd_bytes_in_words() -> None:
    data = zip_of({"né": b"1"}).replace("né".encode(), b"n\xff\xfe")

    assert opened(data).members[0].name == r"n\xff\xfe"
