"""A treemap of the bytes of an image: layers, and in them packages, and folders of files that no package owns.

The layout is the squarified one (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000): areas are as the bytes are, and
rectangles are as near to squares as a row-by-row filling makes them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from basewright.model.inventory import ByteShare, Inspection
from basewright.report import wording
from basewright.report.document import Tile, Treemap
from basewright.report.inspection import steps

WIDTH: Final = 1000.0
HEIGHT: Final = 560.0
"""The area that is laid out; the picture scales its width to the window's."""
TILES: Final = 240
"""Rectangles of one picture at most; smaller things are drawn together."""
LAYERS: Final = 12
"""Layers that are drawn apart at most."""
_SMALLEST: Final = 0.0008
"""Share of the image from which on a thing has a rectangle of its own."""
_HEAD: Final = 18.0
"""Height of a layer's title."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; from the left and the top."""

    x: float
    y: float
    width: float
    height: float


def squarify(sizes: Sequence[float], box: Box) -> list[Box]:
    """Return a rectangle for each of `sizes` (positive, largest first), in their order, that together fill `box`."""
    total = sum(sizes)
    if not sizes or total <= 0 or box.width <= 0 or box.height <= 0:
        return [Box(box.x, box.y, 0.0, 0.0) for _ in sizes]
    scale = box.width * box.height / total
    areas = [size * scale for size in sizes]
    boxes: list[Box] = []
    rest = box
    start = 0
    while start < len(areas):
        stop = _row_end(areas, start, min(rest.width, rest.height))
        row = areas[start:stop]
        boxes += _place(row, rest, is_last=stop == len(areas))
        rest = _without(rest, sum(row))
        start = stop
    return boxes


def _row_end(areas: Sequence[float], start: int, side: float) -> int:
    """Return where the row that begins at `start` ends: before its worst rectangle would get longer."""
    total = largest = areas[start]
    smallest = total
    worst = _worst(total, smallest, largest, side)
    for stop in range(start + 1, len(areas)):
        area = areas[stop]
        grown = total + area
        next_worst = _worst(grown, min(smallest, area), max(largest, area), side)
        if next_worst > worst:
            return stop
        total, smallest, largest, worst = grown, min(smallest, area), max(largest, area), next_worst
    return len(areas)


def _worst(total: float, smallest: float, largest: float, side: float) -> float:
    """Return the largest ratio of sides in a row along `side` (the paper, section 3.2)."""
    if not total or not smallest or not side:
        return float("inf")
    thickness = total / side
    return max(largest / thickness / thickness, thickness * thickness / smallest)


def _place(row: Sequence[float], box: Box, *, is_last: bool) -> list[Box]:
    """Return the rectangles of a row along the shorter side of `box`."""
    is_column = box.width >= box.height
    side = box.height if is_column else box.width
    room = box.width if is_column else box.height
    thickness = room if is_last else min(room, sum(row) / side) if side else 0.0
    placed: list[Box] = []
    offset = 0.0
    total = sum(row)
    for area in row:
        length = side * area / total if total else 0.0
        if is_column:
            placed.append(Box(box.x, box.y + offset, thickness, length))
        else:
            placed.append(Box(box.x + offset, box.y, length, thickness))
        offset += length
    return placed


def _without(box: Box, area: float) -> Box:
    """Return what a row of `area` along the shorter side of `box` leaves of it."""
    if box.width >= box.height:
        taken = min(box.width, area / box.height) if box.height else 0.0
        return Box(box.x + taken, box.y, box.width - taken, box.height)
    taken = min(box.height, area / box.width) if box.width else 0.0
    return Box(box.x, box.y + taken, box.width, box.height - taken)


@dataclass(frozen=True, slots=True)
class Thing:
    """What one rectangle stands for."""

    layer: int | None
    """None for those of all smaller layers together."""
    label: str
    bytes: int
    is_owned: bool
    """Whether a package owns it."""

    @property
    def where(self) -> str:
        """The layer in words."""
        return "smaller layers" if self.layer is None else f"layer {self.layer}"


def things(inspection: Inspection) -> tuple[Thing, ...]:
    """Return what the bytes of the image belong to, by layer and size; small things of a layer together."""
    inventory = inspection.inventory
    names = {one.purl: f"{one.name} {one.version or ''}".strip() for one in reversed(inventory.packages)}
    shares = [one for one in inventory.shares if one.bytes > 0]
    kept = _largest_layers(shares)
    room = TILES - 3 * (len(kept) + 1)  # each layer has its own rectangle, and two for what is small
    ranked = sorted(shares, key=lambda one: (-one.bytes, one.layer, one.package or "", one.folder or ""))
    least = _SMALLEST * sum(one.bytes for one in shares)
    large = {id(one) for one in ranked[:room] if one.bytes >= least}
    found: list[Thing] = []
    small: defaultdict[tuple[int | None, bool], list[int]] = defaultdict(list)
    for one in shares:
        layer = one.layer if one.layer in kept else None
        is_owned = one.package is not None
        if id(one) in large:
            label = names.get(one.package, one.package) if one.package is not None else f"/{one.folder}"
            found.append(Thing(layer, label, one.bytes, is_owned))
        else:
            small[layer, is_owned].append(one.bytes)
    for (layer, is_owned), sizes in small.items():
        label = wording.plural(len(sizes), "smaller package" if is_owned else "smaller folder")
        found.append(Thing(layer, label, sum(sizes), is_owned))
    return tuple(sorted(found, key=lambda one: (one.layer is None, one.layer or 0, -one.bytes, one.label)))


def _largest_layers(shares: Sequence[ByteShare]) -> frozenset[int]:
    """Return the layers that are drawn apart."""
    sums: defaultdict[int, int] = defaultdict(int)
    for one in shares:
        sums[one.layer] += one.bytes
    return frozenset(sorted(sums, key=lambda layer: (-sums[layer], layer))[:LAYERS])


def treemap(inspection: Inspection) -> Treemap:
    """Return the picture's rectangles, laid out; none for an image without bytes."""
    by_layer: defaultdict[int | None, list[Thing]] = defaultdict(list)
    for one in things(inspection):
        by_layer[one.layer].append(one)
    sums = {layer: sum(one.bytes for one in members) for layer, members in by_layer.items()}
    ranked = sorted(sums, key=lambda layer: (-sums[layer], layer is None, layer or 0))
    boxes = squarify([sums[layer] for layer in ranked], Box(0, 0, WIDTH, HEIGHT))
    tiles: list[Tile] = []
    for number, (layer, box) in enumerate(zip(ranked, boxes, strict=True)):
        tiles += _layer_tiles(_title(inspection, by_layer[layer]), by_layer[layer], box, number % 6)
    return Treemap(tuple(tiles), WIDTH, HEIGHT)


def _title(inspection: Inspection, members: Sequence[Thing]) -> str:
    layer = members[0].layer
    step = "" if layer is None else steps.short(inspection.inventory.layers[layer].created_by, 60)
    said = f"{members[0].where}, {wording.size(sum(one.bytes for one in members))}"
    return f"{said}: {step}" if step else said


def _layer_tiles(title: str, members: Sequence[Thing], box: Box, color: int) -> list[Tile]:
    """Return the rectangle of a layer, and on it those of what it holds, below its title where there is room."""
    inner = box
    if box.height > 3 * _HEAD and box.width > 3 * _HEAD:
        inner = Box(box.x, box.y + _HEAD, box.width, box.height - _HEAD)
    found = [Tile(title, title, "", box.x, box.y, box.width, box.height, color, is_group=True)]
    for one, place in zip(members, squarify([one.bytes for one in members], inner), strict=True):
        whose = "" if one.is_owned else ", no package owns it"
        size = wording.size(one.bytes)
        said = f"{one.label}, {size}, {one.where}{whose}"
        found.append(
            Tile(one.label, said, size, place.x, place.y, place.width, place.height, color, is_plain=not one.is_owned)
        )
    return found
