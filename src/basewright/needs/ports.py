"""PRIVILEGED_PORT: the container listens below 1024, which a user other than root may not be allowed."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.needs.evidence import need, shortened
from basewright.needs.service import running_services
from basewright.needs.view import WorkloadView

_FIRST_UNPRIVILEGED = 1024
_OPTIONS = frozenset(
    {"--port", "-p", "--bind", "-b", "--listen", "-l", "--http-port", "--https-port", "--addr", "--host"}
)
_ADDRESS = re.compile(r"(?:(?:tcp|http|https)://)?(?:[A-Za-z0-9_.\[\]*-]*:)?(\d{1,5})/?")


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each port below 1024 that the container's side names."""
    ports = view.workload.runtime.ports
    for port in ports:
        if 0 < port.number < _FIRST_UNPRIVILEGED:
            what = f"the container's port {port.number}/{port.protocol} is named"
            yield need(NeedKind.PRIVILEGED_PORT, str(port.number), port.where, what)
    yield from _arguments(view)
    setting = view.environment.get("PORT")
    if setting is not None and _is_privileged(setting.value):
        yield need(NeedKind.PRIVILEGED_PORT, setting.value, setting.where, "PORT is set in the environment",
                   confidence=Confidence.MEDIUM)  # fmt: skip
    # Where the project names ports of its own, the server was told to listen there.
    confidence = (
        Confidence.LOW if ports and all(one.number >= _FIRST_UNPRIVILEGED for one in ports) else Confidence.MEDIUM
    )
    for service in running_services(view):
        for number in service.ports:
            if number < _FIRST_UNPRIVILEGED:
                what = f"{service.name} listens on {number} unless it is configured otherwise"
                yield need(NeedKind.PRIVILEGED_PORT, str(number), view.workload.base.where, what,
                           confidence=confidence, origin=EvidenceKind.CATALOG)  # fmt: skip


def _arguments(view: WorkloadView) -> Iterator[Need]:
    for invocation in view.invocations:
        if not invocation.is_main or invocation.origin is not EvidenceKind.FILE:
            continue
        for number in _listened(invocation.arguments):
            what = f"{shortened(str(invocation))} names the port {number}"
            yield need(NeedKind.PRIVILEGED_PORT, number, invocation.where, what, confidence=Confidence.MEDIUM)


def _listened(arguments: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name not in _OPTIONS:
            continue
        text = value if equals else (arguments[index + 1] if index + 1 < len(arguments) else "")
        found = _ADDRESS.fullmatch(text)
        if found and _is_privileged(found[1]):
            yield found[1]


def _is_privileged(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) < _FIRST_UNPRIVILEGED
