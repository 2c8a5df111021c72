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
    """The sizes that each path has in the layers; most stand in one, so sets find the others at the speed of C."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._first: dict[str, int] = {}
        self._again: dict[str, tuple[int, int]] = {}
        """Path → its smallest size, and the sum of all."""
        for number in range(len(tree.layers)):
            self._add(number)

    def score(self) -> float:
        """Return smallest sizes over all sizes; 1 for an image without bytes."""
        once = sum(self._first.values())
        smallest = once + sum(least for least, _ in self._again.values())
        discovered = once + sum(total for _, total in self._again.values())
        return smallest / discovered if discovered else 1.0

    def _add(self, number: int) -> None:
        """Add the leaves of one layer; of a path that it has twice, the last entry counts."""
        index = self._tree.layers[number].index
        columns = zip(index.paths, index.sizes, index.kinds, strict=True)
        sizes = {
            path: size for path, size, kind in columns if kind != DIRECTORY
        }  # a folder is no leaf, or has no bytes
        for path in [path for path in sizes if WHITEOUT in path]:
            parent, _, name = path.rpartition("/")
            if name.startswith(WHITEOUT):
                del sizes[path]
                hidden = parent if name == OPAQUE else f"{parent}/{name[len(WHITEOUT) :]}".lstrip("/")
                self._count(hidden, self._hidden_below.get((number, hidden), 0))
        for path in (sizes.keys() & self._first.keys()) | (sizes.keys() & self._again.keys()):
            self._count(path, sizes.pop(path))
        self._first.update(sizes)

    def _count(self, path: str, size: int) -> None:
        least, total = self._again.get(path, (size, 0))
        first = self._first.pop(path, None)
        if first is not None:
            least, total = first, first
        self._again[path] = (min(least, size), total + size)

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
