"""The door to the network: `HttpClient` over httpcore2, with every name resolved, checked and connected here.

httpcore2 keeps the pools and speaks HTTP/1.1; it neither decodes nor redirects nor reads the environment. This module
gives it connections to addresses that were checked first (so that a name cannot resolve to another one in between),
and takes the time that a peer lets us wait. It is imported only where a request is about to be sent.
"""

import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpcore2

from basewright import __version__
from basewright.errors import ConfigurationError, RemoteError
from basewright.ports.addresses import AddressError, Reach, WebAddress, reach_of
from basewright.ports.http import Headers, HttpRequest, NoTlsError, TlsOptions, UnconnectedError
from basewright.ports.proxies import Proxy, proxy_for
from basewright.ports.sockets import PEER, CheckedNetwork, TooSlowError, Waits, refused

USER_AGENT: Final = f"basewright/{__version__}"
_CONNECTIONS: Final = 16


@dataclass
class NetworkClient:
    """`HttpClient` over TCP or, where `socket_path` is given, over that Unix socket."""

    socket_path: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """Where proxies are named."""
    _pools: dict[tuple[object, ...], httpcore2.ConnectionPool] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def send(self, request: HttpRequest) -> Iterator["NetworkResponse"]:
        """See `HttpClient.send`."""
        address = _address(request.url)
        _check_literal(address, request.reach)
        pool, is_proxied = self._pool(address, request)
        waits = Waits(request.pace)
        with _told(address.authority), waits:
            answer = pool.handle_request(_core_request(address, request))
        response = NetworkResponse(answer, waits, address, is_proxied=is_proxied)
        try:
            yield response
        finally:
            answer.close()

    def close(self) -> None:
        """See `HttpClient.close`."""
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()

    def _pool(self, address: WebAddress, request: HttpRequest) -> tuple[httpcore2.ConnectionPool, bool]:
        """Return the pool for `request`: one for each kind of trust, of reach and of way."""
        proxy = None if self.socket_path else proxy_for(address, self.environment)
        tls = request.tls if address.scheme == "https" else None
        key = (tls, request.reach, proxy)
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                pool = self._pools[key] = self._open(tls, request.reach, proxy)
        return pool, proxy is not None

    def _open(self, tls: TlsOptions | None, reach: Reach, proxy: Proxy | None) -> httpcore2.ConnectionPool:
        context = None if tls is None else tls_context(tls)
        if proxy is not None:
            is_tls = proxy.url.startswith("https:")
            return httpcore2.HTTPProxy(
                proxy.url,
                proxy_auth=proxy.credentials,
                ssl_context=context,
                proxy_ssl_context=tls_context(TlsOptions()) if is_tls else None,
                network_backend=CheckedNetwork(Reach.SPECIAL),
                max_connections=_CONNECTIONS,
                keepalive_expiry=15.0,
            )
        return httpcore2.ConnectionPool(
            ssl_context=context,
            uds=self.socket_path,
            network_backend=CheckedNetwork(reach),
            max_connections=_CONNECTIONS,
            keepalive_expiry=15.0,
        )


@dataclass
class NetworkResponse:
    """`HttpResponse` as it comes from the network."""

    _answer: httpcore2.Response = field(repr=False)
    _waits: Waits = field(repr=False)
    _address: WebAddress = field(repr=False)
    is_proxied: bool = field(kw_only=True)

    @property
    def status(self) -> int:
        """See `HttpResponse.status`."""
        return self._answer.status

    @property
    def headers(self) -> Headers:
        """See `HttpResponse.headers`."""
        pairs = self._answer.headers
        return Headers(tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs))

    @property
    def reach(self) -> Reach | None:
        """See `HttpResponse.reach`."""
        stream = self._answer.extensions.get("network_stream")
        peer = stream.get_extra_info(PEER) if stream is not None and not self.is_proxied else None
        return None if peer is None else reach_of(ipaddress.ip_address(str(peer).partition("%")[0]))

    def pieces(self) -> Iterator[bytes]:
        """See `HttpResponse.pieces`."""
        stream = iter(self._answer.iter_stream())
        while True:
            with _told(self._address.authority), self._waits:
                piece = next(stream, None)
            if piece is None:
                return
            yield piece

    def read(self, limit: int) -> bytes:
        """See `HttpResponse.read`."""
        parts: list[bytes] = []
        size = 0
        for piece in self.pieces():
            size += len(piece)
            if size > limit:
                raise RemoteError(f"{self._address.authority} answers with more than the {limit} bytes that are read")
            parts.append(piece)
        return b"".join(parts)


def tls_context(options: TlsOptions) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities (SSL_CERT_FILE and SSL_CERT_DIR count) and `options`'."""
    try:
        context = httpcore2.default_ssl_context()
        for path in options.ca_files:
            context.load_verify_locations(cafile=path)
        if options.client_certificate is not None:
            # An empty password: a key that needs one is an error, never a question on the terminal.
            context.load_cert_chain(options.client_certificate, options.client_key, password="")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"a certificate or key cannot be used: {', '.join(_tls_files(options)) or 'of the system'}",
            hint="it must be readable, in PEM, and a key without a password",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.is_unchecked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _tls_files(options: TlsOptions) -> list[str]:
    return [*options.ca_files, *filter(None, (options.client_certificate, options.client_key))]


def _address(url: str) -> WebAddress:
    try:
        return WebAddress.parse(url)
    except AddressError as error:
        raise RemoteError(f"no address to ask: {error}") from error


def _check_literal(address: WebAddress, reach: Reach) -> None:
    """Refuse a host written as an address that lies too far inside: a proxy would connect to it for us."""
    ip = address.address
    inside = Reach.LOOPBACK if address.host.removesuffix(".").endswith("localhost") else None
    if ip is not None:
        inside = reach_of(ip)
    if inside is not None and inside > reach:
        raise refused(address.host)


def _core_request(address: WebAddress, request: HttpRequest) -> httpcore2.Request:
    given = {name.lower() for name in request.headers}
    headers = [("Host", address.authority), *request.headers.items()]
    headers += [(name, value) for name, value in _OURS if name.lower() not in given]
    if request.body or request.method in {"POST", "PUT"}:
        headers.append(("Content-Length", str(len(request.body))))
    pace = request.pace
    return httpcore2.Request(
        request.method,
        httpcore2.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        ),
        headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in headers],
        content=request.body or None,
        extensions={
            "timeout": {"connect": pace.connect, "read": pace.silence, "write": pace.silence, "pool": pace.silence * 10}
        },
    )


_OURS: Final = (("User-Agent", USER_AGENT), ("Accept-Encoding", "identity"), ("Accept", "*/*"))


@contextmanager
def _told(server: str) -> Iterator[None]:
    """Turn what httpcore2 raises into RemoteError that names `server`."""
    try:
        yield
    except httpcore2.PoolTimeout as error:
        raise RemoteError(f"{server}: no connection became free", is_temporary=True) from error
    except httpcore2.ConnectTimeout as error:
        raise UnconnectedError(f"{server} does not answer: no connection in time") from error
    except httpcore2.TimeoutException as error:
        slow = str(error) if isinstance(error, TooSlowError) else "nothing came for too long"
        raise RemoteError(f"{server} is too slow: {slow}", is_temporary=True) from error
    except httpcore2.ProxyError as error:
        raise RemoteError(f"the proxy does not connect to {server}: {str(error)[:100]}") from error
    except httpcore2.ConnectError as error:
        raise _unconnected(server, error) from error
    except httpcore2.NetworkError as error:
        raise RemoteError(f"the connection to {server} broke off", is_temporary=True) from error
    except httpcore2.ProtocolError as error:
        # A server that goes away between two requests on one connection is no broken server.
        raise RemoteError(f"{server} does not speak proper HTTP: {str(error)[:100]}", is_temporary=True) from error
    except httpcore2.UnsupportedProtocol as error:
        raise RemoteError(f"no address to ask: {server}") from error


def _unconnected(server: str, error: Exception) -> RemoteError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RemoteError(
                f"the certificate of {server} is not trusted: {cause.verify_message}",
                hint=f"name its authority's file with --ca-file, or ask for no check with --insecure {server}",
            )
        if isinstance(cause, ssl.SSLError):
            return NoTlsError(
                f"{server} does not speak proper TLS: {cause.reason or 'it broke off'}",
                hint=f"a registry without TLS must be declared as one: --insecure {server}",
            )
        if isinstance(cause, socket.gaierror):
            return UnconnectedError(f"no such host: {server}", is_temporary=cause.errno == socket.EAI_AGAIN)
        if isinstance(cause, ConnectionRefusedError | FileNotFoundError):
            return UnconnectedError(f"no connection to {server}: nobody listens there")
        if isinstance(cause, OSError) and cause.strerror:
            return UnconnectedError(f"no connection to {server}: {cause.strerror}", is_temporary=True)
        cause = cause.__cause__ or cause.__context__
    return UnconnectedError(f"no connection to {server}: {str(error)[:200]}", is_temporary=True)
