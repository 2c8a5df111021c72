"""Files with holes in a tar archive: put together where they are small enough.

The formats: GNU tar manual, «Storing Sparse Files».
"""

from dataclasses import dataclass, field

from basewright.formats.content import MalformedError
from basewright.formats.tar_entry import OLD_SPARSE, TarEntry
from basewright.formats.tar_fields import number
from basewright.formats.tar_pax import MAP_LIMIT, Extended

_ROW = 24
_LONGEST = 19


@dataclass(slots=True)
class SparseFile:
    """A file whose data segments stand one after the other in its body."""

    path: str | None
    """None where it is left out."""
    entry: TarEntry
    extended: Extended
    place: int
    """Where the body starts in the archive."""
    segments: list[int] = field(default_factory=list)
    """Offsets and lengths in turn."""

    @classmethod
    def of(cls, path: str | None, entry: TarEntry, extended: Extended, header: bytes, place: int) -> "SparseFile":
        """Read as much of the map as the header has; raises MalformedError."""
        file = cls(path, entry, extended, place)
        if entry.sparse == OLD_SPARSE:
            file.add_rows(header[386:482])
        elif entry.sparse == (0, 1):
            mapped = extended.values.get(b"GNU.sparse.map", b"")
            file.segments = _numbers(mapped.split(b",")) if mapped else []
        elif entry.sparse == (0, 0):
            file.segments = extended.sparse_map
        return file

    def add_rows(self, block: bytes) -> None:
        """Read rows of the old map: pairs of fields of twelve bytes, until an empty one."""
        if len(self.segments) * _ROW > MAP_LIMIT:
            raise MalformedError("a sparse map beyond its limit")
        for at in range(0, len(block) - _ROW + 1, _ROW):
            if not block[at]:
                break
            offset, length = number(block[at : at + 12]), number(block[at + 12 : at + _ROW])
            if offset is None or length is None:
                raise MalformedError("a sparse map that is damaged")
            self.segments += (offset, length)

    def put_together(self, stored: memoryview) -> bytes:
        """Return the whole file, holes and all; raises MalformedError where the map does not fit."""
        segments = self.segments
        if self.entry.sparse == (1, 0):
            segments, start = _leading_map(stored)
            stored = stored[start:]
        if len(segments) % 2:
            raise MalformedError("a sparse map that is damaged")
        size = self.entry.size
        whole = bytearray(size)
        taken = last = 0
        for offset, length in zip(segments[::2], segments[1::2], strict=True):
            if offset < last or length < 0 or offset + length > size or taken + length > len(stored):
                raise MalformedError("a sparse map that does not fit the file")
            whole[offset : offset + length] = stored[taken : taken + length]
            taken += length
            last = offset + length
        return bytes(whole)


def _numbers(fields: list[bytes]) -> list[int]:
    if not all(one.isdigit() and len(one) <= _LONGEST for one in fields):
        raise MalformedError("a sparse map that is damaged")
    return [int(one) for one in fields]


def _leading_map(stored: memoryview) -> tuple[list[int], int]:
    """Return the map that stands before the data in format 1.0, and the length of the blocks it takes.

    Lines of decimal numbers: how many segments, then offset and length of each.
    """
    head = bytes(stored[:MAP_LIMIT])
    first, newline, _ = head[:24].partition(b"\n")
    if not newline:
        raise MalformedError("a sparse map that is damaged")
    (count,) = _numbers([first])
    lines = head.split(b"\n", 2 * count + 1) if count * 4 <= len(head) else []
    if len(lines) < 2 * count + 2:
        raise MalformedError("a sparse map that is damaged or beyond its limit")
    length = len(head) - len(lines[-1])
    return _numbers(lines[1:-1]), -(-length // 512) * 512
