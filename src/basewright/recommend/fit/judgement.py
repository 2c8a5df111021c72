"""What a check can say of a base."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from basewright.model.base import BaseImage
from basewright.model.need import Need
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a base is refused."""

    cause: str
    needs: tuple[Need, ...] = ()
    plan: str = ""
    """What it would take all the same."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A trap that may be met; it does not refuse."""

    text: str
    reference: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.reference})" if self.reference else self.text


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was said of one base."""

    base: BaseImage
    obstacles: tuple[Obstacle, ...]
    cautions: tuple[Caution, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing refuses it."""
        return not self.obstacles


Check = Callable[[Situation, Subject, BaseImage], Iterator[Obstacle | Caution]]
"""One question about one base."""
