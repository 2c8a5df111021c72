"""The largest directories of the finished image."""

from typing import Final

from basewright.inventory.file_table import FileTable
from basewright.model.inventory import DirectorySize

DEPTH: Final = 6
TOLD: Final = 1_000


def largest_directories(files: FileTable) -> tuple[DirectorySize, ...]:
    """Return the directories with the most bytes below them, largest first.

    A file with several hard links counts in the directory of its first name. The root is left out.
    """
    nodes = files.nodes
    names: dict[str, list[int]] = {}
    seen: set[int] = set()
    for path, node in nodes.items():
        if node in seen:
            continue
        seen.add(node)
        sums = names.get(folder := path.rpartition("/")[0])
        if sums is None:
            names[folder] = [files.size(node), 1]
        else:
            sums[0] += files.size(node)
            sums[1] += 1
    below: dict[str, list[int]] = {}
    for folder, (size, count) in names.items():
        pieces = folder.split("/") if folder else []
        for depth in range(1, min(len(pieces), DEPTH) + 1):
            sums = below.setdefault("/".join(pieces[:depth]), [0, 0])
            sums[0] += size
            sums[1] += count
    ranked = sorted(below.items(), key=lambda one: (-one[1][0], one[0]))[:TOLD]
    return tuple(DirectorySize(path, size, count) for path, (size, count) in ranked)
