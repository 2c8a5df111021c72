"""What layers carry in vain, and dive's efficiency score."""

import datetime as dt

import pytest
from layers import Spec, facts_of, file, folder, hard

from basewright.image.tree import Tree
from basewright.inventory.waste import efficiency_of, summarize_layers
from basewright.model.image import HistoryEntry, ImageConfig
from basewright.model.platform import Platform


def tree(*layers: tuple[Spec, ...]) -> Tree:
    return Tree([facts_of(*entries) for entries in layers])


def added_wasted_removed(made: Tree) -> list[tuple[int | None, int | None, int | None]]:
    summaries = summarize_layers(made, [None] * len(made.layers), None)
    return [(one.added_bytes, one.wasted_bytes, one.removed_bytes) for one in summaries]


NGINX = (
    (folder("etc/nginx"), file("etc/nginx/nginx.conf", 2000), file("etc/nginx/public", 3000)),
    (file("etc/nginx/nginx.conf", 5000), file("etc/athing", 10000)),
    (file("etc/.wh.nginx"),),
)
"""The image of dive's own test (wagoodman/dive, filetree/efficiency_test.go); there the removed folder has no size."""


def test_the_score_is_dives() -> None:
    # Smallest sizes 2000 + 3000 + 10000 and the removed folder's 8000, over all sizes 7000 + 3000 + 10000 + 8000.
    assert efficiency_of(tree(*NGINX)).score == 23000 / 28000


def test_without_the_removed_folder_the_score_is_that_of_dives_test() -> None:
    lower, middle, _ = NGINX
    found = efficiency_of(tree(lower, middle, (file("etc/nginx/.wh.nginx.conf", 0), file("etc/nginx/.wh.public", 0))))

    # Removed files count with nothing where they are removed, so only what stays is needed: 10000 of 20000.
    assert found.score == 10000 / 20000


def test_an_image_without_waste_scores_one() -> None:
    assert efficiency_of(tree((file("a", 5),), (file("b", 7),))).score == 1.0
    assert efficiency_of(tree((file("nothing", 0),))).score == 1.0
    assert efficiency_of(tree()).score == 1.0


def test_what_is_removed_is_the_waste_of_the_layer_that_carries_it() -> None:
    assert added_wasted_removed(tree(*NGINX)) == [(0, 5000, 0), (10000, 5000, 2000), (0, 1, 8000)]


def test_a_file_with_several_names_counts_once_and_is_wasted_with_its_last_name() -> None:
    lower = (file("a", 10), hard("b", "a"))

    assert added_wasted_removed(tree(lower, (file(".wh.a", 0),))) == [(10, 0, 0), (0, 0, 0)]
    assert added_wasted_removed(tree(lower, (file(".wh.a", 0), file(".wh.b", 0)))) == [(0, 10, 0), (0, 0, 10)]


def test_a_file_that_its_own_layer_repeats_is_waste() -> None:
    assert added_wasted_removed(tree((file("a", 10), file("a", 3)))) == [(3, 10, 10)]


def test_the_worst_paths_come_first_with_their_layers() -> None:
    found = efficiency_of(
        tree((file("big", 90), file("small", 1)), (file("big", 80),), (file("big", 1), file("small", 2)))
    )

    assert [(one.path, one.bytes, one.layers) for one in found.paths] == [("big", 170, (0, 1, 2)), ("small", 1, (0, 2))]
    assert found.wasted_bytes == 171


def test_an_opaque_folder_counts_with_what_it_hides() -> None:
    made = tree((file("d/a", 10), file("d/b", 20)), (folder("d"), file("d/.wh..wh..opq", 0), file("d/c", 5)))

    assert added_wasted_removed(made) == [(0, 30, 0), (5, 0, 30)]
    assert efficiency_of(made).score == pytest.approx(1.0), "dive counts a removed folder as needed as well"


def config(*steps: tuple[str, bool]) -> ImageConfig:
    history = tuple(
        HistoryEntry(step, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), is_empty_layer=empty) for step, empty in steps
    )
    return ImageConfig(Platform("linux", "amd64"), history=history)


def test_the_steps_that_made_a_layer_are_those_that_made_one() -> None:
    made = tree((file("a"),), (file("b"),))
    steps = config(("ADD a", False), ("ENV X=1", True), ("RUN b", False))

    assert [one.created_by for one in summarize_layers(made, [None, None], steps)] == ["ADD a", "RUN b"]


def test_a_history_that_does_not_fit_the_layers_tells_nothing() -> None:
    made = tree((file("a"),), (file("b"),))

    assert [one.created_by for one in summarize_layers(made, [None, None], config(("ADD a", False)))] == [None, None]
