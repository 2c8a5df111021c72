"""SQLite files that the standard library wrote, read from their bytes."""

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems
from basewright.formats.sqlite_file import SqliteFile, read_table
from basewright.formats.sqlite_record import decode_record, varint


def database(path: Path, *statements: str | tuple[str, Sequence[Sequence[object]]]) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        for one in statements:
            if isinstance(one, str):
                connection.execute(one)
            else:
                connection.executemany(*one)
        connection.commit()
    return path.read_bytes()


def rows(data: bytes, name: str) -> list[tuple[int, tuple[object, ...]]]:
    problems = Problems()
    found = list(read_table(data, name, problems))
    assert not list(problems)
    return found


VALUES = [
    (None, 0, 1, -1),
    (127, -128, 32767, -32768),
    (2**23, -(2**31), 2**47, -(2**63)),
    (1.5, -0.25, "text", b"blob"),
    ("ü" * 9, "", b"", 2**63 - 1),
]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_every_kind_of_value_is_read(tmp_path: Path, encoding: str) -> None:
    data = database(
        tmp_path / "a",
        f"PRAGMA encoding = '{encoding}'",
        "CREATE TABLE t (a, b, c, d)",
        ("INSERT INTO t VALUES (?, ?, ?, ?)", VALUES),
    )

    assert rows(data, "T") == list(enumerate(VALUES, 1))


@pytest.mark.parametrize("page_size", [512, 1024, 4096, 65536])
def test_rows_of_every_length_are_read_whole(tmp_path: Path, page_size: int) -> None:
    blobs = [
        (bytes([length % 256]) * length,) for length in [*range(0, 3 * page_size, max(7, page_size // 40)), 300_000]
    ]
    data = database(
        tmp_path / "a",
        f"PRAGMA page_size = {page_size}",
        "CREATE TABLE t (a)",
        ("INSERT INTO t VALUES (?)", blobs),
    )

    assert rows(data, "t") == list(enumerate(blobs, 1))


def test_a_deep_tree_is_read_in_order_with_rowids_below_zero_and_gaps(tmp_path: Path) -> None:
    numbers = [-(2**63), -5, 0, 3, *range(10, 60_000, 3), 2**63 - 1]
    data = database(
        tmp_path / "a",
        "PRAGMA page_size = 512",
        "CREATE TABLE t (n INTEGER PRIMARY KEY, a)",
        ("INSERT INTO t VALUES (?, ?)", [(number, f"row {number}") for number in numbers]),
        "DELETE FROM t WHERE n % 2 = 0 AND n > 10 AND n < 30000",
    )
    kept = [n for n in numbers if not (n % 2 == 0 and 10 < n < 30000)]

    assert rows(data, "t") == [(number, (None, f"row {number}")) for number in kept]


def test_views_triggers_and_other_tables_are_never_evaluated(tmp_path: Path) -> None:
    data = database(
        tmp_path / "a",
        "CREATE TABLE Other (a)",
        "CREATE VIEW Packages AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "CREATE TRIGGER t AFTER INSERT ON Other BEGIN DELETE FROM Other; END",
    )

    with pytest.raises(MalformedError, match="a view, no table"):
        read_table(data, "Packages", Problems())
    assert rows(data, "Other") == []


def test_a_table_without_rowid_is_refused(tmp_path: Path) -> None:
    data = database(tmp_path / "a", "CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID", "INSERT INTO t VALUES (1, 2)")

    with pytest.raises(MalformedError, match="WITHOUT ROWID"):
        read_table(data, "t", Problems())


def test_a_virtual_table_is_refused(tmp_path: Path) -> None:
    try:
        data = database(tmp_path / "a", "CREATE VIRTUAL TABLE t USING fts5(a)")
    except sqlite3.OperationalError as error:
        pytest.skip(f"this SQLite has no virtual tables: {error}")

    with pytest.raises(MalformedError, match="virtual"):
        read_table(data, "t", Problems())


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    data = database(tmp_path / "a", "CREATE TABLE t (a)")

    with pytest.raises(MalformedError, match="no table Packages"):
        read_table(data, "Packages", Problems())


def test_the_write_ahead_mode_is_told(tmp_path: Path) -> None:
    plain = database(tmp_path / "a", "CREATE TABLE t (a)")
    wal = database(tmp_path / "b", "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)")

    assert not SqliteFile(plain).is_wal
    assert SqliteFile(wal).is_wal
    assert rows(wal, "t") == []


def test_reserved_bytes_at_the_end_of_pages_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    empty = bytearray(database(path, "PRAGMA page_size = 512", "CREATE TABLE t (a)", "DROP TABLE t", "VACUUM"))
    assert len(empty) == 512
    empty[20] = 32
    empty[105:107] = struct.pack(">H", 480)  # where the content of the first page's cells starts
    path.write_bytes(empty)
    blobs = [(bytes([length % 256]) * length,) for length in range(0, 3000, 37)]
    data = database(path, "CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", blobs))

    assert data[20] == 32
    assert rows(data, "t") == list(enumerate(blobs, 1))


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (0, b"X", "header is missing"),
        (16, b"\x01\x01", "page size"),
        (16, b"\0\0", "page size"),
        (16, b"\x01\x00", "page size"),
        (19, b"\x03", "read version"),
        (20, b"\xff", "hardly a usable byte"),
        (21, b"\x41", "payload fractions"),
        (56, b"\0\0\0\x04", "text encoding"),
    ],
)
def test_a_header_that_is_none_is_malformed(tmp_path: Path, at: int, value: bytes, said: str) -> None:
    data = bytearray(database(tmp_path / "a", "PRAGMA page_size = 512", "CREATE TABLE t (a)"))
    data[at : at + len(value)] = value

    with pytest.raises(MalformedError, match=said):
        SqliteFile(bytes(data))


def test_a_file_that_was_cut_short_is_told_and_its_rest_read(tmp_path: Path) -> None:
    whole = database(
        tmp_path / "a",
        "PRAGMA page_size = 512",
        "CREATE TABLE t (a)",
        ("INSERT INTO t VALUES (?)", [(f"row {number}",) for number in range(500)]),
    )
    problems = Problems()
    found = list(read_table(whole[: len(whole) // 2], "t", problems))

    assert 0 < len(found) < 500
    assert next(iter(problems)).startswith("cut short: ")


@pytest.mark.parametrize("value", [0, 1, 127, 128, 16383, 16384, 2**31, 2**56 - 1, 2**56, 2**63, 2**64 - 1])
def test_variable_length_integers_are_read(value: int) -> None:
    if value >= 2**56:
        head = [value >> shift & 0x7F | 0x80 for shift in range(57, 7, -7)]
        data = bytes([*head, value & 0xFF])
    else:
        groups = [value & 0x7F]
        while value >> 7 * len(groups):
            groups.append(value >> 7 * len(groups) & 0x7F | 0x80)
        data = bytes(reversed(groups))

    assert varint(data, 0, len(data)) == (value, len(data))
    with pytest.raises(MalformedError):
        varint(data, 0, len(data) - 1)


@pytest.mark.parametrize("payload", [b"", b"\x05", b"\x02\x0a", b"\x02\x0b", b"\x02\x06", b"\x03\xff\x7f", b"\xff" * 9])
def test_a_record_that_is_none_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_record(payload, "utf-8")


def test_a_record_with_columns_beyond_any_table_is_malformed() -> None:
    header = 49_158  # bytes, its own length of three among them; the rest are columns that are NULL

    with pytest.raises(MalformedError, match="49155 columns"):
        decode_record(b"\x83\x80\x06" + bytes(header - 3), "utf-8")
