"""Two images side by side."""

from dataclasses import replace

from inspections import (
    SECRET,
    config,
    digest,
    empty,
    fact,
    incomplete,
    inspection,
    inventory,
    package,
    program,
    successor,
)

from basewright.inventory.compare import compare, figures
from basewright.model.candidate import Severity
from basewright.model.comparison import SharedLayers


def test_an_image_does_not_differ_from_itself() -> None:
    found = compare(inspection(), inspection())
    assert found.old_figures == found.new_figures
    assert found.shared == SharedLayers(3, 98_000_000, is_whole_old=True)
    for name in ("packages", "executables", "setuid", "hardening"):
        assert getattr(found, f"added_{name}") == getattr(found, f"removed_{name}") == ()
    assert found.changed_packages == ()
    assert found.config_changes == ()


def test_packages_come_go_and_change() -> None:
    found = compare(inspection(), successor())
    assert [one.name for one in found.added_packages] == ["zod"]
    assert [one.name for one in found.removed_packages] == ["left-pad", "pip"]
    (change,) = found.changed_packages
    assert (change.type, change.name, change.old, change.new) == ("deb", "bash", ("5.2.15-2",), ("5.2.21-1",))


def test_two_versions_of_a_package_at_once_are_one_change() -> None:
    old = inspection(inventory=inventory(packages=(package("ms", "2.0.0", 1, kind="npm"),)))
    both = (package("ms", "2.0.0", 1, kind="npm"), package("ms", "2.1.3", 1, kind="npm"))
    (change,) = compare(old, inspection(inventory=inventory(packages=both))).changed_packages
    assert (change.old, change.new) == (("2.0.0",), ("2.0.0", "2.1.3"))


def test_the_same_name_in_two_ecosystems_is_two_packages() -> None:
    old = inspection(inventory=inventory(packages=(package("redis", "1", 1, kind="npm"),)))
    new = inspection(inventory=inventory(packages=(package("redis", "1", 1, kind="pypi"),)))
    found = compare(old, new)
    assert [one.type for one in found.added_packages] == ["pypi"]
    assert [one.type for one in found.removed_packages] == ["npm"]


def test_shared_layers_are_counted_from_the_lowest_on() -> None:
    assert compare(inspection(), successor()).shared == SharedLayers(1, 75_000_000, is_whole_old=False)


def test_an_equal_layer_above_a_different_one_is_not_shared() -> None:
    layers = inventory().layers
    other = inspection(inventory=inventory(layers=(replace(layers[0], diff_id=digest("7")), *layers[1:])))
    assert compare(inspection(), other).shared == SharedLayers(0, 0, is_whole_old=False)


def test_layers_without_a_diff_id_are_never_taken_for_the_same() -> None:
    unnamed = inspection(inventory=inventory(layers=(replace(inventory().layers[0], diff_id=None),)))
    assert compare(unnamed, unnamed).shared.count == 0


def test_the_bytes_of_shared_layers_are_not_known_where_one_could_not_be_read() -> None:
    assert compare(incomplete(), incomplete()).shared == SharedLayers(3, None, is_whole_old=True)


def test_an_image_without_layers_is_no_base_of_another() -> None:
    assert compare(empty(), inspection()).shared.is_whole_old is False


def test_programs_and_libraries_are_counted_apart() -> None:
    found = figures(inspection())
    assert (found.executables, found.shared_objects, found.shells, found.setuid) == (4, 1, 1, 1)


def test_a_program_that_nobody_may_run_is_no_executable() -> None:
    one = inspection(inventory=inventory(executables=(program("srv/tool", mode=0o644),)))
    assert figures(one).executables == 0


def test_a_shell_under_the_name_of_a_hard_link_is_a_shell() -> None:
    linked = replace(program("usr/bin/tool"), aliases=("bin/ash",))
    assert figures(inspection(inventory=inventory(executables=(linked,)))).shells == 1


def test_notes_are_no_hardening_figure() -> None:
    assert figures(inspection()).hardening == 2


def test_executables_that_came_and_went_are_programs() -> None:
    found = compare(inspection(), successor())
    assert found.added_executables == ("usr/bin/jq",)
    assert found.removed_executables == ("usr/bin/passwd",), "the library that went is none"
    assert found.removed_setuid == ("usr/bin/passwd",)


def test_hardening_facts_that_are_gone_are_told() -> None:
    found = compare(inspection(), successor())
    assert [one.rule for one in found.removed_hardening] == ["runs-as-root"]
    assert found.added_hardening == ()


def test_a_fact_that_holds_for_more_files_is_another_fact() -> None:
    one = inspection(inventory=inventory(hardening=(fact("setuid-file", Severity.NOTE, "x", "/a"),)))
    two = inspection(inventory=inventory(hardening=(fact("setuid-file", Severity.NOTE, "x", "/a", "/b"),)))
    found = compare(one, two)
    assert [one.count for one in found.added_hardening] == [2]
    assert [one.count for one in found.removed_hardening] == [1]


def test_settings_that_differ_are_told_and_credentials_are_not() -> None:
    found = compare(inspection(), successor())
    changes = {aspect: (old, new) for aspect, old, new in found.config_changes}
    assert changes["user"] == (None, "shop")
    assert changes["command"] == ("node server.js --api-token ***", None)
    assert changes["environment PATH"] == ("/usr/local/bin:/usr/bin", "/usr/bin")
    assert changes["environment NODE_VERSION"] == ("24.1.0", None)
    assert changes["environment DB_PASSWORD"] == ("***", "***"), "another secret is a difference"
    assert set(changes) == {
        "user",
        "command",
        "environment PATH",
        "environment NODE_VERSION",
        "environment DB_PASSWORD",
    }
    assert SECRET not in repr(found.config_changes)


def test_an_image_without_configuration_has_nothing_set() -> None:
    bare = inspection(config=None)
    changes = compare(inspection(config=config(labels={})), bare).config_changes
    assert changes
    assert all(new is None for _, _, new in changes)
