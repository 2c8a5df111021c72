"""The layout of a treemap: areas are as the sizes, nothing overlaps, everything is inside."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from inspections import inspection, inventory

from basewright.model.inventory import ByteShare
from basewright.report.inspection.treemap import HEIGHT, TILES, WIDTH, Box, squarify, things, treemap

SIZES = st.lists(st.integers(1, 10**12), min_size=1, max_size=40).map(lambda sizes: sorted(sizes, reverse=True))
BOXES = st.builds(Box, st.floats(0, 1000), st.floats(0, 1000), st.floats(1, 2000), st.floats(1, 2000))
_TINY = 1e-6


@given(SIZES, BOXES)
def test_areas_are_as_the_sizes(sizes: list[int], box: Box) -> None:
    whole = box.width * box.height
    for size, one in zip(sizes, squarify(sizes, box), strict=True):
        assert abs(one.width * one.height - whole * size / sum(sizes)) <= whole * _TINY


@given(SIZES, BOXES)
def test_rectangles_stay_inside(sizes: list[int], box: Box) -> None:
    slack = _TINY * (box.width + box.height)
    for one in squarify(sizes, box):
        assert one.width >= 0
        assert one.height >= 0
        assert box.x - slack <= one.x
        assert one.x + one.width <= box.x + box.width + slack
        assert box.y - slack <= one.y
        assert one.y + one.height <= box.y + box.height + slack


@given(SIZES, BOXES)
def test_no_two_rectangles_overlap(sizes: list[int], box: Box) -> None:
    whole = box.width * box.height
    for one, other in combinations(squarify(sizes, box), 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert max(across, 0) * max(down, 0) <= whole * _TINY


def test_equal_sizes_become_squares() -> None:
    for one in squarify([1] * 16, Box(0, 0, 400, 400)):
        assert abs(one.width - one.height) < _TINY


def test_nothing_has_no_rectangle() -> None:
    assert squarify([], Box(0, 0, 10, 10)) == []
    assert squarify([1, 1], Box(0, 0, 0, 10)) == [Box(0, 0, 0, 0)] * 2


SHARES = st.lists(
    st.builds(
        lambda layer, size, name, is_owned: ByteShare(
            layer, size, package=name if is_owned else None, folder=None if is_owned else name
        ),
        st.integers(0, 60),
        st.integers(0, 10**10),
        st.text(max_size=5),
        st.booleans(),
    ),
    max_size=400,
)


@given(SHARES)
@settings(deadline=None)
def test_every_byte_is_drawn_and_the_rectangles_are_bounded(shares: list[ByteShare]) -> None:
    layers = tuple(inventory().layers[0] for _ in range(61))
    image = inspection(inventory=inventory(shares=tuple(shares), layers=layers))
    assert sum(one.bytes for one in things(image)) == sum(one.bytes for one in shares)
    drawn = treemap(image).tiles
    assert len(drawn) <= TILES
    assert all(0 <= one.x <= WIDTH + _TINY and 0 <= one.y <= HEIGHT + _TINY for one in drawn)
