"""What a workload needs of its base, each need with its evidence and how sure it is.

    from basewright.needs import evaluate

    needs = evaluate(workload, base)

A new family of needs is one module with a `detect` and one line in `detectors.DETECTORS`.
"""

from basewright.needs.declared import misunderstood
from basewright.needs.detectors import DETECTORS, Detector
from basewright.needs.interface import evaluate

__all__ = ["DETECTORS", "Detector", "evaluate", "misunderstood"]
