"""Layers become one tree, as a container would see it (image-spec layer.md, «Applying Changesets»).

Nodes are small: a directory is a `Directory`, everything else one integer that names (layer, entry). Parents of an
entry are resolved through symbolic links inside the image, as container runtimes do when they apply a layer.
Whiteouts hide what lower layers brought and never what their own layer brings, in whatever order the archive says it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from basewright.image.interface import DIRECTORY, HARD_LINK, REGULAR, SYMLINK, LayerIndex
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.model.unknown import Unknown

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
_AUFS = ".wh..wh."
_SHIFT = 32
_NUMBER = (1 << _SHIFT) - 1
_IMPLIED = _NUMBER
"""Number of a directory that no archive spells out."""
_SPECIAL = frozenset({DIRECTORY, HARD_LINK})
_UNKNOWNS_TOLD = 1_000
_STEPS = 50_000_000
"""Path components that one layer may make us walk; links upon links could else make a small layer cost hours."""


def reference(layer: int, number: int) -> int:
    """Return the integer that names an entry."""
    return layer << _SHIFT | number


def layer_of(node: int) -> int:
    """Return the layer of a reference."""
    return node >> _SHIFT


def number_of(node: int) -> int:
    """Return the entry's number in its layer; -1 for a directory that no archive spells out."""
    number = node & _NUMBER
    return -1 if number == _IMPLIED else number


class Directory:
    """A directory of the tree: its children by name, and the entry that described it last."""

    __slots__ = ("children", "node")

    def __init__(self, node: int) -> None:
        self.children: dict[str, Directory | int] = {}
        self.node = node


Node = Directory | int


Description = tuple[int, int, int]
"""Mode, uid and gid."""


@dataclass(slots=True)
class Hidden:
    """A regular file that a later layer hides."""

    path: str
    node: int
    by: int
    """The layer that replaces or removes it."""


@dataclass(slots=True)
class Squashed:
    """What the layers make together."""

    root: Directory
    hidden: list[Hidden] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    names: dict[int, int] = field(default_factory=dict)
    """File with hard links → how many of its names the tree holds."""
    described: dict[int, Description] = field(default_factory=dict)
    """File → what a hard link to it says otherwise than its own entry; runtimes set it on the file they share."""


def squash(indexes: Sequence[LayerIndex], limits: Limits = DEFAULT_LIMITS) -> Squashed:
    """Return the tree of `indexes`, lowest layer first."""
    result = Squashed(Directory(reference(0, _IMPLIED)))
    for layer, index in enumerate(indexes):
        _Application(result, indexes, layer, index, limits).run()
    return result


class _Application:
    """One layer being laid over what stands."""

    def __init__(
        self, result: Squashed, indexes: Sequence[LayerIndex], layer: int, index: LayerIndex, limits: Limits
    ) -> None:
        self._result = result
        self._indexes = indexes
        self._layer = layer
        self._index = index
        self._hops = limits.symlink_hops
        self._steps = _STEPS
        self._pending: list[tuple[int, str]] = []
        self._pruned: dict[int, Directory] = {}
        self._linked: set[tuple[int, str]] = set()
        self._parent: str | None = None
        self._directory = result.root

    def run(self) -> None:
        kinds = self._index.kinds
        first = reference(self._layer, 0)
        for number, path in enumerate(self._index.paths):
            parent, _, name = path.rpartition("/")
            if (
                parent == self._parent
                and kinds[number] not in _SPECIAL
                and name not in self._directory.children
                and not name.startswith(WHITEOUT)
            ):  # most entries by far: one more file of the same folder
                self._directory.children[name] = first | number
            elif name.startswith(WHITEOUT):
                self._hide(parent, name)
            elif not (WHITEOUT in path and _is_below_aufs(path)):
                self._place(parent, name, number, kinds[number])
        for number, path in self._pending:
            if not self._link_late(number, path):
                self._tell(path, f"a hard link to {self._index.links.get(number, '')!r}, which is not there")

    def _place(self, parent: str, name: str, number: int, kind: int) -> None:
        if not name:
            self._describe_root(number, kind)
            return
        if parent != self._parent:
            directory = self._descend(parent)
            if directory is None:
                self._tell(f"{parent}/{name}", "its folder leads in a circle of links")
                return
            self._directory, self._parent = directory, parent
        if kind == DIRECTORY:
            self._place_directory(name, number)
        elif kind == HARD_LINK:
            path = f"{parent}/{name}" if parent else name
            if not self._link(number, path):
                self._pending.append((number, path))
            elif self._index.links.get(number) == path:
                self._tell(path, "a hard link to itself")
        else:
            self._put(self._directory, parent, name, reference(self._layer, number))

    def _describe_root(self, number: int, kind: int) -> None:
        if kind == DIRECTORY:
            self._result.root.node = reference(self._layer, number)
        else:
            self._tell("", "the root itself as something else than a directory")

    def _place_directory(self, name: str, number: int) -> None:
        node = reference(self._layer, number)
        standing = self._directory.children.get(name)
        if isinstance(standing, Directory):
            standing.node = node
        else:
            if standing is not None:
                self._forget(standing, f"{self._parent}/{name}" if self._parent else name)
            self._directory.children[name] = Directory(node)

    def _put(self, directory: Directory, parent: str, name: str, node: int) -> None:
        """Let `name` be `node`; a directory gives way with all it holds."""
        standing = directory.children.get(name)
        if standing is not None:
            if standing == node:
                return
            self._forget(standing, f"{parent}/{name}" if parent else name)
        directory.children[name] = node

    def _link(self, number: int, path: str) -> bool:
        """Make a hard link, and say whether what it names is there."""
        target = self._find(self._index.links.get(number, ""))
        parent, _, name = path.rpartition("/")
        if target is None or isinstance(target, Directory):
            return False
        directory = self._descend(parent)
        if directory is None:
            return False
        if directory.children.get(name) != target:
            self._result.names[target] = self._result.names.get(target, 1) + 1
            self._put(directory, parent, name, target)
            self._linked.add((id(directory), name))
        self._describe(target, number)
        return True

    def _describe(self, target: int, number: int) -> None:
        """Let a hard link's entry say mode and owner of what it names, as Docker, containerd and Podman do."""
        said = _description(self._index, number)
        described = self._result.described
        if target in described or said != _description(self._indexes[layer_of(target)], number_of(target)):
            described[target] = said

    def _link_late(self, number: int, path: str) -> bool:
        """Make a hard link that stood before its file, unless a later entry of this layer took its place."""
        parent, _, name = path.rpartition("/")
        directory = self._descend(parent, create=False)
        if directory is None:
            return False
        child = directory.children.get(name)
        if isinstance(child, Directory):
            is_taken = layer_of(child.node) == self._layer
        else:
            is_taken = child is not None and self._is_ours(directory, name, child)
        return is_taken or self._link(number, path)

    def _find(self, path: str) -> Node | None:
        parent, _, name = path.rpartition("/")
        directory = self._descend(parent, create=False)
        return directory.children.get(name) if directory is not None else None

    def _descend(self, path: str, *, create: bool = True) -> Directory | None:
        """Return the directory at `path`, through links, made where it is missing.

        None where links lead in a circle, and, with `create` off, where nothing or a file stands.
        """
        chain = [self._result.root]
        names = path.split("/")[::-1] if path else []
        hops = 0
        while names:
            name = names.pop()
            self._steps -= 1
            if self._steps < 0:
                return None
            if name in {"", "."}:
                continue
            if name == "..":
                if len(chain) > 1:
                    chain.pop()
                continue
            child = chain[-1].children.get(name)
            if child is None or (isinstance(child, int) and self._kind(child) != SYMLINK):
                if not create:
                    return None
                child = self._make(chain[-1], name, child, path)
            if isinstance(child, Directory):
                chain.append(child)
                continue
            hops += 1
            target = self._indexes[layer_of(child)].links.get(number_of(child), "")
            if hops > self._hops:
                return None
            if target.startswith("/"):
                del chain[1:]
            names += target.split("/")[::-1]
        return chain[-1]

    def _make(self, directory: Directory, name: str, standing: Node | None, path: str) -> Directory:
        """Make the directory `name`; a file that stands there gives way, which runtimes would refuse."""
        if standing is not None:
            self._tell(path, f"{name!r} is a file, and the layer puts files below it")
            self._forget(standing, path)
        made = Directory(reference(self._layer, _IMPLIED))
        directory.children[name] = made
        return made

    def _kind(self, node: int) -> int:
        return self._indexes[layer_of(node)].kinds[number_of(node)]

    def _hide(self, parent: str, name: str) -> None:
        """Carry out a whiteout: remove what lower layers brought."""
        directory = self._descend(parent, create=False)
        if directory is None:
            return
        if name == OPAQUE:
            self._prune(directory, parent)
        elif not name.startswith(_AUFS):
            hidden = name[len(WHITEOUT) :]
            if hidden in {"", ".", ".."}:
                self._tell(f"{parent}/{name}", "a whiteout that names no file")
                return
            self._remove(directory, hidden, f"{parent}/{hidden}" if parent else hidden)

    def _remove(self, directory: Directory, name: str, path: str) -> None:
        """Remove what lower layers brought at and below `name`."""
        child = directory.children.get(name)
        if isinstance(child, Directory):
            self._prune(child, path)
            self._drop(directory, name, child)
        elif child is not None and not self._is_ours(directory, name, child):
            self._forget(child, path)
            del directory.children[name]

    def _is_ours(self, directory: Directory, name: str, node: int) -> bool:
        """Whether this layer put `name` there, be it as a hard link to a lower layer's file."""
        return layer_of(node) == self._layer or (id(directory), name) in self._linked

    def _prune(self, directory: Directory, path: str) -> None:
        """Remove what lower layers brought below `directory`. Once done for a layer, there is nothing more to do."""
        stack = [(directory, path)]
        visited: list[Directory] = []
        while stack:
            here, where = stack.pop()
            if id(here) in self._pruned:
                continue
            self._pruned[id(here)] = here
            visited.append(here)
            for name, child in list(here.children.items()):
                below = f"{where}/{name}" if where else name
                if isinstance(child, Directory):
                    stack.append((child, below))
                elif not self._is_ours(here, name, child):
                    self._forget(child, below)
                    del here.children[name]
        for here in reversed(visited):  # innermost first: a directory goes when nothing of this layer is in it
            for name, child in list(here.children.items()):
                if isinstance(child, Directory):
                    self._drop(here, name, child)
        self._parent = None

    def _drop(self, directory: Directory, name: str, child: Directory) -> None:
        """Remove a lower layer's directory, or leave of it only what holds this layer's files."""
        if layer_of(child.node) == self._layer:
            return
        if child.children:
            child.node = reference(self._layer, _IMPLIED)
        else:
            del directory.children[name]

    def _forget(self, node: Node, path: str) -> None:
        """Note the regular files at and below `node` as hidden by this layer."""
        self._parent = None  # the folder remembered may be below it, or have been reached through it
        for where, leaf in leaves(node, path):
            names = self._result.names.get(leaf, 1)
            if names > 1:
                self._result.names[leaf] = names - 1
            elif self._kind(leaf) == REGULAR:
                self._result.hidden.append(Hidden(where, leaf, self._layer))

    def _tell(self, path: str, reason: str) -> None:
        if len(self._result.unknowns) < _UNKNOWNS_TOLD:
            self._result.unknowns.append(Unknown(path.lstrip("/"), f"layer {self._layer + 1}: {reason}"))


def _description(index: LayerIndex, number: int) -> Description:
    return index.modes[number], index.uids[number], index.gids[number]


def _is_below_aufs(path: str) -> bool:
    """Whether `path` lies below a directory of AUFS's own bookkeeping (``.wh..wh.plnk``)."""
    return any(part.startswith(_AUFS) for part in path.split("/"))


def leaves(node: Node, path: str) -> Iterator[tuple[str, int]]:
    """Yield (path, reference) of everything at and below `node` that is no directory."""
    if isinstance(node, int):
        yield path, node
        return
    stack: list[tuple[Directory, str]] = [(node, path)]
    while stack:
        directory, where = stack.pop()
        prefix = f"{where}/" if where else ""
        for name, child in directory.children.items():
            if isinstance(child, int):
                yield prefix + name, child
            else:
                stack.append((child, prefix + name))
