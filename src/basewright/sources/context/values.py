"""JSON and TOML texts as values of known kinds: what has another kind than expected counts as absent."""

from collections.abc import Mapping
from typing import Any

import msgspec

from basewright.errors import SyntaxInputError
from basewright.syntax.toml import load_toml


def read_json(content: bytes) -> dict[str, Any]:
    """Return the object that a JSON text is; raise SyntaxInputError for anything else."""
    try:
        value = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SyntaxInputError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise SyntaxInputError("JSON is nested too deep") from error
    if not isinstance(value, dict):
        raise SyntaxInputError("JSON, but no object")
    return value


def read_toml(text: str) -> dict[str, Any]:
    """Return the table that a TOML text is; raise SyntaxInputError where it is none (see `syntax.toml`)."""
    return load_toml(text)


def table(value: object, *keys: str) -> Mapping[str, Any]:
    """Return the mapping below `keys`; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def array(value: object) -> list[Any]:
    """Return the list that `value` is; empty where it is none."""
    return value if isinstance(value, list) else []


def tables(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings of the list that `value` is."""
    return [one for one in array(value) if isinstance(one, dict)]


def text(value: object) -> str | None:
    """Return the text that `value` is, numbers and booleans written out; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None


def texts(value: object) -> dict[str, str]:
    """Return the entries of a mapping whose values are text."""
    return {key: one for key, one in table(value).items() if isinstance(one, str)}
