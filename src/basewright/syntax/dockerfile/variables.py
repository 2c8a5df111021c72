"""Words with their quotes removed and their variables replaced, as BuildKit does it before an instruction runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from basewright.syntax.dockerfile.lexer import Lexer, Style
from basewright.syntax.dockerfile.patterns import Steps

_NOTHING_TO_DO = {escape: re.compile(rf"[^$'\"{re.escape(escape)}]*+") for escape in "\\`"}


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word expanded."""

    text: str
    words: tuple[str, ...]
    """The text parted at white space that was not quoted."""
    used: frozenset[str]
    """Variables that were asked for and had a value."""
    unset: frozenset[str]
    """Variables that were asked for and had none."""
    missing: frozenset[str]
    """Those of `unset` that nothing stands in for: asked for without a default (``$X``, ``${X%p}``)."""


_PLAIN_STYLE = Style()


def expand(text: str, environment: Mapping[str, str], *, escape: str = "\\") -> str:
    """Return `text` with quotes removed and variables replaced; raise ExpansionError where BuildKit does."""
    if _NOTHING_TO_DO[escape].fullmatch(text):
        return text
    return expansion(text, environment, escape=escape).text


def expand_words(text: str, environment: Mapping[str, str], *, escape: str = "\\") -> tuple[str, ...]:
    """Return `text` expanded, then parted at white space that was not quoted; raise ExpansionError as `expand`."""
    return expansion(text, environment, escape=escape).words


def expansion(
    text: str,
    environment: Mapping[str, str],
    *,
    escape: str = "\\",
    style: Style = _PLAIN_STYLE,
    steps: Steps | None = None,
) -> Expansion:
    """Return `text` expanded, with the variables that took part; raise ExpansionError as `expand`.

    `steps` is what patterns may take, for callers that expand many words.
    """
    lexer = Lexer(text, environment, escape, style)
    lexer.steps = steps or lexer.steps
    result, words = lexer.until("", keep_escapes=style.keep_escapes)
    return Expansion(result, tuple(words), frozenset(lexer.used), frozenset(lexer.unset), frozenset(lexer.missing))
