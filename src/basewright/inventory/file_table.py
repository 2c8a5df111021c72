"""The finished image's regular files by path, built once and asked many thousand times."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from basewright.image.interface import DIRECTORY, SYMLINK, TreeView

_NUMBER: Final = 0xFFFFFFFF
"""Low half of a node: the entry's number; the layer stands above it."""


class FileTable:
    """Which regular files there are, and what a path that a package lists means in the finished image."""

    def __init__(self, tree: TreeView) -> None:
        self._tree = tree
        self._elsewhere: dict[str, str | None] = {}
        self._folder_links: set[str] = set()

    @cached_property
    def nodes(self) -> Mapping[str, int]:
        """Path → node of every regular file, sorted by path; hard links under each name share one node."""
        return {path: layer << 32 | number for path, layer, number in self._tree.files()}

    def size(self, node: int) -> int:
        """Return the bytes of a file by its node."""
        return self._tree.layers[node >> 32].index.sizes[node & _NUMBER]

    def mode(self, node: int) -> int:
        """Return the permission bits of a file by its node."""
        return self._tree.layers[node >> 32].index.modes[node & _NUMBER]

    def located(self, listed: Iterable[str], root: str = "") -> tuple[str, ...]:
        """Return the paths of what `listed` names and the image holds, sorted; directories are left out.

        Links in parents are followed (``lib/x`` → ``usr/lib/x``); a link itself is what is listed, but for one that
        stands where the list has a directory. `root`, with a slash at its end, is where the system lies that the list
        is of.
        """
        nodes = self.nodes
        found: set[str] = set()
        every = list(listed)
        for path in every:
            if root:
                path = root + path  # noqa: PLW2901 - the list is of a system below `root`
            if path in nodes:
                found.add(path)
            elif (other := self._located_elsewhere(path)) is not None:
                if path in self._folder_links and any(f"{root}{one}".startswith(f"{path}/") for one in every):
                    continue
                found.add(other)
        return tuple(sorted(found))

    def bytes_of(self, paths: Iterable[str]) -> int:
        """Return the bytes of the regular files among `paths`; one with several hard links counts once."""
        nodes = self.nodes
        return sum(self.size(node) for node in {nodes[path] for path in paths if path in nodes})

    def _located_elsewhere(self, path: str) -> str | None:
        """Return where a path leads that is no regular file under its own name; None for directories and nothing."""
        try:
            return self._elsewhere[path]
        except KeyError:
            entry = self._tree.lookup(path, follow=False)
            answer = entry.path if entry is not None and entry.kind != DIRECTORY else None
            if entry is not None and entry.kind == SYMLINK:
                target = self._tree.lookup(path)
                if target is not None and target.kind == DIRECTORY:
                    self._folder_links.add(path)
            self._elsewhere[path] = answer
            return answer
