"""Layer indexes made by hand: what a pass over a layer would have found."""

from collections.abc import Mapping
from typing import Any

from basewright.image.interface import DIRECTORY, HARD_LINK, REGULAR, SYMLINK, LayerFacts, LayerIndex

Spec = tuple[str, int, int | str]
"""Path, kind, and the size of a file or the target of a link."""


def file(path: str, size: int = 1) -> Spec:
    return path, REGULAR, size


def folder(path: str) -> Spec:
    return path, DIRECTORY, 0


def link(path: str, target: str) -> Spec:
    return path, SYMLINK, target


def hard(path: str, target: str) -> Spec:
    return path, HARD_LINK, target


def index_of(*entries: Spec) -> LayerIndex:
    index = LayerIndex()
    for number, (path, kind, rest) in enumerate(entries):
        index.paths.append(path)
        index.kinds.append(kind)
        index.modes.append(0o755 if kind == DIRECTORY else 0o644)
        index.uids.append(0)
        index.gids.append(0)
        index.sizes.append(rest if isinstance(rest, int) else 0)
        index.offsets.append(0)
        if isinstance(rest, str):
            index.links[number] = rest
    return index


def facts_of(*entries: Spec, records: Mapping[str, Mapping[str, Any]] | None = None) -> LayerFacts:
    """Return the facts of a layer of `entries`; without `records`, every file has its path's record under ``seen``."""
    index = index_of(*entries)
    if records is None:
        records = {"seen": {path: path for path, kind, _ in entries if kind == REGULAR}}
    return LayerFacts(None, 0, index, records)
