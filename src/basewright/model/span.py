"""Where something stands: byte spans of one file, and places that a person can open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Bytes ``[start, stop)`` of one file."""

    start: int
    stop: int

    def of(self, source: bytes) -> bytes:
        """Return the bytes that this span covers."""
        return source[self.start : self.stop]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in the project: path relative to its root (POSIX), line from 1 (0: the file as a whole)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
