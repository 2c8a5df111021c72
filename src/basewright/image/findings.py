"""What one pass found, by entry and by analyser: the shape that is stored, and the facts that are made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from basewright.image.interface import HARD_LINK, Analyser, LayerFacts, LayerIndex
from basewright.model.digest import Digest
from basewright.model.unknown import Unknown

Told = tuple[str, str]
"""A path, or nothing for the layer itself, and what is wrong with it."""


@dataclass(slots=True)
class Section:
    """What one analyser found in one layer."""

    records: dict[int, Any] = field(default_factory=dict)
    """Entry → record."""
    unknowns: set[Told] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """What is known of one layer."""

    diff_id: Digest | None
    size: int
    """Bytes of the uncompressed archive."""
    index: LayerIndex
    unknowns: set[Told] = field(default_factory=set)
    """Of the archive and its entries."""
    sections: dict[str, Section] = field(default_factory=dict)
    """Analyser → what it found."""
    is_unique: bool | None = None
    """Whether no path comes twice; None where nobody looked yet."""

    def has_unique_paths(self) -> bool:
        """Return `is_unique`, looking where nobody did."""
        if self.is_unique is None:
            self.is_unique = len(set(self.index.paths)) == len(self.index)
        return self.is_unique

    def facts(self, analysers: Sequence[Analyser], *, is_from_cache: bool = False) -> LayerFacts:
        """Return the facts as seen by `analysers`. Of a path that the layer has twice, the last one's records count."""
        index = self.index
        found = {one.name: self.sections[one.name] for one in analysers}
        last = {} if self.has_unique_paths() else _last_of_their_path(index, found.values())
        told = set(self.unknowns)
        told.update(_linked_before(index, last, found.values()))
        for section in found.values():
            told |= section.unknowns
        name = "/" if self.diff_id is None else f"layer {self.diff_id}"
        return LayerFacts(
            self.diff_id,
            self.size,
            index,
            {name: _by_path(section.records, index, last) for name, section in found.items()},
            tuple(sorted(Unknown(path or name, reason) for path, reason in told)),
            is_from_cache=is_from_cache,
        )


def _last_of_their_path(index: LayerIndex, sections: Iterable[Section]) -> dict[str, int]:
    """Return the last entry of each path that has a record."""
    recorded = {index.paths[number] for section in sections for number in section.records}
    return {path: number for number, path in enumerate(index.paths) if path in recorded}


def _by_path(records: Mapping[int, Any], index: LayerIndex, last: Mapping[str, int]) -> dict[str, Any]:
    paths = index.paths
    return {paths[number]: records[number] for number in sorted(records) if last.get(paths[number], number) == number}


def _linked_before(index: LayerIndex, last: Mapping[str, int], sections: Iterable[Section]) -> Iterable[Told]:
    """Tell of files that were read, then replaced in the same layer, and live on under a hard link's name."""
    if not last:
        return
    paths = index.paths
    replaced = {paths[number] for section in sections for number in section.records if last[paths[number]] != number}
    for number, target in index.links.items() if replaced else ():
        if index.kinds[number] == HARD_LINK and target in replaced and number < last[target]:
            yield paths[number], f"it links to {target}, which the layer has twice; its content was not looked at"
