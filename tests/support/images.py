"""Small images built in a test: layers from dictionaries of files, then OCI layouts, archives and docker archives.

    base = layer({"etc/os-release": "ID=alpine\n", "bin/sh": Link("/bin/busybox")})
    top = layer({"etc/.wh.motd": ""}, compression="zstd")
    app = image([base, top], platform="linux/arm64", config={"User": "app"})
    write_oci_layout(folder, {"1.0": app, "all": index([app, other], attestations=True)})
    write_docker_archive(folder / "a.tar", {"shop/web:1.0": app}, style="legacy")

Everything is reproducible: no time, no random number.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OCI = "application/vnd.oci.image"
DOCKER = "application/vnd.docker"
OCI_INDEX = f"{OCI}.index.v1+json"
OCI_MANIFEST = f"{OCI}.manifest.v1+json"
OCI_CONFIG = f"{OCI}.config.v1+json"
DOCKER_INDEX = f"{DOCKER}.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = f"{DOCKER}.distribution.manifest.v2+json"
DOCKER_CONFIG = f"{DOCKER}.container.image.v1+json"
CREATED = "2026-01-02T03:04:05Z"


@dataclass(frozen=True)
class File:
    """A regular file with more than content."""

    content: bytes | str = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    xattrs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A symbolic link; `target` is written as it stands."""

    target: str


@dataclass(frozen=True)
class HardLink:
    """A hard link to the entry `target` of the same archive."""

    target: str


@dataclass(frozen=True)
class Directory:
    """A directory (those that are not spelled out are not written)."""

    mode: int = 0o755


@dataclass(frozen=True)
class Special:
    """A device or a FIFO: `kind` is tarfile's type byte."""

    kind: bytes = tarfile.FIFOTYPE
    major: int = 0
    minor: int = 0


Node = bytes | str | File | Link | HardLink | Directory | Special
Files = Mapping[str, Node] | Sequence[tuple[str, Node]]


def sha256(data: bytes) -> str:
    """Return the digest of `data` as a descriptor writes it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def tar_of(files: Files, *, tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """Return an archive of `files` in their order; a sequence of pairs may name one path twice."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:
        for name, node in files.items() if isinstance(files, Mapping) else files:
            _add(archive, name, node)
    return stream.getvalue()


def _add(archive: tarfile.TarFile, name: str, node: Node) -> None:
    entry = tarfile.TarInfo(name)
    content = b""
    if isinstance(node, HardLink):  # everything that writes archives repeats the file's mode and owner
        file = next((one for one in archive.members if one.name == node.target), entry)
        entry.mode, entry.uid, entry.gid = file.mode, file.uid, file.gid
    match node:
        case Link(target) | HardLink(target):
            entry.type = tarfile.SYMTYPE if isinstance(node, Link) else tarfile.LNKTYPE
            entry.linkname = target
        case Directory(mode):
            entry.type, entry.mode = tarfile.DIRTYPE, mode
        case Special(kind, major, minor):
            entry.type, entry.devmajor, entry.devminor = kind, major, minor
        case File():
            content = node.content.encode() if isinstance(node.content, str) else node.content
            entry.mode, entry.uid, entry.gid = node.mode, node.uid, node.gid
            entry.pax_headers = {f"SCHILY.xattr.{key}": value for key, value in node.xattrs.items()}
        case str():
            content = node.encode()
        case _:
            content = node
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


@dataclass(frozen=True)
class BuiltLayer:
    """A layer: the archive, and the blob that it travels as."""

    tar: bytes
    blob: bytes
    media_type: str

    @property
    def diff_id(self) -> str:
        return sha256(self.tar)

    @property
    def digest(self) -> str:
        return sha256(self.blob)

    @property
    def descriptor(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.blob)}


def layer(files: Files | bytes, compression: str = "gzip", *, media_type: str | None = None) -> BuiltLayer:
    """Return a layer of `files` (or of a ready archive): ``gzip``, ``zstd`` or ``none``."""
    archive = files if isinstance(files, bytes) else tar_of(files)
    suffix = {"gzip": "+gzip", "zstd": "+zstd", "none": ""}[compression]
    return BuiltLayer(archive, compress(archive, compression), media_type or f"{OCI}.layer.v1.tar{suffix}")


def compress(data: bytes, compression: str) -> bytes:
    """Return `data` compressed."""
    if compression == "gzip":
        return gzip.compress(data, 6, mtime=0)
    if compression == "zstd":
        try:
            from compression import zstd
        except ImportError:
            from backports import zstd
        return zstd.compress(data)
    return data


@dataclass(frozen=True)
class BuiltImage:
    """One image: its manifest, its configuration and its layers."""

    manifest: bytes
    config: bytes
    layers: tuple[BuiltLayer, ...]
    platform: dict[str, str]
    media_type: str = OCI_MANIFEST

    @property
    def digest(self) -> str:
        return sha256(self.manifest)

    @property
    def descriptor(self) -> dict[str, Any]:
        return {
            "mediaType": self.media_type,
            "digest": self.digest,
            "size": len(self.manifest),
            "platform": self.platform,
        }

    @property
    def blobs(self) -> dict[str, bytes]:
        """Digest → bytes, the manifest included."""
        found = {one.digest: one.blob for one in self.layers}
        return {**found, sha256(self.config): self.config, self.digest: self.manifest}


@dataclass(frozen=True)
class BuiltIndex:
    """An image index and everything below it."""

    manifest: bytes
    blobs: dict[str, bytes]
    media_type: str = OCI_INDEX

    @property
    def digest(self) -> str:
        return sha256(self.manifest)

    @property
    def descriptor(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.manifest)}


Built = BuiltImage | BuiltIndex


def dumps(document: object) -> bytes:
    """Return JSON as the tools write it."""
    return json.dumps(document, separators=(",", ":")).encode()


def image(
    layers: Sequence[BuiltLayer | Files],
    *,
    platform: str = "linux/amd64",
    config: Mapping[str, Any] | None = None,
    top: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
    manifest: Mapping[str, Any] | None = None,
    docker: bool = False,
) -> BuiltImage:
    """Return an image of `layers`, lowest first.

    `config` is what stands below ``config``, `top` replaces fields of the configuration, `manifest` fields of the
    manifest; `docker` takes Docker's media types. Without `history` each layer has one step.
    """
    built = tuple(one if isinstance(one, BuiltLayer) else layer(one) for one in layers)
    if docker:
        built = tuple(BuiltLayer(one.tar, one.blob, f"{DOCKER}.image.rootfs.diff.tar.gzip") for one in built)
    where = platform_of(platform)
    steps = history if history is not None else [step(f"RUN step {number}") for number, _ in enumerate(built)]
    document: dict[str, Any] = {
        "created": CREATED,
        **where,
        "config": dict(config or {}),
        "rootfs": {"type": "layers", "diff_ids": [one.diff_id for one in built]},
        "history": list(steps),
        **(top or {}),
    }
    content = dumps(document)
    kind = DOCKER_MANIFEST if docker else OCI_MANIFEST
    text: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": {
            "mediaType": DOCKER_CONFIG if docker else OCI_CONFIG,
            "digest": sha256(content),
            "size": len(content),
        },
        "layers": [one.descriptor for one in built],
        **(manifest or {}),
    }
    return BuiltImage(dumps(text), content, built, where, kind)


def step(created_by: str, *, empty: bool = False) -> dict[str, Any]:
    """Return one entry of the history."""
    return {"created": CREATED, "created_by": created_by, **({"empty_layer": True} if empty else {})}


def platform_of(text: str) -> dict[str, str]:
    """Return a descriptor's platform: ``linux/arm/v7``."""
    return dict(zip(("os", "architecture", "variant"), text.split("/"), strict=False))


def attestation(subject: BuiltImage) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the descriptor and the blobs of what BuildKit attaches to `subject`: provenance in a manifest."""
    statement = dumps(
        {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2"}
    )
    claims = BuiltLayer(b"", statement, "application/vnd.in-toto+json")
    carrier = image([], platform="unknown/unknown", manifest={"layers": [claims.descriptor]})
    descriptor = {
        **carrier.descriptor,
        "annotations": {
            "vnd.docker.reference.digest": subject.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        },
    }
    return descriptor, {**carrier.blobs, claims.digest: statement}


def index(
    members: Sequence[Built | Mapping[str, Any]],
    *,
    attestations: bool = False,
    docker: bool = False,
    fields: Mapping[str, Any] | None = None,
) -> BuiltIndex:
    """Return an index of images, indexes, or plain descriptors, in order; `attestations` adds one for each image."""
    kind = DOCKER_INDEX if docker else OCI_INDEX
    descriptors: list[Mapping[str, Any]] = []
    blobs: dict[str, bytes] = {}
    for member in members:
        if isinstance(member, Mapping):
            descriptors.append(member)
            continue
        descriptors.append(member.descriptor)
        blobs |= member.blobs
        if attestations and isinstance(member, BuiltImage):
            descriptor, more = attestation(member)
            descriptors.append(descriptor)
            blobs |= more
    content = dumps({"schemaVersion": 2, "mediaType": kind, "manifests": descriptors, **(fields or {})})
    return BuiltIndex(content, {**blobs, sha256(content): content}, kind)


def layout_files(tagged: Mapping[str, Built] | Built) -> dict[str, bytes]:
    """Return path → bytes of an OCI image layout; a lone image has no tag."""
    members = {"": tagged} if isinstance(tagged, (BuiltImage, BuiltIndex)) else tagged
    entries, files = [], {"oci-layout": dumps({"imageLayoutVersion": "1.0.0"})}
    for tag, built in members.items():
        note = {"annotations": {"org.opencontainers.image.ref.name": tag}} if tag else {}
        entries.append({**built.descriptor, **note})
        files |= {f"blobs/{name.replace(':', '/')}": blob for name, blob in built.blobs.items()}
    files["index.json"] = dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})
    return files


def write_oci_layout(folder: Path, tagged: Mapping[str, Built] | Built) -> Path:
    """Write an OCI image layout and return `folder`."""
    for name, content in layout_files(tagged).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def write_oci_archive(path: Path, tagged: Mapping[str, Built] | Built) -> Path:
    """Write an OCI image layout as an archive and return `path`."""
    path.write_bytes(tar_of(layout_files(tagged)))
    return path


def docker_files(tagged: Mapping[str, BuiltImage], style: str = "new") -> list[tuple[str, Node]]:
    """Return the entries of a docker archive: ``new`` as Docker 25 saves, ``legacy`` as before, ``podman`` as Podman.

    The layers are plain archives, but for ``gzip``: legacy names with the blobs as they are.
    """
    if style == "new":
        return _docker_new(tagged)
    entries: dict[str, Node] = {}
    manifests = []
    for name, built in tagged.items():
        paths = []
        for one in built.layers:
            path = f"{one.diff_id[7:]}.tar"
            if style == "legacy":
                path = f"{sha256(one.diff_id.encode())[7:]}/layer.tar"
                entries.setdefault(f"{path.partition('/')[0]}/VERSION", "1.0")
                entries.setdefault(f"{path.partition('/')[0]}/json", "{}")
            entries.setdefault(path, one.blob if style == "gzip" else one.tar)
            if style == "podman":
                entries.setdefault(f"{sha256(one.diff_id.encode())[7:]}/layer.tar", Link(f"../{path}"))
            paths.append(path)
        config = f"{sha256(built.config)[7:]}.json"
        entries[config] = built.config
        manifests.append({"Config": config, "RepoTags": [name] if name else None, "Layers": paths})
    entries["manifest.json"] = dumps(manifests)
    entries["repositories"] = "{}"
    return list(entries.items())


def _docker_new(tagged: Mapping[str, BuiltImage]) -> list[tuple[str, Node]]:
    members: dict[str, Built] = {}
    manifests = []
    for name, built in tagged.items():
        plain = [BuiltLayer(one.tar, one.tar, f"{OCI}.layer.v1.tar") for one in built.layers]
        text = {**json.loads(built.manifest), "layers": [one.descriptor for one in plain]}
        moved = BuiltImage(dumps(text), built.config, tuple(plain), built.platform)
        members[name] = moved
        paths = [f"blobs/{one.digest.replace(':', '/')}" for one in plain]
        config = f"blobs/{sha256(built.config).replace(':', '/')}"
        manifests.append({"Config": config, "RepoTags": [name] if name else None, "Layers": paths})
    return [*sorted(layout_files(members).items()), ("manifest.json", dumps(manifests)), ("repositories", "{}")]


def write_docker_archive(path: Path, tagged: Mapping[str, BuiltImage] | BuiltImage, style: str = "new") -> Path:
    """Write a docker archive (see `docker_files`) and return `path`; a lone image has no tag."""
    members = {"": tagged} if isinstance(tagged, BuiltImage) else tagged
    path.write_bytes(tar_of(docker_files(members, style)))
    return path
