"""Executable stacks, search paths of libraries, protections: positives and negatives."""

import pytest
from elf_objects import Elf
from hardened_images import PROGRAM, facts
from layer_facts import Folder, Node, Program

from basewright.model.candidate import Severity


def test_an_executable_stack_is_a_warning() -> None:
    (fact,) = facts("executable-stack", {"usr/lib/x.so": Elf(soname="x.so", stack_flags=7).build(), "bin/a": PROGRAM})

    assert (fact.severity, fact.paths) == (Severity.WARNING, ("/usr/lib/x.so",))


def test_a_plain_stack_and_one_that_is_not_declared_are_none() -> None:
    assert facts("executable-stack", {"bin/a": PROGRAM, "bin/b": Program(Elf(stack_flags=None).build())}) == []


def program(**fields: str) -> Program:
    return Program(Elf(interpreter="/lib/ld.so", needed=("libc.so.6",), **fields).build())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["lib", "./lib", ":/usr/lib", "/usr/lib:", "/srv/open", "/tmp/build/lib", "/opt/x::/y"]
)
def test_a_search_path_to_where_others_write_is_a_warning(path: str) -> None:
    nodes: dict[str, Node] = {"srv/open": Folder(0o777), "usr/bin/a": program(runpath=path)}

    (fact,) = facts("loose-library-path", nodes)

    assert (fact.severity, fact.paths) == (Severity.WARNING, ("/usr/bin/a",))


@pytest.mark.parametrize("path", ["$ORIGIN/../lib", "${ORIGIN}", "/usr/lib:/opt/app/lib", "/none", "$LIB"])
def test_a_search_path_beside_the_program_or_of_root_is_none(path: str) -> None:
    assert facts("loose-library-path", {"usr/bin/a": program(runpath=path)}) == []


def test_an_older_path_counts_only_where_no_newer_one_stands() -> None:
    assert facts("loose-library-path", {"usr/bin/a": program(rpath="lib")})
    assert facts("loose-library-path", {"usr/bin/a": program(rpath="lib", runpath="/usr/lib")}) == []


def test_it_is_an_error_in_a_set_uid_program() -> None:
    (fact,) = facts("loose-library-path", {"usr/bin/a": Program(program(runpath="lib").data, 0o4755)})

    assert fact.severity is Severity.ERROR


def test_missing_protections_are_one_note_with_counts() -> None:
    nodes: dict[str, Node] = {
        "bin/fixed": Program(Elf(type=2, interpreter="/lib/ld.so").build()),
        "bin/open": Program(Elf(interpreter="/lib/ld.so", needed=("libc.so.6",), has_relro=False).build()),
        "bin/good": PROGRAM,
        "lib/x.so": Elf(soname="x.so", has_relro=False).build(),
    }

    (fact,) = facts("unprotected-programs", nodes)

    assert (fact.severity, fact.count) == (Severity.NOTE, 2)
    assert fact.reason.startswith("2 of 3 programs")
    assert "1 at a fixed address (no PIE), 1 with writable relocations (no RELRO)" in fact.reason


def test_a_program_with_every_protection_is_not_told() -> None:
    assert facts("unprotected-programs", {"bin/good": PROGRAM}) == []
