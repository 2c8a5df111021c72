"""Prints a parsed Dockerfile: the same bytes, always."""

from collections.abc import Iterator

from basewright.model.dockerfile import Dockerfile, Instruction


class BrokenSpansError(AssertionError):
    """Spans that overlap, leave the file, or do not hold what the value says: a defect of the parser."""


def to_bytes(dockerfile: Dockerfile) -> bytes:
    """Return the file: each instruction printed from its pieces, and what lies between as it stands in the source.

    The pieces are checked on the way (in order, without overlap, within the file, and the text of each run the bytes
    at its offsets); BrokenSpansError where they are not.
    """
    source = dockerfile.source
    pieces: list[bytes] = []
    cursor = 0
    for directive in dockerfile.directives:
        span = directive.span
        _check(cursor <= span.start < span.stop <= len(source), "directive", span.start)
        cursor = span.stop
    cursor = 0
    for instruction in dockerfile.instructions:
        span = instruction.span
        _check(cursor <= span.start < span.stop <= len(source), instruction.keyword, span.start)
        pieces.append(source[cursor : span.start])
        pieces += _pieces(instruction, source)
        cursor = span.stop
    pieces.append(source[cursor:])
    return b"".join(pieces)


def _pieces(instruction: Instruction, source: bytes) -> Iterator[bytes]:
    """Yield the parts of one instruction: flags, runs of its text and here-documents, and the source between them."""
    cursor = instruction.span.start
    for start, content in _parts(instruction, source):
        _check(cursor <= start, instruction.keyword, start)
        _check(source[start : start + len(content)] == content, instruction.keyword, start)
        yield source[cursor:start]
        yield content
        cursor = start + len(content)
    _check(cursor <= instruction.span.stop, instruction.keyword, cursor)
    yield source[cursor : instruction.span.stop]


def _parts(instruction: Instruction, source: bytes) -> Iterator[tuple[int, bytes]]:
    for flag in instruction.flags:
        yield flag.span.start, flag.span.of(source)
    text = instruction.text.encode("utf-8", "surrogateescape")
    stops = [*(start for start, _ in instruction.offsets[1:]), len(text)]
    for (start, file_offset), stop in zip(instruction.offsets, stops, strict=False):
        yield file_offset, text[start:stop]
    for heredoc in instruction.heredocs:
        content = heredoc.span.of(source) if heredoc.chomp else heredoc.content.encode("utf-8", "surrogateescape")
        yield heredoc.span.start, content


def _check(is_so: bool, what: str, offset: int) -> None:
    if not is_so:
        raise BrokenSpansError(f"{what} at byte {offset}: its spans do not fit the file")
