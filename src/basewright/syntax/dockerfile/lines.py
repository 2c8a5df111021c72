"""Physical lines and logical lines: continuations joined, comments and blank lines inside them dropped.

After ``Parse``, ``processLine`` and ``trimContinuationCharacter`` in BuildKit's frontend/dockerfile/parser/parser.go.
"""

from bisect import bisect_right

from basewright.errors import SyntaxInputError
from basewright.syntax.dockerfile.directives import DirectiveReader
from basewright.syntax.dockerfile.spaces import left_trimmed

LINE_LIMIT = 64 * 1024
"""Bytes of one physical line, its ending included: Go's ``bufio.MaxScanTokenSize``, where BuildKit stops too."""
_HASH = ord("#")


class LineReader:
    """Gives the lines of `source` one by one; `start` and `stop` are those of the last one, `number` its number."""

    __slots__ = ("number", "source", "start", "stop")

    def __init__(self, source: bytes, start: int) -> None:
        self.source = source
        self.start = start
        self.stop = start
        self.number = 0

    def next(self) -> bytes | None:
        """Return the next line with its ending, None after the last one."""
        start = self.stop
        stop = self.source.find(b"\n", start) + 1
        if not stop:
            stop = len(self.source)
            if start == stop:
                return None
        self.number += 1
        if stop - start > LINE_LIMIT:
            raise SyntaxInputError(f"the line is longer than {LINE_LIMIT - 1} bytes", line=self.number)
        self.start, self.stop = start, stop
        return self.source[start:stop]


class LogicalLine:
    """One instruction's text with the way back to the file."""

    __slots__ = ("_files", "_is_ascii", "_known", "_starts", "end_line", "has_blank_line", "line", "stop", "text")

    def __init__(self, chunks: list[tuple[bytes, int]], line: int) -> None:
        joined, first = chunks[0]
        self._files = [first]
        self._starts = [0]
        if len(chunks) > 1:
            joined = self._join(chunks)
        self.text = joined.decode("utf-8", "surrogateescape")
        self._is_ascii = len(self.text) == len(joined)
        self._known = (0, 0)
        self.line = line
        self.end_line = line
        self.stop = 0
        """Byte behind the last physical line that was read, its ending left out."""
        self.has_blank_line = False

    def _join(self, chunks: list[tuple[bytes, int]]) -> bytes:
        self._files.clear()
        self._starts.clear()
        length = 0
        for chunk, file_offset in chunks:
            if chunk:
                self._starts.append(length)
                self._files.append(file_offset)
                length += len(chunk)
        if not length:
            self._starts, self._files = [0], [chunks[0][1]]
        return b"".join([chunk for chunk, _ in chunks])

    def byte(self, index: int) -> int:
        """Return the byte offset in the joined text of the character at `index`."""
        if self._is_ascii:
            return index
        # Asked for in rising order, mostly: counting on from the last answer keeps long lines linear.
        known, offset = self._known if self._known[0] <= index else (0, 0)
        offset += len(self.text[known:index].encode("utf-8", "surrogateescape"))
        self._known = (index, offset)
        return offset

    def file(self, index: int) -> int:
        """Return the byte offset in the file of the character at `index`."""
        return self._file(self.byte(index))

    def file_behind(self, index: int) -> int:
        """Return the byte offset in the file behind the character before `index`."""
        return self._file(self.byte(index) - 1) + 1

    def runs(self, start: int, stop: int) -> tuple[tuple[int, int], ...]:
        """Return the runs of the characters ``[start, stop)``, as `Instruction.offsets` holds them."""
        if start >= stop:
            return ()
        if len(self._starts) == 1:
            return ((0, self._files[0] + self.byte(start)),)
        first, last = self.byte(start), self.byte(stop)
        at = bisect_right(self._starts, first) - 1
        behind = bisect_right(self._starts, last - 1)
        head = (0, self._files[at] + first - self._starts[at])
        return (head, *((self._starts[i] - first, self._files[i]) for i in range(at + 1, behind)))

    def _file(self, offset: int) -> int:
        at = max(bisect_right(self._starts, offset) - 1, 0)
        return self._files[at] + offset - self._starts[at]


def next_logical_line(reader: LineReader, directives: DirectiveReader) -> LogicalLine | None:
    """Return the next logical line of the file, None where only comments and blank lines are left."""
    while (raw := reader.next()) is not None:
        body = raw.rstrip(b"\r\n")
        stripped = left_trimmed(body)
        start = reader.start + len(body) - len(stripped)
        if directives.is_open:
            directives.offer(stripped, start, reader.number)
        if not stripped or stripped[0] == _HASH:
            continue
        chunk, goes_on = _without_continuation(stripped, directives.escape)
        number = reader.number
        if not goes_on:
            line = LogicalLine([(chunk, start)], number)
            line.stop = start + len(stripped)
            return line
        chunks = [(chunk, start)]
        has_blank_line, stop = _continue(reader, chunks, directives)
        line = LogicalLine(chunks, number)
        line.end_line = reader.number
        line.has_blank_line = has_blank_line
        line.stop = stop
        return line
    return None


def _continue(reader: LineReader, chunks: list[tuple[bytes, int]], directives: DirectiveReader) -> tuple[bool, int]:
    """Read the lines that continue the one in `chunks`; return whether one was blank, and where the last one ends."""
    has_blank_line = False
    goes_on = True
    escape = directives.escape
    stop = reader.start + len(reader.source[reader.start : reader.stop].rstrip(b"\r\n"))
    while goes_on and (raw := reader.next()) is not None:
        if raw == b"\n":
            has_blank_line, stop = True, reader.start
            continue
        body = raw.rstrip(b"\r\n")
        stop = reader.start + len(body)
        probe = left_trimmed(body)
        if not probe:
            has_blank_line = True
        elif probe[0] != _HASH:
            chunk, goes_on = _without_continuation(body, escape)
            chunks.append((chunk, reader.start))
    return has_blank_line, stop


def _without_continuation(line: bytes, escape: int) -> tuple[bytes, bool]:
    """Return `line` without the escape character that continues it, and whether there was one.

    An escape character behind another one does not continue the line, not even the third one in a row: BuildKit
    looks at one character back only.
    """
    trimmed = line.rstrip(b" \t")
    if trimmed and trimmed[-1] == escape and (len(trimmed) == 1 or trimmed[-2] != escape):
        return trimmed[:-1], True
    return line, False
