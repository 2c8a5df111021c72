"""The finished image's regular files by path, built once and asked many thousand times."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from basewright.image.interface import DIRECTORY, HARD_LINK, SYMLINK, TreeView

_NUMBER: Final = 0xFFFFFFFF
"""Low half of a node: the entry's number; the layer stands above it."""
COUNT_BITS: Final = 24
"""Room for the number of files, which `Limits.entries` keeps far below that."""


class FileTable:
    """Which regular files there are, and what a path that a package lists means in the finished image."""

    def __init__(self, tree: TreeView) -> None:
        self._tree = tree
        self._elsewhere: dict[str, str | None] = {}
        self._links: set[str] = set()

    @cached_property
    def nodes(self) -> Mapping[str, int]:
        """Path → node of every regular file, sorted by path; hard links under each name share one node."""
        return {path: layer << 32 | number for path, layer, number in self._tree.files()}

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Path → bytes of every regular file, sorted by path, hard links under each name."""
        columns = [layer.index.sizes for layer in self._tree.layers]
        return {path: columns[layer][number] for path, layer, number in self._tree.files()}

    @cached_property
    def linked(self) -> dict[str, int]:
        """Path → node of the files that have several names, each under all of them, sorted by path."""
        if not any(HARD_LINK in layer.index.kinds for layer in self._tree.layers):
            return {}
        names = Counter(self.nodes.values())
        return {path: node for path, node in self.nodes.items() if names[node] > 1}

    @cached_property
    def other_names(self) -> frozenset[str]:
        """Every name of a file but its first; who leaves them out meets each file once."""
        first = {node: path for path, node in reversed(self.linked.items())}
        return frozenset(self.linked.keys() - first.values())

    @cached_property
    def folders(self) -> Mapping[str, int]:
        """Folder → what lies directly in it, each file once: bytes above COUNT_BITS, the number of files below."""
        others = self.other_names
        found: defaultdict[str, int] = defaultdict(int)
        # Bytes and files in one number: a second dictionary would cost as much as the first.
        for path, size in self.sizes.items():
            if path not in others:
                found[path.rpartition("/")[0]] += size << COUNT_BITS | 1
        return found

    @cached_property
    def _directories(self) -> frozenset[str]:
        """Every directory that holds a file, at whatever depth: most of what lists name and is no file."""
        found = set(self.folders)
        for folder in self.folders:
            while folder := folder.rpartition("/")[0]:
                if folder in found:
                    break
                found.add(folder)
        return frozenset(found)

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
        # Sets meet at the speed of C; what is left for the loop is folders, links and what was removed.
        every = {root + path for path in listed} if root else set(listed)
        found = self.nodes.keys() & every
        parents: set[str] | None = None
        for path in every - found - self._directories:
            other = self._located_elsewhere(path)
            if other is None:
                continue
            if path in self._links:
                parents = parents or {one.rpartition("/")[0] for one in every}
                if path in parents:
                    continue
            found.add(other)
        return tuple(sorted(found))

    def layer_of(self, paths: Iterable[str]) -> int | None:
        """Return the layer that carries most of the regular files among `paths`, the lowest of equals."""
        nodes = self.nodes
        found = Counter([nodes[path] >> 32 for path in paths if path in nodes])
        return min(found, key=lambda layer: (-found[layer], layer)) if found else None

    def bytes_of(self, paths: Iterable[str]) -> int:
        """Return the bytes of the regular files among `paths`; one with several hard links counts once."""
        every = set(paths)
        size_of, linked = self.sizes.get, self.linked
        total = sum([size_of(path, 0) for path in every])
        if not linked.keys().isdisjoint(every):
            nodes = [linked[path] for path in every if path in linked]
            total -= sum(map(self.size, nodes)) - sum(map(self.size, set(nodes)))
        return total

    def _located_elsewhere(self, path: str) -> str | None:
        """Return where a path leads that is no regular file under its own name; None for directories and nothing."""
        try:
            return self._elsewhere[path]
        except KeyError:
            entry = self._tree.lookup(path, follow=False)
            answer = entry.path if entry is not None and entry.kind != DIRECTORY else None
            if entry is not None and entry.kind == SYMLINK:
                self._links.add(path)
            self._elsewhere[path] = answer
            return answer
