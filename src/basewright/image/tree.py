"""The finished image's files, squashed from its layers: lookups as a process in the container would make them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Final

from basewright.image.interface import DIRECTORY, REGULAR, SYMLINK, Entry, Found, LayerFacts, LayerIndex
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.squash import Description, Directory, Hidden, Node, layer_of, number_of, reference, squash
from basewright.model.unknown import Unknown

_REMEMBERED: Final = 500_000
"""Folders whose resolved path is remembered."""


class Tree:
    """`TreeView` of the layers of one image."""

    def __init__(self, layers: Sequence[LayerFacts], limits: Limits = DEFAULT_LIMITS) -> None:
        self._squashed = squash([layer.index for layer in layers], limits)
        self._layers = _redescribed(layers, self._squashed.described)
        self._indexes = [layer.index for layer in self._layers]
        self._hops = limits.symlink_hops
        self._folders: dict[str, tuple[Directory, str] | None] = {}

    @property
    def layers(self) -> Sequence[LayerFacts]:
        """See `TreeView.layers`."""
        return self._layers

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What the layers said that cannot be."""
        return tuple(self._squashed.unknowns)

    @property
    def hidden(self) -> Sequence[Hidden]:
        """Regular files that later layers replace or remove, in the order in which that happens."""
        return self._squashed.hidden

    def lookup(self, path: str, *, follow: bool = True) -> Entry | None:
        """See `TreeView.lookup`."""
        found = self._find(path, follow=follow)
        return self._entry(*found) if found is not None else None

    def resolve(self, path: str, *, follow: bool = True) -> str | None:
        """See `TreeView.resolve`."""
        found = self._find(path, follow=follow)
        return found[1] if found is not None else None

    def list(self, path: str) -> tuple[str, ...]:
        """See `TreeView.list`."""
        found = self._find(path, follow=True)
        if found is None or isinstance(found[0], int):
            return ()
        return tuple(sorted(found[0].children))

    def files(self) -> Iterator[tuple[str, int, int]]:
        """See `TreeView.files`."""
        return iter(self._files)

    @cached_property
    def _files(self) -> Sequence[tuple[str, int, int]]:
        kinds = [index.kinds for index in self._indexes]
        found: list[tuple[str, int, int]] = []
        stack = [(self._squashed.root, "")]
        while stack:
            directory, prefix = stack.pop()
            for name, child in directory.children.items():
                if isinstance(child, Directory):
                    stack.append((child, f"{prefix}{name}/"))
                else:
                    layer, number = child >> 32, child & 0xFFFFFFFF
                    if kinds[layer][number] == REGULAR:
                        found.append((prefix + name, layer, number))
        found.sort(key=itemgetter(0))
        return found

    @cached_property
    def seen_bytes(self) -> Sequence[int]:
        """Bytes of each layer's files that the finished image shows; a file with many names counts once."""
        sizes = [index.sizes for index in self._indexes]
        shared = self._squashed.names
        total = [0] * len(sizes)
        counted: set[int] = set()
        for _, layer, number in self._files:
            if shared and (node := layer << 32 | number) in shared:
                if node in counted:
                    continue
                counted.add(node)
            total[layer] += sizes[layer][number]
        return total

    def entries(self) -> Iterator[Entry]:
        """See `TreeView.entries`."""
        for path, node in sorted(self._walk(), key=lambda one: one[0]):
            yield self._entry(node, path)

    def xattrs(self, entry: Entry) -> Mapping[str, bytes]:
        """See `TreeView.xattrs`."""
        return self._indexes[entry.layer].xattrs.get(entry.number, {}) if entry.number >= 0 else {}

    def names_of(self, layer: int, number: int) -> int:
        """Return how many names the tree holds for one regular file."""
        return self._squashed.names.get(layer << 32 | number, 1)

    def found(self, analyser: str) -> tuple[Found, ...]:
        """See `TreeView.found`."""
        result: list[Found] = []
        for number, layer in enumerate(self._layers):
            for path, record in layer.records.get(analyser, {}).items():
                names = self._names_of_record(number, path)
                if names:
                    result.append(Found(names[0], number, record, tuple(names[1:])))
        return tuple(sorted(result, key=attrgetter("path")))

    def _names_of_record(self, layer: int, path: str) -> Sequence[str]:
        """Return the sorted names under which the file that `layer` carries at `path` is seen."""
        found = self._find(path, follow=False)
        if found is not None and isinstance(found[0], int) and found[0] not in self._replaced:
            node, where = found[0], found[1]
            if layer_of(node) == layer and self._indexes[layer].paths[number_of(node)] == path:
                return self._linked.get(node, (where,))
        return self._moved.get((layer, path), ())

    @cached_property
    def _linked(self) -> Mapping[int, Sequence[str]]:
        """Every file with more than one name → its sorted names."""
        names: dict[int, list[str]] = {node: [] for node, count in self._squashed.names.items() if count >= 1}
        if names:
            for path, node in self._walk():
                if isinstance(node, int) and node in names:
                    names[node].append(path)
        return {node: sorted(paths) for node, paths in names.items() if paths}

    @cached_property
    def _moved(self) -> Mapping[tuple[int, str], Sequence[str]]:
        """(layer, path in its archive) of every file that is seen under another path → its sorted names.

        Hard links outlive the name that they were made of, and a link that a file was written through may be gone.
        """
        paths = [index.paths for index in self._indexes]
        moved = {(layer, number) for path, layer, number in self._files if paths[layer][number] != path}
        moved = {one for one in moved if reference(*one) not in self._replaced}
        names: dict[tuple[int, str], list[str]] = {}
        for path, layer, number in self._files if moved else ():
            if (layer, number) in moved:
                names.setdefault((layer, paths[layer][number]), []).append(path)
        return names

    @cached_property
    def _replaced(self) -> frozenset[int]:
        """Entries whose path their layer has once more, later: records by that path are not of their content."""
        found: set[int] = set()
        for layer, index in enumerate(self._indexes):
            if len(set(index.paths)) < len(index.paths):
                last = {path: number for number, path in enumerate(index.paths)}
                found.update(layer << 32 | number for number, path in enumerate(index.paths) if last[path] != number)
        return frozenset(found)

    def _walk(self) -> Iterator[tuple[str, Node]]:
        """Yield (path, node) of everything but the root, in no order to rely on."""
        stack: list[tuple[Directory, str]] = [(self._squashed.root, "")]
        while stack:
            directory, prefix = stack.pop()
            for name, child in directory.children.items():
                path = prefix + name
                yield path, child
                if isinstance(child, Directory):
                    stack.append((child, path + "/"))

    def _find(self, path: str, *, follow: bool) -> tuple[Node, str] | None:
        """Return (node, resolved path) of `path`."""
        parent, _, name = path.strip("/").rpartition("/")
        if name in {"", ".", ".."} or "//" in path:
            return self._wander(path, follow=follow)
        folder = self._folder(parent)
        if folder is None:
            return None
        directory, where = folder
        child = directory.children.get(name)
        if child is None:
            return None
        if follow and isinstance(child, int) and self._is_link(child):
            return self._wander(f"{where}/{name}", follow=True)
        return child, f"{where}/{name}" if where else name

    def _folder(self, path: str) -> tuple[Directory, str] | None:
        """Return (directory, resolved path) of `path`, remembered."""
        try:
            return self._folders[path]
        except KeyError:
            found = self._wander(path, follow=True)
            answer = (found[0], found[1]) if found is not None and isinstance(found[0], Directory) else None
            if len(self._folders) < _REMEMBERED:
                self._folders[path] = answer
            return answer

    def _wander(self, path: str, *, follow: bool) -> tuple[Node, str] | None:
        """Walk `path` component by component, links followed inside the image."""
        chain: list[tuple[Directory, str]] = [(self._squashed.root, "")]
        names = path.split("/")[::-1]
        hops = 0
        leaf: tuple[Node, str] | None = None
        while names:
            name = names.pop()
            if name in {"", "."}:
                continue
            if leaf is not None:
                return None  # below a file
            if name == "..":
                del chain[max(1, len(chain) - 1) :]
                continue
            directory, where = chain[-1]
            child = directory.children.get(name)
            if child is None:
                return None
            here = f"{where}/{name}" if where else name
            if isinstance(child, Directory):
                chain.append((child, here))
            elif self._is_link(child) and (follow or any(part not in {"", "."} for part in names)):
                hops += 1
                target = self._indexes[layer_of(child)].links.get(number_of(child), "")
                if hops > self._hops or not target:
                    return None
                if target.startswith("/"):
                    del chain[1:]
                names += target.split("/")[::-1]
            else:
                leaf = (child, here)
        return leaf if leaf is not None else chain[-1]

    def _is_link(self, node: int) -> bool:
        return self._indexes[layer_of(node)].kinds[number_of(node)] == SYMLINK

    def _entry(self, node: Node, path: str) -> Entry:
        reference = node if isinstance(node, int) else node.node
        layer, number = layer_of(reference), number_of(reference)
        if number < 0 or layer >= len(self._indexes):
            return Entry(path, DIRECTORY, 0o755, 0, 0, 0, layer, -1)
        index = self._indexes[layer]
        kind = DIRECTORY if isinstance(node, Directory) else index.kinds[number]
        return Entry(
            path,
            kind,
            index.modes[number],
            index.uids[number],
            index.gids[number],
            index.sizes[number],
            layer,
            number,
            index.links.get(number),
        )


def _redescribed(layers: Sequence[LayerFacts], described: Mapping[int, Description]) -> tuple[LayerFacts, ...]:
    """Return the layers with modes and owners as hard links set them; what was given stays as it is."""
    amended: dict[int, LayerIndex] = {}
    for node, (mode, uid, gid) in described.items():
        layer, number = layer_of(node), number_of(node)
        if layer not in amended:
            index = layers[layer].index
            amended[layer] = replace(index, modes=index.modes[:], uids=index.uids[:], gids=index.gids[:])
        index = amended[layer]
        if index.kinds[number] != SYMLINK:  # a link has no mode of its own
            index.modes[number] = mode
        index.uids[number], index.gids[number] = uid, gid
    return tuple(
        replace(facts, index=amended[layer]) if layer in amended else facts for layer, facts in enumerate(layers)
    )
