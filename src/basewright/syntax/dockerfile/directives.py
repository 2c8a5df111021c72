"""Parser directives: ``# syntax=``, ``# escape=``, ``# check=`` in the head of the file.

After BuildKit's frontend/dockerfile/parser/directives.go: they end with the first line that is none (a blank one, a
comment, an instruction); the names are case-insensitive; a name may stand once only.
"""

import re

from basewright.errors import SyntaxInputError
from basewright.model.dockerfile import Directive
from basewright.model.span import Span
from basewright.syntax.dockerfile.spaces import left_trimmed

_NAMES = frozenset({"syntax", "escape", "check"})
_NAME = re.compile(rb"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=")
_BLANKS = b"\t\n\f\r "
BACKSLASH = ord("\\")
_ESCAPES = {"\\": BACKSLASH, "`": ord("`")}


class DirectiveReader:
    """Takes the lines of the head, one after the other, until they are directives no more."""

    __slots__ = ("escape", "found", "is_open")

    def __init__(self) -> None:
        self.escape = BACKSLASH
        self.found: list[Directive] = []
        self.is_open = True

    def offer(self, line: bytes, start: int, number: int) -> None:
        """Take `line` (no white space in front, no line ending), which begins at byte `start`."""
        match = _NAME.match(left_trimmed(line[1:])) if line.startswith(b"#") else None
        name = match[1].decode("ascii").lower() if match is not None else ""
        value = _value(match.string[match.end() :]) if match is not None else ""
        if name not in _NAMES or not value:
            self.is_open = False
            return
        if any(one.name == name for one in self.found):
            raise SyntaxInputError(f"only one {name} parser directive can be used", line=number)
        if name == "escape":
            if value not in _ESCAPES:
                raise SyntaxInputError(f"{value[:20]!r} cannot be the escape character: only ` or \\ can", line=number)
            self.escape = _ESCAPES[value]
        self.found.append(Directive(name, value, Span(start, start + len(line)), number))


def _value(rest: bytes) -> str:
    # The pattern ``\s*(.+?)\s*$`` gives a value of blanks alone its last blank.
    return (rest.strip(_BLANKS) or rest[-1:]).decode("utf-8", "surrogateescape")
