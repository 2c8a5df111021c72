"""Requests to registries, feeds and engines: the door's shape. `basewright.ports.connections` opens it.

What comes back are the bytes as sent: nothing is decoded, no redirect is followed, no cookie is kept. Who asks decides
what to do with a status; only what keeps an answer from coming is an error.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from basewright.errors import RemoteError
from basewright.ports.addresses import Reach


class UnconnectedError(RemoteError):
    """No connection came about: nobody listens there, or nobody of that name."""


class NoTlsError(UnconnectedError):
    """Somebody listens, and does not speak TLS."""


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How a server's certificate is checked, and what we show of ourselves. Paths are the host's."""

    ca_files: tuple[str, ...] = ()
    """PEM files with authorities that are trusted beside the system's."""
    client_certificate: str | None = None
    client_key: str | None = None
    is_unchecked: bool = False
    """No certificate is checked: only where the caller asked for it, for one host."""


SYSTEM_TRUST: Final = TlsOptions()
"""What the system trusts, and nothing shown."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow a peer may be, in seconds of waiting for it. What we do meanwhile does not count."""

    connect: float = 10.0
    silence: float = 30.0
    """Until the next byte."""
    headers: float = 60.0
    """Until the answer's headers are whole."""
    window: float = 60.0
    """A body must bring `window_bytes` in each such time."""
    window_bytes: int = 60 * 8 * 1024
    total: float | None = None
    """For the whole answer."""


DEFAULT_PACE: Final = Pace()


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. Its representation shows neither headers nor body: they may hold credentials."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Beside Host, User-Agent, Accept-Encoding and Content-Length, which are set."""
    body: bytes = field(default=b"", repr=False)
    reach: Reach = Reach.SPECIAL
    """How far inside the server may lie; every address that the host's name resolves to is checked."""
    tls: TlsOptions = SYSTEM_TRUST
    pace: Pace = DEFAULT_PACE


@dataclass(frozen=True, slots=True)
class Headers:
    """An answer's header fields in their order; names are compared without case."""

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def get(self, name: str) -> str | None:
        """Return the first value of `name`."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of `name`, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key == wanted)

    def number(self, name: str) -> int | None:
        """Return the decimal number in `name`; None where there is none that fits 63 bits."""
        text = (self.get(name) or "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class HttpResponse(Protocol):
    """An answer whose body has not been read yet."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Headers:
        """The header fields; 100 KiB at most."""
        ...

    @property
    def reach(self) -> Reach | None:
        """How far inside the server lies that answered; None where a proxy stands between or the socket is local."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it was sent, in pieces of at most 64 KiB; once.

        Raises RemoteError, mostly a temporary one, where it breaks off, is slow or is not HTTP.
        """
        ...

    def read(self, limit: int) -> bytes:
        """Return the whole body; raise RemoteError where it is longer than `limit` bytes."""
        ...


class HttpClient(Protocol):
    """Sends requests. Safe to use from several threads."""

    def send(self, request: HttpRequest) -> AbstractContextManager[HttpResponse]:
        """Return the answer to `request`, whatever its status; leaving the context ends the body.

        Raises RemoteError where no answer comes: no such host, no connection, no trust, too slow, not HTTP.
        """
        ...

    def close(self) -> None:
        """End every connection."""
        ...
