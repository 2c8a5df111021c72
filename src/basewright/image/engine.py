"""Images of a local engine, Docker or Podman, read through its socket.

An engine gives an image as one stream, a docker archive whose list of layers comes last. What is known of every layer
is taken from the cache first; only where one is missing is the image exported, once, and each layer is read while it
passes. Nothing is kept on disk. The configuration is what the engine tells, with an export or without.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Final

from basewright.errors import ConfigurationError, IntegrityError, InvalidImageError, RemoteError, UnsupportedError
from basewright.image.config import NO_PLATFORM
from basewright.image.engine_api import EngineApi, Inspected
from basewright.image.engine_endpoints import Endpoint, Host, docker_endpoint, podman_endpoint
from basewright.image.interface import REGULAR, Layer, LayerFacts, LayerReader, OpenOptions
from basewright.image.layer_reader import PassReader, SharedLayer
from basewright.image.layer_stream import Allowance
from basewright.image.limits import Limits
from basewright.image.outer_tar import Member, members
from basewright.image.passing import Passing
from basewright.image.select import check_platform, lone_note
from basewright.model.digest import Digest
from basewright.model.image import ImageConfig, ImageIdentity
from basewright.model.unknown import Unknown
from basewright.ports.http import HttpClient

_NAMED_BY_CONTENT = re.compile(r"(blobs/sha256/)?([0-9a-f]{64})(?:\.tar|\.json)?")
_DOCUMENTS: Final = frozenset({"json", "VERSION", "repositories", "oci-layout"})
_HEAD: Final = 512
_OVERHEAD: Final = 64 * 1024 * 1024
"""Bytes of headers and documents around the layers of an export."""


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """`Engine` that is found by environment and usual sockets."""

    transport: str
    find: Callable[[], Endpoint | None] = field(repr=False)
    connect: Callable[[Endpoint], HttpClient] = field(repr=False)

    def is_there(self) -> bool:
        """See `Engine.is_there`. A setting that cannot be used counts: opening then says why."""
        try:
            return self.find() is not None
        except (UnsupportedError, ConfigurationError):
            return True

    def open(self, name: str, reference: str, options: OpenOptions) -> tuple["EngineImage", ...]:
        """See `Engine.open`."""
        endpoint = self.find()
        title = self.transport.capitalize()
        if endpoint is None:
            raise RemoteError(f"{title} is not running here: none of its sockets exists")
        api = EngineApi(title, endpoint, self.connect(endpoint), options.limits)
        try:
            inspected = api.inspect(name)
            image = EngineImage(api, inspected, _identity(inspected, self.transport, reference, options))
            check_platform(reference, image.identity.platform, options)
        except BaseException:
            api.http.close()
            raise
        return (image,)


def local_engines(host: Host, connect: Callable[[Endpoint], HttpClient] | None = None) -> tuple[LocalEngine, ...]:
    """Return Docker and Podman as `host` may reach them, in the order in which a bare name asks them."""
    opened = connect or _connect
    return (
        LocalEngine("docker", partial(docker_endpoint, host), opened),
        LocalEngine("podman", partial(podman_endpoint, host), opened),
    )


def _connect(endpoint: Endpoint) -> HttpClient:
    from basewright.ports.connections import NetworkClient

    return NetworkClient(socket_path=endpoint.socket_path, environment={})


def _identity(inspected: Inspected, transport: str, reference: str, options: OpenOptions) -> ImageIdentity:
    platform = inspected.parsed.config.platform
    known = None if platform == NO_PLATFORM else platform
    notes = [lone_note(known, options)]
    if options.all_platforms:
        notes.append("the engine was asked for the one platform that it runs; a registry has them all")
    return ImageIdentity(
        reference,
        transport,
        known,
        inspected.digest,
        inspected.index_digest,
        inspected.config_digest,
        inspected.media_type,
        repository_digests=inspected.repository_digests,
        notes=tuple(filter(None, notes)),
    )


@dataclass(frozen=True, slots=True)
class EngineLayer:
    """`Layer` of an engine's image, found by its diff ID in an export of its own."""

    diff_id: Digest
    image: "EngineImage" = field(repr=False)
    digest: Digest | None = None
    media_type: str = ""
    size: int | None = None

    def open(self) -> AbstractContextManager[Iterator[bytes]]:
        """See `Layer.open`. Only archives that name a layer by its content can be asked for one."""
        names = (f"blobs/sha256/{self.diff_id.hex}", f"{self.diff_id.hex}.tar")
        return self.image.member(lambda path: path in names, f"layer {self.diff_id}")


@dataclass(frozen=True, slots=True)
class EngineImage:
    """`Image` that an engine holds."""

    api: EngineApi
    inspected: Inspected
    identity: ImageIdentity

    @property
    def config(self) -> ImageConfig:
        """See `Image.config`."""
        return self.inspected.parsed.config

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """See `Image.unknowns`."""
        return self.inspected.parsed.unknowns

    @property
    def layers(self) -> Sequence[Layer]:
        """See `Image.layers`. To read them, `read_layers` needs one export for all."""
        return tuple(EngineLayer(diff_id, self) for diff_id in self.config.diff_ids)

    def read_layers(self, reader: LayerReader, told: Callable[[str], None]) -> tuple[LayerFacts, ...]:
        """See `Image.read_layers`. The layers are read one after another, as the engine sends them."""
        wanted = self.config.diff_ids
        known = {diff_id: reader.cached(diff_id) for diff_id in dict.fromkeys(wanted)}
        found = {diff_id: facts for diff_id, facts in known.items() if facts is not None}
        if len(found) < len(known):
            allowance = Allowance(self.api.limits.image_bytes, self.api.limits.entries)
            _Export(self, reader, told, set(known) - set(found), found, allowance).run()
        return tuple(found[diff_id] for diff_id in wanted)

    @contextmanager
    def passing(self) -> Iterator[Passing]:
        """Export the image and let it pass."""
        limits = self.api.limits
        with self.api.export(self.inspected.identifier) as pieces:
            yield Passing(f"the export of {self.api.title}", pieces, limits.image_bytes + _OVERHEAD)

    @contextmanager
    def member(self, is_it: Callable[[str], bool], what: str) -> Iterator[Iterator[bytes]]:
        """Export the image anew and return the content of the first member that is meant."""
        with self.passing() as source:
            for member in walk(source, self.api.limits):
                if member.kind == REGULAR and is_it(member.path):
                    yield source.take(member.size)
                    return
        raise RemoteError(f"{source.name} does not hold {what}")

    def close(self) -> None:
        """See `Image.close`."""
        self.api.http.close()


def walk(source: Passing, limits: Limits) -> Iterator[Member]:
    """Yield the members of an export; damage is the engine's, so it is a RemoteError."""
    try:
        yield from members(source, limits)
    except InvalidImageError as error:
        raise RemoteError(str(error), is_temporary=True) from error


@dataclass(slots=True)
class PassingLayer:
    """`Layer` while it passes: the first look reads it there, another one exports the image again."""

    digest: Digest | None
    diff_id: Digest | None
    size: int | None
    first: Iterator[bytes] | None
    again: Callable[[], AbstractContextManager[Iterator[bytes]]]
    media_type: str = ""

    def open(self) -> AbstractContextManager[Iterator[bytes]]:
        """See `Layer.open`."""
        if self.first is None:
            return self.again()
        first, self.first = self.first, None
        return nullcontext(first)


@dataclass(slots=True)
class _Export:
    """One export, and what is missing until a layer with that diff ID passed."""

    image: EngineImage
    reader: LayerReader
    told: Callable[[str], None]
    missing: set[Digest]
    found: dict[Digest, LayerFacts]
    allowance: Allowance
    blobs: int = 0

    def run(self) -> None:
        """Read what is missing; raise IntegrityError where the engine sends something else than it told."""
        title, limits = self.image.api.title, self.image.api.limits
        self.told(f"{title} exports the image")
        with self.image.passing() as source:
            for member in walk(source, limits):
                if member.kind == REGULAR and member.size:
                    self._look(member, source)
                if not self.missing:
                    return
        left = ", ".join(sorted(map(str, self.missing))[:3])
        raise IntegrityError(
            f"{self.image.identity.reference}: {title} exports other layers than it tells of: {left} did not come",
            hint="the image may have been removed meanwhile, or its storage is damaged: pull it again",
        )

    def _look(self, member: Member, source: Passing) -> None:
        named = _NAMED_BY_CONTENT.fullmatch(member.path)
        claimed = Digest("sha256", named[2]) if named else None
        if claimed == self.image.inspected.config_digest and claimed is not None:
            self._check_config(member, source, claimed)
        elif claimed in self.found or _is_document(member.path, source.peek(min(_HEAD, member.size))):
            return
        else:
            self._read(member, source, claimed, is_blob=named is not None and named[1] is not None)

    def _read(self, member: Member, source: Passing, claimed: Digest | None, *, is_blob: bool) -> None:
        limits = self.image.api.limits
        self.blobs += 1
        if self.blobs > limits.layers:
            raise UnsupportedError(f"{source.name} holds more than the {limits.layers} layers that are read")
        self.told(f"layer {len(self.found) + 1} of {len(self.found) + len(self.missing)}")
        path = member.path
        layer = PassingLayer(
            claimed if is_blob else None,
            claimed if claimed in self.missing else None,
            member.size,
            source.take(member.size),
            lambda: self.image.member(lambda other: other == path, path),
        )
        facts = self._facts(layer)
        if facts.diff_id in self.missing:
            self.missing.remove(facts.diff_id)
            self.found[facts.diff_id] = facts

    def _facts(self, layer: Layer) -> LayerFacts:
        """Read one layer; all of the image share what they may unpack."""
        if isinstance(self.reader, PassReader):
            return self.reader.read_shared(SharedLayer(layer, self.allowance, Event()))
        return self.reader.read(layer)

    def _check_config(self, member: Member, source: Passing, digest: Digest) -> None:
        limit = self.image.api.limits.config
        if member.size > limit:
            raise UnsupportedError(f"{source.name}: a configuration of {member.size} bytes, more than {limit}")
        if hashlib.sha256(source.read(member.size)).hexdigest() != digest.hex:
            raise IntegrityError(f"{source.name}: the configuration's bytes have another digest than {digest}")


def _is_document(path: str, head: bytes) -> bool:
    """Whether a member is one of the documents around the layers."""
    if path.rpartition("/")[2] in _DOCUMENTS or path.endswith(".json"):
        return True
    return head[257:262] != b"ustar" and head.lstrip()[:1] in {b"{", b"["}
