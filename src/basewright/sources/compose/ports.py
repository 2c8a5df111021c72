"""The ports of a Compose service: `ports` in short and long form, and `expose` (Compose specification, «ports»)."""

import re
from collections.abc import Iterator

from basewright.model.span import Location
from basewright.model.workload import Port
from basewright.sources.compose.tree import Items, Table, Text, Value

_RANGE_LIMIT = 64
"""Ports of one range that are listed; no need or contract asks for more."""
_NUMBERS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_HIGHEST = 65535


def read_ports(service: Table) -> tuple[Port, ...]:
    """Return the ports that the container listens on, those of `ports` first, each once."""
    found: dict[tuple[int, str], Port] = {}
    for name, read in (("ports", _published), ("expose", _exposed)):
        value = service.get(name)
        for item in value.items if isinstance(value, Items) else ():
            for port in read(item):
                found.setdefault((port.number, port.protocol), port)
    return tuple(found.values())


def port_range(text: str, *, where: Location, published: str | None = None) -> Iterator[Port]:
    """Yield the ports of ``80``, ``80/udp`` or ``8000-8010/tcp``; nothing for a text that is no port."""
    numbers, _, protocol = text.strip().partition("/")
    found = _NUMBERS.fullmatch(numbers)
    if found is None:
        return
    first = int(found[1])
    last = int(found[2] or found[1])
    for number in range(first, min(last, first + _RANGE_LIMIT - 1, _HIGHEST) + 1):
        yield Port(number, protocol.lower() or "tcp", where, published)


def _published(item: Value) -> Iterator[Port]:
    if isinstance(item, Table):
        target, published, protocol = item.text("target"), item.text("published"), item.text("protocol")
        if target is not None:
            text = f"{target.value}/{protocol.value if protocol else 'tcp'}"
            yield from port_range(text, where=item.where, published=published.value if published else None)
    elif isinstance(item, Text):
        host, _, container = item.value.rpartition(":")
        yield from port_range(container, where=item.where, published=host or None)


def _exposed(item: Value) -> Iterator[Port]:
    if isinstance(item, Text):
        yield from port_range(item.value, where=item.where)
