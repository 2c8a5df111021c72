"""The tables of known programs, read once; their schema is held by a test."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=4)
def _table(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((files("basewright.inventory") / "data" / name).read_bytes())


def credential_rows() -> list[dict[str, Any]]:
    """Return where tools keep credentials: rows of kind, names, path and pattern."""
    rows: list[dict[str, Any]] = _table("credential-files.json")
    return rows


@lru_cache(maxsize=1)
def known_privileged() -> frozenset[str]:
    """Return base names of programs that distributions ship set-uid or set-gid."""
    return frozenset(_table("privileged-programs.json"))


@lru_cache(maxsize=1)
def kinds_of_programs() -> dict[str, str]:
    """Return the name of each known program → its kind: ``shell``, ``package-manager``, ``compiler``."""
    return {name: kind for kind, names in _table("programs.json").items() for name in names}
