"""The least that any reader of an image must do: read its layers, inflate them, take SHA-256 of both.

    python benchmarks/floor.py oci-dir:DIR | docker-archive:FILE

Two layers at a time, each hashed by a thread of its own beside the one that inflates it, so that one large layer keeps
two cores busy too. What a run of this takes is the floor under every figure of `inspect_images.py`.
"""

import hashlib
import json
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from threading import Thread

BLOCK = 1 << 18
AHEAD = 8
THREADS = 2


def main() -> int:
    """Read the image once, and say how many bytes its layers hold uncompressed."""
    scheme, _, where = sys.argv[1].partition(":")
    with ThreadPoolExecutor(THREADS) as pool:
        if scheme == "oci-dir":
            sizes = list(pool.map(_inflated, _blobs(Path(where))))
        else:
            with tarfile.open(where) as archive:
                spans = [
                    (where, member.offset_data, member.size)
                    for member in archive
                    if member.isfile() and member.name.endswith(".tar")
                ]
            sizes = list(pool.map(_hashed, spans))
    print(json.dumps({"layers": len(sizes), "bytes": sum(sizes)}))
    return 0


def _blobs(layout: Path) -> list[tuple[Path, str]]:
    """Return the layers of the first manifest, with their media types, the largest first."""

    def read(digest: str) -> dict[str, list[dict[str, str]]]:
        document: dict[str, list[dict[str, str]]] = json.loads((blobs / digest.removeprefix("sha256:")).read_bytes())
        return document

    blobs = layout / "blobs" / "sha256"
    index = json.loads((layout / "index.json").read_bytes())
    described = read(index["manifests"][0]["digest"])["layers"]
    found = [(blobs / layer["digest"].removeprefix("sha256:"), layer["mediaType"]) for layer in described]
    return sorted(found, key=lambda layer: layer[0].stat().st_size, reverse=True)


def _inflated(layer: tuple[Path, str]) -> int:
    """Read one layer, and return its uncompressed size."""
    path, media_type = layer
    decompress = _zstd() if media_type.endswith("zstd") else _gzip()
    pieces: Queue[tuple[bytes, bytes] | None] = Queue(AHEAD)
    hashing = Thread(target=_hash_pieces, args=(pieces,))
    hashing.start()
    size = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            inflated = decompress(block)
            pieces.put((block, inflated))
            size += len(inflated)
    pieces.put(None)
    hashing.join()
    return size


def _hash_pieces(pieces: "Queue[tuple[bytes, bytes] | None]") -> None:
    compressed, content = hashlib.sha256(), hashlib.sha256()
    while (piece := pieces.get()) is not None:
        compressed.update(piece[0])
        content.update(piece[1])


def _zstd() -> Callable[[bytes], bytes]:
    from backports.zstd import ZstdDecompressor

    return ZstdDecompressor().decompress


def _gzip() -> Callable[[bytes], bytes]:
    from isal import isal_zlib

    return isal_zlib.decompressobj(31).decompress


def _hashed(span: tuple[str, int, int]) -> int:
    """Read one layer where it lies in an archive, and return its size."""
    path, offset, size = span
    content = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        file.seek(offset)
        left = size
        while left and (block := file.read(min(BLOCK, left))):
            content.update(block)
            left -= len(block)
    return size


if __name__ == "__main__":
    sys.exit(main())
