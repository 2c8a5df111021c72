"""Builds rpm headers and databases byte by byte, for tests: right ones, and wrong ones on purpose."""

import sqlite3
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

INT8, INT16, INT32, INT64, STRING, BIN, STRINGS, I18N = 2, 3, 4, 5, 6, 7, 8, 9
_FORMS = {INT8: "B", INT16: "H", INT32: "I", INT64: "Q"}
_ALIGN = {INT16: 2, INT32: 4, INT64: 8}

NAME, VERSION, RELEASE, EPOCH, SUMMARY = 1000, 1001, 1002, 1003, 1004
INSTALLTIME, SIZE, VENDOR, LICENSE, ARCH = 1008, 1009, 1011, 1014, 1022
FILESIZES, FILESTATES, FILEMODES, FILEFLAGS, SOURCERPM = 1028, 1029, 1030, 1037, 1044
OLDFILENAMES, DIRINDEXES, BASENAMES, DIRNAMES = 1027, 1116, 1117, 1118
MODULARITYLABEL, SIGMD5, RSAHEADER, LONGFILESIZES = 5096, 261, 268, 5008

Tag = tuple[int, int, object]
"""Tag, type, value: a text, bytes, or a sequence of texts or numbers."""


def header(tags: Iterable[Tag]) -> bytes:
    """Return a header blob as a database keeps it."""
    entries, store = [], bytearray()
    for tag, kind, value in tags:
        store += bytes(-len(store) % _ALIGN.get(kind, 1))
        data, count = _encoded(kind, value)
        entries.append(struct.pack(">IIiI", tag, kind, len(store), count))
        store += data
    return struct.pack(">II", len(entries), len(store)) + b"".join(entries) + bytes(store)


def _encoded(kind: int, value: object) -> tuple[bytes, int]:
    if isinstance(value, bytes):
        return value, len(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape") + b"\0", 1
    assert isinstance(value, Sequence)
    if kind in _FORMS:
        return struct.pack(f">{len(value)}{_FORMS[kind]}", *value), len(value)
    return b"".join(text.encode("utf-8", "surrogateescape") + b"\0" for text in value), len(value)


def package_tags(name: str, files: Mapping[str, int] | None = None, **more: object) -> list[Tag]:
    """Return the tags of a small package; `files` are absolute paths with their modes."""
    tags: list[Tag] = [
        (NAME, STRING, name),
        (VERSION, STRING, more.get("version", "1.0")),
        (RELEASE, STRING, more.get("release", "1.el9")),
        (SUMMARY, I18N, ["A package"]),
        (SIZE, INT32, [123]),
        (LICENSE, STRING, "MIT"),
        (ARCH, STRING, "x86_64"),
        (SOURCERPM, STRING, more.get("source_rpm", f"{name}-1.0-1.el9.src.rpm")),
    ]
    if files:
        directories = sorted({path.rpartition("/")[0] + "/" for path in files})
        tags += [
            (FILESIZES, INT32, [1] * len(files)),
            (FILEMODES, INT16, list(files.values())),
            (DIRINDEXES, INT32, [directories.index(path.rpartition("/")[0] + "/") for path in files]),
            (BASENAMES, STRINGS, [path.rpartition("/")[2] for path in files]),
            (DIRNAMES, STRINGS, directories),
        ]
    return tags


def package(name: str, files: Mapping[str, int] | None = None, **more: object) -> bytes:
    """Return the header of a small package."""
    return header(package_tags(name, files, **more))


def sqlite_database(path: Path, blobs: Sequence[bytes], *, page_size: int = 4096, wal: bool = False) -> bytes:
    """Write rpm's SQLite database to `path` with the standard library, and return its bytes."""
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA page_size = {page_size}")
        if wal:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
        connection.commit()
    finally:
        connection.close()
    return path.read_bytes()


def ndb_database(blobs: Sequence[bytes]) -> bytes:
    """Return ``Packages.db`` with one page of slots."""
    slots, body = [b"Slot" + bytes(12)] * 254, bytearray()
    for number, blob in enumerate(blobs, 1):
        block = 256 + len(body) // 16
        padding = bytes(-(16 + len(blob) + 12) % 16)
        checked = struct.pack("<4s3I", b"BlbS", number, 1, len(blob)) + blob + padding
        whole = checked + struct.pack("<2I4s", zlib.adler32(checked), len(blob), b"BlbE")
        slots[number - 1] = struct.pack("<4s3I", b"Slot", number, block, len(whole) // 16)
        body += whole
    start = struct.pack("<4s7I", b"RpmP", 0, 1, 1, len(blobs) + 1, 0, 0, 0)
    return start + b"".join(slots) + bytes(body)


def bdb_database(blobs: Sequence[bytes], *, order: str = "<", page_size: int = 4096, on_page: int = 0) -> bytes:
    """Return ``Packages``: one hash page, and a chain of overflow pages for each blob longer than `on_page` bytes."""
    items, overflow = [], bytearray()
    for number, blob in enumerate([struct.pack(f"{order}I", len(blobs)), *blobs]):
        items.append(b"\x01" + struct.pack(f"{order}I", number))
        if number and len(blob) > on_page:
            first = 2 + len(overflow) // page_size
            items.append(b"\x03\0\0\0" + struct.pack(f"{order}II", first, len(blob)))
            overflow += _chain(blob, first, order, page_size)
        else:
            items.append(b"\x01" + blob)
    hash_page = bdb_page(order, page_size, 1, kind=13, items=items)
    last = 1 + len(overflow) // page_size
    meta = struct.pack(f"{order}8xIIII", 0, 0x061561, 9, page_size) + b"\0\x08\0\0"
    meta += struct.pack(f"{order}IIIIII", 0, last, 0, len(blobs) + 1, len(blobs) + 1, 0) + bytes(20)
    meta += struct.pack(f"{order}IIIIII", 0, 1, 0, 0, len(blobs) + 1, 0x5E688DD1) + struct.pack(
        f"{order}32I", *[1] * 32
    )
    return meta.ljust(page_size, b"\0") + hash_page + bytes(overflow)


def bdb_page(order: str, page_size: int, number: int, *, kind: int, items: Sequence[bytes]) -> bytes:
    """Return a page with `items` from its end downwards."""
    end, starts, body = page_size, [], b""
    for item in items:
        end -= len(item)
        starts.append(end)
        body = item + body
    head = struct.pack(f"{order}8xIIIHHBB", number, 0, 0, len(items), end, 0, kind)
    head += struct.pack(f"{order}{len(starts)}H", *starts)
    return head.ljust(end, b"\0") + body


def _chain(blob: bytes, first: int, order: str, page_size: int) -> bytes:
    room = page_size - 26
    pieces = [blob[at : at + room] for at in range(0, len(blob), room)]
    pages = b""
    for index, piece in enumerate(pieces):
        number = first + index
        following = number + 1 if index + 1 < len(pieces) else 0
        pages += struct.pack(f"{order}8xIIIHHBB", number, 0, following, 1, len(piece), 0, 7)
        pages += piece.ljust(room, b"\0")
    return pages
