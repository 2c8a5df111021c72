"""Everything that one ELF object says of itself, in one reading: facts, Go's modules, Rust's packages."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from basewright.formats.content import Content, MalformedError, OutsideWindowsError
from basewright.formats.elf import read_facts
from basewright.formats.elf_layout import read_layout
from basewright.formats.go_buildinfo import GoBuildInfo, read_build_info
from basewright.formats.rust_audit import RustAudit, read_audit
from basewright.model.executable import ElfFacts

_T = TypeVar("_T")


class ProgramReading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was read of one ELF object."""

    facts: ElfFacts
    go: GoBuildInfo | None = None
    rust: RustAudit | None = None
    problems: tuple[str, ...] = ()
    """Why Go's or Rust's data is missing though it is there; what is wrong with the object stands in `facts`."""


def read_program(content: Content) -> ProgramReading:
    """Return everything that the object says.

    Raises MalformedError where it is no ELF object; OutsideWindowsError where bytes are not kept, after all three
    readers asked for theirs, so that as few looks as possible are needed.
    """
    layout = read_layout(content)
    problems: list[str] = []
    lacks: list[OutsideWindowsError] = []

    def attempt(read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except OutsideWindowsError as error:
            lacks.append(error)
        except MalformedError as error:
            problems.append(str(error))
        return None

    go = attempt(lambda: read_build_info(layout))
    rust = attempt(lambda: read_audit(layout))
    facts = read_facts(layout)
    if lacks:
        raise lacks[0]
    return ProgramReading(facts, go, rust, tuple(problems))
