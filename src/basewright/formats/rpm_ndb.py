"""rpm's own database, ``Packages.db`` (rpm's lib/backend/ndb/rpmpkg.c), little-endian on every machine.

Pages of slots name blobs by place and length in blocks of 16 bytes; a blob has a head, the header, and a tail with an
Adler-32 checksum over all before it.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems

MAGIC: Final = b"RpmP"

_PAGE, _BLOCK, _SLOT = 4096, 16, 16
_HEAD, _TAIL = struct.Struct("<4s3I"), struct.Struct("<2I4s")
_SLOTS_OF_HEADER = 2
"""The file's header stands where the first two slots would."""


def read_blobs(data: bytes | memoryview, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Yield (package number, header blob) in the order of the slots; raise MalformedError for another file."""
    view = memoryview(data)
    if len(view) < 32 or bytes(view[:4]) != MAGIC:
        raise MalformedError("no NDB package database: the header is missing")
    version, _, pages = struct.unpack_from("<3I", view, 4)
    if version != 0:
        raise MalformedError(f"NDB version {version}, which is not known")
    if not pages:
        raise MalformedError("an NDB package database without slots")
    if pages * _PAGE > len(view):
        problems.add(f"cut short: {pages} pages of slots, and {len(view)} bytes in all")
    return _blobs(view, min(pages * _PAGE, len(view)) // _SLOT, problems)


def _blobs(view: memoryview, slots: int, problems: Problems) -> Iterator[tuple[int, bytes]]:
    room = len(view)
    table = view[_SLOTS_OF_HEADER * _SLOT : slots * _SLOT]
    for magic, package, block, blocks in _HEAD.iter_unpack(table[: len(table) // _SLOT * _SLOT]):
        if magic != b"Slot":
            problems.add("a slot without its mark")
            continue
        if not package:
            continue
        room -= blocks * _BLOCK
        if room < 0:
            problems.add(f"package {package}: blobs that overlap, or hold more than the file")
            return
        try:
            yield package, _blob(view, package, (block * _BLOCK, blocks * _BLOCK), problems)
        except MalformedError as error:
            problems.add(f"package {package}: {error}")


def _blob(view: memoryview, package: int, place: tuple[int, int], problems: Problems) -> bytes:
    start, length = place
    if length < _HEAD.size + _TAIL.size or start + length > len(view):
        raise MalformedError("a blob outside the file")
    magic, number, _, size = _HEAD.unpack_from(view, start)
    if magic != b"BlbS" or number != package:
        raise MalformedError("a blob that is not there")
    tail = start + length - _TAIL.size
    checksum, size_again, mark = _TAIL.unpack_from(view, tail)
    if mark != b"BlbE" or size != size_again or size > tail - start - _HEAD.size:
        raise MalformedError("a blob whose end does not fit its start")
    if zlib.adler32(view[start:tail]) != checksum:
        problems.add(f"package {package}: the blob differs from its checksum")
    return bytes(view[start + _HEAD.size : start + _HEAD.size + size])
