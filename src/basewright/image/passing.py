"""A stream that only goes forward, as the walk over an archive's headers sees it: nothing of it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from basewright.errors import RemoteError, UnsupportedError


@dataclass(slots=True)
class Passing:
    """Bytes that pass by; `Source` of `outer_tar.members`."""

    name: str
    """Who sends them, for messages."""
    pieces: Iterator[bytes] = field(repr=False)
    limit: int
    """Bytes that may pass at most."""
    position: int = 0
    _rest: memoryview = field(default=memoryview(b""), repr=False)

    def read(self, size: int) -> bytes:
        """See `Source.read`."""
        parts = list(self.take(size))
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def skip(self, size: int) -> None:
        """See `Source.skip`."""
        stop = self.position + size
        for _ in self._views(size):
            pass
        if self.position < stop:
            raise RemoteError(f"{self.name} stops at byte {self.position}, in the middle", is_temporary=True)

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer where the stream ends, and leave them there."""
        data = self.read(size)
        self.position -= len(data)
        self._rest = memoryview(data + bytes(self._rest))
        return data

    def take(self, size: int) -> Iterator[bytes]:
        """Yield the next `size` bytes as they come; fewer where the stream ends."""
        for view in self._views(size):
            yield bytes(view)

    def _views(self, size: int) -> Iterator[memoryview]:
        while size > 0:
            if not self._rest:
                piece = next(self.pieces, None)
                if piece is None:
                    return
                self._rest = memoryview(piece)
                continue
            view, self._rest = self._rest[:size], self._rest[size:]
            size -= len(view)
            self.position += len(view)
            if self.position > self.limit:
                raise UnsupportedError(f"{self.name} sends more than the {self.limit} bytes of an image that are read")
            yield view
