"""How many paths an SBOM tells: all of them in nearly every image, and a bounded number in any."""

from collections.abc import Sequence
from typing import Final

from basewright.model.package import Package

MOST_PATHS: Final = 250_000
"""Paths of owned files in one document."""
MOST_FILES: Final = 10_000
"""Executables that no package explains, in one document."""
MOST_UNKNOWNS: Final = 1_000
"""Unknowns in one document, and claims."""


def paths_for_each(packages: Sequence[Package], most: int = MOST_PATHS) -> int:
    """Return how many paths each package may tell, so that together they tell at most about `most`.

    Packages with fewer files tell all of theirs, and leave room to the others.
    """
    counts = sorted(len(one.files) for one in packages)
    left = most
    for position, count in enumerate(counts):
        share = left // (len(counts) - position)
        if count > share:
            return max(share, 1)
        left -= count
    return counts[-1] if counts else 0
