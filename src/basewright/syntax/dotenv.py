"""``.env`` files as Compose reads them (compose-go's dotenv package), with the place of every value.

The rules: ``NAME=value`` or ``NAME: value``, an optional ``export`` before it; ``NAME`` alone takes the value of the
surrounding environment; an unquoted value ends at the line or before `` #``; a single-quoted value is literal; a
double-quoted value knows escapes; both kinds of quotes may span lines. Unquoted and double-quoted values are
interpolated, from the surrounding environment first, then from earlier lines.
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from basewright.errors import SyntaxInputError
from basewright.model.span import Span
from basewright.syntax.interpolation import interpolate

ENTRY_LIMIT = 100_000
"""Entries that one file may hold."""
SIZE_LIMIT = 16 * 1024 * 1024
"""Characters that all values together may become: values may hold earlier values."""

_SPACES = b" \t\v\f\r"
_BLANK = re.compile(rb"[ \t\v\f\r\n]*")
_COMMENT = re.compile(rb"#[^\n]*")
_EXPORT = re.compile(rb"export[ \t\v\f\r]+")
_NAME_STOP = re.compile(rb"[=:\n]")
_NAME = re.compile(r"[\w.\-\[\]]+")
_ESCAPE = re.compile(r"""\\([abcfnrtv$"\\]|0[0-7]{0,3})""")
_ESCAPED = {"a": "\a", "b": "\b", "c": "\\c", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


@dataclass(frozen=True, slots=True)
class DotenvEntry:
    """One value and where it stands."""

    name: str
    value: str
    """After unquoting, escapes and interpolation."""
    line: int
    span: Span
    """Bytes of the value as written, quotes included; empty for an inherited name."""
    is_inherited: bool = False
    """``NAME`` alone: the value came from the surrounding environment."""


@dataclass(frozen=True, slots=True)
class Dotenv:
    """The entries of a file, in its order; of a name given twice the last counts."""

    entries: tuple[DotenvEntry, ...]

    @property
    def values(self) -> dict[str, str]:
        """Name → value."""
        return {entry.name: entry.value for entry in self.entries}

    def get(self, name: str) -> DotenvEntry | None:
        """Return the entry that counts for `name`."""
        return next((entry for entry in reversed(self.entries) if entry.name == name), None)


def parse_dotenv(source: bytes, environment: Mapping[str, str] | None = None) -> Dotenv:
    """Read `source`, which `environment` surrounds; raise SyntaxInputError where Compose would refuse the file."""
    if b"\0" in source:
        line = source.count(b"\n", 0, source.index(b"\0")) + 1
        raise SyntaxInputError("an environment file holds a NUL byte", line=line)
    return _Reader(source, environment or {}).read()


class _Reader:
    """A cursor over the bytes; `line` follows `position` and is never counted twice."""

    def __init__(self, source: bytes, environment: Mapping[str, str]) -> None:
        self.source = source
        self.environment = environment
        self.position = 3 if source.startswith(b"\xef\xbb\xbf") else 0
        self.values: dict[str, str] = {}
        self.lookup = ChainMap(dict(environment), self.values)
        self.entries: list[DotenvEntry] = []
        self._size = 0
        self._line = 1
        self._counted = 0

    def read(self) -> Dotenv:
        while self._skip_to_statement():
            if len(self.entries) >= ENTRY_LIMIT:
                raise SyntaxInputError(f"more than {ENTRY_LIMIT} entries", line=self._line_at(self.position))
            self._statement()
        return Dotenv(tuple(self.entries))

    def _skip_to_statement(self) -> bool:
        while True:
            self._skip(_BLANK)
            if not self._skip(_COMMENT):
                return self.position < len(self.source)

    def _skip(self, pattern: re.Pattern[bytes]) -> bool:
        found = pattern.match(self.source, self.position)
        if found:
            self.position = found.end()
        return found is not None

    def _statement(self) -> None:
        self._skip(_EXPORT)
        line = self._line_at(self.position)
        stop = _NAME_STOP.search(self.source, self.position)
        end = stop.start() if stop else len(self.source)
        name = self._name(self.source[self.position : end], line)
        self.position = end + 1 if stop else end
        if stop is None or stop.group() == b"\n":
            if name in self.environment:
                self._add(DotenvEntry(name, self.environment[name], line, Span(end, end), is_inherited=True))
            return
        while self.position < len(self.source) and self.source[self.position] in _SPACES:
            self.position += 1
        quote = self.source[self.position : self.position + 1]
        value, span = self._quoted(quote, line) if quote in {b'"', b"'"} else self._unquoted(line)
        self._add(DotenvEntry(name, value, line, span))

    def _name(self, written: bytes, line: int) -> str:
        name = self._text(written, line).strip()
        if not _NAME.fullmatch(name):
            raise SyntaxInputError(f"not a variable name: {name[:60]!r}", line=line)
        return name

    def _unquoted(self, line: int) -> tuple[str, Span]:
        start = self.position
        stop = self.source.find(b"\n", start)
        stop = len(self.source) if stop == -1 else stop
        self.position = stop
        written = self.source[start:stop].partition(b" #")[0].rstrip()
        value = interpolate(self._text(written, line), self.lookup, line=line).text
        return value, Span(start, start + len(written))

    def _quoted(self, quote: bytes, line: int) -> tuple[str, Span]:
        start = self.position
        stop = self._closing_quote(quote[0], start + 1)
        if stop == -1:
            raise SyntaxInputError(f"a quoted value has no closing {quote.decode()}", line=line)
        self.position = stop + 1
        inner = self._text(self.source[start + 1 : stop], line).replace("\\" + quote.decode(), quote.decode())
        if quote == b'"':
            inner = interpolate(_ESCAPE.sub(_unescape, inner), self.lookup, line=line).text
        return inner, Span(start, stop + 1)

    def _closing_quote(self, quote: int, position: int) -> int:
        """Return where the quote ends; a backslash hides the character after it."""
        pattern = re.compile(rb"\\.|" + re.escape(bytes((quote,))), re.DOTALL)
        for found in pattern.finditer(self.source, position):
            if found.group()[0] == quote:
                return found.start()
        return -1

    def _add(self, entry: DotenvEntry) -> None:
        self._size += len(entry.value)
        if self._size > SIZE_LIMIT:
            raise SyntaxInputError(f"the values become more than {SIZE_LIMIT} characters", line=entry.line)
        self.values[entry.name] = entry.value
        self.entries.append(entry)

    def _text(self, written: bytes, line: int) -> str:
        try:
            return written.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise SyntaxInputError("an environment file is not UTF-8", line=line) from error

    def _line_at(self, position: int) -> int:
        self._line += self.source.count(b"\n", self._counted, position)
        self._counted = max(self._counted, position)
        return self._line


def _unescape(found: re.Match[str]) -> str:
    letter = found.group(1)
    if letter.startswith("0"):
        return chr(int(letter, 8) & 0xFF) if len(letter) > 1 else "\0"
    return _ESCAPED.get(letter, letter)
