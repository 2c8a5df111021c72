"""Tar archives made byte by byte, blobs as layers, and small analysers: for tests of the pass over a layer."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from basewright.formats.content import Content, Window
from basewright.formats.tar import TarWalk
from basewright.formats.tar_interface import TarLimits
from basewright.image.interface import Interest, LayerFacts, LayerIndex
from basewright.model.digest import Digest

END = bytes(1024)


def header(
    name: bytes,
    size: int | bytes = 0,
    kind: bytes = b"0",
    *,
    mode: bytes = b"0000644\0",
    uid: bytes = b"0000000\0",
    gid: bytes = b"0000000\0",
    link: bytes = b"",
    magic: bytes = b"ustar\x0000",
    device: bytes = b"0000000\x000000000\0",
    rest: bytes = b"",
) -> bytes:
    """Return a header with its right checksum; `rest` is what stands from byte 345 on."""
    digits = size if isinstance(size, bytes) else b"%011o\0" % size
    block = b"".join(
        (
            name.ljust(100, b"\0")[:100],
            mode,
            uid,
            gid,
            digits,
            b"00000000000\0",
            b" " * 8,
            kind,
            link.ljust(100, b"\0")[:100],
            magic,
            bytes(64),
            device,
            rest,
        )
    ).ljust(512, b"\0")
    return with_checksum(block)


def with_checksum(block: bytes) -> bytes:
    """Return a header with the checksum that its other bytes ask for."""
    block = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def body(data: bytes) -> bytes:
    """Return content with its padding."""
    return data + bytes(-len(data) % 512)


def entry(name: bytes, data: bytes = b"", kind: bytes = b"0", **fields: Any) -> bytes:
    """Return a header and its content."""
    return header(name, len(data), kind, **fields) + body(data)


def pax(records: dict[bytes, bytes] | Sequence[tuple[bytes, bytes]], kind: bytes = b"x") -> bytes:
    """Return an extended header."""
    pairs = records.items() if isinstance(records, dict) else records
    return entry(b"PaxHeaders/x", b"".join(record(key, value) for key, value in pairs), kind)


def record(key: bytes, value: bytes) -> bytes:
    """Return a PAX record, its length counting itself."""
    length = len(key) + len(value) + 3
    while len(b"%d" % length) + len(key) + len(value) + 3 != length:
        length = len(b"%d" % length) + len(key) + len(value) + 3
    return b"%d %s=%s\n" % (length, key, value)


@dataclass
class Seen:
    """A visitor that wants every file, and keeps what it sees."""

    index: LayerIndex
    files: dict[int, bytes] = field(default_factory=dict)
    heads: list[bytes] = field(default_factory=list)
    large: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    wishes: Sequence[Window] = ()

    def choose(self, path: str, size: int, mode: int, head: bytes) -> str | None:
        self.heads.append(head)
        return path

    def whole(self, ticket: str, number: int, data: memoryview) -> None:
        assert self.index.paths[number] == ticket
        self.files[number] = bytes(data)

    def plan(self, ticket: str, number: int, size: int, head: bytes) -> Iterable[Window]:
        return self.wishes

    def more(self, ticket: str, number: int, size: int, pieces: Any) -> Iterable[Window]:
        return ()

    def windows(self, ticket: str, number: int, size: int, pieces: Any) -> None:
        self.large[number] = [(offset, bytes(data)) for offset, data in pieces]


class Nobody:
    """A visitor that wants nothing."""

    def choose(self, path: str, size: int, mode: int, head: bytes) -> None:
        return None

    def whole(self, *_: Any) -> None:
        raise AssertionError

    plan = more = windows = whole


@dataclass
class Walked:
    """What came of a walk."""

    index: LayerIndex
    seen: Seen
    told: list[tuple[str, str]]
    has_end: bool


def walk(archive: bytes, cuts: Sequence[int] = (), *, wishes: Sequence[Window] = (), **limits: int) -> Walked:
    """Walk over an archive that is fed in pieces, cut at the given places."""
    index = LayerIndex()
    seen = Seen(index, wishes=wishes)
    told: list[tuple[str, str]] = []
    one = TarWalk(index, seen, lambda path, reason: told.append((path, reason)), TarLimits(**limits))
    places = [0, *sorted(cut for cut in cuts if 0 < cut < len(archive)), len(archive)]
    for start, stop in pairwise(places):
        if stop > start:
            one.feed(archive[start:stop])
    one.finish()
    return Walked(index, seen, told, one.has_end)


def tar_of(files: dict[str, bytes], **fields: Any) -> bytes:
    """Return an archive of regular files, as the standard library writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **fields) as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"
PLAIN = "application/vnd.oci.image.layer.v1.tar"


@dataclass
class BytesLayer:
    """`Layer` whose blob is in memory; whatever it claims may be made wrong."""

    blob: bytes
    media_type: str = ""
    digest: Digest | None = None
    size: int | None = None
    diff_id: Digest | None = None
    piece: int = 1 << 16
    opened: int = 0

    @contextmanager
    def open(self) -> Iterator[Iterator[bytes]]:
        self.opened += 1
        yield (self.blob[at : at + self.piece] for at in range(0, len(self.blob), self.piece))


def sha256(data: bytes) -> Digest:
    return Digest("sha256", hashlib.sha256(data).hexdigest())


def layer_of(archive: bytes, media_type: str = GZIP) -> BytesLayer:
    """Return a layer that claims what is true."""
    blob = archive
    if media_type == GZIP:
        blob = gzip.compress(archive, 1, mtime=0)
    elif media_type == ZSTD:
        from backports import zstd

        blob = zstd.compress(archive)
    return BytesLayer(blob, media_type, sha256(blob), len(blob), sha256(archive))


def unknown_reasons(facts: LayerFacts) -> list[str]:
    return [one.reason for one in facts.unknowns]


@dataclass
class Words:
    """`Analyser` that keeps the bytes of files by suffix or name."""

    interest: Interest = field(default_factory=lambda: Interest(suffixes=frozenset({".txt"})))
    name: str = "words"
    version: int = 1
    record: type = bytes
    calls: int = 0

    def wants(self, path: str, size: int, mode: int) -> bool:
        return True

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        return ()

    def read(self, path: str, content: Content) -> Any:
        self.calls += 1
        return bytes(content.all())
