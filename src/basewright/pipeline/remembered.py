"""Inventories that were taken before: the same layers and configuration hold the same things.

What an inventory says follows from the layers (by diff ID), the configuration (by digest) and this program's way of
looking; so it is kept under their hash, and a second inspection of an image reads no layer and squashes nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import msgspec

from basewright import __version__
from basewright.image.interface import Analyser, Image, Layer
from basewright.model.inventory import Inventory

VERSION: Final = 1
"""Raise it whenever the same facts of layers give another inventory."""
ANALYSERS: Final = "afdd3f864a1be629"
"""Of the analysers' names and versions (`signature`); written down here so that none of them has to be imported to find
what they found before. A test holds it."""


class Store(Protocol):
    """Keeps bytes by key; what cannot be kept is forgotten."""

    def get(self, key: str) -> bytes | None:
        """Return what `put` was given for `key`, None where it is not there."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""
        ...


def key_of(image: Image) -> str | None:
    """Return the key of the image's inventory; None where its layers or configuration are not known by digest."""
    config, digest = image.config, image.identity.config_digest
    if config is None or digest is None or not config.diff_ids or len(config.diff_ids) != len(image.layers):
        return None
    media_types = [layer.media_type for layer in image.layers]  # a wrong one is told
    words = [str(VERSION), ANALYSERS, __version__, str(digest), *map(str, config.diff_ids), *media_types]
    return "inventory-" + hashlib.sha256("\n".join(words).encode()).hexdigest()


def signature(analysers: Iterable[Analyser]) -> str:
    """Return what changes whenever an analyser is added, removed, or has a new version."""
    looked = sorted(f"{one.name}/{one.version}" for one in analysers)
    return hashlib.sha256("\n".join(looked).encode()).hexdigest()[:16]


def recall(store: Store, key: str, blobs: Sequence[Layer]) -> Inventory | None:
    """Return the inventory kept under `key`, its layers with the digests and sizes of `blobs`."""
    content = store.get(key)
    if content is None:
        return None
    try:
        found = msgspec.msgpack.decode(content, type=Inventory)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    if len(found.layers) != len(blobs):
        return None
    layers = tuple(
        replace(layer, digest=blob.digest, media_type=blob.media_type, compressed_bytes=blob.size)
        for layer, blob in zip(found.layers, blobs, strict=True)
    )
    return replace(found, layers=layers)


def keep(store: Store, key: str, inventory: Inventory) -> None:
    """Keep `inventory`, unless a name in it is no text that can be written down."""
    try:
        content = msgspec.msgpack.encode(inventory)
    except UnicodeEncodeError:
        return
    store.put(key, content)
