"""An image whose layers are blobs that can be had one by one: from a layout, an archive, a registry."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from basewright.image.config import ParsedConfig
from basewright.image.interface import LayerFacts, LayerIndex, LayerReader
from basewright.image.manifest import Manifest
from basewright.model.digest import Digest
from basewright.model.image import Descriptor, ImageConfig, ImageIdentity
from basewright.model.unknown import Unknown

Opener = Callable[[Descriptor], AbstractContextManager[Iterator[bytes]]]
"""Gives a blob's bytes, from the start."""


@dataclass(frozen=True, slots=True)
class BlobLayer:
    """`Layer` that is one blob."""

    descriptor: Descriptor | None
    """None where nothing declares the blob: docker archives."""
    diff_id: Digest | None
    opener: Callable[[], AbstractContextManager[Iterator[bytes]]] = field(repr=False)
    blob_bytes: int | None = None
    """Of the blob, where no descriptor tells."""
    blob_digest: Digest | None = None
    """The same."""
    absent: str = ""
    """Why the blob is not there; empty where it is."""

    @property
    def digest(self) -> Digest | None:
        """See `Layer.digest`."""
        return self.blob_digest if self.descriptor is None else self.descriptor.digest

    @property
    def media_type(self) -> str:
        """See `Layer.media_type`."""
        return "" if self.descriptor is None else self.descriptor.media_type

    @property
    def size(self) -> int | None:
        """See `Layer.size`."""
        return self.blob_bytes if self.descriptor is None else self.descriptor.size

    def open(self) -> AbstractContextManager[Iterator[bytes]]:
        """See `Layer.open`."""
        return self.opener()


@dataclass(frozen=True, slots=True)
class BlobImage:
    """`Image` made of `BlobLayer`."""

    identity: ImageIdentity
    config: ImageConfig | None
    layers: Sequence[BlobLayer]
    unknowns: tuple[Unknown, ...] = ()
    closing: Callable[[], None] = field(default=lambda: None, repr=False)

    def read_layers(self, reader: LayerReader, told: Callable[[str], None]) -> tuple[LayerFacts, ...]:
        """See `Image.read_layers`. A layer whose blob is not there is an unknown and holds nothing."""
        from basewright.image.layer_reader import read_side_by_side

        present = [layer for layer in self.layers if not layer.absent]
        read = iter(read_side_by_side(reader, present, told) if present else ())
        return tuple(_absent_facts(layer) if layer.absent else next(read) for layer in self.layers)

    def close(self) -> None:
        """See `Image.close`."""
        self.closing()


def _absent_facts(layer: BlobLayer) -> LayerFacts:
    return LayerFacts(None, 0, LayerIndex(), {}, (Unknown(f"layer {layer.digest or layer.diff_id}", layer.absent),))


def blob_layers(
    manifest: Manifest, parsed: ParsedConfig, opener: Opener, absent: Callable[[Descriptor], str] = lambda _: ""
) -> tuple[BlobLayer, ...]:
    """Return the layers that `manifest` names, with the diff IDs that the configuration claims."""
    diff_ids: Sequence[Digest | None] = parsed.config.diff_ids or (None,) * len(manifest.layers)
    return tuple(
        BlobLayer(one, diff_id, partial(opener, one), absent=absent(one))
        for one, diff_id in zip(manifest.layers, diff_ids, strict=True)
    )


def compressed_bytes(layers: Sequence[BlobLayer]) -> int | None:
    """Return the sum of the layers' blobs as transported; None where one is not known."""
    sizes = [layer.size for layer in layers]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
