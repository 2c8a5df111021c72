"""The example of docs/explanation/waste.md, counted."""

from layer_facts import layer_facts

from basewright.image.tree import Tree
from basewright.inventory.waste import efficiency_of, summarize_layers


def test_the_example_of_the_documentation_adds_up() -> None:
    lower = layer_facts({"a": b"x" * 60, "b": b"x" * 40}, ())
    upper = layer_facts({"a": b"x" * 70, ".wh.b": b""}, ())
    tree = Tree((lower, upper))
    found = efficiency_of(tree)
    assert found.score == 60 / 170
    assert found.wasted_bytes == 100
    assert [(one.path, one.bytes, one.layers) for one in found.paths] == [("a", 60, (0, 1)), ("b", 40, (0, 1))]
    first, second = summarize_layers(tree, (None, None), None)
    assert (first.bytes, first.added_bytes, first.wasted_bytes, first.removed_bytes) == (100, 0, 100, 0)
    assert (second.bytes, second.added_bytes, second.wasted_bytes, second.removed_bytes) == (70, 70, 0, 100)


def test_waste_and_score_need_not_add_up_as_the_documentation_says() -> None:
    tree = Tree((layer_facts({"a": b"x"}, ()), layer_facts({"a": b"x" * 99}, ())))
    found = efficiency_of(tree)
    assert (found.wasted_bytes, found.score) == (1, 0.01)
    assert sum(one.bytes or 0 for one in summarize_layers(tree, (None, None), None)) == 100
