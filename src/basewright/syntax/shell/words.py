"""Words of a command: what they say once quotes are removed, and whether that is fixed."""

import re
from typing import TYPE_CHECKING

from basewright.model.shell import Word
from basewright.model.span import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_NOTHING: frozenset[str] = frozenset()
_BASHISM = frozenset({"bashism"})
_SPECIAL = re.compile(r"[*?\[~{]")
"""Without one of these no word is more than its text: most are read no further."""
_GLOB = re.compile(r"(?<!\\)[*?\[]")
_TILDE = re.compile(r"~[\w.+-]*(?:/|$)")
_BRACES = re.compile(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
_ESCAPE = re.compile(r"\\(\n|.)", re.DOTALL)
_ESCAPE_IN_STRING = re.compile(r'\\([$`"\\\n])')
_ANSI_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_PLAIN = frozenset(
    {"word", "number", "test_operator", "variable_name", "regex", "extglob_pattern", "special_variable_name"}
)


def text_of(node: "Node", source: bytes) -> str:
    """Return the bytes of a node as text."""
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def word(node: "Node", source: bytes) -> Word:
    """Return the word that `node` is."""
    text = _static(node, source)
    span = Span(node.start_byte, node.end_byte)
    return Word(text_of(node, source), span, is_static=False) if text is None else Word(text, span, is_static=True)


def word_constructs(node: "Node", source: bytes) -> frozenset[str]:
    """Return what the unquoted text of a word asks of the shell: ``glob``, ``variable`` (a tilde), ``bashism``."""
    kind = node.type
    if kind != "concatenation" and kind not in _PLAIN:
        return _BASHISM if kind in {"ansi_c_string", "translated_string"} else _NOTHING
    written = text_of(node, source)
    if not _SPECIAL.search(written):
        return _NOTHING
    found = set()
    pieces = [node] if kind != "concatenation" else node.children
    bare = "".join(
        text_of(piece, source) for piece in pieces if piece.type in _PLAIN or piece.type == "brace_expression"
    )
    if _GLOB.search(bare) and written not in {"[", "]"}:
        found.add("glob")
    if _TILDE.match(written):
        found.add("variable")
    if _BRACES.search(bare):
        found |= {"glob", "bashism"}
    return frozenset(found)


def inner_text(one: Word, source: bytes) -> str | None:
    """Return the shell text that a word gives: what is fixed, or a double-quoted text with its variables left in."""
    if one.is_static:
        return one.text
    written = one.span.of(source)
    if len(written) >= 2 and written[:1] == written[-1:] == b'"':
        return _ESCAPE_IN_STRING.sub(r"\1", written[1:-1].decode("utf-8", "replace"))
    return None


def _static(node: "Node", source: bytes) -> str | None:
    """Return the text of a word without its quotes; None where the shell decides what it is."""
    if node.type == "command_name" and node.child_count == 1:
        node = node.children[0]
    if word_constructs(node, source) & {"glob", "variable"}:
        return None
    if node.type != "concatenation":
        return _piece(node, source)
    pieces = [_piece(child, source) for child in node.children]
    return None if None in pieces else "".join(piece or "" for piece in pieces)


def _piece(node: "Node", source: bytes) -> str | None:
    written = text_of(node, source)
    kind = node.type
    if kind in _PLAIN or not node.is_named:
        if "\\" not in written:
            return written
        return _ESCAPE.sub(lambda found: "" if found.group(1) == "\n" else found.group(1), written)
    if kind == "raw_string":
        return written[1:-1]
    if kind == "ansi_c_string":
        return _ANSI_ESCAPE.sub(lambda found: _ANSI.get(found.group(1), found.group(1)), written[2:-1])
    if kind == "string" and all(child.type in {'"', "string_content"} for child in node.children):
        return _ESCAPE_IN_STRING.sub(lambda found: "" if found.group(1) == "\n" else found.group(1), written[1:-1])
    return None
