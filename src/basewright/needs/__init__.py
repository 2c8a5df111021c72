"""What a workload needs of its base, each need with its evidence and how sure it is.

    from basewright.needs import evaluate

    needs = evaluate(workload, base)

A new family of needs is one module with a `detect` and one line in `DETECTORS`.
"""

from basewright.needs import (
    binary,
    command,
    identity,
    interpreter,
    library,
    native_node,
    native_other,
    native_python,
    ports,
    service,
    shell,
    static_content,
    storage,
)
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
)

__all__ = ["DETECTORS", "Detector", "evaluate"]
