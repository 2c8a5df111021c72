"""The C library: which, and which version, by its bytes, its package or its symbols."""

import pytest
from elf_objects import Elf
from layer_facts import Node, Symlink
from packaged_images import alpine, debian, inventory, stanza

from basewright.model.inventory import Inventory, Libc

GLIBC = b"GNU C Library (Debian GLIBC 2.36-9+deb12u8) stable release version 2.36.\nCopyright\n"
MUSL = b"\0junk\0musl libc (x86_64)\nVersion %s\n\0%d.%d\x001.2.5\0/etc/ld-musl\0"


def libc(path: str, text: bytes = b"", **fields: object) -> dict[str, Node]:
    return {path: Elf(soname=path.rpartition("/")[2], **fields).build() + text}  # type: ignore[arg-type]


def told(found: Inventory) -> list[tuple[str, str | None, str, str]]:
    return [(one.name, one.version, one.path, one.evidence) for one in found.libc]


def test_glibc_is_told_by_its_banner() -> None:
    found = inventory(libc("usr/lib/x86_64-linux-gnu/libc.so.6", GLIBC))

    assert found.libc == (Libc("glibc", "2.36", "usr/lib/x86_64-linux-gnu/libc.so.6", "its own banner"),)


@pytest.mark.parametrize("path", ["lib/ld-musl-x86_64.so.1", "lib/ld-musl-aarch64.so.1", "usr/lib/libc.so"])
def test_musl_is_told_by_the_version_in_its_data(path: str) -> None:
    assert told(inventory(libc(path, MUSL))) == [("musl", "1.2.5", path, "its own banner")]


def test_two_candidates_for_musls_version_are_none() -> None:
    found = inventory(libc("lib/ld-musl-x86_64.so.1", MUSL + b"1.2.4\0"))

    assert told(found) == [("musl", None, "lib/ld-musl-x86_64.so.1", "its name")]


def test_the_package_tells_where_the_bytes_do_not() -> None:
    path = "lib/ld-musl-x86_64.so.1"
    nodes = alpine({"musl": [path]}) | libc(path, b"musl libc (x86_64)\n")

    assert told(inventory(nodes)) == [("musl", "1.0", path, "the package musl 1.0-r0")]


def test_symbol_versions_tell_the_least_that_glibc_can_be() -> None:
    path = "opt/lib/libc.so.6"
    definitions = ("libc.so.6", "GLIBC_2.2.5", "GLIBC_2.9", "GLIBC_2.34", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR")

    found = inventory(libc(path, version_definitions=definitions))

    assert told(found) == [("glibc", "2.34", path, "its highest symbol version, GLIBC_2.34")]


def test_the_package_of_a_stripped_banner_tells_more_than_symbols() -> None:
    path = "usr/lib/libc.so.6"
    nodes = debian({"libc6": [path]}, libc6=stanza("libc6", "2.37-12"))
    nodes |= libc(path, version_definitions=("libc.so.6", "GLIBC_2.36"))

    assert told(inventory(nodes)) == [("glibc", "2.37", path, "the package libc6 2.37-12")]


def test_several_are_told_by_path() -> None:
    nodes = libc("usr/lib/libc.so.6", GLIBC) | libc("lib/ld-musl-x86_64.so.1", MUSL)
    nodes["lib/libc.musl-x86_64.so.1"] = Symlink("ld-musl-x86_64.so.1")

    assert [one.name for one in inventory(nodes).libc] == ["musl", "glibc"]


def test_uclibc_is_another() -> None:
    found = inventory({"lib/libuClibc-1.0.50.so": Elf(soname="libc.so.0").build()})

    assert told(found) == [("other", None, "lib/libuClibc-1.0.50.so", "its name: uClibc")]


@pytest.mark.parametrize(
    "nodes",
    [
        {"usr/lib/libc.so": b"/* GNU ld script */ GROUP ( /lib/libc.so.6 )"},
        {"usr/lib/libc.so.6": GLIBC},
        {"usr/bin/static": Elf(type=2, has_dynamic=False).build() + GLIBC},
        {},
    ],
)
def test_a_linker_script_a_text_and_a_static_program_are_none(nodes: dict[str, Node]) -> None:
    assert inventory(nodes).libc == ()
