"""Docker archives: what ``docker save`` and ``podman save`` write (Docker image spec v1.2, «Combined Image JSON»).

Before Docker 25 a layer is ``<id>/layer.tar``, since then the archive is also an OCI layout; ``manifest.json`` stands
in both. The outer archive's headers are walked by seeking; layers are read where they lie.
"""

import hashlib
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from basewright.errors import InputError, IntegrityError, InvalidImageError, InvalidReferenceError, UnsupportedError
from basewright.image.blob_image import BlobImage, BlobLayer
from basewright.image.config import NO_PLATFORM, ParsedConfig, parse_config
from basewright.image.documents import Fields, decode_any
from basewright.image.files import ArchiveFiles
from basewright.image.interface import OpenOptions
from basewright.image.oci_layout import Layout, sharing
from basewright.image.outer_tar import normalize
from basewright.image.select import check_platform, notes_of
from basewright.model.digest import Digest
from basewright.model.image import ImageIdentity
from basewright.model.reference import ImageReference

_FIELDS = frozenset({"Config", "RepoTags", "Layers", "Parent", "LayerSources"})
_CONFIG_NAME = re.compile(r"(?:.*/)?(?:sha256:)?([0-9a-f]{64})(?:\.json)?")
_BLOB_NAME = re.compile(r"blobs/(sha256|sha512)/([0-9a-f]+)")
_TOLD: Final = 40


@dataclass(frozen=True, slots=True)
class SavedImage:
    """One element of ``manifest.json``."""

    config: str
    """Path in the archive, as all paths here."""
    tags: tuple[str, ...]
    layers: tuple[str, ...]
    """Lowest first."""


def open_docker_archive(place: str, name: str | None, reference: str, options: OpenOptions) -> tuple[BlobImage, ...]:
    """Open ``docker-archive:``: `name` is REPOSITORY:TAG or ``@`` and a number, from 0; None for the only one."""
    files = ArchiveFiles.open(place, options.limits)
    return sharing(files, partial(_images, files, name, reference, options))


def _images(files: ArchiveFiles, name: str | None, reference: str, options: OpenOptions) -> tuple[BlobImage, ...]:
    content = files.read("manifest.json", options.limits.manifest)
    is_layout = files.size("index.json") is not None and files.size("oci-layout") is not None
    if content is None:
        if files.size("repositories") is not None:
            raise UnsupportedError(
                f"{reference}: saved by a Docker before 1.10, without manifest.json",
                hint="load it and save it again with a current Docker",
            )
        hint = f"it looks like an OCI layout: oci-archive:{files.name}" if is_layout else ""
        raise InputError(f"{reference}: no docker archive, for it has no manifest.json", hint=hint)
    saved = parse_saved(content, f"{reference}: manifest.json", options)
    chosen = _choose(saved, name, reference)
    # manifest.json knows one platform alone; where several were saved, the layout beside it knows them.
    if is_layout and options.all_platforms:
        return _of_layout(files, chosen, reference, options)
    image = _image(files, chosen, reference, options)
    try:
        check_platform(reference, image.identity.platform, options)
    except InputError:
        if not is_layout:
            raise
        return _of_layout(files, chosen, reference, options)
    return (image,)


def parse_saved(content: bytes, where: str, options: OpenOptions) -> tuple[SavedImage, ...]:
    """Return what ``manifest.json`` lists; raise InvalidImageError or UnsupportedError."""
    limits = options.limits
    documents = decode_any(content, where, limit=limits.manifest, depth=limits.json_depth)
    if not isinstance(documents, list) or not all(isinstance(one, dict) for one in documents):
        raise InvalidImageError(f"{where}: not a list of objects")
    if len(documents) > limits.index_entries:
        raise UnsupportedError(f"{where}: {len(documents)} images, more than the {limits.index_entries} that are read")
    return tuple(_saved(one, where, limits.layers) for one in documents)


def _saved(document: Mapping[str, Any], where: str, most: int) -> SavedImage:
    fields = Fields(document, where, _FIELDS)
    layers = fields.texts("Layers")
    if len(layers) > most:
        raise UnsupportedError(f"{where}: {len(layers)} layers, more than the {most} that are read")
    paths = [_inside(path, where) for path in layers]
    return SavedImage(_inside(fields.text("Config"), where), fields.texts("RepoTags"), tuple(paths))


def _inside(path: str, where: str) -> str:
    """Return a path of the archive, never of this machine: ``/x`` is ``x``."""
    inside = normalize(path)
    if not inside:
        raise InvalidImageError(f"{where}: {path[:160]!r} is no file of the archive")
    return inside


def _choose(saved: Sequence[SavedImage], name: str | None, reference: str) -> SavedImage:
    if not saved:
        raise InputError(f"{reference}: the archive holds no image")
    if name is None:
        if len(saved) == 1:
            return saved[0]
        raise InputError(
            f"{reference}: the archive holds {len(saved)} images: {_told(saved)}",
            hint="name one: PATH:REPOSITORY:TAG, or PATH:@NUMBER counted from 0",
        )
    if name.startswith("@"):
        number = int(name[1:]) if name[1:].isdecimal() and len(name) < 8 else -1
        if not 0 <= number < len(saved):
            raise InputError(f"{reference}: no image has the number {name[1:][:20]!r}; there are {len(saved)}")
        return saved[number]
    wanted = full_name(name)
    named = [one for one in saved if wanted in map(full_name, one.tags)]
    if len(named) == 1:
        return named[0]
    if named:
        raise InputError(f"{reference}: {len(named)} images are named {name!r}", hint="choose by number: PATH:@NUMBER")
    raise InputError(f"{reference}: no image is named {name!r}; there are: {_told(saved)}")


def full_name(text: str) -> str:
    """Return a tag's full name, ``latest`` where it has none, so that two spellings are equal; else `text` itself."""
    try:
        parsed = ImageReference.parse(text)
    except (InvalidReferenceError, InputError):
        return text
    return f"{parsed.registry}/{parsed.repository}:{parsed.effective_tag}" if parsed.digest is None else text


def _told(saved: Sequence[SavedImage]) -> str:
    names = [one.tags[0] if one.tags else f"@{number}" for number, one in enumerate(saved)]
    return ", ".join(name[:160] for name in names[:_TOLD]) + (" …" if len(names) > _TOLD else "")


def _image(files: ArchiveFiles, saved: SavedImage, reference: str, options: OpenOptions) -> BlobImage:
    content = files.read(saved.config, options.limits.config)
    where = f"{reference}: configuration {saved.config}"
    if content is None:
        raise InvalidImageError(f"{where} is missing")
    digest = Digest("sha256", hashlib.sha256(content).hexdigest())
    claimed = _CONFIG_NAME.fullmatch(saved.config)
    if claimed and claimed[1] != digest.hex:
        raise IntegrityError(f"{where}: the bytes have the digest {digest}")
    parsed = parse_config(content, where, layers=len(saved.layers), limits=options.limits)
    platform = None if parsed.config.platform == NO_PLATFORM else parsed.config.platform
    layers = _layers(files, saved, parsed, reference)
    identity = ImageIdentity(
        reference,
        "docker-archive",
        platform,
        config_digest=digest,
        compressed_bytes=None,  # `docker save` unpacks layers: what there is to download, they no longer show
        notes=notes_of(None, platform, options),
    )
    return BlobImage(identity, parsed.config, layers, parsed.unknowns)


def _layers(files: ArchiveFiles, saved: SavedImage, parsed: ParsedConfig, reference: str) -> tuple[BlobLayer, ...]:
    diff_ids: Sequence[Digest | None] = parsed.config.diff_ids or (None,) * len(saved.layers)
    layers = []
    for path, diff_id in zip(saved.layers, diff_ids, strict=True):
        member = files.member(path)
        if member is None:
            raise InvalidImageError(f"{reference}: layer {path} is missing")
        opener = partial(files.stream, path)
        layers.append(BlobLayer(None, diff_id, opener, blob_bytes=member.size, blob_digest=_digest_in(member.path)))
    return tuple(layers)


def _digest_in(path: str) -> Digest | None:
    """Return the digest that the path of a layout's blob claims."""
    found = _BLOB_NAME.fullmatch(path)
    if found is None or len(found[2]) != {"sha256": 64, "sha512": 128}[found[1]]:
        return None
    return Digest(found[1], found[2])


def _of_layout(files: ArchiveFiles, saved: SavedImage, reference: str, options: OpenOptions) -> tuple[BlobImage, ...]:
    """Return images of the layout that lies in the same archive, by the first name of `saved` that it knows."""
    layout = Layout(files, "docker-archive", reference, options)
    tags = [name for tag in saved.tags for name in (tag, full_name(tag), posixpath.basename(tag).rpartition(":")[2])]
    return layout.images(next((tag for tag in tags if layout.has(tag)), None))
