"""The bash grammar of tree-sitter, kept within bounds on hostile text.

Error recovery can take time that grows with the square of the text. Three bounds hold it: the size of the text, the
number of the characters that cause it without reading again, and the number of times the parser comes back for bytes.
Each is far above what scripts of the field need (a parser that is doing well reads each KiB two or three times).
"""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Point

TEXT_LIMIT = 128 * 1024
"""Bytes of one text that are parsed; the longest entrypoint scripts of official images hold a fifth of it."""
PIPE_LIMIT = 2000
PARENTHESIS_LIMIT = 5000

_CHUNK = 1024
_READS_AT_LEAST = 2000
_READS_PER_CHUNK = 20


def parse(source: bytes) -> "Node | None":
    """Return the root of the syntax tree, None where a bound was met."""
    if len(source) > TEXT_LIMIT or b"\0" in source:
        return None
    if source.count(b"|") > PIPE_LIMIT or source.count(b")") > PARENTHESIS_LIMIT:
        return None
    from tree_sitter import Parser

    left = _READS_AT_LEAST + len(source) // _CHUNK * _READS_PER_CHUNK

    def read(offset: int, point: "Point") -> bytes:  # noqa: ARG001 - the signature is the parser's
        nonlocal left
        left -= 1
        return source[offset : offset + _CHUNK] if left > 0 else b""

    tree = Parser(_language()).parse(read)
    return tree.root_node if left > 0 else None


@functools.cache
def _language() -> "Language":
    import tree_sitter_bash
    from tree_sitter import Language

    return Language(tree_sitter_bash.language())
