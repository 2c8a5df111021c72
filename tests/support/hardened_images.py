"""Images for tests of hardening rules: nodes, and on demand owners, attributes and devices; and the facts of a rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from elf_objects import Elf
from layer_facts import Node, Program, layer_facts

from basewright.image.interface import CHARACTER, LayerFacts
from basewright.inventory import ANALYSERS, take_inventory
from basewright.model.hardening import HardeningFact
from basewright.model.image import HistoryEntry, ImageConfig
from basewright.model.inventory import Inventory
from basewright.model.platform import Platform
from basewright.model.redaction import redact

PROGRAM = Program(Elf(interpreter="/lib64/ld-linux-x86-64.so.2", needed=("libc.so.6",)).build())
"""Something that runs, with every protection."""
PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n"
GROUP = "root:x:0:\napp:x:1000:\n"


def config(*steps: str, **fields: Any) -> ImageConfig:
    """Return a configuration with the history `steps`, written as a builder would and redacted as a reader does."""
    history = tuple(HistoryEntry(redact(one), is_redacted=redact(one) != one) for one in steps)
    return ImageConfig(Platform("linux", "amd64"), history=history, **fields)


def layer(
    nodes: Mapping[str, Node],
    *,
    uids: Mapping[str, int] | None = None,
    xattrs: Mapping[str, Mapping[str, bytes]] | None = None,
    devices: Sequence[str] = (),
) -> LayerFacts:
    """Return a layer of `nodes`; `uids` and `xattrs` by path."""
    facts = layer_facts(nodes, ANALYSERS)
    index = facts.index
    for path in devices:
        index.devices[len(index)] = (1, 3)
        index.paths.append(path)
        index.kinds.append(CHARACTER)
        index.modes.append(0o666)
        for column in (index.uids, index.gids, index.sizes, index.offsets):
            column.append(0)
    for path, uid in (uids or {}).items():
        index.uids[index.paths.index(path)] = uid
    for path, values in (xattrs or {}).items():
        index.xattrs[index.paths.index(path)] = dict(values)
    return facts


def inspected(*layers: Mapping[str, Node] | LayerFacts, config: ImageConfig | None = None) -> Inventory:
    """Return the inventory of an image of `layers`, lowest first."""
    return take_inventory([one if isinstance(one, LayerFacts) else layer(one) for one in layers], config)


def facts(
    rule: str, *layers: Mapping[str, Node] | LayerFacts, config: ImageConfig | None = None
) -> list[HardeningFact]:
    """Return what `rule` says of an image of `layers`."""
    return [one for one in inspected(*layers, config=config).hardening if one.rule == rule]
