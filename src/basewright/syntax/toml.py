"""TOML within bounds: the standard library's reader, guarded against keys that cost the square of their parts."""

import re
import tomllib
from typing import Any

from basewright.errors import SyntaxInputError

LENGTH_LIMIT = 4 * 1024 * 1024
"""Characters of one file: the parser is not fast."""
_PARTS = 64
_MANY_PARTS = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{_PARTS + 1}}}")
"""A dotted key, also in an inline table; no real key, version or host name has so many parts."""


def load_toml(text: str) -> dict[str, Any]:
    """Return the table that `text` is; raise SyntaxInputError where it is no TOML, or too much."""
    if len(text) > LENGTH_LIMIT:
        raise SyntaxInputError(f"{len(text)} characters, more than the {LENGTH_LIMIT} that are read")
    found = _MANY_PARTS.search(text)
    if found is not None:
        raise SyntaxInputError("a key has too many parts", line=text.count("\n", 0, found.start()) + 1)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SyntaxInputError(f"not TOML: {error}") from error
    except RecursionError as error:
        raise SyntaxInputError("TOML is nested too deep") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise SyntaxInputError("not TOML that can be read: a number is too long") from error
