"""On which line a key stands: of a JSON object or of a TOML table. Parsers give values without their places."""

import re
from bisect import bisect_right
from collections.abc import Sequence

JSON_LIMIT = 1024 * 1024
"""Characters of a JSON text whose keys are looked for."""
_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}\[\]]', re.DOTALL)
_DEPTH = 2
"""Levels of keys that are kept: ``engines`` and ``engines.node``."""
_HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]]{1,200}?)\s*\]{1,2}\s*(?:#.*)?")


def json_key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return path of keys → line, for the first two levels of `text`, which is valid JSON; {} where it is very long.

    Of a key that stands twice the last one counts, as in the parsed value. A key with an escape keeps it.
    """
    if len(text) > JSON_LIMIT:
        return {}
    newlines = [found.start() for found in re.finditer("\n", text)]
    lines: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in {"{", "["}:
            depth += 1
        elif sign in {"}", "]"}:
            depth -= 1
            path = path[: max(depth, 0)]
        elif token.group(2) is not None and 1 <= depth <= _DEPTH:
            path = [*path[: depth - 1], token.group(1)]
            if len(path) == depth:  # not below a list
                lines[tuple(path)] = bisect_right(newlines, token.start()) + 1
    return lines


def toml_key_line(lines: Sequence[str], table: str, *keys: str) -> int:
    """Return the line of the first of `keys` that stands in ``[table]``; 0 where none does, or it is dotted."""
    found: dict[str, int] = {}
    current = ""
    for number, line in enumerate(lines, 1):
        if (header := _HEADER.fullmatch(line)) is not None:
            current = header.group(1)
        elif current == table:
            found.setdefault(line.partition("=")[0].strip().strip("\"'"), number)
    return next((found[key] for key in keys if key in found), 0)
