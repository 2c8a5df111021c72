"""A `LayerReader` for tests of transports: it reads all of a layer, checks what it claims, and lists its paths."""

import gzip
import hashlib
import io
import tarfile
from dataclasses import dataclass, field

from basewright.errors import IntegrityError
from basewright.image.interface import Layer, LayerFacts, LayerIndex
from basewright.model.digest import Digest


@dataclass
class PlainReader:
    """Remembers what it read, so that a second image of the same layers is known from the start."""

    known: dict[Digest, LayerFacts] = field(default_factory=dict)
    looks: int = 1
    """How often each layer is opened."""
    read_count: int = 0
    directories: list[str] = field(default_factory=list)

    def cached(self, diff_id: Digest) -> LayerFacts | None:
        return self.known.get(diff_id)

    def read(self, layer: Layer) -> LayerFacts:
        self.read_count += 1
        blob = b""
        for _ in range(self.looks):
            with layer.open() as pieces:
                blob = b"".join(pieces)
        if layer.digest is not None and hashlib.sha256(blob).hexdigest() != layer.digest.hex:
            raise IntegrityError(f"another digest than {layer.digest}")
        if layer.size is not None and len(blob) != layer.size:
            raise IntegrityError(f"{len(blob)} bytes, not {layer.size}")
        archive = gzip.decompress(blob) if blob[:2] == b"\x1f\x8b" else blob
        diff_id = Digest("sha256", hashlib.sha256(archive).hexdigest())
        if layer.diff_id is not None and diff_id != layer.diff_id:
            raise IntegrityError(f"another diff ID than {layer.diff_id}")
        with tarfile.open(fileobj=io.BytesIO(archive)) as found:
            index = LayerIndex(paths=found.getnames())
        self.known[diff_id] = LayerFacts(diff_id, len(archive), index, {})
        return self.known[diff_id]

    def read_directory(self, root: str) -> LayerFacts:
        self.directories.append(root)
        return LayerFacts(None, 0, LayerIndex(), {})


def paths(facts: tuple[LayerFacts, ...]) -> list[list[str]]:
    """Return the paths of each layer."""
    return [list(one.index.paths) for one in facts]
