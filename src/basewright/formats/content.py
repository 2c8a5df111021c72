"""The bytes of one file as a reader may see them: whole, or only in windows.

A layer is a stream: of a small file all bytes are kept, of a large one only windows. Who reads outside them gets an
OutsideWindowsError, and the wish is noted; the layer's reader then takes another look with the windows that were
wished for. So a binary of any size is read completely while memory stays bounded.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


class MalformedError(ValueError):
    """Bytes that are not what their format says; the reason is fit for an `Unknown`."""


class OutsideWindowsError(Exception):
    """Bytes were asked for that are not kept. The wish stands in `Content.missed`."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A range of a file: offset and length in bytes."""

    offset: int
    length: int


@dataclass(slots=True)
class Content:
    """Random access to the bytes of one file, as far as they are kept.

    `pieces` are (offset, bytes), neither overlapping nor empty; a whole file is one piece at 0.
    """

    size: int
    """Bytes of the whole file."""
    pieces: tuple[tuple[int, bytes | memoryview], ...]
    missed: list[Window] = field(default_factory=list)
    """What was asked for in vain, in the order of asking."""
    _starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.pieces = tuple(sorted(self.pieces, key=lambda piece: piece[0]))
        self._starts = tuple(offset for offset, _ in self.pieces)

    @classmethod
    def whole(cls, data: bytes | memoryview) -> "Content":
        """Return the content of a file that is in memory."""
        return cls(len(data), ((0, data),) if len(data) else ())

    @classmethod
    def windows(cls, size: int, pieces: Iterable[tuple[int, bytes | memoryview]]) -> "Content":
        """Return the content of a file of `size` bytes of which only `pieces` are kept."""
        return cls(size, tuple(piece for piece in pieces if len(piece[1])))

    @property
    def is_whole(self) -> bool:
        """Whether every byte is kept."""
        return not self.size or (len(self.pieces) == 1 and len(self.pieces[0][1]) == self.size)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes at `offset`, fewer where the file ends before.

        Raises OutsideWindowsError, and notes the wish, where they are not kept; MalformedError for a negative place.
        """
        if offset < 0 or length < 0:
            raise MalformedError("an offset or a length below zero")
        stop = min(offset + length, self.size)
        if offset >= stop:
            return b""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0:
            start, data = self.pieces[at]
            if stop <= start + len(data):
                return bytes(data[offset - start : stop - start])
        self.missed.append(Window(offset, stop - offset))
        raise OutsideWindowsError(f"bytes {offset} to {stop} are not kept")

    def all(self) -> bytes | memoryview:
        """Return every byte without copying; raise OutsideWindowsError where the file is kept in windows only."""
        if not self.size:
            return b""
        if self.is_whole:
            return self.pieces[0][1]
        self.missed.append(Window(0, self.size))
        raise OutsideWindowsError("the file is kept in windows only")
