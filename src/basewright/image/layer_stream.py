"""The plain bytes of a layer, unpacked and hashed by threads of their own while somebody walks over them.

Unpacking and hashing release the interpreter's lock, so they run beside the walk. Between the threads wait a few pieces
of about a MiB, never more.
"""

import hashlib
from collections.abc import Callable, Iterator
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from basewright.errors import IntegrityError
from basewright.formats.compression import Budget, Compression, Inflation, declared_compression
from basewright.image.channel import Channel, ShutError
from basewright.image.interface import Layer
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.model.digest import Digest

_ROOM = 4
"""Pieces that wait between two threads."""
_PATIENCE = 10.0
"""Seconds to wait for a thread that no longer matters, such as one that still waits for a network."""
_AGAIN = "Get the image again; where the same happens again, its source holds other bytes than the image names."


class GivenUpError(Exception):
    """Another layer of the image could not be read, so this one is wanted no more."""


class Allowance:
    """How many plain bytes, and how many entries, the layers of one image may still become; shared between threads."""

    def __init__(self, limit: int, entries: int = DEFAULT_LIMITS.entries) -> None:
        self._left = limit
        self._entries = entries
        self._lock = Lock()

    def take(self, length: int) -> bool:
        """Use up `length` bytes; False where there are not so many left."""
        with self._lock:
            self._left -= length
            return self._left >= 0

    def take_entries(self, count: int) -> bool:
        """Use up `count` entries; False where there are not so many left."""
        with self._lock:
            self._entries -= count
            return self._entries >= 0


class LayerStream:
    """One reading of a layer: enter it, iterate once, then `verify`. Leaving it stops its threads."""

    def __init__(
        self,
        layer: Layer,
        limits: Limits,
        allowance: Allowance,
        is_given_up: Callable[[], bool] = lambda: False,
        *,
        is_hashed: bool = True,
    ) -> None:
        self._layer = layer
        self._limits = limits
        self._allowance = allowance
        self._is_given_up = is_given_up
        self._is_hashed = is_hashed
        self._plain: Channel[bytes] = Channel(_ROOM)
        self._hashing: Channel[tuple[bool, bytes]] = Channel(2 * _ROOM)
        self._threads = [Thread(target=run, daemon=True) for run in (self._pump, self._hash)]
        self._error: BaseException | None = None
        self._early: list[bytes] | None = []
        self._blob_hashes: dict[str, Any] = {}
        self._plain_hashes: dict[str, Any] = {}
        self._received = 0
        self.bytes = 0
        """Plain bytes that came."""
        self.remarks: list[str] = []
        """What is wrong with how this source names the layer: of another source it may be right."""
        self.notes: list[str] = []
        """What is wrong with the layer as a whole."""
        self.is_cut = False
        """Whether the end of the plain bytes was not reached."""
        self.marks: list[tuple[int, str]] = []
        """(place, SHA-256 of the plain bytes before it), at the ends of pieces."""

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._plain.shut()
        self._hashing.shut()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the plain bytes; raises what the transport raised."""
        for piece in self._plain:
            self.bytes += len(piece)
            yield piece
        for thread in self._threads:
            thread.join()
        if self._error is not None:
            raise self._error

    @property
    def diff_id(self) -> Digest:
        """SHA-256 of the plain bytes, once all were seen."""
        return Digest("sha256", self._plain_hashes["sha256"].hexdigest())

    def verify(self) -> None:
        """Raise IntegrityError where size, digest or diff ID are not those that the image names."""
        layer = self._layer
        name = layer.digest or layer.diff_id or "of the image"
        if layer.size is not None and self._received != layer.size:
            raise IntegrityError(f"layer {name}: {self._received} bytes came, {layer.size} were declared", hint=_AGAIN)
        if layer.digest is not None:
            _compare(f"layer {name}: the digest", layer.digest, self._blob_hashes)
        if layer.diff_id is not None and not self.is_cut:
            _compare(f"layer {name}: the diff ID, the digest of its archive,", layer.diff_id, self._plain_hashes)

    def _pump(self) -> None:
        """Receive the blob and unpack it, in a thread."""
        limits = self._limits
        budget = Budget(limits.layer_bytes, limits.ratio, limits.ratio_after, limits.zstd_window)
        try:
            with self._layer.open() as blob:
                inflation = Inflation(self._received_pieces(blob), budget)
                try:
                    self._begin(inflation.start())
                    self._unpack(inflation)
                    inflation.drain()
                finally:
                    self.notes += inflation.notes
                    self.is_cut = self.is_cut or inflation.is_cut
        except ShutError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the pieces are consumed
            self._error = error
        finally:
            self._hashing.end()
            self._plain.end()

    def _unpack(self, inflation: Inflation) -> None:
        for piece in inflation:
            if not self._allowance.take(len(piece)):
                limit = self._limits.image_bytes
                self.notes.append(
                    f"the image's layers unpack to more than {limit} bytes, the limit; the rest was not read"
                )
                self.is_cut = True
                return
            if self._is_hashed and self._plain_hashes is not self._blob_hashes:
                self._hashing.put((False, piece))
            self._plain.put(piece)

    def _received_pieces(self, blob: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the blob's pieces; they are counted, and on their way to the hashes."""
        declared = self._layer.size
        bound = self._limits.layer_bytes if declared is None else declared
        for piece in blob:
            if self._is_given_up():
                raise GivenUpError
            self._received += len(piece)
            if self._received > bound:
                name = self._layer.digest or self._layer.diff_id
                raise IntegrityError(f"layer {name}: more than the {bound} bytes came that were expected", hint=_AGAIN)
            if self._early is not None:
                self._early.append(piece)
            elif self._blob_hashes:
                self._hashing.put((True, piece))
            yield piece

    def _begin(self, compression: Compression) -> None:
        """Decide what is hashed, now that it is known how the blob is packed; a plain one is hashed once."""
        layer = self._layer
        declared = declared_compression(layer.media_type)
        if declared is not None and declared is not compression:
            self.remarks.append(f"its media type says {declared}, its bytes are {compression}; the bytes were believed")
        elif declared is None and "+" in layer.media_type:
            packed = layer.media_type.rpartition("+")[2][:40]
            self.remarks.append(f"its media type says {packed}, which is not known; its bytes are {compression}")
        if not self._is_hashed:
            self._early = None
            return
        wanted = {"sha256"} | ({layer.diff_id.algorithm} if layer.diff_id else set())
        of_blob = {layer.digest.algorithm} if layer.digest else set()
        if compression is Compression.NONE:
            self._blob_hashes = self._plain_hashes = _hashes(wanted | of_blob)
        else:
            self._blob_hashes, self._plain_hashes = _hashes(of_blob), _hashes(wanted)
        early, self._early = self._early or [], None
        for piece in early:
            if self._blob_hashes:
                self._hashing.put((True, piece))

    def _hash(self) -> None:
        """Hash what comes, in a thread."""
        place = 0
        for is_blob, piece in self._hashing:
            hashes = self._blob_hashes if is_blob else self._plain_hashes
            for one in hashes.values():
                one.update(piece)
            if hashes is self._plain_hashes:
                place += len(piece)
                self.marks.append((place, hashes["sha256"].copy().hexdigest()))


def _hashes(algorithms: set[str]) -> dict[str, Any]:
    return {name: hashlib.new(name) for name in sorted(algorithms)}


def _compare(what: str, named: Digest, hashes: dict[str, Any]) -> None:
    found = hashes[named.algorithm].hexdigest()
    if found != named.hex:
        raise IntegrityError(f"{what} is {named.algorithm}:{found}, not {named}", hint=_AGAIN)
