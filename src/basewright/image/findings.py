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

    def facts(self, analysers: Sequence[Analyser], *, is_from_cache: bool = False) -> LayerFacts:
        """Return the facts as seen by `analysers`. Of a path that the layer has twice, the last one's records count."""
        index = self.index
        found = {one.name: self.sections[one.name] for one in analysers}
        recorded = {index.paths[number] for section in found.values() for number in section.records}
        last = {path: number for number, path in enumerate(index.paths) if path in recorded}
        told = set(self.unknowns)
        told.update(_linked_before(index, last, (section.records for section in found.values())))
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


def _by_path(records: Mapping[int, Any], index: LayerIndex, last: Mapping[str, int]) -> dict[str, Any]:
    paths = index.paths
    return {paths[number]: records[number] for number in sorted(records) if last[paths[number]] == number}


def _linked_before(index: LayerIndex, last: Mapping[str, int], records: Iterable[Mapping[int, Any]]) -> Iterable[Told]:
    """Tell of files that were read, then replaced in the same layer, and live on under a hard link's name."""
    replaced = {index.paths[number] for found in records for number in found if last[index.paths[number]] != number}
    if not replaced:
        return
    for number, target in index.links.items():
        if index.kinds[number] == HARD_LINK and target in replaced and number < last[target]:
            yield index.paths[number], f"it links to {target}, which the layer has twice; its content was not looked at"
