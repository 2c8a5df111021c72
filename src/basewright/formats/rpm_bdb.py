"""rpm's Berkeley DB, ``Packages`` (Berkeley DB 4 and 5, a hash database; their dbinc/db_page.h), either byte order.

Hash pages hold pairs of package number and header. A header that is too long for a page stands in a chain of overflow
pages. All pages are looked at in their order, so the buckets' own links are never followed.
"""

import struct
from collections.abc import Iterator
from typing import Final

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems

MAGIC: Final = 0x00061561
"""Of a hash database, at offset 12, in the byte order of the machine that wrote it."""

_HASH_META, _HASH_UNSORTED, _HASH, _OVERFLOW = 8, 2, 13, 7
_PAGE_HEADER = 26
_ON_PAGE, _OFF_PAGE = 1, 3
"""Kinds of items: H_KEYDATA and H_OFFPAGE."""
_CHECKSUMMED = 1
"""Meta flag DBMETA_CHKSUM, which changes the pages' layout; rpm never set it."""


def byte_order(data: bytes | memoryview) -> str | None:
    """Return ``<`` or ``>`` for a hash database, else None."""
    magic = bytes(data[12:16])
    return {MAGIC.to_bytes(4, "little"): "<", MAGIC.to_bytes(4, "big"): ">"}.get(magic)


def read_blobs(data: bytes | memoryview, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Yield (package number, header blob) in the order of the pages; raise MalformedError for another file."""
    view = memoryview(data)
    order = byte_order(view)
    if order is None or len(view) < 512:
        raise MalformedError("no Berkeley DB hash database: the metadata page is missing")
    (page_size,) = struct.unpack_from(f"{order}I", view, 20)
    encryption, kind, flags = view[24], view[25], view[26]
    (last,) = struct.unpack_from(f"{order}I", view, 32)
    if kind != _HASH_META:
        raise MalformedError(f"a Berkeley DB page of kind {kind} where the metadata should be")
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise MalformedError(f"a Berkeley DB page size of {page_size}")
    if encryption or flags & _CHECKSUMMED:
        raise MalformedError("a Berkeley DB with encrypted or checksummed pages")
    pages = _Pages(view, order, page_size)
    if last >= pages.count:
        problems.add(f"cut short: {pages.count} of {last + 1} pages are there")
    return _blobs(pages, min(last + 1, pages.count), problems)


class _Pages:
    """The pages of one file, and which overflow pages were already read."""

    def __init__(self, view: memoryview, order: str, size: int) -> None:
        self.view = view
        self.size = size
        self.count = len(view) // size
        self.order = order
        self._header = struct.Struct(f"{order}8xIIIHHBB")
        self._visited = bytearray(self.count)

    def kind(self, page: int) -> int:
        return self.view[page * self.size + 25]

    def items(self, page: int) -> list[memoryview]:
        """Return the items of a hash page; each starts with its kind."""
        base = page * self.size
        count = self._header.unpack_from(self.view, base)[3]
        if _PAGE_HEADER + 2 * count > self.size:
            raise MalformedError(f"{count} items, more than fit")
        starts = struct.unpack_from(f"{self.order}{count}H", self.view, base + _PAGE_HEADER)
        end, floor = self.size, _PAGE_HEADER + 2 * count
        items = []
        for start in starts:
            if not floor <= start < end:
                raise MalformedError("items that overlap or leave their page")
            items.append(self.view[base + start : base + end])
            end = start
        return items

    def chain(self, page: int, length: int) -> bytes:
        """Return the `length` bytes of an overflow chain."""
        if length > self.count * self.size:
            raise MalformedError("a header longer than the file")
        pieces = []
        left = length
        while left:
            if not 0 < page < self.count:
                raise MalformedError("an overflow page outside the file")
            if self._visited[page]:
                raise MalformedError("an overflow page that is reached a second time")
            self._visited[page] = 1
            base = page * self.size
            _, _, following, _, used, _, kind = self._header.unpack_from(self.view, base)
            if kind != _OVERFLOW or not 0 < used <= self.size - _PAGE_HEADER:
                raise MalformedError("a page in an overflow chain that is none")
            take = min(left, used)
            pieces.append(self.view[base + _PAGE_HEADER : base + _PAGE_HEADER + take])
            left -= take
            page = following
        return b"".join(pieces)


def _blobs(pages: _Pages, count: int, problems: Problems) -> Iterator[tuple[int, bytes]]:
    for page in range(1, count):
        if pages.kind(page) not in {_HASH, _HASH_UNSORTED}:
            continue
        try:
            items = pages.items(page)
        except MalformedError as error:
            problems.add(f"page {page}: {error}")
            continue
        if len(items) % 2:
            problems.add(f"page {page}: a key without a value")
        for key, value in zip(items[::2], items[1::2], strict=False):
            try:
                number = _number(key, pages.order)
                if number:  # 0 holds the highest package number that was given
                    yield number, _value(pages, value)
            except MalformedError as error:
                problems.add(f"page {page}: {error}")


def _number(key: memoryview, order: str) -> int:
    if len(key) != 5 or key[0] != _ON_PAGE:
        raise MalformedError("a key that is no package number")
    number: int = struct.unpack_from(f"{order}I", key, 1)[0]
    return number


def _value(pages: _Pages, item: memoryview) -> bytes:
    if item[0] == _ON_PAGE:
        return bytes(item[1:])
    if item[0] != _OFF_PAGE or len(item) != 12:
        raise MalformedError("a value that is neither on its page nor in a chain")
    return pages.chain(*struct.unpack_from(f"{pages.order}II", item, 4))
