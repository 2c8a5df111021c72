"""Programs, libraries and scripts of the finished image."""

from elf_objects import Elf
from layer_facts import HardLink, Node, Program
from packaged_images import debian, inventory

from basewright.model.executable import ElfFacts, ScriptFacts

ELF = Elf(interpreter="/lib64/ld-linux-x86-64.so.2", needed=("libc.so.6",)).build()


def test_programs_libraries_and_scripts_are_found_with_their_package() -> None:
    nodes = debian(
        {"a": ["usr/bin/a", "usr/lib/a.so"]},
        {
            "usr/bin/a": Program(ELF),
            "usr/lib/a.so": Program(Elf(soname="a.so").build(), 0o644),
            "usr/local/bin/run": Program(b"#!/usr/bin/env python3\n"),
        },
    )

    program, library, script = inventory(nodes).executables

    assert isinstance(program.facts, ElfFacts)
    assert (program.path, program.bytes, program.mode) == ("usr/bin/a", len(ELF), 0o755)
    assert (program.facts.kind, library.facts.kind) == ("executable", "shared")  # type: ignore[union-attr]
    assert program.package == library.package == "pkg:deb/debian/a@1.0-1?arch=amd64&distro=debian-12"
    assert (program.is_runnable, library.is_runnable) == (True, False)
    assert script.facts == ScriptFacts("/usr/bin/env", "python3", "python3")
    assert script.package is None


def test_object_files_and_core_dumps_are_not_run() -> None:
    nodes: dict[str, Node] = {"usr/lib/crt1.o": Elf(type=1).build(), "core": Elf(type=4).build()}

    found = inventory(nodes)

    assert found.executables == ()
    assert not found.unknowns


def test_a_text_that_begins_like_a_script_needs_the_bit_or_the_place() -> None:
    text = b"#!/bin/sh\n"
    nodes: dict[str, Node] = {"usr/share/doc/example": text, "etc/init.d/x": text, "srv/x.py": Program(text, 0o755)}

    assert [one.path for one in inventory(nodes).executables] == ["etc/init.d/x", "srv/x.py"]


def test_hard_links_are_one_program_with_more_names() -> None:
    nodes = debian({"a": []}, {"bin/[": Program(ELF), "bin/busybox": HardLink("bin/[")})
    nodes["var/lib/dpkg/info/a.list"] = "/bin/busybox\n"

    (program,) = inventory(nodes).executables

    assert (program.path, program.aliases) == ("bin/[", ("bin/busybox",))
    assert program.package is not None, "one of its names is owned"


def test_a_removed_program_is_none_and_a_replaced_one_is_the_later() -> None:
    found = inventory(
        {"bin/a": Program(ELF), "bin/b": Program(ELF)}, {"bin/.wh.a": "", "bin/b": Program(b"#!/bin/sh\n", 0o700)}
    )

    (program,) = found.executables
    assert (program.path, program.layer, program.mode) == ("bin/b", 1, 0o700)
    assert isinstance(program.facts, ScriptFacts)


def test_a_damaged_object_is_told() -> None:
    found = inventory({"bin/a": Program(ELF[:200] + bytes(len(ELF) - 200)), "bin/b": Program(b"\x7fELF" + bytes(100))})

    assert {one.path for one in found.unknowns} >= {"bin/b"}
