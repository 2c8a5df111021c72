"""Go's build information: both forms, every class and byte order, and the text of modules."""

import itertools
import struct

import pytest
from elf_objects import WRITABLE, Elf, go_header, varint

from basewright.formats.content import Content, MalformedError
from basewright.formats.elf_layout import read_layout
from basewright.formats.go_buildinfo import GoBuildInfo, GoModule, parse_module_info, read_build_info

FORMS = list(itertools.product((64, 32), ("<", ">"), (True, False)))
TEXT = (
    "path\texample.com/shop/cmd/web\n"
    "mod\texample.com/shop\tv1.4.0\th1:aaa=\n"
    "dep\texample.com/a\tv0.0.0-20240102030405-0123456789ab\th1:bbb=\n"
    "dep\texample.com/b\tv2.0.0+incompatible\n"
    "=>\texample.com/fork\tv2.0.1\th1:ccc=\n"
    "dep\texample.com/c\tv1.0.0\n"
    "=>\t../c\t(devel)\t\n"
    'build\t-ldflags="-s -X main.version=1.4.0"\n'
    "build\tCGO_ENABLED=0\n"
    "build\tvcs.revision=0123456789abcdef\n"
)
INFO = GoBuildInfo(
    go_version="go1.22.3",
    path="example.com/shop/cmd/web",
    main=GoModule("example.com/shop", "v1.4.0", "h1:aaa="),
    dependencies=(
        GoModule("example.com/a", "v0.0.0-20240102030405-0123456789ab", "h1:bbb="),
        GoModule("example.com/b", "v2.0.0+incompatible", None, GoModule("example.com/fork", "v2.0.1", "h1:ccc=")),
        GoModule("example.com/c", "v1.0.0", None, GoModule("../c")),
    ),
    settings=(
        ("-ldflags", "-s -X main.version=1.4.0"),
        ("CGO_ENABLED", "0"),
        ("vcs.revision", "0123456789abcdef"),
    ),
)


def read(elf: Elf) -> GoBuildInfo | None:
    return read_build_info(read_layout(Content.whole(elf.build())))


def go_program(**recipe) -> Elf:
    return Elf(type=2, has_dynamic=False, writable_section=".go.buildinfo", **recipe)


@pytest.mark.parametrize(("bits", "order", "is_inline"), FORMS)
@pytest.mark.parametrize("has_section_headers", [True, False])
def test_both_forms_are_read_by_section_and_by_segment(
    bits: int, order: str, is_inline: bool, has_section_headers: bool
) -> None:
    elf = go_program(bits=bits, order=order, has_section_headers=has_section_headers)
    elf.writable = go_header(elf, "go1.22.3", TEXT, is_inline=is_inline)

    assert read(elf) == INFO


def test_the_header_is_found_behind_other_data_where_it_is_aligned() -> None:
    elf = go_program(has_section_headers=False)
    header = go_header(elf, "go1.22.3", TEXT)
    elf.writable = b"x" * 8 + b"\xff Go buildinf:" + b"x" * 10 + b"y" * 5008 + header

    assert len(elf.writable[: -len(header)]) % 16 == 0
    assert read(elf) == INFO


@pytest.mark.parametrize("elf", [Elf(), Elf(writable=b"data" * 99), Elf(writable=b"d" * 99, has_section_headers=False)])
def test_a_program_of_another_language_has_none(elf: Elf) -> None:
    assert read(elf) is None


def test_a_program_built_outside_of_a_module_names_its_go_alone() -> None:
    elf = go_program()
    elf.writable = go_header(elf, "go1.22.1 X:loopvar", "")

    assert read(elf) == GoBuildInfo("go1.22.1 X:loopvar")


def damaged(**changes: bytes) -> Elf:
    elf = go_program()
    elf.writable = go_header(elf, "go1.15", TEXT, is_inline=False)
    for place, value in changes.items():
        at = int(place.removeprefix("at"))
        elf.writable = elf.writable[:at] + value + elf.writable[at + len(value) :]
    return elf


@pytest.mark.parametrize(
    ("elf", "reason"),
    [
        (go_program(writable=b"\xff Go buildinf:\x08\x02"), "header .* cut off"),
        (go_program(writable=b"\xff Go buildinf:\x08\x02" + bytes(16)), "length .* cut off"),
        (go_program(writable=b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\xff" * 40), "length .* cut off"),
        (go_program(writable=b"\xff Go buildinf:\x08\x02" + bytes(16) + varint(99) + b"go"), "text .* cut off"),
        (go_program(writable=b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\0\0"), "no version"),
        (damaged(at14=b"\x07"), "pointers of 7 bytes"),
        (damaged(at16=struct.pack("<Q", 2**63)), "points outside"),
        (damaged(at32=struct.pack("<Q", WRITABLE + 2**20)), "points outside"),
        (damaged(at40=struct.pack("<Q", 2**62)), "text of 4611686018427387904 bytes"),
        (damaged(at40=struct.pack("<Q", 2**20)), "points outside"),
        (damaged(at16=struct.pack("<Q", 0)), "no version"),
    ],
)
def test_what_cannot_be_read_is_said(elf: Elf, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        read(elf)


def test_a_version_that_is_no_release_is_not_guessed() -> None:
    info = parse_module_info("mod\ta\t(devel)\t\nbuild\t-ldflags=-X=main.version=1.0\n", "go1.22")

    assert info.main == GoModule("a")
    assert info.settings == (("-ldflags", "-X=main.version=1.0"),)


def test_the_main_module_may_be_replaced() -> None:
    assert parse_module_info("mod\ta\tv1\n=>\tb\tv2\n", "go1").main == GoModule("a", "v1", None, GoModule("b", "v2"))


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("a=b", ("a", "b")),
        ("a=", ("a", "")),
        ("a=b=c", ("a", "b=c")),
        ('a="b c"', ("a", "b c")),
        ('"a b"="c"', ("a b", "c")),
        ("`a=b`=c", ("a=b", "c")),
        (r'"a\"=b"=c', ('a"=b', "c")),
        (r'"a\\"=c', ("a\\", "c")),
        (r'a="\t\x41\u00fc\U0001F600\101\\"', ("a", "\tA\u00fc\U0001f600A\\")),
        (r'a="\ud800"', ("a", r"\ud800")),
        ('a="b', ("a", '"b')),
    ],
)
def test_settings_are_unquoted_as_go_quotes_them(line: str, setting: tuple[str, str]) -> None:
    assert parse_module_info(f"build\t{line}\n", "go1").settings == (setting,)


@pytest.mark.parametrize("line", ["mod\t", "dep\ta\tb\tc\td", "=>\ta\tv1", "build\tx", 'build\t"x', "build\t=x", "dep"])
def test_a_line_that_cannot_be_read_is_told_and_costs_no_other(line: str) -> None:
    info = parse_module_info(f"path\ta\n{line}\ndep\tb\tv1\n", "go1")

    assert info.problems == ("line 2 of Go's build information cannot be read",)
    assert (info.path, info.dependencies) == ("a", (GoModule("b", "v1"),))


def test_words_of_later_go_versions_are_passed_over() -> None:
    assert parse_module_info("new\tword\n\npath\ta\r\n", "go1") == GoBuildInfo("go1", "a")


def test_problems_are_bounded() -> None:
    assert len(parse_module_info("dep\n" * 10_000, "go1").problems) == 16
