"""What an image says of itself: descriptors, manifest facts and configuration (OCI image-spec v1.1).

Everything here was read from bytes whose digest was checked, and is still only what the image's author claims.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from basewright.model.digest import Digest
from basewright.model.platform import Platform


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A reference to content by media type, digest and size (image-spec descriptor.md)."""

    media_type: str
    digest: Digest
    size: int
    """Bytes."""
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One build step (image-spec config.md, `history`)."""

    created_by: str
    """Redacted: no credentials that the step spelled out."""
    created: dt.datetime | None = None
    comment: str = ""
    is_empty_layer: bool = False
    is_redacted: bool = False
    """Whether something was taken out of `created_by`."""


@dataclass(frozen=True, slots=True)
class ImageHealthcheck:
    """The health check an image declares (Docker image spec v1.3); durations in seconds."""

    test: tuple[str, ...]
    """``("NONE",)``, ``("CMD", …)`` or ``("CMD-SHELL", text)``; empty when inherited."""
    interval: float | None = None
    timeout: float | None = None
    start_period: float | None = None
    retries: int | None = None


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The configuration of an image (image-spec config.md)."""

    platform: Platform
    diff_ids: tuple[Digest, ...] = ()
    created: dt.datetime | None = None
    author: str = ""
    user: str = ""
    """As written: empty, a name, an id, or either with a group."""
    environment: tuple[tuple[str, str], ...] = ()
    """Name and value in order; reports show values redacted where they look like credentials."""
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    working_directory: str = ""
    exposed_ports: tuple[str, ...] = ()
    """``8080/tcp``, sorted."""
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str | None = None
    healthcheck: ImageHealthcheck | None = None
    shell: tuple[str, ...] | None = None
    on_build: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    os_version: str | None = None


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One layer as the squashed image sees it; sizes in bytes, uncompressed unless the name says otherwise."""

    diff_id: Digest | None
    digest: Digest | None = None
    """Of the bytes as transported; None where the transport has no such blob (a root directory)."""
    media_type: str = ""
    compressed_bytes: int | None = None
    bytes: int | None = None
    """Of the regular files it carries; None where it could not be read."""
    files: int | None = None
    added_bytes: int | None = None
    """Of its files that are still seen in the finished image."""
    wasted_bytes: int | None = None
    """Of its files that a later layer hides or replaces."""
    removed_bytes: int | None = None
    """Of files of earlier layers that this one hides or replaces."""
    created_by: str | None = None
    """The build step that made it; None where the history does not tell."""
    whiteouts: int = 0


@dataclass(frozen=True, slots=True)
class ImageIdentity:
    """Which image was read, by digest."""

    reference: str
    """As the caller wrote it, credentials removed."""
    transport: str
    """``registry``, ``docker``, ``podman``, ``oci-dir``, ``oci-archive``, ``docker-archive`` or ``dir``."""
    platform: Platform | None = None
    digest: Digest | None = None
    """Of the manifest; None where the transport has none (docker archives, root directories)."""
    index_digest: Digest | None = None
    """Of the image index that named it, where there was one."""
    config_digest: Digest | None = None
    """The image ID, as Docker calls it."""
    media_type: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)
    compressed_bytes: int | None = None
    """Sum of the layers' blobs as transported."""
    repository_digests: tuple[str, ...] = ()
    """``NAME@DIGEST`` under which a local engine says it got the image; of the index or of the manifest. Sorted."""
    notes: tuple[str, ...] = ()
    """How it was chosen where the caller did not say it, and where was not looked."""
