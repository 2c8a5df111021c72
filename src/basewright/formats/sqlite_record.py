"""Records and variable-length integers of SQLite (sqlite.org/fileformat2.html, sections 1.6 and 2.1)."""

import struct

from basewright.formats.content import MalformedError

Value = int | float | str | bytes | None
"""A column, in SQLite's five storage classes."""

MOST_COLUMNS = 32767
"""SQLITE_MAX_COLUMN can be set no higher."""
_NUMBER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
"""Length of the serial types 0 to 9."""


def varint(data: bytes | memoryview, at: int, end: int) -> tuple[int, int]:
    """Return the integer at `at`, without sign, and the place after it; raise MalformedError where it passes `end`."""
    value = 0
    for index in range(at, min(at + 8, end)):
        byte = data[index]
        if byte < 0x80:
            return value << 7 | byte, index + 1
        value = value << 7 | byte & 0x7F
    if at + 8 >= end:
        raise MalformedError("an integer that leaves its place")
    return value << 8 | data[at + 8], at + 9


def decode_record(payload: bytes, encoding: str) -> tuple[Value, ...]:
    """Return the columns of a record; text that is not in `encoding` gets replacement characters."""
    head, at = varint(payload, 0, len(payload))
    if head > len(payload) or head - at > MOST_COLUMNS * 9:
        raise MalformedError("a record's header longer than the record")
    columns: list[Value] = []
    body = head
    while at < head:
        kind, at = varint(payload, at, head)
        length = _NUMBER_BYTES[kind] if kind < 10 else (kind - 12) // 2
        if kind in {10, 11} or body + length > len(payload):
            raise MalformedError("a column outside its record")
        columns.append(_value(kind, payload[body : body + length], encoding))
        body += length
    if len(columns) > MOST_COLUMNS:
        raise MalformedError(f"{len(columns)} columns in a record")
    return tuple(columns)


def _value(kind: int, data: bytes, encoding: str) -> Value:
    """Return a column by its serial type (section 2.1)."""
    if kind >= 12:
        return data.decode(encoding, "replace") if kind % 2 else data
    if kind == 0:
        return None
    if kind == 7:
        number: float = struct.unpack(">d", data)[0]
        return number
    return kind - 8 if kind >= 8 else int.from_bytes(data, "big", signed=True)
