"""How needs are found: the detectors, each of one family of needs."""

from collections.abc import Iterator
from typing import Protocol

from basewright.model.need import Need
from basewright.needs import (
    binary,
    building,
    certificates,
    command,
    declared,
    environments,
    identity,
    interpreter,
    library,
    locality,
    native_node,
    native_other,
    native_python,
    persistence,
    ports,
    rendering,
    service,
    shell,
    static_content,
    storage,
    supervision,
)
from basewright.needs.view import WorkloadView


class Detector(Protocol):
    """Finds one family of needs.

    To add one, write a module with such a function and name it in `DETECTORS`. It may yield the same
    need many times, each time with one piece of evidence: `merge` joins them.
    """

    def __call__(self, view: WorkloadView, /) -> Iterator[Need]:
        """Yield the needs that `view` shows; nothing is raised for what it does not."""
        ...


DETECTORS: tuple[Detector, ...] = (
    shell.detect,
    command.detect,
    interpreter.detect,
    environments.detect,
    service.detect,
    static_content.detect,
    binary.detect,
    native_python.detect,
    native_node.detect,
    native_other.detect,
    library.detect,
    identity.detect,
    persistence.detect,
    storage.detect,
    ports.detect,
    building.detect,
    supervision.detect,
    certificates.detect,
    locality.detect,
    rendering.detect,
    declared.detect,
)
