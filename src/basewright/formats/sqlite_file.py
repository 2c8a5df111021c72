"""Tables of an SQLite database, read from its bytes (sqlite.org/fileformat2.html).

Nothing is ever evaluated: no SQL, view, trigger, virtual table or collation. Every page is visited at most once and
the cells of a page never hold more than the page, so that neither a circle nor a claimed length costs more than the
file's own size.
"""

import struct
from collections.abc import Iterator
from typing import Final

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems
from basewright.formats.sqlite_record import Value, decode_record, varint

MAGIC: Final = b"SQLite format 3\0"

_INDEX_INTERIOR, _TABLE_INTERIOR, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_ENCODINGS = {1: "utf-8", 2: "utf-16-le", 3: "utf-16-be"}
_SCHEMA_ROOT = 1
_SMALLEST_CELL = 6
"""Bytes of the smallest cell with its pointer: four of content (section 1.6), two of the pointer."""

_Leaf = tuple[int, int]
"""Page number and offset of its b-tree header in the page."""


class SqliteFile:
    """A database file; raises MalformedError where the header (section 1.3) is none.

    What a write-ahead log beside the file adds is not seen; `is_wal` tells that there may be one.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        if len(data) < 100 or bytes(self._data[:16]) != MAGIC:
            raise MalformedError("no SQLite database: the header is missing")
        size = int.from_bytes(self._data[16:18], "big")
        self._page_size = 65536 if size == 1 else size
        if self._page_size < 512 or self._page_size & (self._page_size - 1):
            raise MalformedError(f"an SQLite page size of {size}")
        self.is_wal = self._data[19] == 2
        """Whether readers must look at a ``-wal`` file beside it, where one is left."""
        if self._data[19] > 2:
            raise MalformedError(f"SQLite read version {self._data[19]}, which is not known")
        self._usable = self._page_size - self._data[20]
        if self._usable < 480:
            raise MalformedError("SQLite pages with hardly a usable byte")
        if bytes(self._data[21:24]) != b"\x40\x20\x20":
            raise MalformedError("SQLite payload fractions other than 64, 32, 32")
        encoding = int.from_bytes(self._data[56:60], "big")
        if encoding not in _ENCODINGS and encoding:
            raise MalformedError(f"SQLite text encoding {encoding}, which is not known")
        self._encoding = _ENCODINGS.get(encoding, "utf-8")
        self._pages = len(data) // self._page_size
        self._claimed_pages = self._pages_in_header()

    def _pages_in_header(self) -> int | None:
        """Return the size in pages where the header keeps it up to date (section 1.3.7)."""
        changed, pages, valid_for = (int.from_bytes(self._data[at : at + 4], "big") for at in (24, 28, 92))
        return pages if pages and changed == valid_for else None

    def read_table(self, name: str, problems: Problems) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Yield (rowid, columns) of every row in b-tree order; an INTEGER PRIMARY KEY stands as None in its column.

        What is damaged becomes a problem and the rest is read. Raises MalformedError where there is no such table, or
        it is a view, virtual or WITHOUT ROWID.
        """
        if self._claimed_pages is not None and self._claimed_pages > self._pages:
            problems.add(f"cut short: {self._pages} of {self._claimed_pages} pages are there")
        root = self._root_of(name, problems)
        kind = self._data[(root - 1) * self._page_size + (100 if root == _SCHEMA_ROOT else 0)]
        if kind in {_INDEX_INTERIOR, _INDEX_LEAF}:
            raise MalformedError(f"the table {name} is one WITHOUT ROWID")
        if kind not in {_TABLE_INTERIOR, _TABLE_LEAF}:
            raise MalformedError(f"the table {name} starts at page {root}, which is no b-tree")
        return self._rows(root, problems)

    def _root_of(self, name: str, problems: Problems) -> int:
        """Return the root page of the table, from the schema table (section 2.6)."""
        wanted = name.lower()
        for _, columns in self._rows(_SCHEMA_ROOT, problems):
            if len(columns) < 4 or not isinstance(columns[1], str) or columns[1].lower() != wanted:
                continue
            kind, root = columns[0], columns[3]
            if kind == "table" and isinstance(root, int) and 0 < root <= self._pages:
                return root
            if kind == "table":
                raise MalformedError(f"the table {name} is virtual or starts outside the file")
            if kind == "view":
                raise MalformedError(f"{name} is a view, no table")
        raise MalformedError(f"no table {name}")

    def _rows(self, root: int, problems: Problems) -> Iterator[tuple[int, tuple[Value, ...]]]:
        visited = bytearray(self._pages + 1)
        for page, header in self._leaves(root, visited, problems):
            try:
                cells = self._cells(page, header)
            except MalformedError as error:
                problems.add(f"page {page}: {error}")
                continue
            room = self._usable
            for cell in cells:
                try:
                    rowid, payload, used = self._payload(page, cell, visited)
                    room -= used
                    if room >= 0:
                        yield rowid, decode_record(payload, self._encoding)
                except MalformedError as error:
                    problems.add(f"page {page}: {error}")
                if room < 0:
                    problems.add(f"page {page}: cells that overlap")
                    break

    def _leaves(self, root: int, visited: bytearray, problems: Problems) -> Iterator[_Leaf]:
        """Yield the leaf pages of a table b-tree in order (section 1.6)."""
        todo = [root]
        while todo:
            page = todo.pop()
            try:
                self._visit(page, visited)
                header = 100 if page == 1 else 0
                if self._kind(page, header) == _TABLE_LEAF:
                    yield page, header
                else:
                    todo += reversed(self._children(page, header))
            except MalformedError as error:
                problems.add(f"page {page}: {error}")

    def _kind(self, page: int, header: int) -> int:
        kind = self._data[(page - 1) * self._page_size + header]
        if kind not in {_TABLE_INTERIOR, _TABLE_LEAF}:
            raise MalformedError(f"a page of kind {kind} in a table's tree")
        return kind

    def _visit(self, page: int, visited: bytearray) -> None:
        if not 0 < page <= self._pages:
            raise MalformedError("outside the file")
        if visited[page]:
            raise MalformedError("reached a second time")
        visited[page] = 1

    def _cells(self, page: int, header: int) -> tuple[int, ...]:
        """Return the offsets of a page's cells, in order."""
        base = (page - 1) * self._page_size
        count = int.from_bytes(self._data[base + header + 3 : base + header + 5], "big")
        start = header + (12 if self._data[base + header] == _TABLE_INTERIOR else 8)
        if start + count * _SMALLEST_CELL > self._usable:
            raise MalformedError(f"{count} cells, more than fit")
        cells: tuple[int, ...] = struct.unpack_from(f">{count}H", self._data, base + start)
        if cells and (min(cells) < start + 2 * count or max(cells) > self._usable - 4):
            raise MalformedError("a cell outside the page's content")
        return cells

    def _children(self, page: int, header: int) -> list[int]:
        base = (page - 1) * self._page_size
        read = struct.Struct(">I").unpack_from
        children = [read(self._data, base + cell)[0] for cell in self._cells(page, header)]
        return [*children, read(self._data, base + header + 8)[0]]

    def _payload(self, page: int, cell: int, visited: bytearray) -> tuple[int, bytes, int]:
        """Return a leaf cell's rowid, whole payload and its bytes in this page (section 1.6)."""
        base = (page - 1) * self._page_size
        end = base + self._usable
        size, at = varint(self._data, base + cell, end)
        rowid, at = varint(self._data, at, end)
        rowid -= (rowid >> 63) << 64
        local = self._local(size)
        if at + local + (0 if local == size else 4) > end:
            raise MalformedError("a cell that leaves its page")
        used = at + local - base - cell
        if local == size:
            return rowid, bytes(self._data[at : at + local]), used
        pieces = [self._data[at : at + local]]
        self._follow(int.from_bytes(self._data[at + local : at + local + 4], "big"), size - local, pieces, visited)
        return rowid, b"".join(pieces), used + 4

    def _local(self, size: int) -> int:
        """Return how many bytes of a table leaf's payload stand in the page itself (section 1.6)."""
        most = self._usable - 35
        if size <= most:
            return size
        least = (self._usable - 12) * 32 // 255 - 23
        spread = least + (size - least) % (self._usable - 4)
        return spread if spread <= most else least

    def _follow(self, page: int, left: int, pieces: list[memoryview], visited: bytearray) -> None:
        """Append the `left` bytes of an overflow chain (section 1.7)."""
        room = self._usable - 4
        if left > self._pages * room:
            raise MalformedError("a record longer than the file")
        while left:
            self._visit(page, visited)
            base = (page - 1) * self._page_size
            take = min(left, room)
            pieces.append(self._data[base + 4 : base + 4 + take])
            page = int.from_bytes(self._data[base : base + 4], "big")
            left -= take


def read_table(data: bytes | memoryview, name: str, problems: Problems) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Yield the rows of a table of the database `data`; see `SqliteFile.read_table`."""
    return SqliteFile(data).read_table(name, problems)
