"""Today's base beside a candidate, and what the aspects ask of both."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from basewright.model.base import BaseImage
from basewright.model.contract import Difference
from basewright.model.need import Need, NeedKind
from basewright.model.span import Location
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

_ADDS_USER = re.compile(r"\b(?:adduser|useradd|addgroup|groupadd)\b([^;&|\n]*)")
_LONGEST = 64 * 1024
"""Characters of one instruction that are searched."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an aspect looks at."""

    situation: Situation
    subject: Subject
    old: BaseImage | None
    """Today's base; None where not known."""
    new: BaseImage
    moves_build: bool
    """Whether the RUN lines of the final stage move to a build stage on today's base."""

    def stays(self, where: Location) -> bool:
        """Whether a RUN at `where` can stay in the image that runs: it has a shell there, and builds nothing."""
        if not self.moves_build:
            return True
        built = {one.where for need in self.situation.build_needs for one in need.evidence}
        return self.new.shell is not False and not self._builds(where, built)

    def _builds(self, where: Location, built: set[Location]) -> bool:
        ends = {place: one.end_line for one, place in self.situation.lines("RUN")}
        stop = ends.get(where, where.line)
        return any(one.file == where.file and where.line <= one.line <= stop for one in built)

    def native_needs(self) -> tuple[Need, ...]:
        """Return the packages with compiled code."""
        return self.situation.of_kind(NeedKind.NATIVE_EXTENSION)

    def run_lines(self) -> tuple[tuple[str, Location], ...]:
        """Return the text and place of each RUN of the final chain."""
        return tuple((one.text[:_LONGEST], where) for one, where in self.situation.lines("RUN"))

    def lines_with(self, pattern: re.Pattern[str], *keywords: str) -> tuple[Location, ...]:
        """Return where instructions of the final chain with these keywords match `pattern`."""
        return tuple(
            where for one, where in self.situation.lines(*keywords) if pattern.search(_searched(one.text, one.flags))
        )

    def created_users(self, *, staying: bool) -> frozenset[str]:
        """Return the words given to adduser, useradd and the like in RUN lines that stay (or in all of them)."""
        words: set[str] = set()
        for text, where in self.run_lines():
            if staying and not self.stays(where):
                continue
            for arguments in _ADDS_USER.findall(text):
                words.update(word for word in arguments.split() if not word.startswith("-"))
        return frozenset(words)

    def mounts(self) -> tuple[Location, ...]:
        """Return where the volumes stand that outlive the container and that it writes to."""
        mounts = self.situation.workload.runtime.mounts
        return tuple(sorted({one.where for one in mounts if one.is_persistent and not one.read_only}))


Aspects = Callable[[Comparison], Iterator[Difference]]
"""Yields the differences of some aspects."""


def _searched(text: str, flags: tuple[object, ...]) -> str:
    words = [f"--{getattr(flag, 'name', '')}={getattr(flag, 'value', None) or ''}" for flag in flags]
    return " ".join([*words, text[:_LONGEST]])
