"""Small ELF objects of any class and byte order, laid out by hand from the System V gABI.

    data = Elf(bits=32, order=">", machine=8, needed=("libc.so.6",), interpreter="/lib/ld.so.1").build()

Only what loaders and readers look at is there: headers, one read-only and one writable segment, the dynamic section
with its strings and versions, notes, and sections by name. `gap` bytes part the pieces, so that windows matter.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BASE = 0x400000
WRITABLE = 0x800000
NOTE_BUILD_ID = (b"GNU\0", 3, bytes(range(20)))


@dataclass
class Elf:
    """What to build."""

    bits: int = 64
    order: str = "<"
    type: int = 3
    machine: int = 62
    interpreter: str | None = None
    needed: Sequence[str] = ()
    soname: str | None = None
    rpath: str | None = None
    runpath: str | None = None
    version_needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    version_definitions: Sequence[str] = ()
    """The first is the object's own name, as linkers write it."""
    symbols: Sequence[str] = ()
    tags: Sequence[tuple[int, int]] = ()
    """More entries of the dynamic section."""
    has_dynamic: bool = True
    stack_flags: int | None = 6
    has_relro: bool = True
    notes: Sequence[tuple[bytes, int, bytes]] = (NOTE_BUILD_ID,)
    sections: Mapping[str, bytes] = field(default_factory=dict)
    has_section_headers: bool = True
    has_symbol_table: bool = False
    writable: bytes = b""
    writable_section: str | None = None
    gap: int = 0

    def build(self) -> bytes:
        """Return the bytes of the object."""
        return _Builder(self).build()

    @property
    def word(self) -> str:
        """How an address is packed."""
        return "Q" if self.bits == 64 else "I"

    def pack(self, form: str, *values: int) -> bytes:
        """Pack in the object's byte order."""
        return struct.pack(self.order + form, *values)


class _Builder:
    def __init__(self, elf: Elf) -> None:
        self.elf = elf
        self.header_bytes, self.entry_bytes = (64, 56) if elf.bits == 64 else (52, 32)
        self.segments: list[tuple[int, int, int, int, int]] = []  # type, flags, offset, address, size
        self.sections: list[tuple[str, int, int, int, int]] = []  # name, type, address, offset, size
        self.strings = b"\0"
        self.data = bytearray()

    def build(self) -> bytes:
        elf = self.elf
        count = 9
        self.data += b"\0" * (self.header_bytes + count * self.entry_bytes)
        if elf.interpreter is not None:
            at = self.put(elf.interpreter.encode() + b"\0", ".interp")
            self.segments.append((3, 4, *at))
        for owner, type_, description in elf.notes:
            body = elf.pack("III", len(owner), len(description), type_) + _pad(owner) + _pad(description)
            self.segments.append((4, 4, *self.put(body, f".note.{type_:x}", 7)))
        if elf.has_dynamic:
            self.put_dynamic()
        for name, content in elf.sections.items():
            self.put(content, name)
        end_of_text = len(self.data)
        if elf.writable:
            self.align(4096)
            at = len(self.data)
            self.data += elf.writable
            self.segments.append((1, 6, at, WRITABLE, len(elf.writable)))
            if elf.writable_section:
                self.sections.append((elf.writable_section, 1, WRITABLE, at, len(elf.writable)))
        self.segments.insert(0, (1, 5, 0, BASE, end_of_text))
        if elf.stack_flags is not None:
            self.segments.append((0x6474E551, elf.stack_flags, 0, 0, 0))
        if elf.has_relro:
            self.segments.append((0x6474E552, 4, 0, 0, 0))
        self.write_headers(*self.write_sections())
        return bytes(self.data)

    def align(self, to: int) -> None:
        self.data += b"\0" * (-len(self.data) % to)

    def put(self, content: bytes, name: str, type_: int = 1) -> tuple[int, int, int]:
        """Append a piece of the read-only segment and return (offset, address, size)."""
        self.data += b"\0" * self.elf.gap
        self.align(16)
        at = len(self.data)
        self.data += content
        self.sections.append((name, type_, BASE + at, at, len(content)))
        return at, BASE + at, len(content)

    def string(self, text: str) -> int:
        at = len(self.strings)
        self.strings += text.encode() + b"\0"
        return at

    def put_dynamic(self) -> None:
        elf = self.elf
        entries = [(1, self.string(name)) for name in elf.needed]
        for tag, text in ((14, elf.soname), (15, elf.rpath), (29, elf.runpath)):
            if text is not None:
                entries.append((tag, self.string(text)))
        for name in elf.symbols:
            self.string(name)
        if elf.version_needs:
            _, address, _ = self.put(self.version_needs(), ".gnu.version_r", 0x6FFFFFFE)
            entries += [(0x6FFFFFFE, address), (0x6FFFFFFF, len(elf.version_needs))]
        if elf.version_definitions:
            _, address, _ = self.put(self.version_definitions(), ".gnu.version_d", 0x6FFFFFFD)
            entries += [(0x6FFFFFFC, address), (0x6FFFFFFD, len(elf.version_definitions))]
        _, address, size = self.put(self.strings, ".dynstr", 3)
        entries += [(5, address), (10, size), *elf.tags, (0, 0)]
        body = b"".join(elf.pack(elf.word * 2, *entry) for entry in entries)
        self.segments.append((2, 6, *self.put(body, ".dynamic", 6)))

    def version_needs(self) -> bytes:
        elf, body = self.elf, b""
        for number, (library, versions) in enumerate(elf.version_needs.items(), 1):
            step = 16 * (len(versions) + 1) if number < len(elf.version_needs) else 0
            body += elf.pack("HHIII", 1, len(versions), self.string(library), 16, step)
            for index, version in enumerate(versions, 1):
                body += elf.pack("IHHII", 0, 0, 2, self.string(version), 16 if index < len(versions) else 0)
        return body

    def version_definitions(self) -> bytes:
        elf, body = self.elf, b""
        for index, version in enumerate(elf.version_definitions, 1):
            step = 28 if index < len(elf.version_definitions) else 0
            body += elf.pack("HHHHIII", 1, int(index == 1), index, 1, 0, 20, step)
            body += elf.pack("II", self.string(version), 0)
        return body

    def write_sections(self) -> tuple[int, int]:
        """Append the section headers; return their offset and count."""
        elf = self.elf
        if not elf.has_section_headers:
            return 0, 0
        if elf.has_symbol_table:
            self.put(b"\0main\0__stack_chk_fail\0" if "__stack_chk_fail" in elf.symbols else b"\0main\0", ".strtab", 3)
            self.put(b"\0" * 24, ".symtab", 2)
        names = b"\0"
        rows = [(0, 0, 0, 0, 0, 0)]
        for name, type_, address, offset, size in self.sections:
            rows.append((len(names), type_, address, offset, size, len(rows) - 1 if type_ == 2 else 0))
            names += name.encode() + b"\0"
        rows.append((len(names), 3, 0, 0, 0, 0))
        names += b".shstrtab\0"
        self.data += b"\0" * elf.gap
        at_names = len(self.data)
        self.data += names
        rows[-1] = (rows[-1][0], 3, 0, at_names, len(names), 0)
        self.align(8)
        at = len(self.data)
        form = "II" + elf.word * 4 + "II" + elf.word * 2
        for name_at, type_, address, offset, size, link in rows:
            self.data += elf.pack(form, name_at, type_, 0, address, offset, size, link, 0, 1, 0)
        return at, len(rows)

    def write_headers(self, at_sections: int, sections: int) -> None:
        elf = self.elf
        order = 1 if elf.order == "<" else 2
        head = b"\x7fELF" + bytes([elf.bits // 32, order, 1]) + b"\0" * 9
        section_bytes = 64 if elf.bits == 64 else 40
        head += elf.pack("HHI" + elf.word * 3 + "I", elf.type, elf.machine, 1, BASE, self.header_bytes, at_sections, 0)
        head += elf.pack(
            "HHHHHH",
            self.header_bytes,
            self.entry_bytes,
            len(self.segments),
            section_bytes,
            sections,
            max(sections - 1, 0),
        )
        for type_, flags, offset, address, size in self.segments:
            if elf.bits == 64:
                head += elf.pack("IIQQQQQQ", type_, flags, offset, address, address, size, size, 16)
            else:
                head += elf.pack("IIIIIIII", type_, offset, address, address, size, size, flags, 16)
        self.data[: len(head)] = head


def _pad(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def go_header(elf: Elf, version: str, modules: str, *, is_inline: bool = True) -> bytes:
    """Return the content of ``.go.buildinfo``, to be the start of `elf.writable`."""
    guarded = b"A" * 16 + modules.encode() + b"B" * 16 if modules else b""
    magic = b"\xff Go buildinf:"
    pointer = elf.bits // 8
    if is_inline:
        head = (magic + bytes([pointer, 2])).ljust(32, b"\0")
        return head + b"".join(varint(len(text)) + text for text in (version.encode(), guarded))
    first = WRITABLE + 32
    texts = first + 4 * pointer
    head = magic + bytes([pointer, int(elf.order == ">")]) + elf.pack(elf.word * 2, first, first + 2 * pointer)
    places = elf.pack(elf.word * 4, texts, len(version), texts + len(version), len(guarded))
    return head.ljust(32, b"\0") + places + version.encode() + guarded


def varint(number: int) -> bytes:
    """Return an unsigned LEB128 number."""
    data = b""
    while number >= 0x80:
        data += bytes([number & 0x7F | 0x80])
        number >>= 7
    return data + bytes([number])
