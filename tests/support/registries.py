"""Registries in tests: images pushed to the simulator, waits that take no time, names that resolve as wished."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from images import Built

from basewright.image.blob_image import BlobImage
from basewright.image.interface import OpenOptions
from basewright.image.registry.client import RegistryClient
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.image import open_registry, registry_clients
from basewright.image.registry.settings import RegistrySettings
from basewright.model.digest import Digest
from basewright.model.reference import ImageReference
from basewright.ports.addresses import Reach
from basewright.ports.connections import NetworkClient
from basewright.ports.http import Headers, HttpRequest, Pace
from basewright.testing.registry import RegistrySimulator

REPOSITORY = "shop/web"
QUICK = Pace(connect=2.0, silence=0.4, headers=0.8, window=0.6, window_bytes=8 * 1024)
"""A pace that tests have the time for."""
_getaddrinfo = socket.getaddrinfo


def push(registry: RegistrySimulator, built: Built, tag: str | None = "1.0", repository: str = REPOSITORY) -> Digest:
    """Keep an image or index with everything below it; return the digest of the top."""
    for digest, data in built.blobs.items():
        registry.push_blob(data)
        if digest != built.digest and data.startswith(b'{"schemaVersion"'):
            registry.push_manifest(repository, data, "application/vnd.oci.image.manifest.v1+json")
    return registry.push_manifest(repository, built.manifest, built.media_type, tag=tag)


@dataclass
class Waits:
    """A `Waiter` that notes and does not wait."""

    seconds: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Opened:
    """What opening used and said."""

    told: list[str] = field(default_factory=list)
    waits: Waits = field(default_factory=Waits)


@contextmanager
def opened(
    reference: str,
    options: OpenOptions | None = None,
    *,
    said: Opened | None = None,
    http: Callable[[], Any] | None = None,
    **settings: Any,
) -> Iterator[tuple[BlobImage, ...]]:
    """Open `reference` (``HOST/NAME:TAG``) and close it again."""
    said = said or Opened()
    images = open_registry(
        ImageReference.parse(reference),
        options or OpenOptions(platform="linux/amd64"),
        settings=RegistrySettings(**settings),
        told=said.told.append,
        connect=http,
        waiter=said.waits,
    )
    try:
        yield images
    finally:
        for image in images:
            image.close()


def at(registry: RegistrySimulator, name: str = f"{REPOSITORY}:1.0") -> str:
    """Return the reference of an image in the simulator."""
    return f"{registry.host}/{name}"


def layer_bytes(image: BlobImage, number: int = 0) -> bytes:
    """Read a layer to its end."""
    with image.layers[number].open() as pieces:
        return b"".join(pieces)


@contextmanager
def client_of(
    registry: RegistrySimulator, *, said: Opened | None = None, http: Any = None, **settings: Any
) -> Iterator[RegistryClient]:
    """Return a client of the simulator for REPOSITORY."""
    said = said or Opened()
    http = http or NetworkClient(environment={})
    try:
        (client,) = registry_clients(
            ImageReference.parse(f"{registry.host}/{REPOSITORY}"),
            RegistrySettings(**settings),
            http=http,
            told=said.told.append,
            waiter=said.waits,
        )
        yield client
    finally:
        http.close()


@dataclass
class PublicFace:
    """A client of which every answer seems to come from the public internet; what it refuses is real."""

    inner: NetworkClient = field(default_factory=lambda: NetworkClient(environment={}))
    asked: list[HttpRequest] = field(default_factory=list)

    @contextmanager
    def send(self, request: HttpRequest) -> Iterator[Any]:
        self.asked.append(request)
        with self.inner.send(request) as answer:
            yield _Public(answer)

    def close(self) -> None:
        self.inner.close()


@dataclass
class _Public:
    inner: Any
    reach: Reach = Reach.PUBLIC

    @property
    def status(self) -> int:
        return self.inner.status

    @property
    def headers(self) -> Headers:
        return self.inner.headers

    def pieces(self) -> Iterator[bytes]:
        return self.inner.pieces()

    def read(self, limit: int) -> bytes:
        return self.inner.read(limit)


def resolve_names(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str]) -> None:
    """Let `names` resolve to addresses of this machine; everything else does not resolve."""

    def lookup(host: str, port: int, *arguments: Any, **more: Any) -> Any:
        known = names.get(host)
        if known is None and not host[:1].isdigit() and ":" not in host:
            raise socket.gaierror(socket.EAI_NONAME, "no such name in this test")
        return _getaddrinfo(known or host, port, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def endpoint(registry: str, repository: str = REPOSITORY, **more: Any) -> Endpoint:
    """Return an endpoint."""
    return replace(Endpoint(registry, repository), **more)


@dataclass(frozen=True)
class ScriptedAnswer:
    """An answer without a network."""

    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reach: Reach | None = Reach.PUBLIC

    @property
    def headers(self) -> Headers:
        return Headers(tuple((name.lower(), value) for name, value in self.fields.items()))

    def pieces(self) -> Iterator[bytes]:
        yield self.body

    def read(self, limit: int) -> bytes:
        return self.body
