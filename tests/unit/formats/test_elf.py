"""ELF facts of objects that are made by hand, in every class and byte order."""

import itertools
import struct

import msgspec
import pytest
from elf_objects import NOTE_BUILD_ID, Elf

from basewright.formats.content import Content, MalformedError
from basewright.formats.elf import first_windows, read_elf
from basewright.model.executable import ElfFacts, ScriptFacts

FORMS = list(itertools.product((64, 32), ("<", ">")))
EVERYTHING = {
    "needed": ("libz.so.1", "libc.so.6"),
    "soname": "libx.so.2",
    "rpath": "/old",
    "runpath": "$ORIGIN/../lib:/opt/ü",
    "version_needs": {"libz.so.1": ["ZLIB_1.2"], "libc.so.6": ["GLIBC_2.34", "GLIBC_2.2.5"]},
    "version_definitions": ("libx.so.2", "X_2", "X_1"),
    "symbols": ("printf", "__stack_chk_fail"),
}
EVERYTHING_BUT_SYMBOLS = {name: value for name, value in EVERYTHING.items() if name != "symbols"}


def facts(**recipe) -> ElfFacts:
    return read_elf(Content.whole(Elf(**recipe).build()))


@pytest.mark.parametrize(("bits", "order"), FORMS)
@pytest.mark.parametrize("has_section_headers", [True, False])
def test_a_library_of_any_class_and_byte_order_is_read(bits: int, order: str, has_section_headers: bool) -> None:
    found = facts(bits=bits, order=order, has_section_headers=has_section_headers, **EVERYTHING)

    assert found == ElfFacts(
        bits=bits,
        byte_order="little" if order == "<" else "big",
        kind="shared",
        machine="x86_64" if bits == 64 else "x32",
        needed=("libz.so.1", "libc.so.6"),
        soname="libx.so.2",
        rpath="/old",
        runpath="$ORIGIN/../lib:/opt/ü",
        version_needs=(("libc.so.6", ("GLIBC_2.2.5", "GLIBC_2.34")), ("libz.so.1", ("ZLIB_1.2",))),
        version_definitions=("X_1", "X_2"),
        relro="partial",
        nx=True,
        canary=True,
        fortified=False,
        build_id=NOTE_BUILD_ID[2].hex(),
        has_symbols=False,
        has_debug=False,
    )


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ({"type": 2, "has_dynamic": False}, ("executable", True, False)),
        ({"type": 2, "interpreter": "/lib/ld.so", "needed": ["libc.so.6"]}, ("executable", False, False)),
        ({"interpreter": "/lib/ld.so", "needed": ["libc.so.6"]}, ("executable", False, True)),
        ({"interpreter": "/lib/ld.so", "soname": "libc.so.6"}, ("shared", False, False)),
        ({"tags": [(0x6FFFFFFB, 0x08000000)]}, ("executable", True, True)),
        ({"tags": [(21, 0)]}, ("executable", True, True)),
        ({"needed": ["libc.so.6"]}, ("shared", False, False)),
        ({"type": 1, "has_dynamic": False}, ("relocatable", False, False)),
        ({"type": 4, "has_dynamic": False}, ("core", False, False)),
    ],
)
def test_programs_are_told_from_libraries(recipe: dict, expected: tuple[str, bool, bool]) -> None:
    found = facts(**recipe)

    assert (found.kind, found.is_static, found.is_pie) == expected


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ({"has_relro": False}, "none"),
        ({}, "partial"),
        ({"tags": [(24, 0)]}, "full"),
        ({"tags": [(30, 8)]}, "full"),
        ({"tags": [(0x6FFFFFFB, 1)]}, "full"),
        ({"tags": [(24, 0)], "has_relro": False}, "none"),
        ({"type": 1, "has_dynamic": False}, None),
    ],
)
def test_relocations_are_read_only_as_far_as_both_linker_options_say(recipe: dict, expected: str | None) -> None:
    assert facts(**recipe).relro == expected


def test_the_stack_is_executable_where_its_segment_says_so_and_unknown_without_one() -> None:
    assert [facts(stack_flags=flags).nx for flags in (6, 7, None)] == [True, False, None]


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ({"symbols": ["printf"]}, (False, None)),
        ({"symbols": ["printf"], "needed": ["libc.so.6"]}, (False, False)),
        ({"symbols": ["printf", "__sprintf_chk"], "needed": ["libc.so.6"]}, (False, True)),
        ({"symbols": ["memcpy"], "needed": ["libc.so.6"]}, (False, None)),
        ({"symbols": ["printf"], "needed": ["libc.musl-x86_64.so.1"]}, (False, None)),
        ({"symbols": ["__stack_chk_fail"]}, (True, None)),
        ({"has_dynamic": False}, (None, None)),
        ({"has_dynamic": False, "has_symbol_table": True}, (False, None)),
        ({"has_dynamic": False, "has_symbol_table": True, "symbols": ["__stack_chk_fail"]}, (True, None)),
    ],
)
def test_canaries_and_checked_functions_are_told_by_symbols_alone(recipe: dict, expected: tuple) -> None:
    found = facts(**recipe)

    assert (found.canary, found.fortified) == expected


def test_notes_name_the_build_the_package_and_go() -> None:
    text = b'{"type":"deb","name":"tool"}\0\0'

    found = facts(notes=[(b"GNU\0", 1, bytes(16)), (b"FDO\0", 0xCAFE1A7E, text), (b"Go\0\0", 4, b"x/y"), NOTE_BUILD_ID])

    assert found.package_note == '{"type":"deb","name":"tool"}'
    assert found.is_go
    assert found.build_id == NOTE_BUILD_ID[2].hex()


def test_sections_tell_of_symbols_debug_information_and_go() -> None:
    full = facts(
        has_symbol_table=True, sections={".debug_info": b"x", ".go.buildinfo": b"x", ".gnu_debuglink": b"a.debug\0\1"}
    )
    bare = facts(has_section_headers=False)

    assert (full.has_symbols, full.has_debug, full.is_go, full.debug_link) == (True, True, True, "a.debug")
    assert (bare.has_symbols, bare.has_debug, bare.is_go, bare.debug_link) == (False, False, False, None)


def test_a_section_is_not_taken_for_one_whose_name_ends_like_it() -> None:
    found = facts(sections={"x.gnu_debuglink": b"wrong\0", ".gnu_debuglink": b"right\0"})

    assert found.debug_link == "right"


def test_a_string_table_that_is_too_large_is_read_string_by_string() -> None:
    found = facts(symbols=["x" * 9 * 1024 * 1024, "__stack_chk_fail"], **EVERYTHING_BUT_SYMBOLS)

    assert found.soname == "libx.so.2"
    assert found.version_definitions == ("X_1", "X_2")
    assert (found.canary, found.fortified, found.problems) == (None, None, ())


@pytest.mark.parametrize(
    ("machine", "bits", "order", "name"),
    [
        (3, 32, "<", "i386"),
        (40, 32, "<", "arm"),
        (183, 64, "<", "aarch64"),
        (21, 64, "<", "ppc64le"),
        (21, 64, ">", "ppc64"),
        (22, 64, ">", "s390x"),
        (243, 64, "<", "riscv64"),
        (8, 64, "<", "mips64el"),
        (8, 32, ">", "mips"),
        (258, 64, "<", "loongarch64"),
        (9999, 64, "<", "9999"),
    ],
)
def test_machines_have_the_names_of_uname(machine: int, bits: int, order: str, name: str) -> None:
    assert facts(machine=machine, bits=bits, order=order).machine == name


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an ELF object"),
        (b"\x7fELF", "unknown class"),
        (b"\x7fELF\x03\x01" + bytes(58), "unknown class"),
        (b"\x7fELF\x02\x03" + bytes(58), "unknown class"),
        (b"\x7fELF\x02\x01" + bytes(20), "cut off"),
        (b"\x7fELF\x02\x01" + bytes(58), "unknown type 0"),
    ],
)
def test_what_is_no_elf_object_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        read_elf(Content.whole(data))


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, offset, value)
    return bytes(changed)


WHOLE = Elf(**EVERYTHING).build()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (patched(WHOLE, 58, "<H", 0), "section headers of 0 bytes each"),
        (patched(WHOLE, 54, "<H", 0), "program headers of 0 bytes each"),
        (patched(WHOLE, 56, "<H", 0xFFFE), "65534 program headers"),
        (patched(WHOLE, 32, "<Q", 2**63), "the table of program headers reaches beyond the end of the file"),
        (patched(WHOLE, 40, "<Q", 2**63), "the table of section headers reaches beyond the end of the file"),
        (patched(WHOLE, 60, "<H", 0xFFFE), "the table of section headers reaches beyond the end of the file"),
        (patched(WHOLE, 62, "<H", 500), "the section names are in no section"),
    ],
)
def test_a_lie_in_the_header_costs_no_more_than_its_own_facts(data: bytes, problem: str) -> None:
    found = read_elf(Content.whole(data))

    assert problem in found.problems
    assert found.machine == "x86_64"
    assert found.soname == (None if "program headers of" in problem or "table of program" in problem else "libx.so.2")
    assert len(found.problems) <= 3


def test_extended_numbering_is_followed() -> None:
    whole = Elf(has_symbol_table=True, **EVERYTHING).build()
    at, count, names = struct.unpack_from("<Q", whole, 40)[0], *struct.unpack_from("<HH", whole, 60)
    segments = struct.unpack_from("<H", whole, 56)[0]
    data = patched(patched(whole, 60, "<H", 0), 62, "<H", 0xFFFF)
    data = patched(patched(data, at + 32, "<Q", count), at + 40, "<I", names)
    data = patched(patched(data, 56, "<H", 0xFFFF), at + 44, "<I", segments)

    assert read_elf(Content.whole(data)) == read_elf(Content.whole(whole))


@pytest.mark.parametrize("count", [2**63, 2**40])
def test_an_extended_number_of_sections_is_held_against_the_file(count: int) -> None:
    at = struct.unpack_from("<Q", WHOLE, 40)[0]
    data = patched(patched(WHOLE, 60, "<H", 0), at + 32, "<Q", count)

    found = read_elf(Content.whole(data))

    assert f"{count} section headers" in found.problems
    assert found.soname == "libx.so.2"
    assert found.has_symbols is None


def test_version_tables_that_go_in_circles_end() -> None:
    recipe = Elf(version_needs={"a": ["V"] * 200, "b": ["W"]}, needed=["a"])
    data = bytearray(recipe.build())
    at = data.index(struct.pack("<HH", 1, 200))
    struct.pack_into("<H", data, at + 2, 0xFFFF)
    for entry in range(at + 16, at + 16 * 201, 16):
        struct.pack_into("<I", data, entry + 12, 0 if entry == at + 16 else 2**32 - 16)

    found = read_elf(Content.whole(bytes(data)))

    assert found.needed == ("a",)
    assert found.version_needs == (("a", ("V",)), ("b", ("W",)))

    struct.pack_into("<I", data, at + 12, 2**31)
    assert "a table of symbol versions is cut off or goes in circles" in read_elf(Content.whole(bytes(data))).problems


def test_overlapping_version_chains_are_bounded() -> None:
    rows = 60_000
    need = b"".join(struct.pack("<HHIII", 1, 0xFFFF, 1, 16, 16) for _ in range(rows))
    data = bytearray(Elf(version_needs={"a": ["V"]}, sections={".x": need}).build())
    table = data.index(need)
    entry = data.index(struct.pack("<Q", 0x6FFFFFFE))
    struct.pack_into("<Q", data, entry + 8, 0x400000 + table)
    struct.pack_into("<Q", data, entry + 24, rows)

    assert read_elf(Content.whole(bytes(data))).problems


def test_strings_beyond_their_table_and_without_end_are_left_out() -> None:
    data = bytearray(Elf(needed=["a", "b"], soname="c").build())
    entry = data.index(struct.pack("<QQ", 1, 1))
    struct.pack_into("<Q", data, entry + 8, 2**62)

    found = read_elf(Content.whole(bytes(data)))

    assert found.needed == ("b",)
    assert found.soname == "c"
    assert found.problems == ("a string is not in the dynamic string table, or too long",)


def test_one_long_string_named_many_times_is_bounded() -> None:
    assert facts(needed=["n" * 5000, "b"]).needed == ("b",)

    many = facts(symbols=["x" * 4000], tags=[(1, 1 + index) for index in range(3900)])
    same = facts(symbols=["x" * 4000], tags=[(1, 1)] * 10_000)
    versions = facts(version_needs={"l" * 4000: ["V"] * 1000})

    for found in (many, same, versions):
        assert len(msgspec.json.encode(found)) < 2 * 1024 * 1024
    assert many.problems == same.problems == ("names of more than a MiB",)


def test_a_truncated_object_keeps_what_is_left() -> None:
    whole = read_elf(Content.whole(WHOLE))
    for length in range(64, len(WHOLE), 7):
        found = read_elf(Content.whole(WHOLE[:length]))
        assert found.problems
        assert found.needed in {(), whole.needed, whole.needed[1:]}


def test_facts_survive_the_cache() -> None:
    found = facts(**EVERYTHING)

    assert msgspec.json.decode(msgspec.json.encode(found), type=ElfFacts | ScriptFacts) == found


def test_odd_bytes_in_names_are_escaped_so_that_they_can_be_written() -> None:
    data = Elf(soname="abcd", interpreter="/abcd/x").build().replace(b"abcd", b"a\xff\x1bd")

    found = read_elf(Content.whole(data))

    assert (found.soname, found.interpreter) == ("a\\xff\x1bd", "/a\\xff\x1bd/x")
    assert msgspec.json.encode(found)


def test_the_first_windows_hold_what_is_wished_for_and_are_bounded() -> None:
    data = Elf(interpreter="/lib/ld.so", writable=b"w" * 2_000_000, gap=100_000, **EVERYTHING).build()

    windows = first_windows(len(data), data[:4096])

    assert windows[0].offset == 0
    assert sum(window.length for window in windows) <= 10 * 1024 * 1024
    assert all(one.offset + one.length < two.offset for one, two in itertools.pairwise(windows))
    kept = Content.windows(len(data), [(one.offset, data[one.offset : one.offset + one.length]) for one in windows])
    assert read_elf(kept) == read_elf(Content.whole(data))
    assert first_windows(0, b"") == ()
    assert first_windows(2**50, b"\x7fELF" + b"\xff" * 600)[0].offset == 0
