"""What a reader of package manifests is given, and what it says of itself."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from basewright.errors import SyntaxInputError
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest
from basewright.ports.files import ProjectFiles

DEPENDENCY_LIMIT = 50_000
"""Dependencies of one manifest."""
_MISSES = 200
"""Searches without result after which no line is looked for any more: each reads the whole text."""


@dataclass
class ManifestFile:
    """A manifest, with its text and the lines of it."""

    files: ProjectFiles
    path: str
    content: bytes
    _misses: int = field(default=0, repr=False)
    _position: int = field(default=-1, repr=False)

    @cached_property
    def text(self) -> str:
        """The text, without byte order mark; raise SyntaxInputError where it is not UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SyntaxInputError("not UTF-8", line=self.content.count(b"\n", 0, error.start) + 1) from error

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.replace("\r\n", "\n").split("\n")

    def at(self, line: int) -> Location:
        """Return the place of a line of this file."""
        return Location(self.path, line)

    def find(self, *needles: str) -> Location:
        """Return where the first of `needles` that is there stands, searched onward from what was found last.

        A needle that begins with a line's end means the line after it. The line is 0 where none is there.
        """
        for needle in needles:
            if self._misses >= _MISSES:
                break
            found = self.text.find(needle, self._position + 1)
            if found == -1:
                found = self.text.find(needle, 0, self._position + 1 + len(needle))
            if found != -1:
                self._position = found
                found += needle.startswith("\n")
                return self.at(bisect_right(self._newlines, found - 1) + 1)
            self._misses += 1
        return self.at(0)

    @cached_property
    def _newlines(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: which file names it claims, and how it is read. `read` raises InputError for what it cannot read."""

    claims: Callable[[str], bool]
    """Asked with the file's name, without folder."""
    read: Callable[[ManifestFile], Manifest]


def named(*names: str) -> Callable[[str], bool]:
    """Return what claims exactly these names."""
    return frozenset(names).__contains__


def sorted_dependencies(found: list[Dependency]) -> tuple[Dependency, ...]:
    """Return each dependency once, sorted by name, version and place; what has no name is left out."""
    if len(found) > DEPENDENCY_LIMIT:
        raise SyntaxInputError(f"more than {DEPENDENCY_LIMIT} dependencies")
    named_ones = dict.fromkeys(one for one in found if one.name)
    return tuple(sorted(named_ones, key=_order))


def _order(one: Dependency) -> tuple[str, str, Location, str]:
    return one.name, one.version or "", one.where, one.requirement
