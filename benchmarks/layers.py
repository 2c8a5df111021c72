"""Turn what a command changed below a folder into an image's layer, as `docker build` would: tar, whiteouts, gzip.

Nothing of Basewright is used here, so that what is measured and what is measured with share no defect. Tar after the
OCI image specification 1.1, «Image Layer Filesystem Changeset»; entries sorted by path, times in whole seconds.
"""

import hashlib
import json
import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"
EMPTY_BELOW = frozenset({"proc", "sys", "dev", "run", "tmp"})
OF_THE_HOST = frozenset({"etc/resolv.conf", "etc/hostname", "etc/hosts"})

Snapshot = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's tar on disk, what it is called by and which command made it."""

    tar: Path
    diff_id: str
    entries: int
    size: int
    created_by: str


def snapshot(root: Path) -> Snapshot:
    """Return inode and change time of every path below `root`, relative, without what a run leaves in passing."""
    found: Snapshot = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if path in OF_THE_HOST:
                    continue
                state = entry.stat(follow_symlinks=False)
                found[path] = (state.st_ino, state.st_ctime_ns)
                if stat.S_ISDIR(state.st_mode) and path not in EMPTY_BELOW:
                    waiting.append(path)
    return found


def write_layer(
    root: Path, old: Snapshot, new: Snapshot, opaque: tuple[str, ...], to: Path, by: str, newest: int
) -> Layer:
    """Write to `to` what changed from `old` to `new`; folders in `opaque` hide what lower layers hold below them."""
    below = tuple(f"{folder}/" for folder in opaque)
    changed = {path for path, state in new.items() if old.get(path) != state or path.startswith(below)}
    gone = {path for path in old.keys() - new.keys() if not path.startswith(below)}
    whiteouts = {_marker(path) for path in gone if path.rpartition("/")[0] not in gone}
    whiteouts |= {f"{folder}/.wh..wh..opq" for folder in opaque}
    first: dict[tuple[int, int], str] = {}
    entries = 0
    with tarfile.open(to, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(changed | whiteouts):
            if path in whiteouts:
                tar.addfile(tarfile.TarInfo(path))
                entries += 1
            else:
                entries += _add(tar, root, path, first, newest)
    digest = hashlib.sha256()
    for block in _blocks(to):
        digest.update(block)
    return Layer(to, digest.hexdigest(), entries, to.stat().st_size, by)


def _marker(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/.wh.{name}" if folder else f".wh.{name}"


def _add(tar: tarfile.TarFile, root: Path, path: str, first: dict[tuple[int, int], str], newest: int) -> int:
    """Add one path; return 1, or 0 for a socket, which no layer holds."""
    full = root / path
    state = full.lstat()
    if stat.S_ISSOCK(state.st_mode):
        return 0
    info = tarfile.TarInfo(path)
    info.mode, info.uid, info.gid = stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid
    info.mtime = min(int(state.st_mtime), newest)
    if stat.S_ISDIR(state.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(state.st_mode):
        info.type, info.linkname = tarfile.SYMTYPE, str(full.readlink())
    elif stat.S_ISFIFO(state.st_mode):
        info.type = tarfile.FIFOTYPE
    elif stat.S_ISREG(state.st_mode):
        target = first.setdefault((state.st_dev, state.st_ino), path)
        if target != path:
            info.type, info.linkname = tarfile.LNKTYPE, target
        else:
            _add_file(tar, info, full, state.st_size)
            return 1
    else:
        info.type = tarfile.CHRTYPE if stat.S_ISCHR(state.st_mode) else tarfile.BLKTYPE
        info.devmajor, info.devminor = os.major(state.st_rdev), os.minor(state.st_rdev)
    tar.addfile(info)
    return 1


def _add_file(tar: tarfile.TarFile, info: tarfile.TarInfo, full: Path, size: int) -> None:
    info.size = size
    if "security.capability" in os.listxattr(full, follow_symlinks=False):
        value = os.getxattr(full, "security.capability", follow_symlinks=False)
        info.pax_headers = {"SCHILY.xattr.security.capability": value.decode("utf-8", "surrogateescape")}
    with full.open("rb") as file:
        tar.addfile(info, file)


def write_layout(layers: list[Layer], to: Path, media_type: str, config: dict[str, object], created: str) -> None:
    """Write an OCI layout with one image, tagged `latest`, whose layers are compressed as `media_type` says."""
    shutil.rmtree(to, ignore_errors=True)
    (to / "blobs" / "sha256").mkdir(parents=True)
    described = [_compressed(layer.tar, to, media_type) for layer in layers]
    image = {
        "created": created, "architecture": "amd64", "os": "linux", "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.diff_id}" for layer in layers]},
        "history": [{"created": created, "created_by": layer.created_by} for layer in layers],
    }  # fmt: skip
    manifest = {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": _blob(to, image, "application/vnd.oci.image.config.v1+json"), "layers": described,
    }  # fmt: skip
    described_manifest = _blob(to, manifest, "application/vnd.oci.image.manifest.v1+json")
    described_manifest["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    described_manifest["platform"] = {"architecture": "amd64", "os": "linux"}
    index = {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [described_manifest],
    }  # fmt: skip
    (to / "index.json").write_text(json.dumps(index))
    (to / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')


def _blob(layout: Path, document: Mapping[str, object], media_type: str) -> dict[str, object]:
    content = json.dumps(document).encode()
    digest = hashlib.sha256(content).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(content)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def _compressed(tar: Path, layout: Path, media_type: str) -> dict[str, object]:
    blobs = layout / "blobs" / "sha256"
    digest = hashlib.sha256()
    with (blobs / "partial").open("wb") as out:
        for piece in _pieces(tar, *_compressor(media_type)):
            digest.update(piece)
            out.write(piece)
        size = out.tell()
    (blobs / "partial").rename(blobs / digest.hexdigest())
    return {"mediaType": media_type, "digest": f"sha256:{digest.hexdigest()}", "size": size}


def _compressor(media_type: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """Return compress and flush: gzip as registries serve it (level 6), or zstd at its default level."""
    if media_type == ZSTD:
        from backports.zstd import ZstdCompressor

        zstd = ZstdCompressor(level=3)
        return zstd.compress, zstd.flush
    gzip = zlib.compressobj(6, zlib.DEFLATED, 31)
    return gzip.compress, gzip.flush


def _pieces(tar: Path, compress: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> Iterator[bytes]:
    for block in _blocks(tar):
        yield compress(block)
    yield flush()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
