"""What layers carry in vain: bytes that later layers hide, per layer and per path, and the efficiency score.

The score is dive's (wagoodman/dive, `filetree.Efficiency`): over every path that is a leaf in some layer, the sum of
its smallest sizes divided by the sum of all its sizes. A removed file counts with size 0 where it is removed; a
removed folder counts with what it held. Our own byte counts are exact instead: a file is wasted when the finished
image shows it under none of its names.
"""

from collections.abc import Sequence
from functools import cached_property

from basewright.image.interface import DIRECTORY, REGULAR, Layer, LayerFacts
from basewright.image.squash import OPAQUE, WHITEOUT, layer_of, number_of
from basewright.image.tree import Tree
from basewright.model.image import ImageConfig, LayerSummary
from basewright.model.inventory import Efficiency, WastedPath

_PATHS_TOLD = 1_000


def summarize_layers(tree: Tree, blobs: Sequence[Layer | None], config: ImageConfig | None) -> tuple[LayerSummary, ...]:
    """Return one summary for each layer, lowest first; `blobs` are the transport's, None where it has no such thing."""
    added = tree.seen_bytes
    removed = [0] * len(tree.layers)
    for hidden in tree.hidden:
        removed[hidden.by] += _size(tree, hidden.node)
    steps = _build_steps(config, len(tree.layers))
    return tuple(
        _summary(facts, blobs[number], added[number], removed[number], steps[number])
        for number, facts in enumerate(tree.layers)
    )


def _summary(facts: LayerFacts, blob: Layer | None, added: int, removed: int, step: str | None) -> LayerSummary:
    index = facts.index
    total = sum(index.sizes)
    return LayerSummary(
        diff_id=facts.diff_id,
        digest=blob.digest if blob else None,
        media_type=blob.media_type if blob else "",
        compressed_bytes=blob.size if blob else None,
        bytes=total,
        files=index.kinds.count(REGULAR),
        added_bytes=added,
        wasted_bytes=total - added,
        removed_bytes=removed,
        created_by=step,
        whiteouts=sum(1 for path in index.paths if WHITEOUT in path and path.rpartition("/")[2].startswith(WHITEOUT)),
    )


def _build_steps(config: ImageConfig | None, layers: int) -> list[str | None]:
    """Return the step that made each layer; nothing where the history and the layers do not match."""
    steps: list[str | None] = []
    if config is not None:
        steps += [entry.created_by for entry in config.history if not entry.is_empty_layer]
    return steps if len(steps) == layers else [None] * layers


def efficiency_of(tree: Tree) -> Efficiency:
    """Return how little of what is transported is hidden."""
    spread = _Spread(tree)
    wasted: dict[str, int] = {}
    layers: dict[str, set[int]] = {}
    for hidden in tree.hidden:
        size = _size(tree, hidden.node)
        if size:
            wasted[hidden.path] = wasted.get(hidden.path, 0) + size
            layers.setdefault(hidden.path, set()).update((layer_of(hidden.node), hidden.by))
    worst = sorted(wasted.items(), key=lambda one: (-one[1], one[0]))[:_PATHS_TOLD]
    return Efficiency(
        score=spread.score(),
        wasted_bytes=sum(sum(facts.index.sizes) for facts in tree.layers) - sum(tree.seen_bytes),
        paths=tuple(WastedPath(path, size, tuple(sorted(layers[path]))) for path, size in worst),
    )


def _size(tree: Tree, node: int) -> int:
    return tree.layers[layer_of(node)].index.sizes[number_of(node)]


class _Spread:
    """The sizes that each path has in the layers, as far as it stands in more than one."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._once = 0
        self._first: dict[str, int] = {}
        self._again: dict[str, tuple[int, int]] = {}
        for number in range(len(tree.layers)):
            for path, size in self._leaves(number).items():
                self._count(path, size)

    def score(self) -> float:
        """Return smallest sizes over all sizes; 1 for an image without bytes."""
        smallest = self._once
        discovered = self._once
        for least, total in self._again.values():
            smallest += least
            discovered += total
        return smallest / discovered if discovered else 1.0

    def _count(self, path: str, size: int) -> None:
        again = self._again.get(path)
        if again is not None:
            self._again[path] = (min(again[0], size), again[1] + size)
            return
        first = self._first.get(path)
        if first is None:
            self._first[path] = size
            self._once += size
        else:
            self._once -= first
            self._again[path] = (min(first, size), first + size)

    def _leaves(self, number: int) -> dict[str, int]:
        """Return path → size of what is no directory in one layer; whiteouts under the path they hide."""
        index = self._tree.layers[number].index
        leaves: dict[str, int] = {}
        for path, kind, size in zip(index.paths, index.kinds, index.sizes, strict=True):
            if kind == DIRECTORY:
                continue
            if WHITEOUT in path:
                parent, _, name = path.rpartition("/")
                if name.startswith(WHITEOUT):
                    hidden = parent if name == OPAQUE else f"{parent}/{name[4:]}".lstrip("/")
                    leaves[hidden] = self._folder_bytes(hidden, number)
                    continue
            leaves[path] = size
        return leaves

    def _folder_bytes(self, path: str, by: int) -> int:
        """Return the bytes of the folder that layer `by` removes; 0 for a single file."""
        return self._hidden_below.get((by, path), 0)

    @cached_property
    def _hidden_below(self) -> dict[tuple[int, str], int]:
        """Return (layer, folder) → bytes that it hides below that folder."""
        sums: dict[tuple[int, str], int] = {}
        for hidden in self._tree.hidden:
            size = _size(self._tree, hidden.node)
            folder = hidden.path.rpartition("/")[0]
            while folder:
                sums[hidden.by, folder] = sums.get((hidden.by, folder), 0) + size
                folder = folder.rpartition("/")[0]
        return sums
