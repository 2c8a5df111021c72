"""Where a value stands, and where the text stands that decides it."""

from dataclasses import dataclass

from basewright.model.span import Location, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A location with the bytes of the text there; `span` None where it cannot be edited as one piece."""

    where: Location
    span: Span | None
