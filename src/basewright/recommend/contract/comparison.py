"""Today's base beside a candidate, and what the aspects ask of both."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from basewright.model.base import BaseImage
from basewright.model.contract import Difference
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

    def run_lines(self) -> tuple[tuple[str, Location], ...]:
        """Return the text and place of each RUN of the final chain."""
        return tuple((one.text[:_LONGEST], where) for one, where in self.situation.lines("RUN"))

    def lines_with(self, pattern: re.Pattern[str], *keywords: str) -> tuple[Location, ...]:
        """Return where instructions of the final chain with these keywords match `pattern`."""
        return tuple(
            where for one, where in self.situation.lines(*keywords) if pattern.search(_searched(one.text, one.flags))
        )

    def created_users(self) -> frozenset[str]:
        """Return the words given to adduser, useradd, addgroup and groupadd in the final chain."""
        words: set[str] = set()
        for text, _ in self.run_lines():
            for arguments in _ADDS_USER.findall(text):
                words.update(word for word in arguments.split() if not word.startswith("-"))
        return frozenset(words)

    def mounts(self) -> tuple[Location, ...]:
        """Return where the volumes that outlive the container are written."""
        return tuple(sorted({one.where for one in self.situation.workload.runtime.mounts if one.is_persistent}))


Aspects = Callable[[Comparison], Iterator[Difference]]
"""Yields the differences of some aspects."""


def _searched(text: str, flags: tuple[object, ...]) -> str:
    words = [f"--{getattr(flag, 'name', '')}={getattr(flag, 'value', None) or ''}" for flag in flags]
    return " ".join([*words, text[:_LONGEST]])
