"""A root file system that lies unpacked in a folder of this machine: ``dir:PATH``."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.image.interface import Layer, LayerFacts, LayerReader, OpenOptions
from basewright.model.image import ImageConfig, ImageIdentity
from basewright.model.platform import Platform
from basewright.model.unknown import Unknown
from basewright.ports.blobs import BlobFolder

_SKOPEO = b"Directory Transport Version"
"""What the file `version` holds where skopeo's ``dir:`` wrote the folder."""


@dataclass(frozen=True, slots=True)
class RootDirectory:
    """`Image` of a folder: no configuration, and one layer that `LayerReader.read_directory` reads."""

    root: str
    identity: ImageIdentity
    config: ImageConfig | None = None
    layers: Sequence[Layer] = ()
    unknowns: tuple[Unknown, ...] = ()

    def read_layers(self, reader: LayerReader, told: Callable[[str], None]) -> tuple[LayerFacts, ...]:
        """See `Image.read_layers`."""
        told("the folder")
        return (reader.read_directory(self.root),)

    def close(self) -> None:
        """See `Image.close`."""


def open_root_directory(place: str, reference: str, options: OpenOptions) -> tuple[RootDirectory, ...]:
    """Open ``dir:``; raise InputError where there is no folder, or one that holds an image in another format."""
    folder = BlobFolder.open(place)
    try:
        if _begins(folder, "version", _SKOPEO):
            raise InputError(
                f"{reference}: an image that skopeo keeps in a folder, not a root file system",
                hint=f"copy it into a layout first: skopeo copy dir:{place} oci:DIRECTORY:TAG",
            )
        if _begins(folder, "oci-layout", b"{") and _begins(folder, "index.json", b"{"):
            raise InputError(f"{reference}: an OCI image layout, not a root file system", hint=f"use oci-dir:{place}")
    finally:
        folder.close()
    platform = Platform.parse(options.platform) if options.platform else None
    return (RootDirectory(os.path.abspath(place), ImageIdentity(reference, "dir", platform)),)  # noqa: PTH100


def _begins(folder: BlobFolder, name: str, first: bytes) -> bool:
    """Whether the regular file `name` begins with `first`; a link or a device of a root file system does not."""
    try:
        with folder.opened(name) as found:
            return found is not None and found.read_at(0, len(first)) == first
    except InputError:
        return False
