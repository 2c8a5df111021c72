"""rpm's three databases, built byte by byte: right ones, damaged ones, and ones that mean harm."""

import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from rpm_building import bdb_database, bdb_page, ndb_database, package, sqlite_database

from basewright.formats import rpm_database
from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems
from basewright.formats.rpm_database import read_rpm_database

FILE = 0o100644
BLOBS = [
    package("tiny"),
    package("some", {f"/usr/share/some/{number:04}": FILE for number in range(400)}),
    package("many", {f"/usr/share/many/{number:05}": FILE for number in range(20_000)}),
]
NAMES = ["tiny", "some", "many"]
SECONDS = 5
MEMORY = 64 * 1024 * 1024


def names_and_problems(data: bytes) -> tuple[list[str], list[str]]:
    problems = Problems()
    found = [header.name for header in read_rpm_database(data, problems)]
    return found, list(problems)


def survived(data: bytes) -> tuple[list[str], list[str]]:
    """Read within bounds; what is no database at all counts as a problem too."""
    start = time.perf_counter()
    tracemalloc.start()
    try:
        found = names_and_problems(data)
    except MalformedError as error:
        found = ([], [str(error)])
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.perf_counter() - start < SECONDS
    assert peak < MEMORY + 8 * len(data)
    return found


def patched(data: bytes, *patches: tuple[int, bytes]) -> bytes:
    changed = bytearray(data)
    for at, new in patches:
        changed[at : at + len(new)] = new
    return bytes(changed)


# --- Berkeley DB


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("page_size", "on_page"), [(512, 0), (4096, 0), (4096, 2000), (65536, 30_000)])
def test_a_berkeley_db_is_read_in_either_byte_order(order: str, page_size: int, on_page: int) -> None:
    assert names_and_problems(bdb_database(BLOBS, order=order, page_size=page_size, on_page=on_page)) == (NAMES, [])


def test_a_circle_of_overflow_pages_is_left() -> None:
    circle = patched(bdb_database(BLOBS), (3 * 4096 + 16, struct.pack("<I", 3)))

    assert survived(circle) == (["tiny", "many"], ["page 1: an overflow page that is reached a second time"])


def test_hash_pages_that_link_in_a_circle_are_read_once_each() -> None:
    data = bdb_database(BLOBS)
    linked = patched(data, (4096 + 12, struct.pack("<II", 1, 1)))

    assert survived(linked) == (NAMES, [])


def test_two_packages_cannot_share_one_chain_of_pages() -> None:
    items = [b"\x01" + struct.pack("<I", 1), b"\x03\0\0\0" + struct.pack("<II", 2, len(BLOBS[0]))]
    again = [b"\x01" + struct.pack("<I", 2), items[1]]
    page = bdb_page("<", 4096, 1, kind=13, items=[*items, *again])

    assert survived(patched(bdb_database(BLOBS), (4096, page))) == (
        ["tiny"],
        ["page 1: an overflow page that is reached a second time"],
    )


@pytest.mark.parametrize(
    ("patches", "said"),
    [
        ([(20, struct.pack("<I", 0))], "page size"),
        ([(20, struct.pack("<I", 2**31))], "page size"),
        ([(24, b"\x01")], "encrypted"),
        ([(25, b"\x09")], "kind 9"),
        ([(26, b"\x01")], "checksummed"),
        ([(32, struct.pack("<I", 2**32 - 1))], "cut short"),
        ([(4096 + 20, struct.pack("<H", 65535))], "more than fit"),
        ([(4096 + 20, struct.pack("<H", 3))], "a key without a value"),
        ([(4096 + 26, struct.pack("<H", 9))], "overlap or leave"),
        ([(4096 + 28, struct.pack("<H", 4095))], "overlap or leave"),
        ([(2 * 4096 + 25, b"\x0d")], "that is none"),
        ([(2 * 4096 + 22, struct.pack("<H", 65535))], "that is none"),
        ([(2 * 4096 + 22, struct.pack("<H", 0))], "that is none"),
        ([(3 * 4096 + 16, struct.pack("<I", 2**31))], "outside the file"),
    ],
)
def test_a_damaged_berkeley_db_is_told(patches: list[tuple[int, bytes]], said: str) -> None:
    _, problems = survived(patched(bdb_database(BLOBS), *patches))

    assert problems
    assert said in problems[0]


def test_a_value_of_gigabytes_is_not_believed() -> None:
    items = [b"\x01" + struct.pack("<I", 1), b"\x03\0\0\0" + struct.pack("<II", 2, 2**32 - 1)]
    duplicates = [b"\x01" + struct.pack("<I", 2), b"\x04\0\0\0" + struct.pack("<I", 2)]
    odd = [b"\x01\x01", b"\x01x"]
    page = bdb_page("<", 4096, 1, kind=13, items=[*items, *duplicates, *odd])

    assert survived(patched(bdb_database(BLOBS), (4096, page))) == (
        [],
        [
            "page 1: a header longer than the file",
            "page 1: a value that is neither on its page nor in a chain",
            "page 1: a key that is no package number",
        ],
    )


# --- NDB


def test_an_ndb_database_is_read() -> None:
    assert names_and_problems(ndb_database(BLOBS)) == (NAMES, [])


FIRST = 256 * 16
"""Where the first blob of an NDB database starts."""


@pytest.mark.parametrize(
    ("at", "value", "said", "left"),
    [
        (4, b"\x01", "NDB version 1", []),
        (12, b"\0\0\0\0", "without slots", []),
        (12, b"\xff\xff\xff\x7f", "cut short", NAMES),
        (32, b"Spot", "a slot without its mark", NAMES[1:]),
        (36, b"\x07", "a blob that is not there", NAMES[1:]),
        (40, b"\xff\xff\xff\xff", "outside the file", NAMES[1:]),
        (40, b"\x07\0\0\0", "a blob that is not there", NAMES[1:]),
        (44, b"\x01\0\0\0", "outside the file", NAMES[1:]),
        (44, b"\xff\xff\xff\xff", "blobs that overlap", []),
        (FIRST, b"BlbX", "a blob that is not there", NAMES[1:]),
        (FIRST + 12, b"\xff\xff\xff\xff", "does not fit its start", NAMES[1:]),
        (FIRST + 8, b"\x09", "differs from its checksum", NAMES),
    ],
)
def test_nonsense_in_an_ndb_database_is_told(at: int, value: bytes, said: str, left: list[str]) -> None:
    found, problems = survived(patched(ndb_database(BLOBS), (at, value)))

    assert said in problems[0]
    assert found == left or said == "cut short"


def test_slots_that_all_name_one_blob_give_it_once() -> None:
    data = ndb_database(BLOBS)
    slot = data[32:48]
    found, problems = survived(patched(data, *[(32 + 16 * index, slot) for index in range(254)]))

    assert found == ["tiny"]
    assert problems[0] == "package 1: listed a second time"
    assert problems[-1] == "and 153 more damaged places"


def test_blobs_in_blobs_cost_no_more_than_the_file() -> None:
    # Each slot names a blob that starts 32 bytes after the one before and reaches to the end of the file.
    size = 4 * 1024 * 1024
    data = bytearray(b"RpmP" + struct.pack("<7I", 0, 1, 256, 9, 0, 0, 0)).ljust(size, b"\0")
    for number in range(1, 60_000):
        start = 256 * 4096 + 32 * number
        data[16 * (number + 1) : 16 * (number + 2)] = struct.pack(
            "<4s3I", b"Slot", number, start // 16, (size - start) // 16
        )
        data[start : start + 16] = struct.pack("<4s3I", b"BlbS", number, 1, size - start - 28)
    found, problems = survived(bytes(data))

    assert found == []
    assert "overlap" in problems[-1]


# --- SQLite


@pytest.fixture(scope="module")
def rpm_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sqlite_database(tmp_path_factory.mktemp("rpm") / "rpmdb.sqlite", BLOBS)


def test_an_sqlite_database_is_read(rpm_sqlite: bytes) -> None:
    assert names_and_problems(rpm_sqlite) == (NAMES, [])


def test_a_row_without_a_header_is_told(tmp_path: Path) -> None:
    data = sqlite_database(tmp_path / "a", [b"", BLOBS[0], b"\xff" * 40, "text", 5, b"\x7f\xff\xff\xff" * 4])  # type: ignore[list-item]
    found, problems = survived(data)

    assert found == ["tiny"]
    assert [one.partition(":")[0] for one in problems] == [f"package {number}" for number in (1, 3, 4, 5, 6)]


def test_a_schema_that_points_anywhere_is_refused(rpm_sqlite: bytes) -> None:
    # The schema's one byte of a root page is the last before the SQL text.
    at = rpm_sqlite.index(b"PackagesPackages") + len("PackagesPackages")
    assert rpm_sqlite[at] == 2
    for page in (0, 1, 5, 77, 127, 128, 255):
        found, problems = survived(patched(rpm_sqlite, (at, bytes([page]))))
        assert problems, page
        assert not set(found) - set(NAMES)


def test_a_circle_in_a_tree_is_left(tmp_path: Path) -> None:
    data = sqlite_database(tmp_path / "a", [BLOBS[0]] * 200, page_size=512)
    root = 512
    assert data[root] == 5
    child = struct.unpack_from(">H", data, root + 12)[0]
    for page in (2, 1, 0, 2**32 - 1):
        found, problems = survived(patched(data, (root + child, struct.pack(">I", page))))
        assert 0 < len(found) < 200
        assert problems


def test_a_circle_of_overflow_pages_in_a_row_is_left(rpm_sqlite: bytes) -> None:
    circles = 0
    for page in range(3, len(rpm_sqlite) // 4096):
        base = (page - 1) * 4096
        following = int.from_bytes(rpm_sqlite[base : base + 4], "big")
        if following == page + 1:
            _, problems = survived(patched(rpm_sqlite, (base, struct.pack(">I", page))))
            assert any("a second time" in one for one in problems)
            circles += 1
            if circles == 5:
                break
    assert circles == 5


def test_a_blob_of_gigabytes_is_not_believed(rpm_sqlite: bytes, tmp_path: Path) -> None:
    data = sqlite_database(tmp_path / "a", [BLOBS[1]], page_size=4096)
    cell = 4096 + struct.unpack_from(">H", data, 4096 + 8)[0]
    found, problems = survived(patched(data, (cell, b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f")))

    assert found == []
    assert problems


def test_cells_that_all_name_one_row_are_not_read_again_and_again(tmp_path: Path) -> None:
    data = sqlite_database(tmp_path / "a", [BLOBS[1][:8] + bytes(60_000)], page_size=65536)
    base = 65536
    cell = data[base + 8 : base + 10]
    data = patched(data, (base + 3, struct.pack(">H", 2000)), (base + 8, cell * 2000))
    _, problems = survived(data)

    assert any("overlap" in one for one in problems)


# --- Any


@pytest.mark.parametrize("data", [b"", b"x", b"\0" * 100, b"SQLite format 3\0", b"RpmP", bytes(12) + b"\x61\x15\x06\0"])
def test_what_is_no_rpm_database_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_rpm_database(data, Problems())


@pytest.mark.parametrize("build", [bdb_database, ndb_database])
def test_every_cut_is_survived(build: Callable[[list[bytes]], bytes]) -> None:
    data = build([package("a"), package("b", {"/usr/bin/b": FILE})])
    for stop in range(0, len(data), 13):
        found, _ = survived(data[:stop])
        assert set(found) <= {"a", "b"}


def test_headers_and_files_beyond_any_real_system_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpm_database, "MOST_PACKAGES", 2)
    assert names_and_problems(ndb_database(BLOBS)) == (NAMES[:2], ["more than 2 packages"])

    monkeypatch.undo()
    monkeypatch.setattr(rpm_database, "MOST_FILES", 401)
    assert names_and_problems(ndb_database(BLOBS)) == (NAMES[:2], ["packages of more than 401 files"])


def test_a_hopeless_database_is_given_up() -> None:
    data = bytearray(ndb_database(BLOBS))
    data[12:16] = struct.pack("<I", 20)
    found, problems = survived(bytes(data).ljust(20 * 4096, b"x"))

    assert found == NAMES
    assert problems[-1].startswith("given up")


def test_a_database_of_500_packages_is_read_in_well_under_a_second(tmp_path: Path) -> None:
    files = {f"/usr/share/package/{index % 20}/file-{index}": FILE for index in range(200)}
    data = sqlite_database(tmp_path / "a", [package(f"package-{index}", files) for index in range(500)])
    start = time.perf_counter()
    problems = Problems()
    owned = sum(len(header.files.paths()) for header in read_rpm_database(data, problems) if header.files is not None)

    assert owned == 100_000
    assert time.perf_counter() - start < 1
