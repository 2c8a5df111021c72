"""A layer's blob as a stream that survives a broken connection: it goes on where it stopped (RFC 9110, section 14).

Who reads verifies digest and size over the whole. Here a blob is only kept from being longer than announced, slower
than bearable, or broken off for good without anybody saying so.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from basewright.errors import BasewrightError, InputError, IntegrityError, RemoteError
from basewright.image import media_types
from basewright.image.registry.client import RegistryClient
from basewright.model.image import Descriptor
from basewright.ports.http import HttpResponse

_RESUMES: Final = 5
"""How often a broken body is continued without having brought `_PROGRESS` bytes in between."""
_PROGRESS: Final = 1024 * 1024
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_KNOWN: Final = frozenset({200, 206})


@contextmanager
def open_blob(clients: Sequence[RegistryClient], descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
    """Return the bytes of a blob in pieces, from the start; `clients` are asked in their order.

    Reading raises RemoteError where none of them gives it, IntegrityError where it is longer or shorter than announced.
    """
    stream = _stream(descriptor, clients)
    try:
        yield stream
    finally:
        stream.close()


def _stream(descriptor: Descriptor, clients: Sequence[RegistryClient]) -> Generator[bytes]:
    """Yield the blob from the first client that has it; go on with the next one where that breaks for good."""
    done = 0
    failure: BasewrightError | None = None
    for client in clients:
        reader = _Reader(client, descriptor, done)
        try:
            yield from reader.pieces()
        except (RemoteError, InputError, IntegrityError) as error:
            if isinstance(error, IntegrityError) and reader.done > done:
                raise  # what was read already is wrong: nobody can go on from there
            failure = failure or error
            done = reader.done
        else:
            return
    raise _absent(descriptor, failure) from failure


def _absent(descriptor: Descriptor, failure: BasewrightError | None) -> BasewrightError:
    if failure is not None and not isinstance(failure, InputError):
        return failure
    if media_types.is_foreign(descriptor.media_type):
        return RemoteError(
            f"the registry does not hold the layer {descriptor.digest}",
            hint="its manifest says that it lies elsewhere; addresses in manifests are not followed",
        )
    return RemoteError(f"the registry does not hold the layer {descriptor.digest} that its manifest names")


@dataclass
class _Reader:
    """One blob from one client, from byte `done` on."""

    client: RegistryClient
    descriptor: Descriptor
    done: int

    def pieces(self) -> Iterator[bytes]:
        left = _RESUMES
        while self.done < self.descriptor.size or not self.descriptor.size:
            before = self.done
            try:
                yield from self._continued()
            except RemoteError as error:
                if not error.is_temporary or (not left and self.done - before < _PROGRESS):
                    raise
                why = str(error)
            else:
                if self.done == self.descriptor.size:
                    return
                why = f"it ends {self.descriptor.size - self.done} bytes early"
                if not left and self.done - before < _PROGRESS:
                    raise IntegrityError(f"{self._name}: {why}")
            left = _RESUMES if self.done - before >= _PROGRESS else left - 1
            exchange = self.client.exchange
            exchange.told(f"layer {str(self.descriptor.digest)[:19]}: {why}: going on at byte {self.done}")
            exchange.waiter.wait(0.25 * (_RESUMES - left))

    def _continued(self) -> Iterator[bytes]:
        """Yield what one answer brings."""
        headers = {"Range": f"bytes={self.done}-"} if self.done else {}
        with self.client.exchange.open(self.client.blob_target(self.descriptor.digest), headers, _KNOWN) as answer:
            skip = self._check(answer)
            for piece in answer.pieces():
                if skip:
                    kept = piece[skip:]
                    skip -= len(piece) - len(kept)
                else:
                    kept = piece
                if not kept:
                    continue
                if self.done + len(kept) > self.descriptor.size:
                    raise IntegrityError(f"{self._name}: more bytes come than the {self.descriptor.size} announced")
                self.done += len(kept)
                yield kept

    def _check(self, answer: HttpResponse) -> int:
        """Return how many bytes of the answer were had before; raise where it cannot be this blob."""
        size = self.descriptor.size
        encoding = (answer.headers.get("content-encoding") or "identity").strip().lower()
        length = answer.headers.number("content-length")
        if encoding not in {"identity", ""} and length != size - self.done:
            # Some stores keep the name of a layer's own compression here; the length shows that nothing was added.
            raise RemoteError(f"{self._name}: sent as {encoding[:40]!r} although the bytes as stored were asked for")
        if answer.status == 200:
            if length is not None and length != size:
                raise IntegrityError(f"{self._name}: {length} bytes, where the manifest announces {size}")
            return self.done
        found = _RANGE.fullmatch(answer.headers.get("content-range") or "")
        if found is None or int(found[1]) != self.done or found[3] not in {"*", str(size)}:
            raise RemoteError(f"{self._name}: bytes from {self.done} on were asked for, others come")
        return 0

    @property
    def _name(self) -> str:
        return f"{self.client.name}@{self.descriptor.digest}"
