"""How the arguments of an instruction are parted into words, each keyword by its own rule.

After BuildKit's frontend/dockerfile/parser/line_parsers.go and split_command.go. Quotes and variables stay as they
are; the lexer resolves them later.
"""

import json
import re
from collections.abc import Callable

from basewright.errors import SyntaxInputError
from basewright.syntax.dockerfile.spaces import BLANKS, SPACES

Words = tuple[tuple[str, ...], bool]
"""The words, and whether they were in JSON form."""

_SET = re.escape(SPACES)
_NOT_SPACE = re.compile(f"[^{_SET}]+")
_JSON_STRING = r'"[^"\\\x00-\x1f]*+"'
_PLAIN_ARRAY = re.compile(rf"\[[ \t\r\n]*(?:{_JSON_STRING}(?:[ \t\r\n]*,[ \t\r\n]*{_JSON_STRING})*+[ \t\r\n]*)?\]")
_PLAIN_ITEM = re.compile(r'"([^"]*)"')
_ESCAPED = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def _word_pattern(escape: str) -> re.Pattern[str]:
    """Return the pattern of one word, quotes kept; an escape character at the very end belongs to no word."""
    e = re.escape(escape)
    return re.compile(
        rf"""((?:[^{_SET}'"{e}]++|{e}.|'[^']*+'?|"(?:[^"{e}]++|{e}.)*+"?)++)|{e}""",
        re.DOTALL,
    )


def _flag_pattern(escape: str) -> re.Pattern[str]:
    """Return the pattern of one flag; unlike in words, single quotes too may hold escaped characters."""
    e = re.escape(escape)
    return re.compile(
        rf"""(?:[^{_SET}'"{e}]++|{e}.|'(?:[^'{e}]++|{e}.)*+'?|"(?:[^"{e}]++|{e}.)*+"?)++{e}?""",
        re.DOTALL,
    )


def _flag_pieces(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(
        rf"""{e}(.)|'((?:[^'{e}]++|{e}.)*+)'?|"((?:[^"{e}]++|{e}.)*+)"?|([^'"{e}]++)|{e}""",
        re.DOTALL,
    )


_WORD = {escape: _word_pattern(escape) for escape in "\\`"}
_FLAG = {escape: _flag_pattern(escape) for escape in "\\`"}
_FLAG_PIECES = {escape: _flag_pieces(escape) for escape in "\\`"}
_FLAG_ESCAPED = {escape: re.compile(re.escape(escape) + "(.)", re.DOTALL) for escape in "\\`"}


def flags_of(text: str, start: int, escape: str) -> tuple[list[tuple[str, int, int]], int]:
    """Read the flags that `text` has from `start` on; return (flag unquoted, start, stop) of each, and where they end.

    A bare ``--`` ends them and is none itself.
    """
    found: list[tuple[str, int, int]] = []
    length = len(text)
    while True:
        space = _SPACE.match(text, start)
        start = space.end() if space is not None else start
        if not text.startswith("--", start):
            return found, start
        match = _FLAG[escape].match(text, start)
        stop = match.end() if match is not None else length
        flag = _unquoted(text[start:stop], escape)
        if flag == "--":
            return found, stop
        found.append((flag, start, stop))
        start = stop


_SPACE = re.compile(f"[{_SET}]+")


def _unquoted(flag: str, escape: str) -> str:
    if "'" not in flag and '"' not in flag and escape not in flag:
        return flag
    escaped = _FLAG_ESCAPED[escape]
    pieces: list[str] = []
    for match in _FLAG_PIECES[escape].finditer(flag):
        char, single, double, plain = match.groups()
        quoted = single if single is not None else double
        pieces.append(escaped.sub(r"\1", quoted) if quoted is not None else char or plain or "")
    return "".join(pieces)


def quoted_words(rest: str, escape: str) -> list[str]:
    """Part `rest` at white space outside of quotes; quotes and escape characters stay."""
    if "'" not in rest and '"' not in rest and escape not in rest:
        return _NOT_SPACE.findall(rest)
    return [word for word in _WORD[escape].findall(rest) if word]


def json_words(rest: str) -> tuple[str, ...] | None:
    """Read a JSON array of strings; None where `rest` is no JSON array; SyntaxInputError for items of another type."""
    if not rest.startswith("["):
        return None
    if _PLAIN_ARRAY.fullmatch(rest):
        return tuple(_PLAIN_ITEM.findall(rest))
    try:
        items = json.loads(_ESCAPED.sub(_paired, rest), parse_int=_number, parse_float=_number, parse_constant=_refuse)
    except ValueError:
        return None
    except RecursionError:
        raise SyntaxInputError("the JSON array is nested too deeply") from None
    if not all(isinstance(item, str) for item in items):
        raise SyntaxInputError("when using JSON array syntax, arrays must be comprised of strings only")
    return tuple(items)


def _paired(match: re.Match[str]) -> str:
    # Go reads a surrogate without its partner as U+FFFD; Python would keep half a character.
    return "\\ufffd" if match[1] else match[0]


def _number(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError
    return number


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _one_text(rest: str, _escape: str) -> Words:
    return ((rest,) if rest else ()), False


def _maybe_json(rest: str, _escape: str) -> Words:
    words = json_words(rest)
    return (words, True) if words is not None else _one_text(rest, _escape)


def _blank_separated(rest: str, _escape: str) -> Words:
    return (tuple(BLANKS.split(rest)) if rest else ()), False


def _maybe_json_list(rest: str, escape: str) -> Words:
    words = json_words(rest)
    return (words, True) if words is not None else _blank_separated(rest, escape)


def _names_or_assignments(rest: str, escape: str) -> Words:
    return tuple(quoted_words(rest, escape)), False


def _names_and_values(rest: str, escape: str) -> Words:
    """Read ``name=value …``, or the legacy ``name value``: the first word decides which one it is."""
    words = quoted_words(rest, escape)
    if words and "=" not in words[0]:
        parts = BLANKS.split(rest, 1)
        if len(parts) < 2:
            raise SyntaxInputError(f"{words[0][:80]!r} has no value", hint="write it as NAME=value")
        return tuple(parts), False
    pairs: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise SyntaxInputError(f"no = in {word[:80]!r}", hint="each pair is written as NAME=value")
        pairs += name, value
    return tuple(pairs), False


def _health_check(rest: str, escape: str) -> Words:
    kind = _NOT_SPACE.match(rest)
    if kind is None:
        return (), False
    words, is_json = _maybe_json(rest[kind.end() :].lstrip(SPACES), escape)
    return (kind[0], *words), is_json


def _none(_rest: str, _escape: str) -> Words:
    return (), False


RULES: dict[str, Callable[[str, str], Words]] = {
    "ADD": _maybe_json_list,
    "ARG": _names_or_assignments,
    "CMD": _maybe_json,
    "COPY": _maybe_json_list,
    "ENTRYPOINT": _maybe_json,
    "ENV": _names_and_values,
    "EXPOSE": _blank_separated,
    "FROM": _blank_separated,
    "HEALTHCHECK": _health_check,
    "LABEL": _names_and_values,
    "MAINTAINER": _one_text,
    "ONBUILD": _none,
    "RUN": _maybe_json,
    "SHELL": _maybe_json,
    "STOPSIGNAL": _one_text,
    "USER": _one_text,
    "VOLUME": _maybe_json_list,
    "WORKDIR": _one_text,
}
"""Keyword → how its arguments, outer white space trimmed, become words. BuildKit's ``dispatch`` table."""
