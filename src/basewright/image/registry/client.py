"""What is asked of a registry: manifests, blobs, tags, referrers (OCI distribution-spec 1.1)."""

import hashlib
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from basewright.errors import IntegrityError, InvalidDigestError, UnsupportedError
from basewright.image import media_types
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.registry.exchange import Answer, Exchange
from basewright.model.digest import Digest

_ACCEPT: Final = ", ".join(media_types.ACCEPTED)

_HEAD: Final = frozenset({200, 400, 404, 405, 415, 501})


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest or image index as a registry gave it; its digest was computed from the bytes."""

    data: bytes = field(repr=False)
    media_type: str
    digest: Digest


@dataclass
class RegistryClient:
    """Asks one endpoint for one repository. Safe to use from several threads."""

    exchange: Exchange
    limits: Limits = DEFAULT_LIMITS

    @property
    def name(self) -> str:
        """Registry and repository."""
        return str(self.exchange.endpoint)

    def serves(self, *, by_digest: bool) -> bool:
        """Whether this place is asked for digests, or for tags."""
        endpoint = self.exchange.endpoint
        return endpoint.serves_digests if by_digest else endpoint.serves_tags

    def resolve(self, tag: str) -> Document:
        """Return what `tag` names now: by HEAD where the registry answers one with a digest, then by that digest.

        A HEAD is cheap, and on Docker Hub it does not count as a pull.
        """
        target = self._target("manifests", tag)
        # Not every registry answers HEAD; why something is not there, GET tells better.
        head = self.exchange.fetch("HEAD", target, limit=0, accept=_ACCEPT, known=_HEAD)
        digest = _digest(head)
        if head.status == 200 and digest is not None:
            return self.manifest(digest)
        answer = self._get(target)
        algorithm = "sha256"
        if (claimed := _digest(answer)) is not None:
            algorithm = claimed.algorithm
        found = _computed(answer.body, algorithm)
        if claimed is not None and claimed != found:
            raise IntegrityError(
                f"{self.name}:{tag}: the manifest's bytes have the digest {found}, the registry says {claimed}"
            )
        return Document(answer.body, _media_type(answer), found)

    def manifest(self, digest: Digest, *, size: int | None = None) -> Document:
        """Return the manifest or index with `digest`; raise IntegrityError where the bytes have another one."""
        answer = self._get(self._target("manifests", str(digest)))
        found = _computed(answer.body, digest.algorithm)
        if found != digest or (size is not None and len(answer.body) != size):
            raise IntegrityError(
                f"{self.name}@{digest}: the manifest that came has {len(answer.body)} bytes and the digest {found}",
                hint=_encoded(answer),
            )
        return Document(answer.body, _media_type(answer), found)

    def small_blob(self, digest: Digest, size: int, limit: int) -> bytes:
        """Return a blob, such as a configuration.

        Raises UnsupportedError where it has more than `limit` bytes, IntegrityError where others come than announced.
        """
        if size > limit:
            raise UnsupportedError(f"{self.name}@{digest}: {size} bytes, more than the {limit} that are read")
        answer = self.exchange.fetch("GET", self._target("blobs", str(digest)), limit=limit)
        found = _computed(answer.body, digest.algorithm)
        if found != digest or len(answer.body) != size:
            raise IntegrityError(
                f"{self.name}@{digest}: the blob that came has {len(answer.body)} bytes and the digest {found},"
                f" where {size} bytes were announced",
                hint=_encoded(answer),
            )
        return answer.body

    def blob_target(self, digest: Digest) -> str:
        """Return path and query of a blob."""
        return self._target("blobs", str(digest))

    def _get(self, target: str) -> Answer:
        return self.exchange.fetch("GET", target, limit=self.limits.manifest, accept=_ACCEPT)

    def _target(self, kind: str, name: str) -> str:
        return f"/v2/{self.exchange.endpoint.repository}/{kind}/{quote(name, safe=':')}"


def _media_type(answer: Answer) -> str:
    return (answer.headers.get("content-type") or "")[:200]


def _digest(answer: Answer) -> Digest | None:
    try:
        return Digest.parse((answer.headers.get("docker-content-digest") or "").strip())
    except InvalidDigestError:
        return None


def _computed(data: bytes, algorithm: str) -> Digest:
    return Digest(algorithm, hashlib.new(algorithm, data, usedforsecurity=False).hexdigest())


def _encoded(answer: Answer) -> str:
    """Return a hint where the answer was changed on its way."""
    encoding = answer.headers.get("content-encoding")
    if encoding and encoding.lower() != "identity":
        return f"it came as {encoding[:40]!r} although only bytes as stored were asked for: a proxy may change them"
    return ""
