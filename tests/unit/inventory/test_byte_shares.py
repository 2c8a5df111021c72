"""Whose the bytes of an image are."""

from layer_facts import HardLink, layer_facts

from basewright.image.tree import Tree
from basewright.inventory.file_table import FileTable
from basewright.inventory.shares import byte_shares
from basewright.model.inventory import ByteShare


def test_bytes_belong_to_a_layer_and_a_package_or_a_folder() -> None:
    lower = layer_facts({"usr/bin/tool": b"1234", "usr/share/doc/x/y": b"12", "readme": b"1"}, ())
    upper = layer_facts({"usr/bin/other": b"123", "srv/app.js": b"12345"}, ())
    tree = Tree((lower, upper))
    owners = {"usr/bin/tool": "pkg:deb/tool", "usr/bin/other": "pkg:deb/tool"}
    assert byte_shares(tree, FileTable(tree), owners) == (
        ByteShare(0, 4, package="pkg:deb/tool"),
        ByteShare(0, 2, folder="usr/share"),
        ByteShare(0, 1, folder=""),
        ByteShare(1, 5, folder="srv"),
        ByteShare(1, 3, package="pkg:deb/tool"),
    )


def test_what_a_later_layer_hides_is_nobodys() -> None:
    tree = Tree((layer_facts({"a/x": b"1234"}, ()), layer_facts({"a/.wh.x": b""}, ())))
    assert byte_shares(tree, FileTable(tree), {}) == ()


def test_a_file_with_two_names_counts_once() -> None:
    tree = Tree((layer_facts({"a/x": b"1234", "b/y": HardLink("a/x")}, ()),))
    shares = byte_shares(tree, FileTable(tree), {})
    assert sum(one.bytes for one in shares) == 4
