"""Image references, in the grammar of the distribution project (reference/reference.go)."""

import re
from dataclasses import dataclass, replace
from typing import Self

from basewright.errors import InvalidReferenceError
from basewright.model.digest import Digest

DOCKER_HUB = "docker.io"
_HUB_ALIASES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_LONGEST = 4096
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?"
)


@dataclass(frozen=True, slots=True)
class ImageReference:
    """Where an image lives: registry, repository, and a tag, a digest, both or neither."""

    registry: str
    """Host with optional port, Docker Hub's spellings all as ``docker.io``."""
    repository: str
    """Full path, ``library/`` included for official images."""
    tag: str | None = None
    digest: Digest | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``[registry/]repository[:tag][@digest]``, or raise InvalidReferenceError."""
        if not text or len(text) > _LONGEST:
            raise InvalidReferenceError(f"not an image reference: {text[:80]!r}")
        _refuse_login(text)
        rest, at, digest_text = text.partition("@")
        digest = Digest.parse(digest_text) if at else None
        registry, repository = _split_registry(rest)
        name, colon, tag = repository.rpartition(":")
        if not colon:
            name, tag = repository, ""
        elif not _TAG.fullmatch(tag):
            raise InvalidReferenceError(f"not a tag: {tag[:80]!r} in {text[:160]!r}")
        if not _REPOSITORY.fullmatch(name):
            hint = "repository names are lower case" if name.lower() != name else ""
            raise InvalidReferenceError(f"not an image reference: {text[:160]!r}", hint=hint)
        if registry == DOCKER_HUB and "/" not in name:
            name = f"library/{name}"
        return cls(registry, name, tag or None, digest)

    @property
    def is_official(self) -> bool:
        """Whether Docker Hub's official library holds it."""
        return self.registry == DOCKER_HUB and self.repository.startswith("library/")

    @property
    def familiar_name(self) -> str:
        """The name without tag and digest as people write it: ``node``, ``bitnami/redis``, ``gcr.io/distroless/cc``."""
        if self.is_official:
            return self.repository.removeprefix("library/")
        return self.repository if self.registry == DOCKER_HUB else f"{self.registry}/{self.repository}"

    @property
    def effective_tag(self) -> str | None:
        """The tag a client would ask for: ``latest`` where neither tag nor digest is named."""
        return self.tag or (None if self.digest else "latest")

    def with_tag(self, tag: str) -> Self:
        """Return the same repository under `tag`, without a digest."""
        return replace(self, tag=tag, digest=None)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.familiar_name}{tag}{digest}"


def _refuse_login(text: str) -> None:
    """Raise InvalidReferenceError, which shows nothing of it, for ``user:password@host/…``: nobody reads a login there.

    A digest holds neither slash nor ``@``, so what follows an ``@`` and does is no digest.
    """
    after = text.partition("@")[2]
    if "/" in after or "@" in after:
        raise InvalidReferenceError(
            "an image reference holds no user name and no password",
            hint="leave them out and log in: docker login HOST",
        )


def _split_registry(text: str) -> tuple[str, str]:
    """Return (registry, rest): a host is a first component with a dot, a colon or upper case, or ``localhost``."""
    head, slash, rest = text.partition("/")
    is_host = bool(slash) and ("." in head or ":" in head or head == "localhost" or head.lower() != head)
    if not is_host:
        return DOCKER_HUB, text
    if not _HOST.fullmatch(head):
        raise InvalidReferenceError(f"not a registry host: {head[:80]!r}")
    host = head.lower()
    return (DOCKER_HUB if host in _HUB_ALIASES else host), rest
