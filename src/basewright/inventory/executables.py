"""Programs, libraries and scripts of an image, each with what it says of itself."""

from collections.abc import Iterator, Mapping
from typing import Final

from basewright.formats.content import Content, Window
from basewright.formats.elf import first_windows
from basewright.formats.program import ProgramReading, read_program
from basewright.formats.shebang import LINE_BYTES, MAGIC, read_shebang
from basewright.image.interface import Analyser, Interest, TreeView
from basewright.inventory.file_table import FileTable
from basewright.model.executable import ScriptFacts
from basewright.model.inventory import Executable
from basewright.model.unknown import Unknown

_SCRIPT_FOLDERS: Final = frozenset({"bin", "sbin", "libexec", "init.d", "cgi-bin"})
_LOADED: Final = frozenset({"executable", "shared"})
"""Kinds of ELF objects that are run or loaded; object files and core dumps are neither."""


class ProgramAnalyser:
    """Reads every ELF object once: its facts, and what Go and Rust left in it."""

    name = "programs"
    version = 1
    interest = Interest(magics=frozenset({b"\x7fELF"}))
    record = ProgramReading

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether the file can be more than a header; the magic was seen already."""
        return size >= 52  # the shorter of the two headers

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        """Return where ELF objects keep what matters."""
        return first_windows(size, head)

    def read(self, path: str, content: Content) -> ProgramReading | None:  # noqa: ARG002 - the protocol's shape
        """Return what the object says; None for object files, which nobody runs or loads."""
        reading = read_program(content)
        return reading if reading.facts.kind in _LOADED else None


class ScriptAnalyser:
    """Reads the first line of scripts that may be executed or lie where programs lie."""

    name = "scripts"
    version = 1
    interest = Interest(magics=frozenset({MAGIC}))
    record = ScriptFacts

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether somebody may run it."""
        return bool(mode & 0o111) or path.rpartition("/")[0].rpartition("/")[2] in _SCRIPT_FOLDERS

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return the first line."""
        return (Window(0, LINE_BYTES),)

    def read(self, path: str, content: Content) -> ScriptFacts | None:  # noqa: ARG002 - the protocol's shape
        """Return which program runs it; None where the kernel would not take it for a script."""
        return read_shebang(content.read_at(0, LINE_BYTES))


ANALYSERS: tuple[Analyser, ...] = (ProgramAnalyser(), ScriptAnalyser())


def executables(tree: TreeView, files: FileTable, owners: Mapping[str, str]) -> tuple[Executable, ...]:
    """Return everything that can be run or loaded, sorted by path; `owners` maps paths to the PURLs of packages."""
    found = [
        *((one, one.record.facts) for one in tree.found("programs")),
        *((one, one.record) for one in tree.found("scripts")),
    ]
    result = []
    for one, facts in found:
        node = files.nodes.get(one.path)
        if node is not None:
            package = next((owners[name] for name in (one.path, *one.aliases) if name in owners), None)
            size, mode = files.size(node), files.mode(node)
            result.append(Executable(one.path, one.layer, size, mode, facts, package, one.aliases))
    result.sort(key=lambda one: one.path)
    return tuple(result)


def executable_unknowns(tree: TreeView) -> Iterator[Unknown]:
    """Yield what could not be made out of ELF objects that are otherwise read."""
    for one in tree.found("programs"):
        reading: ProgramReading = one.record
        for problem in (*reading.facts.problems, *reading.problems):
            yield Unknown(one.path, problem)
