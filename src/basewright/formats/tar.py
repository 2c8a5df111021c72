"""A walk over a tar archive as it streams by (POSIX.1-2017 pax and ustar, GNU tar, v7): columns, not objects.

Made for archives of 200,000 files of which few are wanted: headers are read in place in the pieces of the stream, an
entry costs a few additions to columns, and a file's content is skipped unless the visitor wants it. Every byte is
hostile: what Go's `archive/tar` refuses, which every container runtime unpacks with, ends the walk and is told.
"""

from collections.abc import Callable
from functools import partial
from struct import Struct
from typing import Any
from zlib import adler32

from basewright.formats.content import MalformedError
from basewright.formats.tar_entry import (
    DIRECTORY,
    OLD_SPARSE,
    REGULAR,
    SYMLINK,
    TarEntry,
    name_of,
    read_entry,
    size_of,
)
from basewright.formats.tar_fields import BLOCK, ZEROS, checksum_holds, checksum_mark, text
from basewright.formats.tar_interface import Columns, TarLimits, Visitor
from basewright.formats.tar_pax import MAP_LIMIT, Extended
from basewright.formats.tar_rows import Rows
from basewright.formats.tar_said import SPECIAL, Said
from basewright.formats.tar_sparse import SparseFile
from basewright.formats.tar_taking import Gather, GatherWindows

_FIELDS = Struct("<100s24s11sB12x8sB")
"""Name; mode, uid and gid; size and its terminator; checksum; type."""
_NEEDED = BLOCK + 4
"""Bytes from a header on that must be in sight: the visitor is asked with the first four of the content."""
_SEAM = 2 * BLOCK
_CACHED = 1 << 16
_HEAD = 3
"""A file with more bytes shows four of them."""
_QUICK = frozenset(b"025")
_ENDS = b"\0 "
_NOTHING = Extended()


class TarWalk:
    """Walks one archive: `feed` it the pieces of the stream in order, then `finish`.

    `tell` hears of what is wrong, with the entry's path or, for the archive itself, an empty one.
    """

    def __init__(
        self, columns: Columns, visitor: Visitor, tell: Callable[[str, str], None], limits: TarLimits | None = None
    ) -> None:
        self._columns = columns
        self._visitor = visitor
        self._limits = limits or TarLimits()
        self._rows = Rows(columns, self._limits, tell)
        self._said = Said(self._rows.tell)
        self.is_over = False
        """Whether the rest of the stream does not matter: the end was seen, or what cannot be read."""
        self.has_end = False
        """Whether the two blocks of zeros that end an archive were seen."""
        self._fed = 0
        self._tail = b""
        self._skip = 0
        self._padding = 0
        self._taking: Gather | GatherWindows | None = None
        self._zeros = 0
        self._safe_length = min(self._limits.path // 4, 2 * self._limits.path_depth)
        self._holes = 0
        self._sums: dict[bytes, int] = {}
        self._owners: dict[bytes, tuple[int, int, int]] = {}

    def feed(self, piece: bytes) -> None:
        """Walk on over the next bytes of the archive."""
        position, end = 0, len(piece)
        while position < end and not self.is_over:
            if self._taking is not None:
                position = self._take(self._taking, piece, position)
            elif self._skip:
                step = min(self._skip, end - position)
                self._skip -= step
                position += step
            elif self._tail:
                position = self._cross(piece, position)
            elif end - position < _NEEDED:
                self._tail = piece[position:]
                position = end
            else:
                position = self._walk(piece, position, self._fed, end - _NEEDED)
        if self._said.length > self._limits.text and not self.is_over:
            self._stop(self._fed + position, "names and attributes exceed their limit")
        if self.has_end and position < end and piece.count(0, position) != end - position:
            self._rows.tell("", "bytes follow the end of the archive, which no runtime reads")
            self.has_end = False
        self._fed += end

    def finish(self) -> None:
        """Note that the stream ended; tell where it ends too early."""
        tail, self._tail = self._tail, b""
        if len(tail) >= BLOCK and not self.is_over:
            reached = self._walk(tail, 0, self._fed - len(tail), 0)
            if self._taking is not None:
                reached = self._take(self._taking, tail, reached)
            tail = tail[reached:]
        if tail.strip(b"\0") and not self.is_over and not self._skip:
            self._rows.tell("", "the archive ends inside a header")
        if self._taking is not None and not self.is_over:
            self._rows.tell(self._taking.what, "the archive ends inside its content")
        elif self._skip > self._padding and not self.is_over:
            self._rows.tell(
                self._columns.paths[-1] if self._columns.paths else "", "the archive ends inside its content"
            )
        self._rows.tell_rest()

    def _walk(self, block: bytes, position: int, base: int, last: int) -> int:  # noqa: C901 - the hot loop
        """Read headers from `position` on, as long as they begin at or before `last`; return where to go on.

        `base` is where `block` stands in the archive.
        """
        columns, end = self._columns, len(block)
        room = self._limits.entries - len(columns.paths)
        last = min(last, position + max(room - 1, 0) * BLOCK)  # an entry takes a block: the limit costs no test of each
        if room <= 0 and block[position : position + BLOCK] != ZEROS:
            return self._stop(base + position, f"are more than {self._limits.entries} entries, the limit")
        safe_length = self._safe_length
        fields, sums, owners, choose = _FIELDS.unpack_from, self._sums, self._owners, self._visitor.choose
        add_path, add_kind, add_mode = columns.paths.append, columns.kinds.append, columns.modes.append
        add_uid, add_gid = columns.uids.append, columns.gids.append
        add_size, add_offset = columns.sizes.append, columns.offsets.append
        said = self._said
        is_plain, long_name = said.extended is None and not self._zeros, said.name
        while position <= last:
            name, owner, digits, terminator, checksum, kind = fields(block, position)
            content = position + BLOCK
            if sums.get(checksum) != adler32(block[position:content]) & 0xFFFF and not self._holds(
                block[position:content], base + position
            ):
                if self.is_over:
                    return content
                position, is_plain = content, False
                continue
            known = owners.get(owner)
            if not (is_plain and kind in _QUICK and known and digits.isdigit() and terminator in _ENDS):
                position = self._other(block, position, base)
                if self.is_over or self._skip or self._taking is not None:
                    return position
                is_plain, long_name = said.extended is None, said.name
                continue
            if long_name:
                raw, long_name, said.name = long_name, b"", b""
            else:
                raw = name_of(block[position:content]) if block[position + 345] else name.partition(b"\0")[0]
            try:
                given = raw.decode()
            except UnicodeDecodeError:
                given = raw.decode("utf-8", "surrogateescape")
            if kind == DIRECTORY:
                given = given.rstrip("/")
            slashed = f"/{given}/"
            is_tidy = "//" not in slashed and "/." not in slashed and len(slashed) < safe_length
            path = given if is_tidy else self._rows.path(raw, kind)
            try:
                size = int(digits, 8) if kind == REGULAR else 0
            except ValueError:
                return self._stop(base + position, "stands a header whose size is no number")
            position = content + (size + 511 & -512)
            if path is not None:
                add_path(path)
                add_kind(kind)
                mode, uid, gid = known
                add_mode(mode)
                add_uid(uid)
                add_gid(gid)
                add_size(size)
                add_offset(base + content)
                if kind == REGULAR:
                    head = block[content : content + 4]
                    ticket = choose(path, size, mode, head if size > _HEAD else head[:size])
                    if ticket is not None:
                        position = self._want(ticket, path, size, block, content)
                        if self._taking is not None:
                            return position
                elif kind == SYMLINK:
                    link = text(block[content - 355 : content - 255])
                    columns.links[len(columns.paths) - 1] = link.decode("utf-8", "surrogateescape")
            if position > end:
                self._skip, self._padding = position - end, -size % BLOCK
                return end
        return position

    def _want(self, ticket: Any, path: str, size: int, block: bytes, content: int) -> int:  # noqa: ANN401
        """Hand over the content of the entry that came last, or prepare to take it; return where to go on."""
        number, padding = len(self._columns.paths) - 1, -size % BLOCK
        visitor = self._visitor
        if size <= self._limits.whole_file:
            if content + size <= len(block):
                visitor.whole(ticket, number, memoryview(block)[content : content + size])
                return content + size + padding
            self._taking = Gather(size, path, partial(visitor.whole, ticket, number))
        else:
            plan, more = partial(visitor.plan, ticket, number, size), partial(visitor.more, ticket, number, size)
            self._taking = GatherWindows(size, path, plan, more, partial(visitor.windows, ticket, number, size))
        self._skip = self._padding = padding
        return content

    def _take(self, taking: Gather | GatherWindows, piece: bytes, position: int) -> int:
        """Give bytes of the piece to what is being taken; return where to go on."""
        stop = min(position + taking.left, len(piece))
        taking.add(memoryview(piece)[position:stop])
        if not taking.left:
            self._taking = None
            taking.finish()
        return stop

    def _cross(self, piece: bytes, position: int) -> int:
        """Read the header that is cut by the seam of two pieces; return where to go on in `piece`."""
        tail = self._tail
        block = tail + piece[position : position + _SEAM - len(tail)]
        if len(block) < _NEEDED:
            self._tail = block
            return len(piece)
        self._tail = b""
        reached = self._walk(block, 0, self._fed + position - len(tail), 0)
        if reached >= len(tail):
            return position + reached - len(tail)
        left_over = tail[reached:]  # of at most three bytes, which stood behind the header
        if self._taking is not None:
            self._take(self._taking, left_over, 0)
        else:
            self._tail = left_over
        return position

    def _holds(self, header: bytes, place: int) -> bool:
        """Whether a header's checksum is right. If not, it is a block of zeros, or ends the walk."""
        field = header[148:156]
        mark = checksum_mark(field)
        if mark is not None and mark == adler32(header) & 0xFFFF:
            if len(self._sums) >= _CACHED:
                self._sums.clear()
            self._sums[field] = mark
            return True
        if header == ZEROS:
            self._zeros += 1
            self.is_over = self.has_end = self._zeros > 1
            return False
        if checksum_holds(header):
            return True
        self._stop(place, "stands no header: its checksum is wrong")
        return False

    def _stop(self, place: int, what: str) -> int:
        """End the walk at `place`, where `what` is met."""
        self._rows.tell("", f"at byte {place} {what}; what follows was not read")
        self.is_over = True
        return 0

    def _other(self, block: bytes, position: int, base: int) -> int:
        """Read any header that the quick way does not; return where to go on."""
        if self._zeros:
            return self._stop(base + position - BLOCK, "stands a lone block of zeros, which runtimes refuse")
        header = block[position : position + BLOCK]
        content = position + BLOCK
        try:
            if header[156] in SPECIAL:
                return self._special(header, block, content, base)
            return self._entry(header, block, content, base)
        except MalformedError as error:
            return self._stop(base + position, f"stands {error}")

    def _special(self, header: bytes, block: bytes, content: int, base: int) -> int:
        """Read an entry that says something of the next one."""
        kind, size = header[156], size_of(header)
        if size > self._limits.special:
            raise MalformedError(f"an extended header of {size} bytes, more than the limit")
        stop, padding = content + size, -size % BLOCK
        if stop + padding <= len(block):
            self._said.add(kind, block[content:stop])
            return stop + padding
        self._taking = Gather(size, "", partial(self._pend_later, kind, base + content - BLOCK))
        self._skip = self._padding = padding
        return content

    def _pend_later(self, kind: int, place: int, body: memoryview) -> None:
        try:
            self._said.add(kind, bytes(body))
        except MalformedError as error:
            self._stop(place, f"stands {error}")

    def _entry(self, header: bytes, block: bytes, content: int, base: int) -> int:
        """Add an entry with all that may be said of it; return where to go on."""
        extended = self._said.take()
        entry = read_entry(header, extended or _NOTHING)
        if extended is None:
            self._remember_owner(header[100:124], entry)
        path = self._rows.placed(entry, header[156])
        if entry.sparse is not None:
            file = SparseFile.of(path, entry, extended or _NOTHING, header, base + content)
            return self._sparse(file, header, content)
        reached = content + entry.body + -entry.body % BLOCK
        if path is not None:
            self._rows.add(path, entry, base + content, extended or _NOTHING)
            if entry.kind == REGULAR:
                head = block[content : content + min(entry.size, 4)]
                ticket = self._visitor.choose(path, entry.size, entry.mode, head)
                if ticket is not None:
                    reached = self._want(ticket, path, entry.size, block, content)
        if self._taking is None and reached > len(block):
            self._skip, self._padding = reached - len(block), -entry.body % BLOCK
            return len(block)
        return reached

    def _remember_owner(self, field: bytes, entry: TarEntry) -> None:
        if len(self._owners) >= _CACHED:
            self._owners.clear()
        self._owners[field] = (entry.mode, entry.uid, entry.gid)

    def _sparse(self, file: SparseFile, header: bytes, content: int) -> int:
        """Prepare to read a file with holes; return where to go on."""
        if file.entry.sparse == OLD_SPARSE and header[482]:
            self._taking = Gather(BLOCK, file.path or "", lambda rows: self._more_rows(file, bytes(rows)))
        else:
            self._begin_sparse(file)
        return content

    def _more_rows(self, file: SparseFile, block: bytes) -> None:
        """Take a block that continues an old sparse map."""
        file.place += BLOCK
        try:
            file.add_rows(block[:504])
        except MalformedError as error:
            self._stop(file.place - BLOCK, f"stands {error}")
            return
        if block[504]:
            self._taking = Gather(BLOCK, file.path or "", lambda rows: self._more_rows(file, bytes(rows)))
        else:
            self._begin_sparse(file)

    def _begin_sparse(self, file: SparseFile) -> None:
        """Add the row, and take or pass over the body."""
        entry, path = file.entry, file.path
        self._padding = -entry.body % BLOCK
        self._skip = entry.body + self._padding
        if path is None:
            return
        self._rows.add(path, entry, file.place, file.extended)
        largest = self._limits.whole_file
        self._holes += entry.size
        if entry.size > largest or entry.body > largest + MAP_LIMIT or self._holes > self._limits.holes:
            self._rows.tell(
                path, "it is stored with holes and too large to be put together; its content was not looked at"
            )
            return
        row = len(self._columns.paths) - 1
        gather = Gather(entry.body, path, lambda stored: self._show_sparse(file, row, stored))
        if gather.left:
            self._taking, self._skip = gather, self._padding
        else:
            gather.finish()

    def _show_sparse(self, file: SparseFile, row: int, stored: memoryview) -> None:
        """Put a file with holes together for the visitor."""
        path, entry = file.path or "", file.entry
        try:
            whole = file.put_together(stored)
        except MalformedError as error:
            self._rows.tell(path, f"it has {error}; its content was not looked at")
            return
        ticket = self._visitor.choose(path, entry.size, entry.mode, whole[:4])
        if ticket is not None:
            self._visitor.whole(ticket, row, memoryview(whole))
