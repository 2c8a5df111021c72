"""ELF readers: windows change no fact, and no bytes do more than be refused."""

import contextlib
import gzip
import sys
import time
import zlib
from pathlib import Path

import pytest
from elf_objects import Elf, go_header
from hypothesis import given, settings
from hypothesis import strategies as st

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.formats.elf import first_windows, read_elf
from basewright.formats.program import ProgramReading, read_program

LOOKS = 5
"""How often a layer is looked at again (`image.limits`)."""
SECONDS = 1.0
AUDIT = zlib.compress(b'{"packages":[{"name":"a","version":"1","source":"local"}]}')
PROGRAMS = sorted((Path(__file__).parent.parent / "conformance/programs").glob("*.elf.gz"))


@st.composite
def recipes(draw: st.DrawFn) -> Elf:
    names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
    elf = Elf(
        bits=draw(st.sampled_from((32, 64))),
        order=draw(st.sampled_from("<>")),
        type=draw(st.integers(1, 4)),
        machine=draw(st.sampled_from((3, 8, 21, 62, 9999))),
        interpreter=draw(st.none() | names),
        needed=draw(st.lists(names, max_size=3)),
        runpath=draw(st.none() | names),
        version_needs=draw(st.dictionaries(names, st.lists(names, min_size=1, max_size=3), max_size=3)),
        version_definitions=draw(st.lists(names, max_size=3)),
        sections=draw(st.sampled_from(({}, {".dep-v0": AUDIT}, {".debug_info": b"x"}))),
        has_dynamic=draw(st.booleans()),
        has_section_headers=draw(st.booleans()),
        has_symbol_table=draw(st.booleans()),
        gap=draw(st.sampled_from((0, 5_000, 300_000))),
    )
    if draw(st.booleans()):
        elf.writable_section = ".go.buildinfo"
        elf.writable = go_header(elf, "go1.20", "path\ta\ndep\tb\tv1\n", is_inline=draw(st.booleans()))
    return elf


def united(data: bytes, windows: list[Window]) -> Content:
    pieces: list[tuple[int, bytes]] = []
    for window in sorted(windows):
        stop = window.offset + window.length
        if pieces and window.offset <= pieces[-1][0] + len(pieces[-1][1]):
            start, kept = pieces.pop()
            pieces.append((start, data[start : max(stop, start + len(kept))]))
        else:
            pieces.append((window.offset, data[window.offset : stop]))
    return Content.windows(len(data), pieces)


def read_in_looks(data: bytes, head_bytes: int) -> tuple[ProgramReading, int]:
    """Read as a layer's reader does: first windows, then one look more for each round of wishes."""
    windows = list(first_windows(len(data), data[:head_bytes]))
    for look in range(LOOKS + 1):
        content = united(data, windows)
        try:
            reading = read_program(content)
        except OutsideWindowsError:
            assert content.missed
            windows += content.missed
        else:
            return reading, look
    raise AssertionError("too many looks")


@settings(deadline=None, max_examples=150)
@given(recipes(), st.sampled_from((512, 4096)))
def test_windows_give_the_same_reading_as_the_whole_file(elf: Elf, head_bytes: int) -> None:
    data = elf.build()

    assert read_in_looks(data, head_bytes)[0] == read_program(Content.whole(data))


@settings(deadline=None, max_examples=100)
@given(recipes(), st.lists(st.tuples(st.integers(0, 300_000), st.integers(1, 5_000)), max_size=6))
def test_any_windows_lead_to_the_same_reading_or_to_a_wish(elf: Elf, places: list[tuple[int, int]]) -> None:
    data = elf.build()
    windows = [Window(offset, length) for offset, length in places if offset < len(data)]
    for _ in range(8):
        content = united(data, windows)
        try:
            reading = read_program(content)
        except OutsideWindowsError:
            assert content.missed
            windows += content.missed
        else:
            assert reading == read_program(Content.whole(data))
            return
    raise AssertionError("too many looks")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_programs_of_linkers_need_few_looks(path: Path) -> None:
    data = gzip.decompress(path.read_bytes())

    reading, looks = read_in_looks(data, 4096)

    assert reading == read_program(Content.whole(data))
    assert looks <= 1


def survives(data: bytes) -> None:
    started = time.perf_counter()
    with contextlib.suppress(MalformedError):
        read_program(Content.whole(data))
    with contextlib.suppress(MalformedError, OutsideWindowsError):
        read_elf(united(data, list(first_windows(len(data), data[:512]))))
    assert time.perf_counter() - started < SECONDS


@settings(deadline=None, max_examples=400)
@given(recipes(), st.data())
def test_changed_bytes_are_survived(elf: Elf, data: st.DataObject) -> None:
    changed = bytearray(elf.build())
    numbers = st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)) | st.integers(0, 255)
    # Most of the fun is in the headers and tables, so half of the changes go there.
    places = st.integers(0, min(600, len(changed) - 1)) | st.integers(0, len(changed) - 1)
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(places)
        value = data.draw(st.lists(numbers, min_size=1, max_size=8))
        for index, byte in enumerate(value[: len(changed) - start]):
            changed[start + index] = byte

    survives(bytes(changed))


@settings(deadline=None, max_examples=200)
@given(recipes(), st.data())
def test_cut_objects_are_survived(elf: Elf, data: st.DataObject) -> None:
    whole = elf.build()

    survives(whole[: data.draw(st.integers(0, len(whole)))])


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from((b"\1\1", b"\1\2", b"\2\1", b"\2\2")))
def test_anything_behind_the_magic_is_survived(rest: bytes, form: bytes) -> None:
    survives(b"\x7fELF" + form + rest)


def test_this_interpreter_is_read_the_same_in_windows() -> None:
    path = Path(sys.executable).resolve()
    data = path.read_bytes()
    if data[:4] != b"\x7fELF":
        pytest.skip("this Python is no ELF program")

    assert read_in_looks(data, 512)[0] == read_program(Content.whole(data))
