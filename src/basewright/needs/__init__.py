"""What a workload needs of its base, each need with its evidence and how sure it is.

    from basewright.needs import evaluate

    needs = evaluate(workload, base)

A new family of needs is one module with a `detect` and one line in `DETECTORS`.
"""

from basewright.needs import (
    binary,
    building,
    certificates,
    command,
    declared,
    identity,
    interpreter,
    library,
    locality,
    native_node,
    native_other,
    native_python,
    ports,
    rendering,
    service,
    shell,
    static_content,
    storage,
    supervision,
)
from basewright.needs.declared import misunderstood
from basewright.needs.interface import Detector, evaluate

DETECTORS: tuple[Detector, ...] = (
    shell.detect,
    command.detect,
    interpreter.detect,
    service.detect,
    static_content.detect,
    binary.detect,
    native_python.detect,
    native_node.detect,
    native_other.detect,
    library.detect,
    identity.detect,
    storage.detect,
    ports.detect,
    building.detect,
    supervision.detect,
    certificates.detect,
    locality.detect,
    rendering.detect,
    declared.detect,
)

__all__ = ["DETECTORS", "Detector", "evaluate", "misunderstood"]
