"""Notes of an ELF object: build ID, package note, and Go's mark.

Sources: System V gABI, chapter 5 «Note Section»; uapi-group.org «Package Metadata for Executable Files»;
Go's cmd/link (note type 4 of owner ``Go``).
"""

from dataclasses import dataclass

from basewright.formats.elf_layout import PT_NOTE, SHT_NOTE, ElfLayout

NOTES_BYTES = 64 * 1024
NOTES = 1024
"""Notes of one segment."""
SEGMENTS = 64
"""Note segments of one object."""
_BUILD_ID_BYTES = 64
_PACKAGE_NOTE_BYTES = 16 * 1024

_GNU, _FDO, _GO = b"GNU\0", b"FDO\0", b"Go\0\0"
_NT_GNU_BUILD_ID = 3
_NT_FDO_PACKAGE = 0xCAFE1A7E
_NT_GO_BUILD_ID = 4


@dataclass(slots=True)
class Notes:
    """What the notes say; of a note that stands twice, the first counts."""

    build_id: str | None = None
    package: str | None = None
    is_go: bool = False


def read_notes(layout: ElfLayout) -> Notes:
    """Return what the note segments say; those of sections where the object has no segments."""
    if layout.segments:
        places = [(segment[2], segment[4]) for segment in layout.segments if segment[0] == PT_NOTE]
    else:
        places = [(row[4], row[5]) for row in layout.sections if row[1] == SHT_NOTE]
    if len(places) > SEGMENTS:
        layout.note(f"{len(places)} note segments")
    notes = Notes()
    for offset, length in places[:SEGMENTS]:
        if length > NOTES_BYTES:
            layout.note(f"notes of {length} bytes")
        data = layout.take(offset, min(length, NOTES_BYTES), "a note segment")
        if data:
            _read(layout, data, notes)
    if notes.build_id is None and layout.segments:
        _read_section(layout, notes)
    return notes


def _read_section(layout: ElfLayout, notes: Notes) -> None:
    """Read the build ID that Go's linker (1.24 and later) leaves outside of the note segments."""
    section = layout.section(b".note.gnu.build-id")
    if section is not None:
        data = layout.take(section.offset, min(section.size, NOTES_BYTES), "the section of the build ID")
        if data:
            _read(layout, data, notes)


def _read(layout: ElfLayout, data: bytes, notes: Notes) -> None:
    words = layout.form.three_words
    position = 0
    for _ in range(NOTES):
        if position + words.size > len(data):
            return
        name_bytes, description_bytes, type_ = words.unpack_from(data, position)
        # Names and descriptions are padded to 4 bytes. Only notes of type 5 (properties), which are not wanted here,
        # are padded to 8, and they stand in a segment of their own.
        start = position + words.size
        at = start + (name_bytes + 3 & ~3)
        stop = at + description_bytes
        if stop > len(data):
            return
        _take(data[start : start + name_bytes], type_, data[at:stop], notes)
        position = stop + 3 & ~3


def _take(owner: bytes, type_: int, description: bytes, notes: Notes) -> None:
    if owner == _GNU:
        if type_ == _NT_GNU_BUILD_ID and notes.build_id is None and 0 < len(description) <= _BUILD_ID_BYTES:
            notes.build_id = description.hex()
    elif owner == _GO:
        notes.is_go = notes.is_go or type_ == _NT_GO_BUILD_ID
    elif owner == _FDO and type_ == _NT_FDO_PACKAGE and notes.package is None:
        text = description[:_PACKAGE_NOTE_BYTES].rstrip(b"\0")
        notes.package = text.decode("utf-8", "backslashreplace")
