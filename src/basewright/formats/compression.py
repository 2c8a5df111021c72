"""Streams of compressed bytes, as layers are: gzip (RFC 1952), zstd (RFC 8878) or plain, in pieces of bounded size.

What stands in the bytes decides, not what was declared. Nothing is trusted: members and frames are walked in a loop,
output comes in pieces of about a MiB, a window beyond the limit is refused, and a stream that grows beyond its budget
or its ratio is cut. Damage ends the stream and is told; it raises nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.errors import UnsupportedError
from basewright.formats.unpackers import DAMAGES, Decoder, new_gzip_member, new_zstd_frame

PIECE = 1 << 20
"""Bytes of one piece of output at most."""
_SMALL = PIECE // 4
_TINY = 4096
"""Pieces that are put together at most: each of a byte may hold a block of a hundred times its size."""
_FIRST_SLICE, _LAST_SLICE = 4 << 10, 256 << 10
_SNIFFED = 512
EMPTY_MEMBERS = 4096
"""How many members or frames without content may follow one another."""
MEMBERS = 2_000_000
"""How many members or frames one stream may have: eStargz writes one for every file."""


class Compression(StrEnum):
    """How a stream is packed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


_REFUSED = (
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"LZIP", "lzip"),
    (b"\x1f\x9d", "compress"),
    (b"\x5d\0\0", "lzma"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
)


def sniff(head: bytes) -> Compression:
    """Return how a stream that begins with `head` (512 bytes, if it has so many) is packed.

    Raises UnsupportedError, with its name, for a compression that is known and not read.
    """
    if head[:2] == b"\x1f\x8b":
        return Compression.GZIP
    if _is_zstd(head):
        return Compression.ZSTD
    if head[257:262] != b"ustar":
        for magic, name in _REFUSED:
            if head.startswith(magic):
                raise UnsupportedError(
                    f"the layer is compressed with {name}, which no image specification allows",
                    hint="Convert the image to gzip or zstd layers.",
                )
    return Compression.NONE


def _is_zstd(head: bytes) -> bool:
    """Whether a frame begins here, or one that is to be skipped (RFC 8878, 3.1.1 and 3.1.2)."""
    return head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F)


def declared_compression(media_type: str) -> Compression | None:
    """Return what a layer's media type says (image-spec layer.md; Docker's schema 2); None where it says nothing."""
    if media_type.endswith(("+gzip", ".tar.gzip", "diff.tar.gz")):
        return Compression.GZIP
    if media_type.endswith(("+zstd", ".tar.zstd")):
        return Compression.ZSTD
    if media_type.endswith((".tar", ".rootfs.diff.tar")):
        return Compression.NONE
    return None


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one stream may become."""

    output: int
    """Bytes that come out at most."""
    ratio: int
    """Bytes that one compressed byte may become, once `ratio_after` bytes came out."""
    ratio_after: int
    zstd_window: int
    """Bytes of a frame's window; the next smaller power of two counts."""


@dataclass(slots=True)
class Inflation:
    """The plain bytes of a stream. Iterate once; what is told afterwards is complete only then."""

    pieces: Iterable[bytes]
    budget: Budget
    compression: Compression = Compression.NONE
    notes: list[str] = field(default_factory=list)
    """What is wrong with the stream, fit for an `Unknown`."""
    is_cut: bool = False
    """Whether the end was not reached: damage, a limit, or bytes that are missing."""
    output: int = 0
    """How many plain bytes came out."""
    _source: "_Source" = field(init=False)

    def __post_init__(self) -> None:
        self._source = _Source(iter(self.pieces))

    def start(self) -> Compression:
        """Look at the first bytes; raises UnsupportedError as `sniff` does."""
        self.compression = sniff(self._source.peek(_SNIFFED))
        return self.compression

    def __iter__(self) -> Iterator[bytes]:
        self.start()
        if self.compression is Compression.NONE:
            plain: Iterator[bytes] = self._source.rest()
        else:
            plain = self._members()
        for piece in plain:
            self.output += len(piece)
            if self.output > self.budget.output:
                self._cut(f"it unpacks to more than {self.budget.output} bytes, the limit; the rest was not read")
                return
            yield piece

    def drain(self) -> None:
        """Read what is left of the compressed stream, for its digest's sake."""
        for _ in self._source.rest():
            pass

    def _cut(self, note: str) -> None:
        self.notes.append(note)
        self.is_cut = True

    def _members(self) -> Iterator[bytes]:
        """Yield the content of one member (gzip) or frame (zstd) after another; small ones are put together."""
        source = self._source
        new, begins = self._codec()
        waiting: list[bytes] = []
        kept = empty = count = 0
        while begins(head := source.peek(4)):
            count += 1
            before = self.output + kept
            for piece in self._member(new()):
                kept += len(piece)
                waiting.append(piece)
                if kept >= _SMALL or len(waiting) >= _TINY:
                    yield b"".join(waiting) if len(waiting) > 1 else piece
                    waiting, kept = [], 0
                    if self._is_bomb():
                        return
            if self.is_cut:
                break
            empty = empty + 1 if self.output + kept == before else 0
            if empty > EMPTY_MEMBERS or count > MEMBERS:
                self._cut(f"too many {self.compression} members; the rest was not read")
                break
        else:
            if head:
                self._tell_garbage()
        if waiting:
            yield b"".join(waiting)

    def _codec(self) -> "tuple[Callable[[], Decoder], Callable[[bytes], bool]]":
        if self.compression is Compression.GZIP:
            return new_gzip_member, lambda head: head[:2] == b"\x1f\x8b"
        window_log = self.budget.zstd_window.bit_length() - 1
        return (lambda: new_zstd_frame(window_log)), _is_zstd

    def _member(self, decoder: "Decoder") -> Iterator[bytes]:
        """Yield one member's content. The slices begin small, so that what a member leaves over costs little."""
        source, slice_size = self._source, _FIRST_SLICE
        data: bytes | memoryview = b""
        while not decoder.eof:
            if decoder.needs_input:
                data = source.take(slice_size)
                slice_size = min(slice_size * 4, _LAST_SLICE)
                if not data:
                    self._cut(f"the {self.compression} stream ends too early, at byte {source.taken}")
                    return
            else:
                data = b""
            try:
                piece = decoder.decompress(data, PIECE)
            except DAMAGES as error:
                too_large = "memory" in str(error)
                why = "needs a larger window than is allowed" if too_large else "is damaged"
                self._cut(f"the {self.compression} stream {why} before byte {source.taken}; the rest was not read")
                return
            if piece:
                yield piece
        source.give_back(len(decoder.unused_data))

    def _is_bomb(self) -> bool:
        """Whether so little became so much that no archive of files explains it."""
        budget = self.budget
        if self.output <= budget.ratio_after or self.output <= budget.ratio * self._source.taken:
            return False
        self._cut(f"it unpacks to more than {budget.ratio} times its size; the rest was not read")
        return True

    def _tell_garbage(self) -> None:
        """Tell of what follows the last member, unless it is padding."""
        length, is_padding = 0, True
        for piece in self._source.rest():
            length += len(piece)
            is_padding = is_padding and not piece.strip(b"\0")
        if not is_padding:
            self.notes.append(f"{length} bytes that are no {self.compression} follow the compressed archive")


class _Source:
    """The compressed bytes, to be taken in slices; what a member did not use is given back."""

    __slots__ = ("_piece", "_pieces", "_position", "taken")

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")
        self._position = 0
        self.taken = 0

    def peek(self, length: int) -> bytes:
        """Return the next bytes, fewer than `length` only where the stream ends."""
        kept = self._piece[self._position :]
        if len(kept) < length:
            parts, have = [bytes(kept)], len(kept)
            while have < length and (piece := next(self._pieces, None)) is not None:
                parts.append(piece)
                have += len(piece)
            self._piece, self._position = memoryview(b"".join(parts)), 0
            kept = self._piece
        return bytes(kept[:length])

    def take(self, length: int) -> memoryview:
        """Return at most `length` next bytes; empty only at the end."""
        while self._position >= len(self._piece):
            piece = next(self._pieces, None)
            if piece is None:
                return memoryview(b"")
            self._piece, self._position = memoryview(piece), 0
        data = self._piece[self._position : self._position + length]
        self._position += len(data)
        self.taken += len(data)
        return data

    def give_back(self, length: int) -> None:
        """Put back the last `length` bytes of what was taken last."""
        self._position -= length
        self.taken -= length

    def rest(self) -> Iterator[bytes]:
        """Yield everything that is left, in pieces of at most a few MiB."""
        while data := self.take(PIECE):
            whole = data.obj
            yield whole if isinstance(whole, bytes) and len(whole) == len(data) else bytes(data)
