"""What could not be looked at. A result with unknowns is incomplete; it is never «clean»."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Unknown:
    """A path (or place, or name) that was not read or not understood, and why."""

    path: str
    reason: str
