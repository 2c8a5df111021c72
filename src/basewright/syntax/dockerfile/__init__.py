"""Dockerfiles: BuildKit's grammar on bytes, lossless, with spans; its expansion of variables; its stages."""

from basewright.syntax.dockerfile.lexer import Style
from basewright.syntax.dockerfile.parser import SIZE_LIMIT, parse
from basewright.syntax.dockerfile.patterns import ExpansionError
from basewright.syntax.dockerfile.printer import BrokenSpansError, to_bytes
from basewright.syntax.dockerfile.resolver import DEFAULT_PLATFORM, find_stage, resolve
from basewright.syntax.dockerfile.variables import Expansion, expand, expand_words, expansion

__all__ = [
    "DEFAULT_PLATFORM",
    "SIZE_LIMIT",
    "BrokenSpansError",
    "Expansion",
    "ExpansionError",
    "Style",
    "expand",
    "expand_words",
    "expansion",
    "find_stage",
    "parse",
    "resolve",
    "to_bytes",
]
