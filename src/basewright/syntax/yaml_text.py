"""The text of a YAML file, and the way from the parser's marks (characters) to bytes and lines."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Self

from basewright.errors import SyntaxInputError

_BLOCK = 256
"""Characters between two known byte offsets: what one look-up encodes at most."""
_TAG_DIRECTIVES = 100
"""More ``%TAG`` lines than any file has; the parser compares each with every other one."""
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_PROPERTY_STOPS = b" \t\r\n,[]{}"


@dataclass(frozen=True, slots=True)
class YamlText:
    """Checked text, ready for the parser."""

    content: bytes
    """Without byte order mark."""
    shift: int
    """Bytes of the mark that was taken off."""
    text: str | None
    """Decoded; None where every character is one byte."""
    blocks: tuple[int, ...]
    """Byte offset of every `_BLOCK`-th character."""
    newlines: tuple[int, ...]

    @classmethod
    def read(cls, source: bytes) -> Self:
        """Check `source`; raise SyntaxInputError for another encoding than UTF-8."""
        if source.startswith(_WIDE_BOMS):
            raise SyntaxInputError("not YAML in UTF-8 but in UTF-16", line=1, hint="save the file as UTF-8")
        shift = len(_UTF8_BOM) if source.startswith(_UTF8_BOM) else 0
        content = source[shift:]
        if content.count(b"\n%TAG") + content.startswith(b"%TAG") > _TAG_DIRECTIVES:
            raise SyntaxInputError(f"more than {_TAG_DIRECTIVES} %TAG directives")
        text = None if content.isascii() else _decode(content)
        newlines = tuple(found.start() for found in re.finditer(rb"\n", content))
        return cls(content, shift, text, _offsets(text) if text is not None else (), newlines)

    def offset(self, mark: Any) -> int:  # noqa: ANN401 - both parsers have their own class of marks
        """Return the byte of the file at a parser's mark."""
        return self._byte(mark.index) + self.shift

    def line(self, offset: int) -> int:
        """Return the line, from 1, of a byte of the file."""
        return bisect_right(self.newlines, offset - self.shift - 1) + 1

    def content_span(self, event: Any, *, is_collection: bool = False) -> tuple[int, int]:  # noqa: ANN401
        """Return the file's bytes of a node without its anchor and tag, which the parser counts in."""
        start, stop = self._byte(event.start_mark.index), self._byte(event.end_mark.index)
        if event.anchor is not None or event.tag is not None:
            start = self._after_properties(start, len(self.content) if is_collection else stop)
        return start + self.shift, max(start, stop) + self.shift

    def _after_properties(self, position: int, stop: int) -> int:
        content = self.content
        while position < stop:
            byte = content[position]
            if byte in b"&!":
                while position < stop and content[position] not in _PROPERTY_STOPS:
                    position += 1
            elif byte == 0x23:  # a comment between the tag and its node
                end = content.find(b"\n", position, stop)
                position = stop if end == -1 else end
            elif byte in b" \t\r\n":
                position += 1
            else:
                break
        return min(position, stop)

    def _byte(self, character: int) -> int:
        if self.text is None:
            return min(character, len(self.content))
        block = min(character // _BLOCK, len(self.blocks) - 1)
        return self.blocks[block] + len(self.text[block * _BLOCK : character].encode())


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SyntaxInputError("not YAML: the file is not UTF-8", line=line, hint="save the file as UTF-8") from error


def _offsets(text: str) -> tuple[int, ...]:
    found = [0]
    for start in range(0, len(text), _BLOCK):
        found.append(found[-1] + len(text[start : start + _BLOCK].encode()))
    return tuple(found)
