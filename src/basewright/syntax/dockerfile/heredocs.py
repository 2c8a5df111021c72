"""Here-documents of RUN, COPY and ADD: which ones a line opens, and their bodies.

After ``heredocsFromLine`` and ``heredocFromMatch`` in BuildKit's frontend/dockerfile/parser/parser.go. The names are
always lexed with a backslash as escape character, whatever ``# escape=`` says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from basewright.errors import SyntaxInputError
from basewright.model.dockerfile import Heredoc
from basewright.model.span import Span
from basewright.syntax.dockerfile.lexer import Style
from basewright.syntax.dockerfile.lines import LineReader
from basewright.syntax.dockerfile.patterns import ExpansionError
from basewright.syntax.dockerfile.spaces import SPACES
from basewright.syntax.dockerfile.variables import expansion

_PLAIN_LINE = re.compile(r"[^$'\"\\]*+")
_PLAIN_WORD = re.compile(rf"(?:<<[\t\r ]*+|[^{re.escape(SPACES)}])++")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_MARKER = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_LINE = Style(keep_quotes=True, keep_escapes=True, keep_unset=True)
_NAME = Style(keep_unset=True)
_NAME_QUOTED = Style(keep_quotes=True, keep_unset=True)


@dataclass(frozen=True, slots=True)
class Opening:
    """What ``<<-"NAME"`` says of the body to come."""

    name: str
    expand: bool
    chomp: bool


def opened_by(line: str) -> list[Opening]:
    """Return the here-documents that the logical `line` opens, in order; none where its quotes are not closed."""
    try:
        words: Iterable[str] = (
            _PLAIN_WORD.findall(line) if _PLAIN_LINE.fullmatch(line) else expansion(line, {}, style=_LINE).words
        )
    except ExpansionError as error:
        if error.is_limit:
            raise SyntaxInputError(str(error)) from error
        return []
    return [opening for word in words if "<<" in word and (opening := _opening(word)) is not None]


def _opening(word: str) -> Opening | None:
    match = _MARKER.fullmatch(word)
    if match is None or not match[2]:
        return None
    if _PLAIN_NAME.fullmatch(match[2]):
        return Opening(match[2], expand=True, chomp=bool(match[1]))
    try:
        names = expansion(match[2], {}, style=_NAME).words
        if len(names) != 1:
            return None
        quoted = expansion(match[2], {}, style=_NAME_QUOTED).words
    except ExpansionError as error:
        raise SyntaxInputError(f"the name of a here-document cannot be read: {error}") from error
    if len(quoted) != 1:
        raise SyntaxInputError(f"the name of a here-document cannot be read: {match[2][:80]!r}")
    return Opening(names[0], _quotes(names[0]) == _quotes(quoted[0]), bool(match[1]))


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')


def read_body(reader: LineReader, opening: Opening) -> Heredoc:
    """Take the lines up to the terminator from `reader`, the terminator too."""
    terminator = opening.name.encode("utf-8", "surrogateescape")
    start, line = reader.stop, reader.number + 1
    while (raw := reader.next()) is not None:
        candidate = raw.rstrip(b"\r\n")
        if opening.chomp:
            candidate = candidate.lstrip(b"\t")
        if candidate == terminator:
            break
    else:
        raise SyntaxInputError(f"the here-document {opening.name[:80]!r} is not ended", hint="end it by its name alone")
    content = reader.source[start : reader.start].decode("utf-8", "surrogateescape")
    if opening.chomp:
        content = _LEADING_TABS.sub("", content)
    return Heredoc(opening.name, content, opening.expand, opening.chomp, Span(start, reader.start), line)
