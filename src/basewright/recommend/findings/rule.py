"""What a rule is: an id and a check of one situation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from basewright.model.candidate import Finding
from basewright.recommend.situation import Situation


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about the present state."""

    id: str
    """Kebab-case; a page of docs/reference/rules has its name."""
    check: Callable[[Situation], Iterator[Finding]]
