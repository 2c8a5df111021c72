"""Where things lie in an ELF object: its headers, segments and sections, and bounded reads of them.

Source: System V gABI, chapters 4 «Object Files» and 5 «Program Loading». No count, size or offset is believed: each is
held against a bound and the file's size. What cannot be read is noted in `problems` and left out, so that one lie does
not cost the other facts.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from basewright.formats.content import Content, MalformedError, OutsideWindowsError

MAGIC = b"\x7fELF"
HEAD_BYTES = 4096
PROGRAM_HEADERS_BYTES = 64 * 1024
"""What Linux reads at most (fs/binfmt_elf.c)."""
SECTION_HEADERS_BYTES = 8 * 1024 * 1024
SECTION_NAMES_BYTES = 1024 * 1024
PROBLEMS = 16
_SAME_NAMES = 16
"""How often a section's name may be looked for among the names."""

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
PF_X, PF_W = 1, 2
SHT_SYMTAB, SHT_NOTE, SHT_NOBITS = 2, 7, 8
_MANY_SEGMENTS = 0xFFFF
_MANY_SECTIONS = 0xFFFF
"""The number is too large for the header and stands in section 0."""


Segment = tuple[int, int, int, int, int, int]
"""A program header: type, flags, offset, address, bytes in the file, bytes in memory. No class: they are many."""
SectionRow = tuple[int, int, int, int, int, int, int, int]
"""A section header as it stands there, in the fields of `Section`."""


class Section(NamedTuple):
    """A section header; `name` is an offset into the section names."""

    name: int
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int


@dataclass(frozen=True, slots=True)
class Form:
    """How the structures of one class and byte order are laid out."""

    bits: int
    order: str
    header: Struct
    segment: Struct
    section: Struct
    dynamic: Struct
    word: Struct
    three_words: Struct
    need: Struct
    need_part: Struct
    definition: Struct
    definition_part: Struct


def _form(bits: int, order: str) -> Form:
    is_wide = bits == 64
    return Form(
        bits,
        order,
        header=Struct(order + ("16xHHIQQQIHHHHHH" if is_wide else "16xHHIIIIIHHHHHH")),
        segment=Struct(order + ("IIQQ8xQQ8x" if is_wide else "III4xIII4x")),
        section=Struct(order + ("IIQQQQII16x" if is_wide else "IIIIIIII8x")),
        dynamic=Struct(order + ("QQ" if is_wide else "II")),
        word=Struct(order + ("Q" if is_wide else "I")),
        three_words=Struct(order + "III"),
        need=Struct(order + "2xHIII"),
        need_part=Struct(order + "8xII"),
        definition=Struct(order + "2xH2xH4xII"),
        definition_part=Struct(order + "II"),
    )


_FORMS = {(width, order): _form(width * 32, "<" if order == 1 else ">") for width in (1, 2) for order in (1, 2)}


@dataclass(slots=True)
class ElfLayout:
    """The headers of one object, and reads of its content that collect what went wrong."""

    content: Content
    form: Form
    head: bytes
    """The first bytes of the file."""
    type: int
    machine: int
    segments: list[Segment] = field(default_factory=list)
    sections: list[SectionRow] = field(default_factory=list)
    sections_at: int = 0
    """Offset of the section headers; 0 where there are none."""
    has_sections: bool | None = False
    """Whether it has section headers; None where they could not be read."""
    names: bytes = b""
    """The names of the sections, each ended by a zero byte."""
    problems: list[str] = field(default_factory=list)
    lacks_bytes: bool = False
    """Whether a read met bytes that are not kept; `content.missed` says which."""

    def note(self, problem: str) -> None:
        """Record why a fact is missing: once, and not without end."""
        if len(self.problems) < PROBLEMS and problem not in self.problems:
            self.problems.append(problem)

    def take(self, offset: int, length: int, what: str) -> bytes | None:
        """Return the bytes of `what`, fewer with a problem noted where the file ends; None where they are not kept."""
        stop = offset + length
        if stop <= len(self.head):
            return self.head[offset:stop]
        data = self.peek(offset, length)
        if data is not None and len(data) < length:
            self.note(f"{what} reaches beyond the end of the file")
        return data

    def peek(self, offset: int, length: int) -> bytes | None:
        """Return `length` bytes, fewer where the file ends; None where they are not kept."""
        try:
            return self.content.read_at(offset, length)
        except OutsideWindowsError:
            self.lacks_bytes = True
            return None

    def offset_of(self, address: int) -> int | None:
        """Return where in the file the byte lies that is loaded at `address`."""
        for type_, _, offset, start, file_bytes, _ in self.segments:
            if type_ == PT_LOAD and start <= address < start + file_bytes:
                return offset + address - start
        return None

    def section(self, name: bytes) -> Section | None:
        """Return the first section of that name which has bytes in the file."""
        name += b"\0"
        names = self.names
        at = names.find(name)
        for _ in range(_SAME_NAMES):  # the end of a longer name may look like this one
            if at < 0:
                break
            for row in self.sections:
                if row[0] == at and row[1] != SHT_NOBITS:
                    return Section(*row)
            at = names.find(name, at + 1)
        return None


def read_layout(content: Content, head: bytes | None = None) -> ElfLayout:
    """Read the headers; `head` is the first bytes of the content, where they are at hand.

    Raises MalformedError where it is no ELF object, OutsideWindowsError where its first bytes are not kept.
    """
    if head is None:
        head = content.read_at(0, HEAD_BYTES)
    if head[:4] != MAGIC:
        raise MalformedError("not an ELF object")
    form = _FORMS.get((head[4], head[5])) if len(head) >= 16 else None
    if form is None:
        raise MalformedError("an ELF object of unknown class or byte order")
    if len(head) < form.header.size:
        raise MalformedError("the ELF header is cut off")
    fields = form.header.unpack_from(head)
    type_, machine, _, _, at_segments, at_sections, _, _, segment_bytes, segments, section_bytes, sections, names = (
        fields
    )
    layout = ElfLayout(content, form, head, type_, machine, sections_at=at_sections)
    if at_sections:
        _read_sections(layout, at_sections, section_bytes, sections, names)
    if segments:
        if segments == _MANY_SEGMENTS and layout.sections:
            segments = layout.sections[0][-1]
        _read_segments(layout, at_segments, segment_bytes, segments)
    return layout


def _read_segments(layout: ElfLayout, offset: int, entry: int, count: int) -> None:
    form = layout.form.segment
    if entry != form.size:
        layout.note(f"program headers of {entry} bytes each")
        return
    length = count * entry
    if length > PROGRAM_HEADERS_BYTES:
        layout.note(f"{count} program headers")
        length = PROGRAM_HEADERS_BYTES // entry * entry
    data = layout.take(offset, length, "the table of program headers")
    if data is None:
        data = layout.head[offset : offset + length]  # some are better than none for what to ask for next
    data = data[: len(data) // entry * entry]
    if layout.form.bits == 64:
        layout.segments = list(form.iter_unpack(data))
    else:
        layout.segments = [
            (type_, flags, at, address, size, memory)
            for type_, at, address, size, memory, flags in form.iter_unpack(data)
        ]


def _read_sections(layout: ElfLayout, offset: int, entry: int, count: int, names: int) -> None:
    form = layout.form.section
    layout.has_sections = None
    if entry != form.size:
        layout.note(f"section headers of {entry} bytes each")
        return
    if count == 0 or names == _MANY_SECTIONS:  # extended numbering: the real ones stand in section 0
        first = layout.take(offset, entry, "the table of section headers")
        if not first or len(first) < entry:
            return
        section = Section(*form.unpack(first))
        count = count or section.size
        names = section.link if names == _MANY_SECTIONS else names
    length = count * entry
    if length > SECTION_HEADERS_BYTES:
        layout.note(f"{count} section headers")
        length = SECTION_HEADERS_BYTES // entry * entry
    data = layout.take(offset, length, "the table of section headers")
    if not data:
        return
    layout.sections = list(form.iter_unpack(data[: len(data) // entry * entry]))
    if len(data) == count * entry:
        layout.has_sections = True
    _read_names(layout, names)


def _read_names(layout: ElfLayout, index: int) -> None:
    if not index:
        return
    if index >= len(layout.sections):
        layout.note("the section names are in no section")
        return
    section = Section(*layout.sections[index])
    length = section.size
    if length > SECTION_NAMES_BYTES:
        layout.note(f"{length} bytes of section names")
        length = SECTION_NAMES_BYTES
    layout.names = layout.take(section.offset, length, "the section names") or b""
