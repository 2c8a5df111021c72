"""Image indexes and manifests: OCI image-spec 1.1, and Docker's image manifest version 2, schema 2.

The bytes come from whoever made the image. What is returned has been checked field by field; what the author got
wrong in a way that other readers might read differently is refused.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from basewright.errors import (
    IntegrityError,
    InvalidDigestError,
    InvalidImageError,
    InvalidPlatformError,
    UnsupportedError,
)
from basewright.image import media_types
from basewright.image.documents import Fields, decode
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.model.digest import Digest
from basewright.model.image import Descriptor
from basewright.model.platform import Platform

_LARGEST: Final = 2**63 - 1
_MANIFEST_FIELDS = frozenset(
    {"schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "blobs", "subject", "annotations"}
)
_DESCRIPTOR_FIELDS = frozenset(
    {"mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"}
)
_PLATFORM_FIELDS = frozenset({"os", "architecture", "variant", "os.version", "os.features", "features"})


@dataclass(frozen=True, slots=True)
class Index:
    """An image index (image-spec image-index.md) or a Docker manifest list."""

    digest: Digest
    media_type: str
    manifests: tuple[Descriptor, ...]
    """In the author's order."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    subject: Descriptor | None = None
    artifact_type: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image manifest (image-spec manifest.md), which may also carry an artifact; see `require_image`."""

    digest: Digest
    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    """Lowest first."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    subject: Descriptor | None = None
    artifact_type: str = ""


def verify(data: bytes, digest: Digest, where: str) -> None:
    """Raise IntegrityError where `data` has another digest."""
    found = hashlib.new(digest.algorithm, data, usedforsecurity=False).hexdigest()
    if found != digest.hex:
        raise IntegrityError(f"{where}: the bytes have the digest {digest.algorithm}:{found}, not {digest}")


def parse_document(
    data: bytes, where: str, *, declared: str = "", digest: Digest | None = None, limits: Limits = DEFAULT_LIMITS
) -> Index | Manifest:
    """Return what `data` holds; `digest` has been verified by the caller, and is computed where none is given.

    `declared` is the media type by which the bytes were reached (a descriptor, a header), parameters allowed. Raises
    InvalidImageError where they are no manifest or not of the declared type; UnsupportedError for other manifests and
    what exceeds a limit; IntegrityError where an embedded blob is not what its descriptor says.
    """
    fields = Fields(decode(data, where, limit=limits.manifest, depth=limits.json_depth), where, _MANIFEST_FIELDS)
    media_type = _media_type(fields, media_types.plain(declared))
    own = digest or Digest("sha256", hashlib.sha256(data).hexdigest())
    if media_type in media_types.INDEXES:
        return Index(
            own,
            media_type,
            _descriptors(fields, "manifests", most=limits.index_entries),
            fields.text_mapping("annotations"),
            _subject(fields),
            fields.text("artifactType"),
        )
    return Manifest(
        own,
        media_type,
        _descriptor(fields.mapping("config"), f"{where}: config"),
        _descriptors(fields, "layers", most=limits.layers),
        fields.text_mapping("annotations"),
        _subject(fields),
        fields.text("artifactType"),
    )


def _media_type(fields: Fields, declared: str) -> str:
    """Return the type of a document of which the declaration, the field and the shape agree (CVE-2021-41190)."""
    where = fields.where
    own = media_types.plain(fields.text("mediaType"))
    told = [one for one in (declared, own) if one not in media_types.UNTOLD]
    if len(set(told)) > 1:
        raise InvalidImageError(f"{where}: declared as {declared[:120]}, and says itself to be {own[:120]}")
    if media_types.SCHEMA_1 & set(told) or fields.document.get("schemaVersion") == 1:
        raise UnsupportedError(
            f"{where}: a manifest of Docker's schema 1, which was given up in 2017",
            hint="push the image anew with a current tool, or copy it: `skopeo copy --format oci`",
        )
    if media_types.ARTIFACT_MANIFEST in told:
        raise UnsupportedError(f"{where}: an artifact ({fields.text('artifactType')[:120] or 'of no type'}), no image")
    shapes = [name for name in ("manifests", "layers") if fields.has(name)]
    if len(shapes) > 1 or (shapes == ["manifests"] and fields.has("config")):
        raise InvalidImageError(f"{where}: both an image index and an image manifest, so readers differ on what it is")
    shape = shapes[0] if shapes else ""
    if not told:
        told = [{"manifests": media_types.OCI_INDEX, "layers": media_types.OCI_MANIFEST}.get(shape, "")]
    if told[0] not in media_types.INDEXES | media_types.MANIFESTS:
        what = f"of the type {told[0][:120]}" if told[0] else "without a media type"
        raise UnsupportedError(f"{where}: neither an image manifest nor an image index, but a document {what}")
    if shape != ("manifests" if told[0] in media_types.INDEXES else "layers"):
        raise InvalidImageError(f"{where}: of the type {told[0]}, which has other fields")
    return told[0]


def _subject(fields: Fields) -> Descriptor | None:
    document = fields.mapping("subject")
    return _descriptor(document, f"{fields.where}: subject") if document else None


def _descriptors(fields: Fields, name: str, *, most: int) -> tuple[Descriptor, ...]:
    documents = fields.objects(name)
    if len(documents) > most:
        raise UnsupportedError(f"{fields.where}: {len(documents)} {name}, more than the {most} that are read")
    return tuple(_descriptor(one, f"{fields.where}: {name}[{number}]") for number, one in enumerate(documents))


def _descriptor(document: Mapping[str, Any], where: str) -> Descriptor:
    """Return a descriptor (image-spec descriptor.md); its `urls` are never asked, whatever they name."""
    fields = Fields(document, where, _DESCRIPTOR_FIELDS)
    try:
        digest = Digest.parse(fields.text("digest"))
    except InvalidDigestError as error:
        raise InvalidImageError(f"{where}: {error}") from error
    size = fields.number("size")
    if size is None or not 0 <= size <= _LARGEST:
        raise InvalidImageError(f"{where}: {'no size' if size is None else f'a size of {size} bytes'}")
    if data := fields.text("data"):
        _check_embedded(data, digest, size, where)
    return Descriptor(
        media_types.plain(fields.text("mediaType")),
        digest,
        size,
        platform_of(fields.mapping("platform"), f"{where}: platform"),
        fields.text_mapping("annotations"),
        fields.text("artifactType") or None,
    )


def _check_embedded(data: str, digest: Digest, size: int, where: str) -> None:
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidImageError(f"{where}: 'data' is not base64") from error
    if len(content) != size:
        raise IntegrityError(f"{where}: embeds {len(content)} bytes where it declares {size}")
    verify(content, digest, f"{where}: 'data'")


def platform_of(document: Mapping[str, Any], where: str) -> Platform | None:
    """Return the platform in a descriptor or a configuration; None where it names none.

    Raises InvalidImageError where it names one that is none.
    """
    fields = Fields(document, where, _PLATFORM_FIELDS)
    parts = [fields.text("os"), fields.text("architecture"), fields.text("variant")]
    if not parts[0] and not parts[1]:
        return None
    try:
        return Platform.parse("/".join(parts if parts[2] else parts[:2]))
    except InvalidPlatformError as error:
        raise InvalidImageError(f"{where}: {error}") from error


def require_image(manifest: Manifest, where: str) -> None:
    """Raise UnsupportedError, saying what it is, where `manifest` carries something else than a container image.

    An image has a configuration of an image's type and layers of a layer's (image-spec manifest.md, «Guidelines for
    Artifact Usage»); signatures by cosign have the first without the second.
    """
    config = manifest.config.media_type
    others = [layer.media_type for layer in manifest.layers if not media_types.is_layer(layer.media_type)]
    if config in media_types.CONFIGS and (not manifest.layers or len(others) < len(manifest.layers)):
        if any(layer.media_type.endswith("+encrypted") for layer in manifest.layers):
            raise UnsupportedError(
                f"{where}: its layers are encrypted", hint="decrypt it: `skopeo copy --decryption-key`"
            )
        return
    kind = _first_kind((manifest.artifact_type, config, *others))
    named = manifest.artifact_type or (others[0] if config in media_types.CONFIGS else config)
    raise UnsupportedError(
        f"{where}: {kind or 'an artifact'} ({named[:120] or 'of no type'}), not a container image",
        hint="name an image; artifacts that belong to one are found from it",
    )


def _first_kind(types: Iterable[str]) -> str | None:
    return next((kind for one in types if (kind := media_types.kind_of_artifact(one))), None)
