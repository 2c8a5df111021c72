"""The sockets below the HTTP connections: names resolved and checked, waits counted.

A name is resolved once, every address that it has is checked, and one of those is connected to: so it cannot resolve
to another one in between (DNS rebinding). What a proxy resolves for us is beyond this check.
"""

import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import httpcore2

from basewright.errors import RemoteError
from basewright.ports.addresses import Reach, reach_of
from basewright.ports.http import Pace

PEER: Final = "basewright.peer"
"""Extra information of a connection: the IP address that was connected to."""
_ADDRESSES: Final = 8
"""Addresses of one name that are tried."""


def refused(host: str) -> RemoteError:
    """Return the error for a host that lies further inside than the one who named it."""
    return RemoteError(
        f"{host} lies inside this machine's network, and the one who named it does not",
        hint="a registry may only lead to places that lie no further inside than itself",
    )


class TooSlowError(httpcore2.ReadTimeout):
    """A peer that sends, but too little."""


_waiting = threading.local()


@dataclass
class Waits:
    """How long a peer let us wait, and for how much. As a context: the waits of this thread count here."""

    pace: Pace
    _all: float = 0.0
    _window: float = 0.0
    _bytes: int = 0
    _has_headers: bool = False

    def __enter__(self) -> None:
        _waiting.waits = self

    def __exit__(self, *_: object) -> None:
        _waiting.waits = None
        self._has_headers = True

    def patience(self, timeout: float | None) -> float:
        """Return how long the next wait may take; raise where none is left."""
        left = self.pace.silence if timeout is None else timeout
        if self.pace.total is not None:
            left = min(left, self.pace.total - self._all)
        if not self._has_headers:
            left = min(left, self.pace.headers - self._all)
        if left <= 0:
            raise TooSlowError("the answer takes too long")
        return left

    def add(self, seconds: float, size: int) -> None:
        """Count a wait that brought `size` bytes; raise where a window brought too little."""
        self._all += seconds
        if not self._has_headers:
            return
        self._window += seconds
        self._bytes += size
        if self._window >= self.pace.window:
            if self._bytes < self.pace.window_bytes:
                raise TooSlowError(f"{self._bytes} bytes in {self._window:.0f} seconds")
            self._window, self._bytes = 0.0, 0


class _Stream(httpcore2.NetworkStream):
    """A connection whose waits are counted."""

    def __init__(self, inner: httpcore2.NetworkStream, peer: str | None = None) -> None:
        self._inner = inner
        self._peer = peer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        waits: Waits | None = getattr(_waiting, "waits", None)
        if waits is None:
            return self._inner.read(max_bytes, timeout)
        patience = waits.patience(timeout)
        before = time.monotonic()
        try:
            data = self._inner.read(max_bytes, patience)
        except httpcore2.ReadTimeout as error:
            if timeout is not None and patience < timeout:
                raise TooSlowError("the answer takes too long") from error
            raise
        waits.add(time.monotonic() - before, len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._peer)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's own shape
        # The socket itself does not know its peer any more once that has reset the connection.
        return self._peer if info == PEER else self._inner.get_extra_info(info)


class _LocalStream(httpcore2.NetworkStream):
    """A connection to a socket of this machine."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._socket.settimeout(timeout)
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's own shape
        if info == "is_readable":  # asked of a connection that rests: readable then means closed
            return self._socket.fileno() < 0 or self._is_readable()
        return None

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))


class CheckedNetwork(httpcore2.NetworkBackend):
    """Connects to addresses that lie no further inside than `reach`."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to one of the host's addresses, in the resolver's order."""
        failure: Exception | None = None
        deadline = None if timeout is None else time.monotonic() + timeout * 2
        for address in self._resolve(host, port):
            if deadline is not None and failure is not None and time.monotonic() >= deadline:
                break
            try:
                stream = self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
                return _Stream(stream, address)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError("no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to a socket of this machine."""
        # httpcore2's own way leaves a socket that does not connect to the garbage collector.
        connection = socket.socket(socket.AF_UNIX)
        try:
            for option in socket_options or ():
                connection.setsockopt(*option)
            connection.settimeout(timeout)
            connection.connect(path)
        except OSError as error:
            connection.close()
            raise httpcore2.ConnectError(str(error)) from error
        return _Stream(_LocalStream(connection))

    def _resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of `host`; raise RemoteError where one of them lies too far inside."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:_ADDRESSES]
        for address in addresses:
            if reach_of(ipaddress.ip_address(address.partition("%")[0])) > self._reach:
                raise refused(host)
        return addresses
