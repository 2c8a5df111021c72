"""Untrusted text made inert: what a project's files say must never steer a terminal, a page or a log.

Names and messages carry bytes of the project (paths, image names, commands). Control characters, escape sequences,
bidirectional overrides and invisible characters are replaced by visible escapes, so that a reader sees that something
stood there (Unicode TR36 §3, TR39; CVE-2021-42574 for the bidirectional ones).
"""

import re

_CONTROLS = "\u0000-\u0008\u000b-\u001f\u007f-\u009f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u180e\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_SURROGATES = "\ud800-\udfff"
_UNSAFE = re.compile(f"[{_CONTROLS}{_BIDI}{_INVISIBLE}{_SURROGATES}]")
_UNSAFE_IN_JSON = re.compile(f"[\u007f-\u009f{_BIDI}{_INVISIBLE}]")
RUNNER_COMMAND = re.compile(r"(?m:^(?:[ \t]|\x1b\[[0-9;]*m)*::)|##(?:vso)?\[")
_LINE_BREAKS = re.compile(r"\r\n|[\t\n\r]")

LONGEST = 2000
"""Characters of one text that a report shows at most; the JSON document holds all of them."""


def line(text: str, limit: int = LONGEST) -> str:
    """Return `text` on one line without a character that a terminal or a browser would obey."""
    return shorten(_UNSAFE.sub(_escape, _LINE_BREAKS.sub(" ", text)), limit)


def lines(text: str, limit: int = 20_000) -> str:
    """Return `text` as `line` does, its line breaks and tabs kept."""
    return shorten(_UNSAFE.sub(_escape, text.replace("\r\n", "\n")), limit)


def shorten(text: str, limit: int) -> str:
    """Return `text` with its end left out where it is longer than `limit`, and say how much was left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def encodable(text: str) -> str:
    """Return `text` with bytes that were no UTF-8 (kept as lone surrogates) as visible escapes."""
    if text.isascii():
        return text
    return re.sub(f"[{_SURROGATES}]", _escape, text)


def json_text(text: str) -> str:
    """Return a JSON text whose strings hold no control or bidirectional character raw: JSON's own escapes instead."""
    return _UNSAFE_IN_JSON.sub(_escape_in_json, text).replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b")


def log(text: str) -> str:
    """Return `text` with no line that a CI runner would take for a command.

    GitHub's runner obeys ``::name::`` at the start of a line, blanks before it left out, and ``##[name]`` anywhere
    (actions/runner, ActionCommand.cs); Azure Pipelines obeys ``##vso[`` and ``##[``.
    """
    return RUNNER_COMMAND.sub(lambda match: f"{match[0][:-1]} {match[0][-1]}", text)


def ascii_text(text: str) -> str:
    """Return `text` in ASCII: typographic signs by their usual replacement, the rest by escapes."""
    if text.isascii():
        return text
    return "".join(_ASCII.get(char, char) if char in _ASCII or char.isascii() else _escape_char(char) for char in text)


_ASCII = {
    "…": "...", "→": "->", "–": "-", "—": "-", "−": "-", "·": "-", "•": "*", "«": '"', "»": '"', "×": "x",
    "“": '"', "”": '"', "‘": "'", "’": "'", "✓": "+", "✗": "x", "≥": ">=", "≤": "<=", "\u00a0": " ", "\u202f": " ",
}  # fmt: skip


def _escape(match: re.Match[str]) -> str:
    return _escape_char(match[0])


def _escape_char(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: the byte that it stands for
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def _escape_in_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
