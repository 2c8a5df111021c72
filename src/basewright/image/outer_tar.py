"""The archive that an image travels in (``docker save``, an OCI archive): its members, found without reading them.

One walk serves a file, where bodies are skipped by seeking, and a stream that only goes forward. It reads ustar, pax
and GNU headers (POSIX.1-2017, pax, «ustar Interchange Format»; GNU tar manual, «Basic Tar Format»). Layers inside are
read elsewhere: here they are members like others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from basewright.errors import InvalidImageError, UnsupportedError
from basewright.image.interface import DIRECTORY, HARD_LINK, REGULAR, SYMLINK
from basewright.image.limits import DEFAULT_LIMITS, Limits

BLOCK: Final = 512
MEMBERS: Final = 100_000
"""Headers of one archive that are looked at; an image has a few for each layer."""
OTHER: Final = 0
"""Kind of what is none of those that matter here: a sparse file, a device, a FIFO."""
_NUL = b"\0" * BLOCK
_REGULAR_FLAGS: Final = frozenset(b"07\0")
_EXTENSIONS: Final = frozenset(b"xXgLK")
_KINDS: Final = {ord("1"): HARD_LINK, ord("2"): SYMLINK, ord("5"): DIRECTORY}
_KEYS: Final = {b"path": "path", b"linkpath": "linkpath", b"size": "size"}
_HEADER_ONLY: Final = frozenset(b"123456")


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the archive."""

    path: str
    """Normalized: neither ``./`` nor ``/`` first, no ``..``."""
    kind: int
    """REGULAR, HARD_LINK, SYMLINK, DIRECTORY or OTHER."""
    offset: int
    """Where the content starts."""
    size: int
    link: str = ""
    """As written."""


class Source(Protocol):
    """Bytes from first to last."""

    @property
    def name(self) -> str:
        """For messages."""
        ...

    @property
    def position(self) -> int:
        """Bytes that were read or skipped."""
        ...

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer where the source ends."""
        ...

    def skip(self, size: int) -> None:
        """Pass over `size` bytes; raise InvalidImageError or RemoteError where the source ends before."""
        ...


def members(source: Source, limits: Limits = DEFAULT_LIMITS) -> Iterator[Member]:
    """Yield the archive's members in order; the consumer may read a member's content from `source` before the next.

    Raises InvalidImageError where it is no archive, is damaged or cut short; UnsupportedError over a limit.
    """
    extended: dict[str, str] = {}
    count = 0
    while True:
        block = source.read(BLOCK)
        if not block.strip(b"\0"):
            if len(block) == BLOCK or (not block and count):
                return
            raise _damaged(source, "it is empty" if not block else "it is cut short")
        _check(block, source)
        flag, size = block[156], _size(block, source)
        count += 1
        if count > MEMBERS:
            raise UnsupportedError(f"{source.name}: more than the {MEMBERS} headers that are looked at")
        if flag in _EXTENSIONS:
            if size > limits.pax_header:
                raise UnsupportedError(
                    f"{source.name}: a header of {size} bytes, more than the {limits.pax_header} read"
                )
            extended |= _extension(flag, _body(source, size), source)
            continue
        size = _declared(extended, size, source)
        member = _member(block, flag, 0 if flag in _HEADER_ONLY else size, extended, source)
        extended = {}
        yield member
        stop = member.offset + member.size
        source.skip(stop + -stop % BLOCK - source.position)


def _member(block: bytes, flag: int, size: int, extended: dict[str, str], source: Source) -> Member:
    name = extended.get("path") or _name(block)
    kind = REGULAR if flag in _REGULAR_FLAGS else _KINDS.get(flag, OTHER)
    if kind == REGULAR and "sparse" in extended:
        kind = OTHER
    if kind == REGULAR and name.endswith("/"):
        kind = DIRECTORY  # as tar wrote them before POSIX
    path = normalize(name)
    if path is None:
        raise _damaged(source, f"the name {name[:120]!r} leads out of it")
    return Member(path, kind, source.position, size, extended.get("linkpath") or _text(block[157:257]))


def normalize(name: str) -> str | None:
    """Return `name` without ``.``, ``/`` at its ends and doubled ones; None where it leads out."""
    parts: list[str] = []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _check(block: bytes, source: Source) -> None:
    if len(block) < BLOCK:
        raise _damaged(source, "it is cut short")
    stored = _number(block[148:156])
    # The checksum counts its own field as blanks (ustar, chksum).
    if stored != sum(block) - sum(block[148:156]) + 8 * 32:
        raise _damaged(source, f"no header of a tar archive stands at byte {source.position - BLOCK}")


def _size(block: bytes, source: Source) -> int:
    size = _number(block[124:136])
    if size is None or size < 0 or size >= 1 << 62:
        raise _damaged(source, f"a member's size makes no sense at byte {source.position - BLOCK}")
    return size


def _declared(extended: dict[str, str], size: int, source: Source) -> int:
    """Return the size that a pax header gives instead, where there is one."""
    text = extended.get("size")
    if text is None:
        return size
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise _damaged(source, f"a member's size makes no sense at byte {source.position - BLOCK}")
    return int(text)


def _number(data: bytes) -> int | None:
    """Return an octal number, or GNU's base-256; None where it is neither."""
    if data[:1] and data[0] & 0x80:
        value = int.from_bytes(data, "big") & ((1 << (8 * len(data) - 1)) - 1)
        return value - (1 << (8 * len(data) - 1)) if data[0] & 0x40 else value
    text = data.strip(b" \0")
    if not text:
        return 0
    return int(text, 8) if not text.strip(b"01234567") else None


def _name(block: bytes) -> str:
    name = _text(block[:100])
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _body(source: Source, size: int) -> bytes:
    padded = size + -size % BLOCK
    data = source.read(padded)
    if len(data) < padded:
        raise _damaged(source, "it is cut short")
    return data[:size]


def _extension(flag: int, body: bytes, source: Source) -> dict[str, str]:
    """Return what an extended header says of the next member; global ones say nothing that matters here."""
    if flag == ord("L"):
        return {"path": _text(body)}
    if flag == ord("K"):
        return {"linkpath": _text(body)}
    if flag == ord("g"):
        return {}
    records: dict[str, str] = {}
    place = 0
    while place < len(body):
        blank = body.find(b" ", place, place + 20)
        length = body[place:blank]
        stop = place + int(length) if blank > 0 and length.isdigit() else 0
        key, equals, value = body[blank + 1 : stop - 1].partition(b"=")
        if stop <= blank or stop > len(body) or body[stop - 1 : stop] != b"\n" or not equals or b"\0" in value:
            raise _damaged(source, f"a pax header is malformed before byte {source.position}")
        if key in _KEYS:
            records[_KEYS[key]] = value.decode("utf-8", "surrogateescape")
        elif key.startswith(b"GNU.sparse."):
            records["sparse"] = ""
        place = stop
    return records


def _damaged(source: Source, reason: str) -> InvalidImageError:
    return InvalidImageError(f"{source.name} cannot be read as an archive: {reason}")
