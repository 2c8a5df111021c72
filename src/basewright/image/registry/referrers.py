"""Lists that a registry gives in pages: tags, and what refers to an image (distribution-spec 1.1).

Only descriptors are read here, never what they describe: an attachment may have any size. A list that does not end is
cut, and says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec

from basewright.errors import InputError, InvalidImageError, RemoteError
from basewright.image import media_types
from basewright.image.manifest import Index, parse_document
from basewright.image.registry.client import RegistryClient
from basewright.image.registry.exchange import Answer
from basewright.model.digest import Digest
from basewright.model.image import Descriptor
from basewright.ports.addresses import AddressError

PAGES: Final = 64
TAGS: Final = 100_000
REFERRERS: Final = 512
_PAGE: Final = 1000
_LINK: Final = re.compile(r"\s*<([^<>]{1,4096})>([^,<>]{0,1000})")
_NEXT: Final = re.compile(r";\s*rel\s*=\s*(?:\"next\"|next)(?=\s*(?:;|$))", re.IGNORECASE)
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_KNOWN: Final = frozenset({200, 404})


@dataclass(frozen=True, slots=True)
class Listed:
    """Tags of a repository."""

    tags: tuple[str, ...]
    """Sorted."""
    is_cut: bool = False
    """Whether there are more than were read."""


@dataclass(frozen=True, slots=True)
class Referrers:
    """What refers to a manifest: signatures, SBOMs, attestations."""

    descriptors: tuple[Descriptor, ...]
    """Sorted by type and digest."""
    is_cut: bool = False
    is_by_tag: bool = False
    """Whether the registry does not know the API, and the tag ``sha256-…`` was read instead."""


def list_tags(client: RegistryClient) -> Listed:
    """Return the tags of the repository; those that are no tags are dropped."""
    tags: set[str] = set()
    pages = _Pages(client, f"/v2/{client.exchange.endpoint.repository}/tags/list?n={_PAGE}")
    for answer in pages:
        names = _object(answer, client).get("tags") or []
        if not isinstance(names, list):
            raise RemoteError(f"{client.name}: the list of tags cannot be read")
        tags.update(name for name in names if isinstance(name, str) and _TAG.fullmatch(name))
        if len(tags) > TAGS:
            return Listed(tuple(sorted(tags)[:TAGS]), is_cut=True)
    return Listed(tuple(sorted(tags)), pages.is_cut)


def list_referrers(client: RegistryClient, digest: Digest, *, artifact_type: str | None = None) -> Referrers:
    """Return what refers to the manifest with `digest`, only of `artifact_type` where one is named."""
    target = f"/v2/{client.exchange.endpoint.repository}/referrers/{digest}"
    if artifact_type:
        target += f"?artifactType={quote(artifact_type, safe='')}"
    found: dict[Digest, Descriptor] = {}
    pages = _Pages(client, target, accept=media_types.OCI_INDEX)
    is_by_tag = False
    for answer in pages:
        if answer.status == 404:
            is_by_tag = True
            index: Index | None = _by_tag(client, digest)
        else:
            index = _index(answer.body, client)
        # A registry need not filter.
        for one in index.manifests if index is not None else ():
            if not artifact_type or one.artifact_type == artifact_type:
                found.setdefault(one.digest, one)
        if len(found) > REFERRERS:
            break
    descriptors = sorted(found.values(), key=lambda one: (one.artifact_type or "", str(one.digest)))
    return Referrers(tuple(descriptors[:REFERRERS]), pages.is_cut or len(found) > REFERRERS, is_by_tag)


def _by_tag(client: RegistryClient, digest: Digest) -> Index | None:
    """Return the index under the tag that stands for a digest (referrers tag schema); None where there is none."""
    try:
        document = client.resolve(f"{digest.algorithm[:32]}-{digest.hex[:64]}")
    except InputError:
        return None
    return _index(document.data, client)


def _index(data: bytes, client: RegistryClient) -> Index:
    try:
        document = parse_document(data, f"{client.name}: referrers", limits=client.limits)
    except InvalidImageError as error:
        raise RemoteError(str(error)) from error
    if not isinstance(document, Index):
        raise RemoteError(f"{client.name}: the list of referrers is no image index")
    return document


@dataclass
class _Pages:
    """The pages of a list, the first at `target`: at most 64, none twice, all of the registry itself."""

    client: RegistryClient
    target: str
    accept: str = "application/json"
    is_cut: bool = False

    def __iter__(self) -> Iterator[Answer]:
        seen: set[str] = set()
        target: str | None = self.target
        while target is not None:
            if target in seen or len(seen) >= PAGES:
                self.is_cut = True
                return
            seen.add(target)
            answer = self.client.exchange.fetch(
                "GET",
                target,
                limit=self.client.limits.manifest,
                accept=self.accept,
                known=_KNOWN if self.accept == media_types.OCI_INDEX and len(seen) == 1 else frozenset({200}),
            )
            yield answer
            target = _next(answer, self.client)


def _next(answer: Answer, client: RegistryClient) -> str | None:
    """Return path and query of the next page (RFC 8288); raise RemoteError where it lies on another host."""
    for text in answer.headers.all("link"):
        for link in _LINK.finditer(text[:16384]):
            if not _NEXT.search(link[2]):
                continue
            try:
                there = answer.address.join(link[1])
            except AddressError as error:
                raise RemoteError(f"{client.name}: the next page cannot be asked for: {error}") from error
            if there.origin != client.exchange.origin:
                raise RemoteError(f"{client.name}: the next page lies on another host: {there.shown}")
            return there.target
    return None


def _object(answer: Answer, client: RegistryClient) -> dict[str, Any]:
    try:
        document: Any = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RemoteError(f"{client.name}: an answer that is no JSON") from error
    if not isinstance(document, dict):
        raise RemoteError(f"{client.name}: an answer that is no JSON object")
    return document
