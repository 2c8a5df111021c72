"""The largest directories of the finished image."""

from collections import defaultdict
from typing import Final

from basewright.inventory.file_table import COUNT_BITS, FileTable
from basewright.model.inventory import DirectorySize

DEPTH: Final = 6
TOLD: Final = 1_000
_COUNTED: Final = (1 << COUNT_BITS) - 1


def largest_directories(files: FileTable) -> tuple[DirectorySize, ...]:
    """Return the directories with the most bytes below them, largest first.

    A file with several hard links counts in the directory of its first name. The root is left out.
    """
    below: defaultdict[str, int] = defaultdict(int)
    for folder, both in files.folders.items():
        at = -1
        for _ in range(DEPTH):
            at = folder.find("/", at + 1)
            if at < 0:
                below[folder] += both
                break
            below[folder[:at]] += both
    below.pop("", None)
    ranked = sorted((-(both >> COUNT_BITS), path, both & _COUNTED) for path, both in below.items())[:TOLD]
    return tuple(DirectorySize(path, -size, count) for size, path, count in ranked)
