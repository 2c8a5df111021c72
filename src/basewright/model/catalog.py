"""What the stages may ask of the base-image catalog."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from basewright.model.base import BaseImage, Provenance, Recognition
from basewright.model.reference import ImageReference


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """The end-of-life dates of one release line of a product."""

    product: str
    cycle: str
    security_end: dt.date | None
    """End of ordinary support; None when the source gives no date."""
    is_over: bool | None
    """What the source says where it gives a boolean instead of a date; None where it gives a date."""
    lts_end: dt.date | None
    provenance: Provenance


class CatalogView(Protocol):
    """The catalog, as the stages see it. Lists come sorted by reference."""

    @property
    def date(self) -> dt.date:
        """The day on which the catalog's facts were gathered."""
        ...

    def recognise(self, reference: ImageReference) -> Recognition | None:
        """Return what is known of `reference`; None when not even its repository is known."""
        ...

    def of_runtime(self, name: str) -> tuple[BaseImage, ...]:
        """Return the images, of all vendors, lines and variants, that exist for the runtime or service `name`."""
        ...

    def systems(self) -> tuple[BaseImage, ...]:
        """Return the images that are a distribution or less (Role.OS), ``scratch`` included."""
        ...

    def end_of_life(self, product: str, cycle: str) -> EndOfLife | None:
        """Return the end-of-life dates of a product's line (``debian`` ``12``), None where not known."""
        ...
