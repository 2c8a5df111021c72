"""OCI image layouts, as a folder or as an archive (image-spec image-layout.md).

Manifests and configurations are verified here, layers when they are read.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from basewright.errors import InputError, IntegrityError, InvalidImageError, UnsupportedError
from basewright.image import media_types
from basewright.image.blob_image import BlobImage, blob_layers, compressed_bytes
from basewright.image.config import NO_PLATFORM, ParsedConfig, parse_config
from basewright.image.documents import Fields, decode
from basewright.image.files import ArchiveFiles, FolderFiles, ImageFiles, shared
from basewright.image.interface import OpenOptions
from basewright.image.manifest import Index, Manifest, parse_document, require_image, verify
from basewright.image.select import Selected, check_platform, is_attachment, members, notes_of, select
from basewright.model.digest import Digest
from basewright.model.image import Descriptor, ImageIdentity
from basewright.model.platform import Platform

REF_NAME = "org.opencontainers.image.ref.name"
_FULL_NAME = "io.containerd.image.name"
"""The whole reference, where containerd, BuildKit or Docker wrote the layout."""
_ELSEWHERE = "it lies elsewhere than the image (a foreign layer), and addresses in a manifest are never asked"
_TOLD = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: what it is kept in, how it was named, and what is asked of it."""

    files: ImageFiles
    transport: str
    reference: str
    """As the caller wrote it."""
    options: OpenOptions

    def images(self, tag: str | None, digest: Digest | None = None) -> tuple[BlobImage, ...]:
        """Return the images that `tag` or `digest` names, or the only one; raises as `Image` openers do."""
        root, index_digest = self._root(tag, digest)
        if isinstance(root, Manifest):
            image = self._image(root, index_digest, None)
            check_platform(self.reference, _known(image.identity.platform), self.options)
            return (image,)
        found = members(root, self._document, self.reference, self.options.limits)
        chosen = select(found.images, self.reference, self.options, self._platform)
        images = []
        for one in chosen:
            document = self._document(one.descriptor)
            if not isinstance(document, Manifest):
                raise InvalidImageError(f"{self.reference}: {one.descriptor.digest} is no image manifest")
            images.append(self._image(document, index_digest, one))
        return tuple(images)

    def has(self, tag: str) -> bool:
        """Whether the layout's index names an image `tag`."""
        return any(tag in _names(one) for one in self._index().manifests)

    def _root(self, tag: str | None, digest: Digest | None) -> tuple[Index | Manifest, Digest | None]:
        """Return what was named, and its digest where it is an index that lies in the layout as a blob."""
        index = self._index()
        entries = [one for one in index.manifests if not is_attachment(one)]
        if digest is not None:
            named = [one for one in entries if one.digest == digest][:1]
            document = self._document(named[0] if named else self._untyped(digest))
            return document, document.digest if isinstance(document, Index) else None
        named = [one for one in entries if tag in _names(one)] if tag is not None else entries
        named = list({one.digest: one for one in named}.values())
        if len(named) == 1:
            document = self._document(named[0])
            return document, document.digest if isinstance(document, Index) else None
        # One name for several platforms, or none at all, is an index in all but name.
        if named and (tag is not None or not any(map(_names, named))) and all(one.platform for one in named):
            return replace(index, manifests=tuple(named)), None
        raise self._unclear(tag, entries)

    def _unclear(self, tag: str | None, entries: Iterable[Descriptor]) -> InputError:
        there = sorted({name for one in entries for name in (_names(one)[:1] or (f"@{one.digest}",))})
        told = ", ".join(there[:_TOLD]) + (" …" if len(there) > _TOLD else "")
        if not there:
            return InputError(f"{self.reference}: the layout names no image")
        if tag is None:
            return InputError(
                f"{self.reference}: the layout names several images: {told}", hint="name one: PATH:TAG or PATH@DIGEST"
            )
        return InputError(f"{self.reference}: no image is named {tag!r}; there are: {told}")

    def _index(self) -> Index:
        """Return ``index.json``, after a look at the layout's version."""
        limits = self.options.limits
        where = f"{self.reference}: oci-layout"
        marker = self.files.read("oci-layout", limits.manifest)
        content = self.files.read("index.json", limits.manifest)
        if marker is None or content is None:
            missing = "oci-layout" if marker is None else "index.json"
            # Of folders there is no docker archive: «manifest.json» may be anything's there.
            docker = isinstance(self.files, ArchiveFiles) and self.files.size("manifest.json") is not None
            hint = f"it looks like a docker archive: docker-archive:{self.files.name}" if docker else ""
            raise InputError(f"{self.reference}: no OCI image layout, for it has no {missing}", hint=hint)
        version = Fields(decode(marker, where, limit=limits.manifest, depth=limits.json_depth), where).text(
            "imageLayoutVersion"
        )
        if not version.startswith("1."):
            raise UnsupportedError(f"{where}: version {version[:40]!r} of the image layout; 1.x is read")
        where = f"{self.reference}: index.json"
        index = parse_document(content, where, declared=media_types.OCI_INDEX, limits=limits)
        if not isinstance(index, Index):
            raise InvalidImageError(f"{where}: no image index")
        return index

    def _untyped(self, digest: Digest) -> Descriptor:
        size = self.files.size(_path(digest))
        if size is None:
            raise InputError(f"{self.reference}: the layout holds no blob {digest}")
        return Descriptor("", digest, size)

    def _blob(self, descriptor: Descriptor, limit: int) -> bytes:
        where = f"{self.reference}: blob {descriptor.digest}"
        content = self.files.read(_path(descriptor.digest), limit)
        if content is None:
            raise InvalidImageError(f"{where} is missing", hint="copy the image again: the layout is not complete")
        verify(content, descriptor.digest, where)
        if len(content) != descriptor.size:
            raise IntegrityError(f"{where} has {len(content)} bytes, and is declared with {descriptor.size}")
        return content

    def _document(self, descriptor: Descriptor) -> Index | Manifest:
        limits = self.options.limits
        return parse_document(
            self._blob(descriptor, limits.manifest),
            f"{self.reference}: manifest {descriptor.digest}",
            declared=descriptor.media_type,
            digest=descriptor.digest,
            limits=limits,
        )

    def _platform(self, descriptor: Descriptor) -> Platform | None:
        """Return the platform that the configuration of an image tells; None where it is no image or does not."""
        document = self._document(descriptor)
        if not isinstance(document, Manifest) or document.config.media_type not in media_types.CONFIGS:
            return None
        return _known(self._config(document).config.platform)

    def _config(self, manifest: Manifest) -> ParsedConfig:
        limits = self.options.limits
        where = f"{self.reference}: configuration {manifest.config.digest}"
        content = self._blob(manifest.config, limits.config)
        return parse_config(content, where, layers=len(manifest.layers), limits=limits)

    def _image(self, manifest: Manifest, index_digest: Digest | None, selected: Selected | None) -> BlobImage:
        require_image(manifest, self.reference)
        parsed = self._config(manifest)
        layers = blob_layers(manifest, parsed, self._open, self._absent)
        platform = _known(parsed.config.platform)
        identity = ImageIdentity(
            self.reference,
            self.transport,
            platform,
            manifest.digest,
            index_digest,
            manifest.config.digest,
            manifest.media_type,
            manifest.annotations,
            compressed_bytes(layers),
            notes=notes_of(selected, platform, self.options),
        )
        return BlobImage(identity, parsed.config, layers, parsed.unknowns)

    def _open(self, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        return self.files.stream(_path(descriptor.digest))

    def _absent(self, descriptor: Descriptor) -> str:
        """Return why a layer's blob is not there; raise InvalidImageError where it should be."""
        if self.files.size(_path(descriptor.digest)) is not None:
            return ""
        if media_types.is_foreign(descriptor.media_type):
            return _ELSEWHERE
        raise InvalidImageError(
            f"{self.reference}: layer {descriptor.digest} is missing",
            hint="copy the image again: the layout is not complete",
        )


def open_oci_directory(place: str, name: str | None, reference: str, options: OpenOptions) -> tuple[BlobImage, ...]:
    """Open ``oci-dir:``: `name` is a tag, or ``@`` and a digest; None for the only image there is."""
    return open_layout(FolderFiles.open(place), "oci-dir", name, reference, options)


def open_oci_archive(place: str, name: str | None, reference: str, options: OpenOptions) -> tuple[BlobImage, ...]:
    """Open ``oci-archive:``: the same inside a tar archive, which is never unpacked."""
    return open_layout(ArchiveFiles.open(place, options.limits), "oci-archive", name, reference, options)


def open_layout(
    files: ImageFiles, transport: str, name: str | None, reference: str, options: OpenOptions
) -> tuple[BlobImage, ...]:
    """Return the images of a layout kept in `files`, which are closed with the last of them."""
    layout = Layout(files, transport, reference, options)
    return sharing(files, partial(_named, layout, name))


def _named(layout: Layout, name: str | None) -> tuple[BlobImage, ...]:
    if name is not None and name.startswith("@"):
        return layout.images(None, Digest.parse(name[1:]))
    return layout.images(name)


def sharing(files: ImageFiles, opened: Callable[[], tuple[BlobImage, ...]]) -> tuple[BlobImage, ...]:
    """Return what `opened` gives; `files` are closed when it fails, else with the last of the images."""
    try:
        images = opened()
    except BaseException:
        files.close()
        raise
    return tuple(
        replace(one, closing=release) for one, release in zip(images, shared(files.close, len(images)), strict=True)
    )


def _path(digest: Digest) -> str:
    return f"blobs/{digest.algorithm}/{digest.hex}"


def _names(descriptor: Descriptor) -> tuple[str, ...]:
    named = (descriptor.annotations.get(REF_NAME), descriptor.annotations.get(_FULL_NAME))
    return tuple(name for name in named if name)


def _known(platform: Platform | None) -> Platform | None:
    return None if platform == NO_PLATFORM else platform
