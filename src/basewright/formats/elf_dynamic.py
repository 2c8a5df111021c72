"""The dynamic section of an ELF object: what the loader is told.

Sources: System V gABI, chapter 5 «Dynamic Section»; Linux Standard Base core, chapter 10.7 «Symbol Versioning».
Addresses are mapped through PT_LOAD as the loader maps them, so objects without section headers are read as well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from basewright.formats.elf_layout import PT_DYNAMIC, ElfLayout

DYNAMIC_BYTES = 1024 * 1024
STRINGS_BYTES = 8 * 1024 * 1024
"""A larger string table is read string by string, and not searched for symbols."""
STRING_BYTES = 4096
ALL_STRINGS_BYTES = 1024 * 1024
"""Of all the strings that are kept of one object: tables may name one long string many times."""
NAMES = 16384
"""Entries of one version table."""
_VERSION_READS = (4096, 64 * 1024, 1024 * 1024)
_VER_FLG_BASE = 1

_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_RPATH, _DT_DEBUG = 1, 5, 10, 14, 15, 21
_DT_BIND_NOW, _DT_RUNPATH, _DT_FLAGS = 24, 29, 30
_DT_FLAGS_1, _DT_VERDEF, _DT_VERNEED = 0x6FFFFFFB, 0x6FFFFFFC, 0x6FFFFFFE
_DF_BIND_NOW, _DF_1_NOW, _DF_1_PIE = 0x8, 0x1, 0x08000000

_Places = list[tuple[int, int]]


@dataclass(slots=True)
class Dynamic:
    """What the dynamic section says; of a tag that stands twice, the last one counts, as in loaders."""

    needed: tuple[str, ...] = ()
    rpath: str | None = None
    runpath: str | None = None
    soname: str | None = None
    version_needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    version_definitions: tuple[str, ...] = ()
    binds_now: bool = False
    is_marked_pie: bool = False
    """DF_1_PIE, or DT_DEBUG, which linkers give to programs alone."""
    symbols: bytes | None = None
    """The string table, to be searched for names of symbols; None where it is absent or too large."""


@dataclass(slots=True)
class _Strings:
    """The dynamic string table, with a budget."""

    layout: ElfLayout
    offset: int
    size: int
    data: bytes | None
    left: int = ALL_STRINGS_BYTES
    known: dict[int, str] = field(default_factory=dict)

    def at(self, index: int) -> str | None:
        """Return the string at `index`; None, with a problem noted, where there is none."""
        return self.many((index,))[0]

    def many(self, indices: Iterable[int]) -> list[str | None]:
        """Return the strings at `indices`; None for faulty ones. What is named again counts again."""
        known = self.known
        data = self.data or b""
        strings: list[str | None] = []
        for index in indices:
            string = known.get(index)
            if string is None:
                stop = data.find(0, index, index + STRING_BYTES)
                text = data[index:stop] if stop >= 0 else self._read_alone(index)
                if text is not None:
                    string = known[index] = text.decode("utf-8", "backslashreplace")
            if string is not None:
                self.left -= len(string)
                if self.left < 0:
                    self.layout.note("names of more than a MiB")
                    string = None
            strings.append(string)
        return strings

    def _read_alone(self, index: int) -> bytes | None:
        """Return one string of a table that is too large to be read whole; None, with a problem noted, for others."""
        if self.data is None and index < self.size:
            near = self.layout.peek(self.offset + index, min(STRING_BYTES, self.size - index))
            stop = near.find(0) if near else -1
            if near and stop >= 0:
                return near[:stop]
        if not self.layout.lacks_bytes:
            self.layout.note("a string is not in the dynamic string table, or too long")
        return None


def read_dynamic(layout: ElfLayout) -> Dynamic | None:
    """Return what PT_DYNAMIC says; None where the object has none, or its bytes are not kept."""
    rows = _rows(layout)
    if rows is None:
        return None
    values: dict[int, int] = {}
    needed: list[int] = []
    for tag, value in rows:
        if tag == _DT_NEEDED:
            needed.append(value)
        elif tag:
            values[tag] = value
        else:
            break
    get = values.get
    flags_1 = get(_DT_FLAGS_1, 0)
    dynamic = Dynamic(
        binds_now=_DT_BIND_NOW in values or bool(get(_DT_FLAGS, 0) & _DF_BIND_NOW or flags_1 & _DF_1_NOW),
        is_marked_pie=bool(flags_1 & _DF_1_PIE) or _DT_DEBUG in values,
    )
    # Every table is asked for before the first one that may be missing ends this look.
    needs = _places(layout, values, _DT_VERNEED, _needs) if _DT_VERNEED in values else []
    definitions = _places(layout, values, _DT_VERDEF, _definitions) if _DT_VERDEF in values else []
    strings = _strings(layout, values)
    if strings is None:
        return dynamic
    dynamic.symbols = strings.data
    dynamic.needed = tuple([name for name in strings.many(needed) if name is not None])
    if _DT_SONAME in values:
        dynamic.soname = strings.at(values[_DT_SONAME])
    if _DT_RPATH in values:
        dynamic.rpath = strings.at(values[_DT_RPATH])
    if _DT_RUNPATH in values:
        dynamic.runpath = strings.at(values[_DT_RUNPATH])
    dynamic.version_needs = _version_needs(needs, strings)
    dynamic.version_definitions = _version_definitions(definitions, strings)
    return dynamic


def _rows(layout: ElfLayout) -> Iterator[tuple[int, int]] | None:
    """Return the entries (tag, value), those after DT_NULL included."""
    place = next(((segment[2], segment[4]) for segment in layout.segments if segment[0] == PT_DYNAMIC), None)
    if place is None:
        return None
    if place[1] > DYNAMIC_BYTES:
        layout.note(f"a dynamic section of {place[1]} bytes")
    data = layout.take(place[0], min(place[1], DYNAMIC_BYTES), "the dynamic section")
    if data is None:
        return None
    form = layout.form.dynamic
    return form.iter_unpack(data[: len(data) // form.size * form.size])


def _strings(layout: ElfLayout, values: dict[int, int]) -> _Strings | None:
    address, size = values.get(_DT_STRTAB), values.get(_DT_STRSZ)
    if address is None or size is None:
        if values:
            layout.note("the dynamic section names no string table")
        return None
    offset = layout.offset_of(address)
    if offset is None:
        layout.note("the dynamic string table is not in the file")
        return None
    if size > STRINGS_BYTES:
        return _Strings(layout, offset, size, None)
    data = layout.take(offset, size, "the dynamic string table")
    return _Strings(layout, offset, size, data) if data is not None else None


def _version_needs(places: _Places, strings: _Strings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = strings.many([index for place in places for index in place])
    found: dict[str, set[str]] = {}
    for library, version in zip(names[::2], names[1::2], strict=True):
        if library is not None and version is not None:
            found.setdefault(library, set()).add(version)
    return tuple([(library, tuple(sorted(found[library]))) for library in sorted(found)])


def _version_definitions(places: _Places, strings: _Strings) -> tuple[str, ...]:
    names = strings.many([index for _, index in places])
    return tuple(sorted({name for name in names if name is not None}))


def _places(
    layout: ElfLayout, values: dict[int, int], tag: int, read: Callable[[ElfLayout, bytes, int], _Places | None]
) -> _Places:
    """Return (library, version) of the needs, or (0, version) of the definitions, as string indices.

    The tables say nowhere how long they are, so a short piece is read, and a longer one where it does not suffice.
    The tag that follows a table's says how many entries it has.
    """
    offset = layout.offset_of(values[tag])
    if offset is None:
        layout.note("a table of symbol versions is not in the file")
        return []
    for length in _VERSION_READS:
        data = layout.peek(offset, length)
        if data is None:
            return []
        places = read(layout, data, values.get(tag + 1, 0))
        if places is not None:
            return places
        if len(data) < length:
            break
    layout.note("a table of symbol versions is cut off or goes in circles")
    return []


def _needs(layout: ElfLayout, data: bytes, count: int) -> _Places | None:
    """Return (name of library, name of version) as string offsets; None where `data` ends before the table does."""
    need, part = layout.form.need.unpack_from, layout.form.need_part.unpack_from
    end = len(data) - 16  # the size of either structure
    places: _Places = []
    position = 0
    for _ in range(min(count, NAMES)):
        if position > end:
            return None
        parts, library, first, step = need(data, position)
        at = position + first
        for _ in range(parts):
            if at > end or len(places) >= NAMES:
                return None
            version, next_ = part(data, at)
            places.append((library, version))
            if not next_:
                break
            at += next_
        if not step:
            break
        position += step
    return places


def _definitions(layout: ElfLayout, data: bytes, count: int) -> _Places | None:
    """Return (0, name of version) as string offsets; None where `data` ends before the table does."""
    definition, part = layout.form.definition, layout.form.definition_part
    places: _Places = []
    position = 0
    for _ in range(min(count, NAMES)):
        if position + definition.size > len(data):
            return None
        flags, parts, first, step = definition.unpack_from(data, position)
        if parts and not flags & _VER_FLG_BASE:
            at = position + first
            if at + part.size > len(data):
                return None
            places.append((0, part.unpack_from(data, at)[0]))
        if not step:
            break
        position += step
    return places
