"""Who owns what: files of several claimants, language packages inside distributions' packages, coverage."""

from collections.abc import Sequence

from layer_facts import Folder, HardLink, Node, Program, Symlink, layer_facts
from packaged_images import alpine, debian, inventory, package, reasons

from basewright.image.tree import Tree
from basewright.inventory.coverage import add_up
from basewright.inventory.directories import DEPTH, TOLD, largest_directories
from basewright.inventory.file_table import FileTable
from basewright.inventory.ownership import assign
from basewright.model.package import Evidence, Package

SCRIPT = Program(b"#!/bin/sh\n")


def table(nodes: dict[str, Node]) -> FileTable:
    return FileTable(Tree([layer_facts(nodes, [])]))


def one(name: str, files: Sequence[str] = (), *, kind: str = "deb", location: str = "var/lib/dpkg/status") -> Package:
    evidence = Evidence.DATABASE if kind == "deb" else Evidence.METADATA
    return Package(kind, name, "1", f"pkg:{kind}/{name}@1", location, 0, evidence, files=tuple(files))


def test_a_language_package_is_linked_to_the_package_that_owns_its_record() -> None:
    record = "usr/lib/python3/dist-packages/six.dist-info/METADATA"
    files = table({record: "x", "usr/lib/python3/dist-packages/six.py": "yy"})
    distribution = one("python3-six", [record, "usr/lib/python3/dist-packages/six.py"])
    language = one("six", [record, "usr/lib/python3/dist-packages/six.py"], kind="pypi", location=record)

    owned = assign([distribution, language], {}, files)

    assert [package.owner for package in owned.packages] == [None, "pkg:deb/python3-six@1"]
    assert owned.owners[record] == "pkg:deb/python3-six@1"
    assert owned.packages[1].bytes == 3


def test_a_language_package_of_its_own_has_no_owner() -> None:
    files = table({"app/six.dist-info/METADATA": "x", "app/six.py": "y"})
    language = one("six", ["app/six.py"], kind="pypi", location="app/six.dist-info/METADATA")

    owned = assign([language], {}, files)

    assert owned.packages[0].owner is None
    assert owned.owners == {
        "app/six.py": "pkg:pypi/six@1",
        "app/six.dist-info/METADATA": "pkg:pypi/six@1",
    }


def test_the_first_claimant_wins_and_the_second_says_so() -> None:
    files = table({"usr/share/x": "1", "usr/share/y": "2"})

    owned = assign([one("a", ["usr/share/x"]), one("b", ["usr/share/x", "usr/share/y"])], {}, files)

    assert owned.owners["usr/share/x"] == "pkg:deb/a@1"
    assert [package.note for package in owned.packages] == ["", "files shared: 1 with pkg:deb/a@1"]


def test_a_claim_of_an_sbom_explains_nothing() -> None:
    files = table({"usr/lib/bom.json": "x"})
    claim = Package("npm", "a", "1", "pkg:npm/a@1", "usr/lib/bom.json", 0, Evidence.CLAIM)

    assert assign([claim], {}, files).owners == {}


def test_bytecode_belongs_to_whom_its_source_belongs() -> None:
    nodes = debian(
        {"python3-six": ["usr/lib/python3/six.py"]},
        {"usr/lib/python3/__pycache__/six.cpython-311.pyc": "12", "usr/lib/python3/__pycache__/other.pyc": "123"},
    )

    found = inventory(nodes)

    assert found.coverage.files - found.coverage.explained_files == 3, "os-release, the status and the other cache"


def test_a_file_table_finds_what_a_list_names() -> None:
    files = table(
        {
            "lib": Symlink("usr/lib"),
            "usr/lib": Folder(),
            "usr/lib/x": "1",
            "usr/lib/link": Symlink("x"),
            "usr/share/doc": Folder(),
        }
    )

    listed = ["lib/x", "usr/lib/x", "usr/lib/link", "usr/share/doc", "gone", "", ".", "lib/../lib/x"]

    assert files.located(listed) == ("usr/lib/link", "usr/lib/x")
    assert files.located(["lib"]) == ("lib",), "a link that is listed for itself"
    assert files.located(["lib", "lib/x"]) == ("usr/lib/x",), "a folder in the list's eyes"
    assert files.located(["lib/x"], "usr/") == ("usr/lib/x",)


def test_hard_links_count_once() -> None:
    files = table({"a": "12345", "b": HardLink("a"), "c/d": HardLink("a"), "c/e": "1"})

    assert files.bytes_of(["a", "b", "c/d"]) == 5
    assert [(one.path, one.bytes, one.files) for one in largest_directories(files)] == [("c", 1, 1)]


def test_a_file_is_explained_when_one_of_its_names_is() -> None:
    tree = Tree([layer_facts({"a": "12345", "b": HardLink("a"), "c": "1"}, [])])

    totals = add_up(tree, FileTable(tree), {"b": "pkg:deb/b"})

    assert (totals.files, totals.bytes, totals.explained_files, totals.explained_bytes) == (2, 6, 1, 5)


def test_every_name_of_a_set_uid_file_is_told() -> None:
    nodes: dict[str, Node] = {
        "bin/su": Program(b"x", 0o4755),
        "bin/b": HardLink("bin/su"),
        "bin/g": Program(b"x", 0o2755),
    }

    assert inventory(nodes).setuid == ("bin/b", "bin/g", "bin/su")


def test_coverage_counts_files_and_names_strangers() -> None:
    found = inventory(debian({"a": ["usr/bin/a"]}, {"usr/local/bin/mine": SCRIPT, "srv/data": "123"}))

    coverage = found.coverage
    assert coverage.unexplained_executables == ("usr/local/bin/mine",)
    assert coverage.files == found.files == 6
    assert coverage.explained_files == 2, "usr/bin/a and its list"
    assert not found.unknowns, "a program beside a database is the image's own"


def test_directories_are_told_largest_first_down_to_a_depth() -> None:
    deep = "/".join("abcdefghij")
    files = table({f"{deep}/x": "1" * 10, "srv/y": "1" * 20, "z": "1"})

    told = [(one.path, one.bytes) for one in largest_directories(files)]

    assert told[0] == ("srv", 20)
    assert told[1:] == [("/".join("abcdefghij"[:depth]), 10) for depth in range(1, DEPTH + 1)]


def test_the_number_of_directories_is_bounded() -> None:
    files = table({f"d{number}/x": "1" for number in range(TOLD + 10)})

    assert len(largest_directories(files)) == TOLD


def test_a_program_without_any_database_makes_the_result_incomplete() -> None:
    # The smallest object that the kernel takes: a header and nothing else.
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00\x01" + bytes(43)

    found = inventory({"app": Program(header), "lib/b.so": Program(header)})

    assert "app: no package explains this nor 1 more programs and libraries, and there is no database of packages" in (
        reasons(found)
    )


def test_the_same_layers_give_the_same_inventory() -> None:
    nodes = alpine({"b": ["usr/bin/b"], "a": ["usr/bin/a"]}, {"usr/bin/c": SCRIPT})

    assert inventory(nodes) == inventory(dict(reversed(nodes.items())))
    assert [one.name for one in inventory(nodes).packages] == ["a", "b"]
    assert package(inventory(nodes), "a").files == ("usr/bin/a",)
