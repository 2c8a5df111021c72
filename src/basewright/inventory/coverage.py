"""How much of the image some package explains, and how much there is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from basewright.image.interface import TreeView
from basewright.inventory.file_table import FileTable
from basewright.model.inventory import Coverage, Executable

_SET_ID: Final = 0o6000


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the regular files of the finished image; one with several hard links counts once."""

    files: int
    bytes: int
    explained_files: int
    explained_bytes: int
    setuid: tuple[str, ...]
    """Every name of a set-uid or set-gid file, sorted."""

    def coverage(self, executables: Iterable[Executable]) -> Coverage:
        """Return the coverage, with those of `executables` that no package explains."""
        unexplained = tuple(one.path for one in executables if one.package is None)
        return Coverage(self.files, self.bytes, self.explained_files, self.explained_bytes, unexplained)


def add_up(tree: TreeView, files: FileTable, owners: Mapping[str, str]) -> Totals:
    """Return the sums; a file is explained when `owners` knows one of its names."""
    sizes, others = files.sizes, files.other_names
    count = len(sizes) - len(others)
    total = sum(sizes.values()) - sum([sizes[path] for path in others])
    # What nothing explains is the smaller part by far.
    unexplained = _unexplained([path for path in sizes if path not in owners], files)
    return Totals(
        files=count,
        bytes=total,
        explained_files=count - len(unexplained),
        explained_bytes=total - sum([sizes[path] for path in unexplained]),
        setuid=_set_id(tree, files),
    )


def _unexplained(names: list[str], files: FileTable) -> list[str]:
    """Return one name of each file of which `names` are all the names."""
    linked = files.linked
    if not linked:
        return names
    missing = Counter(linked[path] for path in names if path in linked)
    every = Counter(linked.values())
    others = files.other_names
    return [
        path for path in names if path not in others and missing[linked.get(path, -1)] == every[linked.get(path, -1)]
    ]


def _set_id(tree: TreeView, files: FileTable) -> tuple[str, ...]:
    """Return every name of the files that run as their owner or group."""
    marked = {
        layer << 32 | number
        for layer, facts in enumerate(tree.layers)
        if any(mode & _SET_ID for mode in set(facts.index.modes))
        for number, mode in enumerate(facts.index.modes)
        if mode & _SET_ID
    }
    return tuple(path for path, node in files.nodes.items() if node in marked) if marked else ()
