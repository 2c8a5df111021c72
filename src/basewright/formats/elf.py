"""ELF objects: the facts that can be read without running them, from bytes that may lie.

Sources: System V gABI (chapters 4 and 5) and its processor supplements; what GNU and LLVM linkers write on Linux.
"""

import re

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.formats.elf_dynamic import Dynamic, read_dynamic
from basewright.formats.elf_layout import (
    PF_W,
    PF_X,
    PT_GNU_RELRO,
    PT_GNU_STACK,
    PT_INTERP,
    PT_LOAD,
    SHT_SYMTAB,
    ElfLayout,
    Section,
    read_layout,
)
from basewright.formats.elf_machines import machine_name
from basewright.formats.elf_notes import read_notes
from basewright.model.executable import ElfFacts, ElfKind, Relro

INTERPRETER_BYTES = 4096
SYMBOL_NAMES_BYTES = 1024 * 1024
"""Names of a full symbol table that are searched where there are no dynamic ones."""
_KINDS: dict[int, ElfKind] = {1: "relocatable", 2: "executable", 3: "shared", 4: "core"}
_CANARY = b"__stack_chk_fail\0"
_CHECKED = b"_chk\0"
_UNCHECKED = (b"\0printf\0", b"\0fprintf\0", b"\0sprintf\0")
"""What glibc's headers never leave unchecked where `_FORTIFY_SOURCE` is set."""
_GO_SECTION = re.compile(rb"\.(?:go\.buildinfo|gopclntab|note\.go\.buildid)\0")


def read_elf(content: Content) -> ElfFacts:
    """Return the facts of one ELF object.

    Raises MalformedError where it is none or of no known class, byte order or type. Other damage leaves facts out and
    stands in `problems`. OutsideWindowsError comes after everything that could be asked for was asked for.
    """
    return read_facts(read_layout(content))


def read_facts(layout: ElfLayout) -> ElfFacts:
    """Return the facts of the object of which `layout` was read; errors as of `read_elf`."""
    kind = _KINDS.get(layout.type)
    if kind is None:
        raise MalformedError(f"an ELF object of unknown type {layout.type}")
    interpreter, has_relro, stack = _read_segments(layout)
    dynamic = read_dynamic(layout)
    has_dynamic = dynamic is not None
    dynamic = dynamic or Dynamic()
    notes = read_notes(layout) if kind != "core" else None
    is_pie = kind == "shared" and (dynamic.is_marked_pie or (interpreter is not None and dynamic.soname is None))
    if is_pie:
        kind = "executable"
    names = layout.names
    symbols = dynamic.symbols if has_dynamic else _full_symbols(layout)
    facts = ElfFacts(
        bits=64 if layout.form.bits == 64 else 32,
        byte_order="little" if layout.form.order == "<" else "big",
        kind=kind,
        machine=machine_name(layout.machine, layout.form),
        interpreter=interpreter,
        needed=dynamic.needed,
        rpath=dynamic.rpath,
        runpath=dynamic.runpath,
        soname=dynamic.soname,
        version_needs=dynamic.version_needs,
        version_definitions=dynamic.version_definitions,
        is_static=kind == "executable" and interpreter is None and not dynamic.needed,
        is_pie=is_pie,
        relro=_relro(kind, has_relro=has_relro, binds_now=dynamic.binds_now),
        nx=None if stack is None else not stack & PF_X,
        canary=None if symbols is None else _CANARY in symbols,
        fortified=_fortified(symbols, dynamic),
        build_id=notes.build_id if notes else None,
        package_note=notes.package if notes else None,
        is_go=(notes is not None and notes.is_go) or _GO_SECTION.search(names) is not None,
        has_symbols=_has_symbols(layout),
        has_debug=None if layout.has_sections is None else b"debug_info\0" in names,
        debug_link=_debug_link(layout),
        problems=tuple(layout.problems),
    )
    if layout.lacks_bytes:
        raise OutsideWindowsError("some of the ELF object is not kept")
    return facts


def _read_segments(layout: ElfLayout) -> tuple[str | None, bool, int | None]:
    """Return the interpreter, whether anything becomes read-only after relocation, and the stack's flags."""
    interpreter: str | None = None
    has_relro = False
    stack: int | None = None
    for type_, flags, offset, _, file_bytes, _ in layout.segments:
        if type_ == PT_INTERP and interpreter is None:
            data = layout.take(offset, min(file_bytes, INTERPRETER_BYTES), "the interpreter's path")
            if data:
                interpreter = data.split(b"\0", 1)[0].decode("utf-8", "backslashreplace") or None
        elif type_ == PT_GNU_STACK:
            stack = flags
        elif type_ == PT_GNU_RELRO:
            has_relro = True
    return interpreter, has_relro, stack


def _relro(kind: ElfKind, *, has_relro: bool, binds_now: bool) -> Relro | None:
    if kind in {"relocatable", "core"}:
        return None
    if not has_relro:
        return "none"
    return "full" if binds_now else "partial"


def _fortified(symbols: bytes | None, dynamic: Dynamic) -> bool | None:
    if symbols is None:
        return None
    if _CHECKED in symbols:
        return True
    if "libc.so.6" in dynamic.needed and any(name in symbols for name in _UNCHECKED):
        return False
    return None


def _has_symbols(layout: ElfLayout) -> bool | None:
    for section in layout.sections:
        if section[1] == SHT_SYMTAB:
            return True
    return layout.has_sections and False


def _full_symbols(layout: ElfLayout) -> bytes | None:
    """Return the names of the full symbol table, where the object has a small one."""
    for row in layout.sections:
        link = row[6]
        if row[1] == SHT_SYMTAB and 0 < link < len(layout.sections):
            names = Section(*layout.sections[link])
            if names.size <= SYMBOL_NAMES_BYTES:
                return layout.take(names.offset, names.size, "the names of symbols")
    return None


def _debug_link(layout: ElfLayout) -> str | None:
    section = layout.section(b".gnu_debuglink")
    if section is None:
        return None
    data = layout.take(section.offset, min(section.size, INTERPRETER_BYTES), "the link to debug information")
    return data.split(b"\0", 1)[0].decode("utf-8", "backslashreplace") or None if data else None


_FIRST_BYTES = 1024 * 1024
_BEYOND_BYTES = 4096
"""Names at a segment's end are read in steps that reach beyond it."""
_FIRST_SEGMENT_BYTES = 12 * 1024 * 1024
_DATA_BYTES = 1024 * 1024
_BESIDE_BYTES = 64 * 1024
"""Behind data, where sections stand that are not loaded, and on both sides of where the section headers start."""
_WINDOWS_BYTES = 16 * 1024 * 1024


def first_windows(size: int, head: bytes) -> tuple[Window, ...]:
    """Return which windows of a large ELF object to keep in the first look; `head` is its first bytes (better 4 KiB).

    The first MiB and more of the segment that starts there (strings and versions), all that reading wishes for where
    only `head` is known, where data starts (Go's build information), what follows it, and what stands around the
    section headers. Sorted, apart, and at most 16 MiB together.
    """
    if not size:
        return ()
    content = Content.windows(size, ((0, head[:size]),))
    wanted = [Window(0, _FIRST_BYTES)]
    least: list[Window] = []
    try:
        layout = read_layout(content, head[:size])
        if layout.sections_at:
            before = max(0, layout.sections_at - _BESIDE_BYTES)
            wanted.append(Window(before, layout.sections_at - before + _BESIDE_BYTES))
        for type_, flags, offset, _, file_bytes, _ in layout.segments:
            if type_ == PT_LOAD and not offset:
                least.append(Window(0, min(file_bytes + _BEYOND_BYTES, _FIRST_SEGMENT_BYTES)))
            elif type_ == PT_LOAD and flags & PF_W:
                wanted.append(Window(offset, min(file_bytes, _DATA_BYTES)))
                wanted.append(Window(offset + file_bytes, _BESIDE_BYTES))
        read_facts(layout)
    except (MalformedError, OutsideWindowsError):
        pass  # the wishes stand in `missed`; what is malformed will be said by who reads it
    return _united(size, wanted + content.missed + least)


def _united(size: int, wanted: list[Window]) -> tuple[Window, ...]:
    """Return the windows sorted and apart, within the file, the first ones of `wanted` first served."""
    left = _WINDOWS_BYTES
    ranges: list[tuple[int, int]] = []
    for window in wanted:
        length = min(window.length, size - window.offset, left)
        if length > 0:
            ranges.append((window.offset, window.offset + length))
            left -= length
    united: list[Window] = []
    for start, stop in sorted(ranges):
        if united and start <= united[-1].offset + united[-1].length:
            last = united.pop()
            united.append(Window(last.offset, max(last.offset + last.length, stop) - last.offset))
        else:
            united.append(Window(start, stop - start))
    return tuple(united)
