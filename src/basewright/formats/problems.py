"""What a reader of damaged bytes could not make out, kept within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from basewright.formats.content import MalformedError

TOLD = 100
"""How many problems of one file are told in words; of the others only the count."""
BORNE = 1000
"""How many problems of one file are borne before the reader gives it up."""


class TooManyProblemsError(MalformedError):
    """A file so damaged that reading on would only cost time."""


@dataclass(slots=True)
class Problems:
    """Collects the damages of one file, in the order in which they were met."""

    told: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, text: str) -> None:
        """Keep `text`; raise TooManyProblemsError where the file is beyond reading."""
        self.count += 1
        if self.count <= TOLD:
            self.told.append(text)
        if self.count >= BORNE:
            raise TooManyProblemsError(f"given up after {BORNE} damaged places")

    def __iter__(self) -> Iterator[str]:
        yield from self.told
        if self.count > len(self.told):
            yield f"and {self.count - len(self.told)} more damaged places"
        if self.count >= BORNE:
            yield f"given up after {BORNE} damaged places"

    def __bool__(self) -> bool:
        return self.count > 0
