"""One entry of a tar archive, with all that its header and the special entries before it say."""

from dataclasses import dataclass

from basewright.formats.content import MalformedError
from basewright.formats.tar_fields import clamped, number, prefix_of, text
from basewright.formats.tar_pax import Extended

REGULAR, LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, DIRECTORY, FIFO, CONTIGUOUS, OLD, SPARSE = b"01234567\0S"
"""Kinds of entries, as typeflags: POSIX's, v7's regular file or directory, GNU's old sparse file."""
DEVICES = frozenset({CHARACTER, BLOCK_DEVICE})
LINKS = frozenset({LINK, SYMLINK})
_HEADER_ONLY = frozenset({LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, DIRECTORY, FIFO})
"""Kinds whose size field means nothing."""
_KNOWN = _HEADER_ONLY | {REGULAR, CONTIGUOUS, SPARSE}


@dataclass(slots=True)
class TarEntry:
    """What the walk needs of an entry that is not plain."""

    name: bytes
    kind: int
    """One of ustar's seven; REGULAR for a sparse or contiguous file."""
    mode: int
    uid: int
    gid: int
    body: int
    """Bytes that it takes in the archive, after its header."""
    size: int
    """Bytes of the file: more than `body` where it has holes."""
    link: bytes
    device: tuple[int, int] | None
    sparse: tuple[int, int] | None
    """Version of GNU's sparse format; (0, 9) is the old one, of type S."""
    is_known: bool


OLD_SPARSE = (0, 9)


def size_of(header: bytes, extended: Extended | None = None) -> int:
    """Return how many bytes follow the header; raises MalformedError for none or fewer."""
    size = extended.number(b"size") if extended else None
    if size is None:
        size = number(header[124:136])
    if size is None or size < 0:
        raise MalformedError("a header whose size is no number or below zero")
    return size


def read_entry(header: bytes, extended: Extended) -> TarEntry:
    """Put together what is said of an entry; raises MalformedError where Go's reader refuses it."""
    version = extended.sparse_version
    values = extended.values
    name = extended.name or values.get(b"path") or name_of(header)
    kind = header[156]
    if version is not None:
        name = values.get(b"GNU.sparse.name") or name
    if kind == OLD:
        kind = DIRECTORY if name.endswith(b"/") else REGULAR
    is_known = kind in _KNOWN
    body = 0 if kind in _HEADER_ONLY else size_of(header, extended)
    size: int | None = body
    if kind == SPARSE:
        version, size = OLD_SPARSE, number(header[483:495])
    elif kind in _HEADER_ONLY:
        version = None
    elif version is not None:
        size = extended.number(b"GNU.sparse.realsize" if version == (1, 0) else b"GNU.sparse.size")
        size = body if size is None else size
    if size is None or size < 0:
        raise MalformedError("a sparse file whose size is no number or below zero")
    mode, uid, gid = owner_of(header[100:124], extended)
    return TarEntry(
        name=name,
        kind=REGULAR if kind in {CONTIGUOUS, SPARSE} else kind,
        mode=mode,
        uid=uid,
        gid=gid,
        body=body,
        size=size,
        link=extended.link or values.get(b"linkpath") or text(header[157:257]),
        device=_device_of(header) if kind in DEVICES else None,
        sparse=version,
        is_known=is_known,
    )


def owner_of(field: bytes, extended: Extended | None = None) -> tuple[int, int, int]:
    """Return permission bits, uid and gid; `field` is the header's from mode to gid. Raises MalformedError."""
    mode, uid, gid = number(field[:8]), number(field[8:16]), number(field[16:24])
    if extended is not None:
        pax_uid, pax_gid = extended.number(b"uid"), extended.number(b"gid")
        uid = uid if pax_uid is None else pax_uid
        gid = gid if pax_gid is None else pax_gid
    if mode is None or uid is None or gid is None or uid < 0 or gid < 0:
        raise MalformedError("a header whose mode or owner is no number")
    return mode & 0o7777, uid, gid


def name_of(header: bytes) -> bytes:
    """Return the name in the header, with what its format puts before it."""
    name, prefix = text(header[:100]), prefix_of(header)
    return prefix + b"/" + name if prefix else name


def _device_of(header: bytes) -> tuple[int, int]:
    major, minor = number(header[329:337]), number(header[337:345])
    if major is None or minor is None:
        raise MalformedError("a header whose device numbers are no numbers")
    return major, minor


def path_problem(raw: bytes, path: str | None, kind: int, *, longest: int, deepest: int) -> str:
    """Return why an entry named `raw`, `path` when normalized, is left out; empty where it is not."""
    if path is None:
        return "its path leaves the image's root"
    if len(raw) > longest:
        return f"its path has more than {longest} bytes"
    if path.count("/") >= deepest:
        return f"it lies more than {deepest} directories deep"
    if not path and kind != DIRECTORY:
        return "it would replace the image's root"
    return ""


def link_target(raw: bytes) -> str | None:
    """Return what a hard link names, normalized; None where that is nothing below the root.

    As for a process in the container, there is nothing above the root: ``../../etc/passwd`` is ``etc/passwd``.
    """
    return clamped(raw.decode("utf-8", "surrogateescape")) or None
