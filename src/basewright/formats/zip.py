"""Zip archives: the directory and single members, from bytes that may lie, whole or in windows.

Source: PKWARE APPNOTE 6.3.10 (sections 4.3 and 4.4). Only what JAR files, wheels and eggs use is read: stored and
deflated members of one disk, ZIP64 included. No offset, size or count is believed: each is held against the file, and
members that overlap (one kernel of bytes quoted by thousands of members) are refused.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.formats.deflate import DeflateError, crc32, inflate

DIRECTORY_BYTES = 64 * 1024 * 1024
"""Of the central directory, at most."""
MEMBERS = 500_000
MEMBER_BYTES = 64 * 1024 * 1024
"""Of one member once inflated, unless the caller bounds it tighter."""
NAME_BYTES = 4096
TAIL_BYTES = 512 * 1024
"""What the first look at a large archive keeps: the directory of most archives lies in it."""
STORED, DEFLATED = 0, 8

_END = Struct("<4sHHHHIIH")
_LOCATOR = Struct("<4sIQI")
_END64 = Struct("<4sQHHIIQQQQ")
_ENTRY = Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = Struct("<4sHHHHHIIIHH")
_FIELD = Struct("<HH")
_ENCRYPTED, _UTF8 = 1, 1 << 11
_COMMENT_BYTES = 0xFFFF
_EXTRA_SLACK = 1024
"""Bytes of a local header's extra field that a wish for a member allows for; longer ones cost one more look."""


@dataclass(frozen=True, slots=True)
class Part:
    """A range of other bytes, such as a stored member; its windows are those of the whole."""

    whole: "Content | Part"
    offset: int
    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes of this part; errors as of `Content.read_at`."""
        if offset < 0 or length < 0:
            raise MalformedError("an offset or a length below zero")
        return self.whole.read_at(self.offset + offset, max(0, min(length, self.size - offset)))


Readable = Content | Part
"""Where an archive may lie."""


class Member(NamedTuple):
    """One entry of the central directory; `offset` is that of its local header, from the start of the bytes."""

    name: str
    """Odd bytes and control characters stand as ``\\xNN``; never a path of this machine."""
    method: int
    is_encrypted: bool
    crc: int
    packed_bytes: int
    bytes: int
    """Once inflated, as declared."""
    offset: int
    name_bytes: int


@dataclass(slots=True)
class ZipArchive:
    """An archive whose directory was read."""

    content: Readable
    members: tuple[Member, ...]
    """Those that were asked for, in the directory's order."""
    count: int
    """Of all members."""
    starts: tuple[int, ...] = field(repr=False)
    """Offsets of all local headers, sorted."""
    stop: int
    """Where the central directory starts."""

    def read(self, member: Member, *, limit: int = MEMBER_BYTES) -> bytes:
        """Return the content of `member`, checked against its length and CRC.

        Raises MalformedError where it lies, overlaps another, is encrypted, of another method or over `limit`;
        OutsideWindowsError, with one wish for header and data, where it is not kept.
        """
        if member.bytes > limit:
            raise MalformedError(f"{member.name[:200]}: {member.bytes} bytes, more than the {limit} that are read")
        start = self._start(member)
        packed = self.content.read_at(start, member.packed_bytes)
        data = packed if member.method == STORED else _inflate(packed, member)
        if len(data) != member.bytes or crc32(data) != member.crc:
            raise MalformedError(f"{member.name[:200]}: not the bytes that the directory declares")
        return data

    def part(self, member: Member) -> Part:
        """Return a stored member without copying it; its CRC is not checked. Errors as of `read`."""
        if member.method != STORED or member.packed_bytes != member.bytes:
            raise MalformedError(f"{member.name[:200]}: not stored as it is")
        return Part(self.content, self._start(member, is_header_enough=True), member.bytes)

    def read_all(self, members: Iterable[Member], *, limit: int) -> dict[Member, bytes | MalformedError]:
        """Return the content of each of `members`, or why there is none.

        Asks for all that is not kept before OutsideWindowsError is raised, so that one more look suffices.
        """
        found: dict[Member, bytes | MalformedError] = {}
        outside: OutsideWindowsError | None = None
        for member in members:
            try:
                found[member] = self.read(member, limit=limit)
            except MalformedError as error:
                found[member] = error
            except OutsideWindowsError as error:
                outside = error
        if outside is not None:
            raise outside
        return found

    def _start(self, member: Member, *, is_header_enough: bool = False) -> int:
        """Return where the data of `member` start, or raise as `read` does."""
        if member.is_encrypted:
            raise MalformedError(f"{member.name[:200]}: encrypted")
        if member.method not in {STORED, DEFLATED}:
            raise MalformedError(f"{member.name[:200]}: compression method {member.method}")
        known = _LOCAL.size + member.name_bytes
        at = bisect_right(self.starts, member.offset)
        stop = self.starts[at] if at < len(self.starts) else self.stop
        if (at >= 2 and self.starts[at - 2] == member.offset) or member.offset + known + member.packed_bytes > stop:
            raise MalformedError(f"{member.name[:200]}: overlaps another member")
        wish = known + _EXTRA_SLACK + (0 if is_header_enough else member.packed_bytes)
        header = self.content.read_at(member.offset, min(wish, stop - member.offset))
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise MalformedError(f"{member.name[:200]}: no local header where the directory says")
        name_bytes, extra_bytes = _LOCAL.unpack_from(header)[9:]
        start = member.offset + _LOCAL.size + int(name_bytes) + int(extra_bytes)
        if start + member.packed_bytes > stop:
            raise MalformedError(f"{member.name[:200]}: overlaps another member")
        return start


def _inflate(packed: bytes, member: Member) -> bytes:
    try:
        return inflate(packed, member.bytes + 1)
    except DeflateError as error:
        raise MalformedError(f"{member.name[:200]}: {error}") from error


def first_windows(size: int) -> tuple[Window, ...]:
    """Return what the first look at an archive of `size` bytes keeps: its end."""
    return (Window(max(0, size - TAIL_BYTES), min(size, TAIL_BYTES)),)


def read_archive(content: Readable, wants: Callable[[bytes], object] = bool) -> ZipArchive:
    """Read the central directory, keeping the members whose raw name `wants` takes.

    Raises MalformedError where there is none or it lies; OutsideWindowsError where it is not kept.
    """
    end, directory_bytes, directory_offset, count = _find_end(content)
    start = end - directory_bytes
    shift = start - directory_offset
    if start < 0 or shift < 0:
        raise MalformedError("the zip directory lies outside the file")
    if directory_bytes > DIRECTORY_BYTES or count > MEMBERS:
        raise MalformedError(f"a zip archive of {count} members, more than are read")
    data = content.read_at(start, directory_bytes)
    members: list[Member] = []
    starts: list[int] = []
    at = 0
    while data[at : at + 4] == b"PK\x01\x02" and len(data) - at >= _ENTRY.size:
        entry = _ENTRY.unpack_from(data, at)
        name_bytes = entry[10]
        name_at = at + _ENTRY.size
        at = name_at + name_bytes + entry[11] + entry[12]
        offset = entry[16]
        packed, size = entry[8], entry[9]
        if packed == 0xFFFFFFFF or size == 0xFFFFFFFF or offset == 0xFFFFFFFF:
            extra = data[name_at + name_bytes : name_at + name_bytes + entry[11]]
            size, packed, offset = _wide(extra, size, packed, offset)
        offset += shift
        starts.append(offset)
        name = data[name_at : name_at + name_bytes]
        if wants(name) and name_bytes <= NAME_BYTES:
            text = name.decode("utf-8" if entry[3] & _UTF8 else "cp437", "backslashreplace")
            if not text.isprintable():
                text = text.encode("unicode_escape").decode("ascii")
            members.append(
                Member(text, entry[4], bool(entry[3] & _ENCRYPTED), entry[7], packed, size, offset, name_bytes)
            )
    # Archives of more than 65,535 members that are not ZIP64 count modulo that.
    if at > len(data) or len(starts) > MEMBERS or len(starts) & 0xFFFF != count & 0xFFFF:
        raise MalformedError(f"the zip directory declares {count} members and lists {len(starts)}")
    return ZipArchive(content, tuple(members), len(starts), tuple(sorted(starts)), start)


def _find_end(content: Readable) -> tuple[int, int, int, int]:
    """Return where the directory ends, its bytes, its declared offset, and how many members it lists."""
    tail_at = max(0, content.size - _END.size - _COMMENT_BYTES)
    if content.size < _END.size:
        raise MalformedError("too short for a zip archive")
    # One wish for the likely whole directory: where nothing of the end is kept, the next look has all of it.
    wish_at = max(0, content.size - TAIL_BYTES)
    tail = content.read_at(wish_at, content.size - wish_at)[tail_at - wish_at :]
    at = len(tail) - _END.size + 1
    while (at := tail.rfind(b"PK\x05\x06", 0, at + 3)) >= 0:
        if at + _END.size + int.from_bytes(tail[at + 20 : at + 22], "little") <= len(tail):
            break
    if at < 0:
        raise MalformedError("not a zip archive: no end of a central directory")
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
    end = tail_at + at
    if count == 0xFFFF or size == 0xFFFFFFFF or offset == 0xFFFFFFFF:
        wide = _find_end64(content, end)
        if wide is not None:
            return wide
    if disk or first_disk or here != count:
        raise MalformedError("a zip archive of several disks")
    return end, size, offset, count


def _find_end64(content: Readable, end: int) -> tuple[int, int, int, int] | None:
    """Return the same from the ZIP64 record that a locator before `end` points to; None where there is none."""
    at = end - _LOCATOR.size
    if at < _END64.size:
        return None
    locator = content.read_at(at, _LOCATOR.size)
    if locator[:4] != b"PK\x06\x07":
        return None
    offset = _LOCATOR.unpack(locator)[2]
    # With bytes put before the archive (a start script), the record stands right before its locator.
    for place in (at - _END64.size, offset):
        if place + _END64.size > at:
            continue
        record = content.read_at(place, _END64.size)
        if record[:4] == b"PK\x06\x06":
            _, _, _, _, disk, first_disk, here, count, size, start = _END64.unpack(record)
            if disk or first_disk or here != count:
                raise MalformedError("a zip archive of several disks")
            return place, size, start, count
    raise MalformedError("no ZIP64 end of the central directory where its locator says")


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Return size, packed size and offset with those replaced that the ZIP64 field carries (APPNOTE 4.5.3)."""
    at = 0
    while at + _FIELD.size <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if kind == 1:
            values = [
                int.from_bytes(extra[at + i : at + i + 8], "little") for i in range(0, min(length, 24) // 8 * 8, 8)
            ]
            numbers = [size, packed, offset]
            for index, number in enumerate(numbers):
                if number == 0xFFFFFFFF and values:
                    numbers[index] = values.pop(0)
            return numbers[0], numbers[1], numbers[2]
        at += length
    return size, packed, offset
