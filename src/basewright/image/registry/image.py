"""Opening an image of a registry: its name resolved once, and everything below it asked for by digest."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from basewright.errors import BasewrightError, InputError, IntegrityError, RemoteError
from basewright.image import media_types
from basewright.image.blob_image import BlobImage, blob_layers, compressed_bytes
from basewright.image.config import NO_PLATFORM, ParsedConfig, parse_config
from basewright.image.interface import OpenOptions
from basewright.image.manifest import Index, Manifest, parse_document, require_image
from basewright.image.registry.authorization import Authorizer
from basewright.image.registry.blob import open_blob
from basewright.image.registry.client import Document, RegistryClient
from basewright.image.registry.credentials import StoredCredentials
from basewright.image.registry.exchange import Exchange
from basewright.image.registry.mirrors import endpoints
from basewright.image.registry.settings import RegistrySettings
from basewright.image.select import Selected, check_platform, members, select
from basewright.model.image import Descriptor, ImageIdentity
from basewright.model.platform import Platform
from basewright.model.reference import ImageReference
from basewright.ports.clock import SystemWaiter, Waiter
from basewright.ports.http import HttpClient

TRANSPORT: Final = "registry"
_Got = TypeVar("_Got")


def open_registry(
    reference: ImageReference,
    options: OpenOptions,
    *,
    settings: RegistrySettings | None = None,
    told: Callable[[str], None] = lambda _: None,
    connect: Callable[[], HttpClient] | None = None,
    waiter: Waiter | None = None,
) -> tuple[BlobImage, ...]:
    """Return the image that `reference` names, or each of its platforms; close every one.

    `told` hears of mirrors, waits and budgets. Raises InputError for what is not there, RemoteError where the registry
    fails or wants a login, IntegrityError where bytes are not those of their digest.
    """
    if options.is_offline:
        raise InputError(f"{reference} lies in a registry, and nothing may be asked over the network")
    given = settings or RegistrySettings()
    http = (connect or _connector(given))()
    try:
        clients = registry_clients(reference, given, http=http, told=told, waiter=waiter, options=options)
        return _Opening(reference, options, clients, told, http).open()
    except BaseException:
        http.close()
        raise


def registry_clients(
    reference: ImageReference,
    settings: RegistrySettings,
    *,
    http: HttpClient,
    told: Callable[[str], None],
    waiter: Waiter | None = None,
    options: OpenOptions | None = None,
) -> tuple[RegistryClient, ...]:
    """Return who to ask for `reference`: its mirrors in their order, the registry last."""
    authorizer = Authorizer(http, settings, StoredCredentials(settings, told), told)
    limits = (options or OpenOptions()).limits
    return tuple(
        RegistryClient(Exchange(http, endpoint, authorizer, settings, waiter or SystemWaiter(), told), limits)
        for endpoint in endpoints(reference, settings, told)
    )


def _connector(settings: RegistrySettings) -> Callable[[], HttpClient]:
    def connect() -> HttpClient:
        from basewright.ports.connections import NetworkClient

        return NetworkClient(environment=settings.environment)

    return connect


@dataclass
class _Opening:
    """One name on its way to images."""

    reference: ImageReference
    options: OpenOptions
    clients: Sequence[RegistryClient]
    told: Callable[[str], None]
    http: HttpClient
    _by_digest: tuple[RegistryClient, ...] = ()

    def open(self) -> tuple[BlobImage, ...]:
        document = self._resolve()
        where = str(self.reference)
        top = parse_document(
            document.data, where, declared=document.media_type, digest=document.digest, limits=self.options.limits
        )
        if isinstance(top, Manifest):
            image = self._image(top, None, None, _Closing(self.http, 1))
            check_platform(where, image.identity.platform, self.options)
            return (image,)
        found = members(top, self._fetch, where, self.options.limits)
        chosen = select(found.images, where, self.options, self._platform_of)
        closing = _Closing(self.http, len(chosen))
        return tuple(self._image(self._manifest(one.descriptor), top, one, closing) for one in chosen)

    def _resolve(self) -> Document:
        """Return what the reference names, from the first place that knows; the registry's own word is the last."""
        digest, tag = self.reference.digest, self.reference.effective_tag
        able = [one for one in self.clients if one.serves(by_digest=digest is not None)]
        for number, client in enumerate(able, 1):
            try:
                found = client.manifest(digest) if digest is not None else client.resolve(tag or "latest")
            except (RemoteError, InputError, IntegrityError) as error:
                if number == len(able):
                    raise
                self.told(f"the mirror {client.name} does not help: {error}")
            else:
                others = [one for one in self.clients if one is not client and one.serves(by_digest=True)]
                self._by_digest = (client, *others)
                return found
        raise InputError(f"{self.reference}: no registry is configured that serves it")

    def _fetch(self, descriptor: Descriptor) -> Index | Manifest:
        """Return the document with the digest of `descriptor`, from whoever has it."""
        where = f"{self.reference.familiar_name}@{descriptor.digest}"
        found = self._first(lambda client: client.manifest(descriptor.digest, size=descriptor.size))
        return parse_document(
            found.data, where, declared=descriptor.media_type, digest=found.digest, limits=self.options.limits
        )

    def _first(self, ask: Callable[[RegistryClient], _Got]) -> _Got:
        failure: BasewrightError | None = None
        for client in self._by_digest:
            try:
                return ask(client)
            except (RemoteError, InputError, IntegrityError) as error:
                failure = failure or error
        if isinstance(failure, InputError):
            raise RemoteError(f"the registry lacks what its own index or manifest names: {failure}") from failure
        raise failure or RemoteError("nobody serves digests")

    def _manifest(self, descriptor: Descriptor) -> Manifest:
        document = self._fetch(descriptor)
        if isinstance(document, Index):
            raise RemoteError(f"{self.reference.familiar_name}@{descriptor.digest} is an index, not a manifest")
        return document

    def _config(self, manifest: Manifest) -> ParsedConfig:
        where = f"{self.reference.familiar_name}@{manifest.config.digest}"
        limits = self.options.limits
        data = self._first(
            lambda client: client.small_blob(manifest.config.digest, manifest.config.size, limits.config)
        )
        return parse_config(data, where, layers=len(manifest.layers), limits=limits)

    def _platform_of(self, descriptor: Descriptor) -> Platform | None:
        document = self._fetch(descriptor)
        if isinstance(document, Index) or document.config.media_type not in media_types.CONFIGS:
            return None
        return self._config(document).config.platform

    def _image(
        self, manifest: Manifest, index: Index | None, selected: Selected | None, closing: "_Closing"
    ) -> BlobImage:
        require_image(manifest, str(self.reference))
        parsed = self._config(manifest)
        declared, clients = parsed.config.platform, self._by_digest
        layers = blob_layers(manifest, parsed, lambda descriptor: open_blob(clients, descriptor))
        identity = ImageIdentity(
            reference=str(self.reference),
            transport=TRANSPORT,
            platform=declared if declared != NO_PLATFORM or selected is None else selected.platform,
            digest=manifest.digest,
            index_digest=None if index is None else index.digest,
            config_digest=manifest.config.digest,
            media_type=manifest.media_type,
            annotations=manifest.annotations,
            compressed_bytes=compressed_bytes(layers),
            notes=(selected.note,) if selected is not None and selected.note else (),
        )
        return BlobImage(identity, parsed.config, layers, parsed.unknowns, closing.once())


@dataclass
class _Closing:
    """Ends the connections when the last of the images that share them is closed."""

    http: HttpClient
    left: int
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self) -> Callable[[], None]:
        """Return what one image calls; a second call changes nothing."""
        calls = iter((True,))

        def close() -> None:
            with self._lock:
                if next(calls, False):
                    self.left -= 1
                    if not self.left:
                        self.http.close()

        return close
