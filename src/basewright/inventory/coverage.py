"""How much of the image some package explains, and how much there is."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from basewright.image.interface import HARD_LINK, TreeView
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


def add_up(tree: TreeView, files: FileTable, owners: Container[str]) -> Totals:
    """Return the sums; a file is explained when `owners` knows one of its names."""
    columns = [(layer.index.sizes, layer.index.modes) for layer in tree.layers]
    has_links = any(HARD_LINK in layer.index.kinds for layer in tree.layers)
    counted: dict[int, bool] = {}
    count = total = explained = explained_bytes = 0
    setuid: list[str] = []
    for path, node in files.nodes.items():
        sizes, modes = columns[node >> 32]
        number = node & 0xFFFFFFFF
        if modes[number] & _SET_ID:
            setuid.append(path)
        is_explained = path in owners
        if has_links:
            before = counted.get(node)
            if before or (before is not None and not is_explained):
                continue
            counted[node] = is_explained
        else:
            before = None
        size = sizes[number]
        if before is None:
            count += 1
            total += size
        if is_explained:
            explained += 1
            explained_bytes += size
    return Totals(count, total, explained, explained_bytes, tuple(setuid))
