"""Facts of layers, remembered under (diff ID, analyser, version)."""

from collections.abc import Sequence
from typing import Protocol

from basewright.image.interface import Analyser, LayerFacts
from basewright.model.digest import Digest


class FactStore(Protocol):
    """Remembers what passes found."""

    def load(self, diff_id: Digest, analysers: Sequence[Analyser]) -> LayerFacts | None:
        """Return the facts of a layer, if those of every analyser are there."""
        ...

    def save(self, facts: LayerFacts, analysers: Sequence[Analyser]) -> None:
        """Remember the facts of a layer."""
        ...
