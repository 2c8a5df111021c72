"""Headers of installed rpm packages (rpm's docs/manual/hregions.md, format_header.md and tags.md).

A header is a count of index entries, a count of data bytes, the entries (tag, type, offset, count; big-endian), and
the data. A database keeps it without the magic that precedes it in a package file. Of the data only what is wanted
is touched; a claimed count never allocates anything before it was held against the bytes that are there.
"""

import struct
from bisect import bisect_right
from functools import partial
from typing import Final

import msgspec

from basewright.formats.content import MalformedError
from basewright.formats.openpgp import issuer_of
from basewright.formats.problems import Problems
from basewright.formats.rpm_files import RpmFiles, checked_files

_MOST_ENTRIES = 0xFFFF
_MOST_DATA = 0x0FFFFFFF
"""What rpm itself takes (lib/header.c: HEADER_TAGS_MAX, HEADER_DATA_MAX)."""
_LONGEST_TEXT = 64 * 1024
_MOST_TEXTS = 1_000_000
"""Files of one package that are read; the largest real ones have some 100,000."""
_MOST_PADDING = 7
"""NULs that align the next entry, at most."""

_INT16, _INT32, _INT64, _STRING, _BIN, _STRINGS, _I18N = 3, 4, 5, 6, 7, 8, 9
_WIDTHS: Final = {1: 1, 2: 1, _INT16: 2, _INT32: 4, _INT64: 8, _BIN: 1}
"""Bytes of one element, by type: CHAR, INT8 …"""

NAME, VERSION, RELEASE, EPOCH, SUMMARY = 1000, 1001, 1002, 1003, 1004
INSTALLTIME, SIZE, VENDOR, LICENSE, PACKAGER = 1008, 1009, 1011, 1014, 1015
ARCH, OLDFILENAMES, FILESIZES, FILESTATES, FILEMODES = 1022, 1027, 1028, 1029, 1030
FILEFLAGS, SOURCERPM, DIRINDEXES, BASENAMES, DIRNAMES = 1037, 1044, 1116, 1117, 1118
LONGFILESIZES, LONGSIZE, MODULARITYLABEL = 5008, 5009, 5096
SIGPGP, SIGMD5, SIGGPG, DSAHEADER, RSAHEADER, OPENPGP = 259, 261, 262, 267, 268, 278

_SIGNATURES = (RSAHEADER, DSAHEADER, SIGPGP, SIGGPG)
_WANTED = frozenset(
    {NAME, VERSION, RELEASE, EPOCH, SUMMARY, INSTALLTIME, SIZE, VENDOR, LICENSE, PACKAGER, ARCH, OLDFILENAMES}
    | {FILESIZES, FILESTATES, FILEMODES, FILEFLAGS, SOURCERPM, DIRINDEXES, BASENAMES, DIRNAMES}
    | {LONGFILESIZES, LONGSIZE, MODULARITYLABEL, SIGMD5, OPENPGP, *_SIGNATURES}
)


class RpmHeader(msgspec.Struct, frozen=True):
    """One installed package, as its header has it; texts that are not UTF-8 are read as Latin-1."""

    name: str
    version: str
    release: str
    epoch: int | None = None
    """None where the header has none, which compares like 0."""
    arch: str = ""
    """Empty for what is no package (``gpg-pubkey``)."""
    source_rpm: str = ""
    """File name of the source package; empty where there is none."""
    license: str = ""
    vendor: str = ""
    packager: str = ""
    summary: str = ""
    size: int | None = None
    """Bytes of the installed files, as rpm counted when it was built."""
    modularity_label: str = ""
    """``nodejs:10:8020020200707141642:6a468ee4`` for a package of a module."""
    install_time: int | None = None
    """Seconds since 1970, UTC."""
    md5: str = ""
    """Of the package file's header and payload, in hex; identifies the very build."""
    is_signed: bool | None = False
    """Whether it carries an OpenPGP signature, which is not verified; None where the record does not tell."""
    key_id: str = ""
    """Of the key that signed it, 16 hex digits; empty where it cannot be read simply."""
    files: RpmFiles | None = None
    """None where they are not known: the record does not list them, or the list is damaged."""

    @property
    def evr(self) -> str:
        """``[epoch:]version-release``."""
        epoch = "" if self.epoch is None else f"{self.epoch}:"
        return f"{epoch}{self.version}-{self.release}"


def read_header(blob: bytes, problems: Problems) -> RpmHeader:
    """Return the package of a header blob; what is damaged beside the name becomes a problem.

    Raises MalformedError where there is no header, or one without name, version and release.
    """
    store = _Store(blob, problems)
    name, version, release = store.text(NAME), store.text(VERSION), store.text(RELEASE)
    store.name = name[:100]
    if not (name and version and release):
        raise MalformedError("a header without name, version and release")
    is_signed, key_id = _signature(store)
    md5 = store.raw(SIGMD5, {_BIN})
    return RpmHeader(
        name=name,
        version=version,
        release=release,
        epoch=store.number(EPOCH),
        arch=store.text(ARCH),
        source_rpm=store.text(SOURCERPM),
        license=store.text(LICENSE),
        vendor=store.text(VENDOR),
        packager=store.text(PACKAGER),
        summary=store.text(SUMMARY),
        size=store.number(LONGSIZE) if LONGSIZE in store.entries else store.number(SIZE),
        modularity_label=store.text(MODULARITYLABEL),
        install_time=store.number(INSTALLTIME),
        md5=md5.hex() if len(md5) == 16 else "",
        is_signed=is_signed,
        key_id=key_id,
        files=_files(store),
    )


class _Store:
    """The wanted entries of one header, and access to their data."""

    def __init__(self, blob: bytes, problems: Problems) -> None:
        self.name = ""
        self._blob = blob
        self._problems = problems
        if len(blob) < 8:
            raise MalformedError("a header of less than eight bytes")
        entries, data = struct.unpack_from(">II", blob)
        if not 0 < entries <= _MOST_ENTRIES or data > _MOST_DATA:
            raise MalformedError(f"a header that claims {entries} tags and {data} bytes")
        self._start = 8 + 16 * entries
        self._end = self._start + data
        if self._end > len(blob):
            raise MalformedError(f"a header of {self._end} bytes in {len(blob)}")
        wanted: dict[int, tuple[int, int, int]] = {}
        places = []
        for tag, kind, offset, count in struct.iter_unpack(">IIiI", memoryview(blob)[8 : self._start]):
            places.append(offset)
            # A tag that comes again was added when the package was installed, and replaces the first.
            if tag in _WANTED:
                wanted[tag] = (kind, offset, count)
        self.entries = wanted
        self._places = sorted(places)

    def damaged(self, tag: int, why: str) -> None:
        """Tell of an entry that cannot be used."""
        self._problems.add(f"{self.name or 'a package'}: tag {tag}: {why}")

    def _place(self, tag: int, kinds: set[int]) -> tuple[int, int, int] | None:
        """Return kind, place in the blob and count of an entry; None where it is missing or, told, damaged."""
        entry = self.entries.get(tag)
        if entry is None:
            return None
        kind, offset, count = entry
        if kind not in kinds:
            self.damaged(tag, f"an unexpected type {kind}")
        elif offset < 0 or self._start + offset >= self._end:
            self.damaged(tag, "outside the header")
        else:
            return kind, self._start + offset, count
        return None

    def text(self, tag: int) -> str:
        """Return a text, of a translated one the first; empty where it is missing."""
        place = self._place(tag, {_STRING, _I18N, _STRINGS})
        if place is None:
            return ""
        stop = self._blob.find(b"\0", place[1], min(self._end, place[1] + _LONGEST_TEXT))
        if stop < 0:
            self.damaged(tag, "a text without an end")
            return ""
        return decoded(self._blob[place[1] : stop])

    def number(self, tag: int) -> int | None:
        """Return the first number of an entry."""
        place = self._place(tag, {_INT16, _INT32, _INT64})
        if place is None:
            return None
        kind, at, count = place
        if not count or at + _WIDTHS[kind] > self._end:
            self.damaged(tag, "a number outside the header")
            return None
        return int.from_bytes(self._blob[at : at + _WIDTHS[kind]], "big")

    def raw(self, tag: int, kinds: set[int]) -> bytes:
        """Return the bytes of an array of numbers or of opaque bytes."""
        place = self._place(tag, kinds)
        if place is None:
            return b""
        kind, at, count = place
        stop = at + _WIDTHS[kind] * count
        if stop > self._end:
            self.damaged(tag, f"{count} values outside the header")
            return b""
        return self._blob[at:stop]

    def texts(self, tag: int) -> bytes:
        """Return an array of texts, each with its closing NUL."""
        place = self._place(tag, {_STRINGS})
        if place is None:
            return b""
        _, at, count = place
        if count > _MOST_TEXTS:
            self.damaged(tag, f"{count} texts")
            return b""
        following = bisect_right(self._places, at - self._start)
        stop = self._start + self._places[following] if following < len(self._places) else self._end
        piece = first_texts(self._blob[at : min(stop, self._end)], count)
        if piece is None:
            piece = first_texts(self._blob[at : self._end], count)
        if piece is None:
            self.damaged(tag, f"{count} texts outside the header")
            return b""
        return piece

    def has(self, tag: int) -> bool:
        """Whether the header has the tag at all."""
        return tag in self.entries


def first_texts(data: bytes, count: int) -> bytes | None:
    """Return the first `count` NUL-terminated texts of `data`; None where there are fewer."""
    found = data.count(b"\0")
    if found < count or not count:
        return None
    padding = min(found - count, _MOST_PADDING)
    if padding and not any(data[-padding - 1 :]):
        data, found = data[:-padding], found - padding
    if found == count and data.endswith(b"\0"):
        return data
    return data[: len(data) - len(data.split(b"\0", count)[-1])]


def decoded(text: bytes) -> str:
    """Return a text of a header; before rpm 4.15 (tag ENCODING) any encoding was let in."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _files(store: _Store) -> RpmFiles | None:
    has_directories = store.has(BASENAMES)
    if not has_directories and not store.has(OLDFILENAMES):
        return RpmFiles()
    names = store.texts(BASENAMES if has_directories else OLDFILENAMES)
    directories = store.texts(DIRNAMES) if has_directories else b""
    if not names:
        return None
    sizes = store.raw(LONGFILESIZES, {_INT64}) if store.has(LONGFILESIZES) else store.raw(FILESIZES, {_INT32})
    files = RpmFiles(
        names=names,
        directories=directories,
        indexes=store.raw(DIRINDEXES, {_INT32}) if directories else b"",
        modes=store.raw(FILEMODES, {_INT16}),
        flags=store.raw(FILEFLAGS, {_INT32}),
        sizes=sizes,
        states=store.raw(FILESTATES, {1, 2}),
    )
    return checked_files(files, partial(store.damaged, BASENAMES), has_directories=has_directories)


def _signature(store: _Store) -> tuple[bool, str]:
    for tag in _SIGNATURES:
        if store.has(tag):
            return True, issuer_of(store.raw(tag, {_BIN}))
    return store.has(OPENPGP), ""
