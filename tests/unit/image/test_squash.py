"""Layers laid over one another, as the image-spec's «Applying Changesets» and container runtimes do it."""

from itertools import permutations

import pytest
from layers import Spec, facts_of, file, folder, hard, link

from basewright.image.interface import DIRECTORY, REGULAR, SYMLINK
from basewright.image.tree import Tree


def tree(*layers: tuple[Spec, ...]) -> Tree:
    return Tree([facts_of(*entries) for entries in layers])


def seen(*layers: tuple[Spec, ...]) -> dict[str, tuple[int, int]]:
    """Return path → (layer, size) of the regular files."""
    made = tree(*layers)
    return {path: (layer, made.layers[layer].index.sizes[number]) for path, layer, number in made.files()}


def test_a_later_layers_file_replaces_an_earlier_one() -> None:
    assert seen((file("a", 1),), (file("a", 2),)) == {"a": (1, 2)}


def test_the_last_of_two_entries_of_one_layer_wins() -> None:
    assert seen((file("a", 1), file("a", 2))) == {"a": (0, 2)}


def test_a_whiteout_removes_a_file_of_a_lower_layer() -> None:
    assert seen((file("d/a"), file("d/b")), (file("d/.wh.a"),)) == {"d/b": (0, 1)}


def test_a_whiteout_removes_a_folder_with_all_below() -> None:
    assert seen((file("d/e/a"), file("b")), (file(".wh.d"),)) == {"b": (0, 1)}


@pytest.mark.parametrize("order", list(permutations([file("d/.wh.a"), file("d/a", 9), folder("d")])))
def test_a_whiteout_never_hides_what_its_own_layer_brings(order: tuple[Spec, ...]) -> None:
    assert seen((file("d/a", 1),), order) == {"d/a": (1, 9)}


@pytest.mark.parametrize(
    "order", list(permutations([file("d/.wh..wh..opq"), file("d/new"), file("d/sub/new"), folder("d")]))
)
def test_an_opaque_folder_shows_only_its_own_layer_in_whatever_order(order: tuple[Spec, ...]) -> None:
    lower = (file("d/old"), file("d/sub/old"), file("d/gone/old"))

    assert set(seen(lower, order)) == {"d/new", "d/sub/new"}
    assert tree(lower, order).lookup("d/gone") is None


def test_a_whiteout_and_a_new_folder_of_the_same_name_leave_the_new_one() -> None:
    for order in permutations([file(".wh.d"), folder("d"), file("d/new")]):
        assert set(seen((file("d/old"),), order)) == {"d/new"}


def test_a_whiteout_of_a_link_to_a_folder_removes_the_link_alone() -> None:
    made = tree((folder("real"), file("real/a"), link("alias", "real")), (file(".wh.alias"),))

    assert made.lookup("alias", follow=False) is None
    assert made.lookup("real/a") is not None


def test_a_whiteout_below_a_linked_folder_reaches_through_the_link() -> None:
    assert seen((file("usr/lib/a"), link("lib", "usr/lib")), (file("lib/.wh.a"),)) == {}


@pytest.mark.parametrize("name", [".wh.", ".wh..", ".wh..."])
def test_a_whiteout_that_names_no_file_is_told_and_removes_nothing(name: str) -> None:
    made = tree((file("d/a"),), (file(f"d/{name}"),))

    assert made.lookup("d/a") is not None
    assert [one.path for one in made.unknowns] == [f"d/{name}"]


def test_the_bookkeeping_of_aufs_is_no_file() -> None:
    assert seen((file(".wh..wh.plnk/1.2"), file(".wh..wh.aufs"), file("a"))) == {"a": (0, 1)}


def test_a_file_below_a_link_lands_where_the_link_leads() -> None:
    made = tree((folder("usr/lib"), link("lib", "usr/lib")), (file("lib/x", 3),))

    assert made.resolve("lib/x") == "usr/lib/x"
    assert made.lookup("lib", follow=False).kind == SYMLINK  # type: ignore[union-attr]  # it is there


def test_a_file_below_an_absolute_link_stays_inside_the_image() -> None:
    assert set(seen((link("out", "/"), file("out/etc/passwd"), link("up", "../../../.."), file("up/x")))) == {
        "etc/passwd",
        "x",
    }


def test_a_file_below_links_that_lead_in_a_circle_is_told() -> None:
    made = tree((link("a", "b"), link("b", "a"), file("a/x")))

    assert list(made.files()) == []
    assert "circle" in made.unknowns[0].reason


def test_forty_links_are_followed_and_forty_one_are_not() -> None:
    chain = (*(link(f"l{n}", f"l{n + 1}") for n in range(41)), file("l41"))
    made = tree(chain)

    assert made.resolve("l1") == "l41"
    assert made.resolve("l0") is None


@pytest.mark.parametrize("replacement", [file("x", 7), link("x", "elsewhere")])
def test_a_folder_gives_way_to_what_replaces_it(replacement: Spec) -> None:
    made = tree((folder("x"), file("x/a", 5)), (replacement,))

    assert made.lookup("x/a") is None
    assert made.lookup("x", follow=False).kind == replacement[1]  # type: ignore[union-attr]  # it is there
    assert [(one.path, one.by) for one in made.hidden] == [("x/a", 1)]


def test_a_folder_replaces_a_file_and_a_link() -> None:
    made = tree((file("x"), link("y", "real"), file("real/old")), (folder("x"), file("x/a"), folder("y"), file("y/b")))

    assert made.lookup("x").kind == DIRECTORY  # type: ignore[union-attr]  # it is there
    assert made.resolve("y/b") == "y/b"
    assert made.lookup("real/b") is None


def test_a_folder_over_a_folder_keeps_what_is_below() -> None:
    assert set(seen((file("d/a"),), (folder("d"), file("d/b")))) == {"d/a", "d/b"}


def test_files_differ_by_the_case_of_their_letters() -> None:
    assert set(seen((file("Readme"), file("README")))) == {"README", "Readme"}


def test_a_file_below_a_file_is_told_and_shown() -> None:
    made = tree((file("x"),), (file("x/a"),))

    assert made.lookup("x/a") is not None
    assert "puts files below it" in made.unknowns[0].reason


def test_a_hard_link_outlives_the_name_it_was_made_of() -> None:
    made = tree((file("a", 5), hard("b", "a")), (file(".wh.a"),))

    assert [path for path, _, _ in made.files()] == ["b"]
    assert made.lookup("b").size == 5  # type: ignore[union-attr]  # it is there
    assert list(made.hidden) == []
    assert [(one.path, one.record) for one in made.found("seen")] == [("b", "a")]


def test_a_hard_link_may_stand_before_its_file() -> None:
    assert set(seen((hard("b", "a"), file("a", 5)))) == {"a", "b"}


def test_a_hard_link_to_nothing_is_told() -> None:
    made = tree((hard("b", "nowhere"),))

    assert list(made.files()) == []
    assert "not there" in made.unknowns[0].reason


def test_a_hard_link_to_a_folder_is_told() -> None:
    assert "not there" in tree((folder("d"), hard("b", "d"))).unknowns[0].reason


def test_a_hard_link_to_a_link_is_that_link() -> None:
    made = tree((link("l", "target"), hard("b", "l")))

    assert made.lookup("b", follow=False).link == "target"  # type: ignore[union-attr]  # it is there


def test_a_hard_link_to_a_lower_layers_file_survives_a_whiteout_of_its_own_layer() -> None:
    for order in permutations([file(".wh.b"), hard("b", "a")]):
        assert set(seen((file("a"), file("b")), order)) == {"a", "b"}


def test_records_of_replaced_files_are_not_found() -> None:
    made = tree((file("a"), file("b"), file("c")), (file("b"), file(".wh.c")))

    assert [(one.path, one.layer) for one in made.found("seen")] == [("a", 0), ("b", 1)]


def test_a_record_is_found_under_the_path_where_its_file_is_seen() -> None:
    made = tree((folder("usr/lib"), link("lib", "usr/lib")), (file("lib/x"),))

    assert [one.path for one in made.found("seen")] == ["usr/lib/x"]


def test_a_record_of_a_file_with_many_names_is_found_once() -> None:
    made = tree((file("a"), hard("c", "a"), hard("b", "a")))

    assert [(one.path, one.aliases) for one in made.found("seen")] == [("a", ("b", "c"))]


def test_lookups_see_what_a_process_would() -> None:
    made = tree((file("etc/a"), link("l", "etc"), link("etc/self", "."), link("dangling", "nowhere")))

    assert made.resolve("l/a") == made.resolve("/etc/self/self/a") == made.resolve("l/../etc/./a") == "etc/a"
    assert made.lookup("dangling") is None
    assert made.lookup("dangling", follow=False) is not None
    assert made.lookup("etc/a/") is not None
    assert made.lookup("etc/a/b") is None
    assert made.list("l") == ("a", "self")
    assert made.list("nowhere") == ()
    assert made.lookup("").kind == DIRECTORY  # type: ignore[union-attr]  # the root is there


def test_links_upon_links_cost_bounded_work() -> None:
    long = "/".join(["x"] * 2000)
    entries = [folder("x"), link("x/x", ".")]
    entries += [file(f"{long}/{number}") for number in range(6_000)]
    made = tree(tuple(entries))

    assert made.lookup("x") is not None  # and it ended


def test_devices_and_fifos_are_entries_and_no_files() -> None:
    made = tree((("dev/null", ord("3"), 0), ("pipe", ord("6"), 0), file("a")))

    assert [path for path, _, _ in made.files()] == ["a"]
    assert [one.path for one in made.entries() if one.kind == REGULAR] == ["a"]


def test_a_folder_that_a_whiteout_leaves_for_the_sake_of_its_own_layers_files_is_no_longer_the_old_one() -> None:
    for order in permutations([file(".wh.d"), file("d/new")]):
        made = tree((folder("d"), file("d/old")), order)

        assert [(one.path, one.layer, one.number) for one in made.entries() if one.path == "d"] == [("d", 1, -1)]


def test_a_hard_link_that_waits_for_its_file_gives_way_to_a_later_entry() -> None:
    assert seen((hard("b", "a"), file("b", 2), file("a", 5))) == {"a": (0, 5), "b": (0, 2)}
    assert seen((hard("d/b", "a"), file("d", 2), file("a", 5))) == {"a": (0, 5), "d": (0, 2)}


def test_the_root_is_a_directory_whatever_its_entry_says() -> None:
    made = tree((link("", "etc"), file("etc/a")))

    assert made.lookup("").number == -1  # type: ignore[union-attr]  # the root is there
    assert "the root itself" in made.unknowns[0].reason


@pytest.mark.parametrize("upper", [(file("a"),), (file(".wh.a"),), (hard("a", "b"),)])
def test_a_record_is_not_that_of_a_replaced_entry_which_lives_on_under_another_name(upper: tuple[Spec, ...]) -> None:
    lower = facts_of(file("a", 1), hard("b", "a"), file("a", 2), records={"seen": {"a": "of the second"}})

    assert [one.record for one in Tree([lower]).found("seen")] == ["of the second"]
    assert Tree([lower, facts_of(*upper, records={})]).found("seen") == ()


def test_a_hard_link_to_itself_is_told() -> None:
    made = tree((file("a"), hard("a", "a")))

    assert [path for path, _, _ in made.files()] == ["a"]
    assert "itself" in made.unknowns[0].reason


def test_mode_and_owner_are_those_that_the_last_hard_link_says() -> None:
    lower, upper = facts_of(file("a"), link("l", "a")), facts_of(hard("b", "a"), hard("m", "l"))
    for number in range(2):
        upper.index.modes[number], upper.index.uids[number] = 0o4755, 7
    made = Tree([lower, upper])

    assert [(one.path, one.mode, one.uid) for one in made.entries()] == [
        ("a", 0o4755, 7), ("b", 0o4755, 7), ("l", 0o644, 7), ("m", 0o644, 7),
    ]  # fmt: skip
    assert made.layers[0].index.modes[0] == 0o4755
    assert (lower.index.modes[0], lower.index.uids[0]) == (0o644, 0), "facts may be shared with other images"


def test_a_record_is_found_though_the_link_that_its_file_was_written_through_is_gone() -> None:
    made = tree((folder("usr/lib"), link("lib", "usr/lib")), (file("lib/x"), file(".wh.lib")))

    assert [(one.path, one.record) for one in made.found("seen")] == [("usr/lib/x", "lib/x")]
