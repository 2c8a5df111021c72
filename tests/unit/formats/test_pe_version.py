"""Version resources of Windows programs that are cut off or lie."""

import struct

import pytest

from basewright.formats.content import Content, MalformedError
from basewright.formats.pe_version import read_pe_version


def head(optional: bytes, sections: bytes = b"", count: int = 0) -> bytes:
    coff = struct.pack("<HHIIIHH", 0x14C, count, 0, 0, 0, len(optional), 0)
    return (b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + coff + optional + sections).ljust(2048, b"\0")


def optional(magic: int, directories: list[tuple[int, int]]) -> bytes:
    before = b"\0" * (90 if magic == 0x10B else 106)
    listed = b"".join(struct.pack("<II", *one) for one in directories)
    return struct.pack("<H", magic) + before + struct.pack("<I", len(directories)) + listed


def read(data: bytes):  # type: ignore[no-untyped-def]
    return read_pe_version(Content.whole(data))


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF" + b"\0" * 100])
def test_what_is_no_windows_program_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError, match="not a Windows program"):
        read(data)


def test_a_program_of_dos_is_none() -> None:
    assert read(b"MZ" + b"\0" * 200) is None


def test_a_cut_off_program_is_refused() -> None:
    with pytest.raises(MalformedError, match="cut off"):
        read(b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(MalformedError, match="unknown form"):
        read(head(b"\x07\x01" + b"\0" * 300))


@pytest.mark.parametrize("magic", [0x10B, 0x20B])
def test_a_native_program_without_resources_says_so(magic: int) -> None:
    found = read(head(optional(magic, [(0, 0)] * 16)))

    assert (found.is_assembly, dict(found.texts)) == (False, {})


def test_resources_that_lead_in_a_circle_or_nowhere_end() -> None:
    directories = [(0, 0), (0, 0), (0x1000, 0x7FFFFFFF), *[(0, 0)] * 11, (0x1000, 72)]
    section = struct.pack("<8sIIII16x", b".rsrc", 0, 0x1000, 0x400, 0x400)
    for place in (0x80000000, 0x80000010, 0xFFFFFFFF, 24):
        tree = struct.pack("<12xHHII", 0xFFFF, 0xFFFF, 16, place)
        data = head(optional(0x10B, directories), section, 1)
        data = data[:0x400] + tree.ljust(0x400, b"\x10")

        assert read(data).is_assembly
