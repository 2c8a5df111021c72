"""Inventories that were taken before."""

from basewright.inventory import ANALYSERS
from basewright.pipeline import remembered


def test_the_recorded_signature_is_that_of_the_analysers() -> None:
    assert remembered.signature(ANALYSERS) == remembered.ANALYSERS, (
        "write the new signature into pipeline/remembered.py"
    )
