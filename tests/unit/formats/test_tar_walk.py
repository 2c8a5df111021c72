import io
import tarfile

import pytest
from archives import END, Nobody, body, entry, header, pax, record, tar_of, walk, with_checksum

from basewright.formats.content import Window
from basewright.formats.tar import TarWalk
from basewright.formats.tar_interface import TarLimits
from basewright.formats.tar_rows import TOLD
from basewright.formats.tar_taking import HEAD, TAIL
from basewright.image.interface import BLOCK, CHARACTER, DIRECTORY, FIFO, HARD_LINK, REGULAR, SYMLINK, LayerIndex


def reasons(archive: bytes, **limits: int) -> list[str]:
    return [reason for _, reason in walk(archive, **limits).told]


def test_each_entry_is_a_row() -> None:
    archive = (
        entry(b"etc/", kind=b"5", mode=b"0000755\0")
        + entry(b"etc/passwd", b"root:x:0:0\n", uid=b"0001750\0", gid=b"0000012\0")
        + entry(b"etc/link", kind=b"2", link=b"../target")
        + entry(b"etc/hard", kind=b"1", link=b"./etc/passwd")
        + entry(b"dev/null", kind=b"3", device=b"0000001\x000000003\0")
        + entry(b"dev/sda", kind=b"4", device=b"0000010\x000000000\0")
        + entry(b"run/pipe", kind=b"6", mode=b"0104644\0")
        + END
    )

    done = walk(archive)
    index = done.index

    assert index.paths == ["etc", "etc/passwd", "etc/link", "etc/hard", "dev/null", "dev/sda", "run/pipe"]
    assert list(index.kinds) == [DIRECTORY, REGULAR, SYMLINK, HARD_LINK, CHARACTER, BLOCK, FIFO]
    assert list(index.modes) == [0o755, 0o644, 0o644, 0o644, 0o644, 0o644, 0o4644]
    assert list(index.uids) == [0, 1000, 0, 0, 0, 0, 0]
    assert list(index.gids) == [0, 10, 0, 0, 0, 0, 0]
    assert list(index.sizes) == [0, 11, 0, 0, 0, 0, 0]
    assert index.offsets[1] == 1024
    assert index.links == {2: "../target", 3: "etc/passwd"}
    assert index.devices == {4: (1, 3), 5: (8, 0)}
    assert done.seen.files == {1: b"root:x:0:0\n"}
    assert (done.told, done.has_end) == ([], True)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"./usr/bin/x", "usr/bin/x"),
        (b"/usr/bin/x", "usr/bin/x"),
        (b"//usr///bin//x", "usr/bin/x"),
        (b"usr/./bin/../bin/x", "usr/bin/x"),
        (b"./././x", "x"),
        (b"root/.bashrc", "root/.bashrc"),
        (b".hidden", ".hidden"),
        (b"..data/x", "..data/x"),
        (b"x/", "x"),
        (b"C:\\Windows\\x", "C:\\Windows\\x"),
        (b"a\\..\\..\\x", "a\\..\\..\\x"),
        (b"new\nline\x1b[31m", "new\nline\x1b[31m"),
        (b"caf\xe9", "caf\udce9"),
        ("bidi\u202etxt".encode(), "bidi\u202etxt"),
        (b"cut\0off", "cut"),
    ],
)
def test_names_are_cleaned_below_the_root(name: bytes, path: str) -> None:
    done = walk(entry(name, b"x") + END)

    assert done.index.paths == [path]
    assert done.seen.files == {0: b"x"}
    assert not done.told


@pytest.mark.parametrize("name", [b"../x", b"/../../x", b"a/../../x", b"./..//x", b"..", b"a/b/../../../etc/x"])
@pytest.mark.parametrize("kind", [b"0", b"5", b"2", b"1", b"3"])
def test_what_leaves_the_root_is_no_entry_but_told(name: bytes, kind: bytes) -> None:
    done = walk(entry(name, kind=kind, link=b"target") + entry(b"after") + END)

    assert done.index.paths == ["after"]
    assert not done.index.links
    assert [reason for _, reason in done.told] == ["its path leaves the image's root; it was left out"]


@pytest.mark.parametrize("kind", [b"0", b"2", b"1", b"6"])
@pytest.mark.parametrize("name", [b"/", b"./", b"/.", b"."])
def test_nothing_but_a_directory_replaces_the_root(name: bytes, kind: bytes) -> None:
    done = walk(entry(name, kind=kind, link=b"/etc") + END)

    assert done.index.paths == []
    assert "replace the image's root" in done.told[0][1]


def test_the_root_itself_is_a_directory_with_an_empty_path() -> None:
    done = walk(entry(b"./", kind=b"5", mode=b"0001777\0") + END)

    assert (done.index.paths, list(done.index.modes)) == ([""], [0o1777])


@pytest.mark.parametrize("target", [b"../../x", b"/../x", b"/x", b"./d/../x"])
def test_a_hard_link_stays_below_the_root_as_runtimes_hold_it(target: bytes) -> None:
    assert walk(entry(b"a", kind=b"1", link=target) + END).index.links == {0: "x"}


@pytest.mark.parametrize("target", [b"..", b"/", b"", b"."])
def test_a_hard_link_to_nothing_below_the_root_is_no_entry(target: bytes) -> None:
    done = walk(entry(b"a", kind=b"1", link=target) + END)

    assert not done.index.paths
    assert "link" in done.told[0][1]


def test_a_symbolic_link_keeps_its_target_as_written() -> None:
    done = walk(entry(b"a", kind=b"2", link=b"../../../../etc/shadow") + END)

    assert done.index.links == {0: "../../../../etc/shadow"}


def test_entries_that_come_twice_are_both_kept() -> None:
    done = walk(entry(b"a", b"1") + entry(b"a", kind=b"5") + entry(b"a", kind=b"2", link=b"x") + entry(b"A") + END)

    assert done.index.paths == ["a", "a", "a", "A"]


def test_long_names_of_gnu_tar_are_joined_to_their_entry() -> None:
    name, target = b"d/" * 80 + b"n" * 300, b"t" * 300
    archive = (
        entry(b"././@LongLink", name + b"\0", b"L", magic=b"ustar  \0")
        + entry(b"short", b"content", magic=b"ustar  \0")
        + entry(b"././@LongLink", target + b"\0", b"K", magic=b"ustar  \0")
        + entry(b"././@LongLink", name + b"s\0", b"L", magic=b"ustar  \0")
        + entry(b"short", kind=b"2", link=b"cut", magic=b"ustar  \0")
        + entry(b"next", b"")
        + END
    )

    done = walk(archive)

    assert done.index.paths == [name.decode(), name.decode() + "s", "next"]
    assert done.index.links == {1: target.decode()}
    assert done.seen.files[0] == b"content"


def test_pax_records_say_path_link_size_and_owner() -> None:
    data = b"0123456789"
    archive = (
        pax({b"path": "pfad/ü".encode(), b"size": b"10", b"uid": b"5000000", b"gid": b"6000000", b"mtime": b"1.5"})
        + header(b"x", 3)
        + body(data)
        + pax({b"linkpath": b"ziel", b"path": b"verweis"})
        + entry(b"y", kind=b"2", link=b"other")
        + entry(b"plain")
        + END
    )

    done = walk(archive)

    assert done.index.paths == ["pfad/ü", "verweis", "plain"]
    assert (done.index.sizes[0], done.index.uids[0], done.index.gids[0]) == (10, 5_000_000, 6_000_000)
    assert done.index.links == {1: "ziel"}
    assert done.seen.files[0] == data
    assert not done.told


def test_an_empty_pax_value_takes_nothing_back() -> None:
    done = walk(pax({b"path": b"", b"size": b""}) + entry(b"name", b"abc") + END)

    assert (done.index.paths, list(done.index.sizes)) == (["name"], [3])


def test_of_a_repeated_pax_record_the_last_counts() -> None:
    assert walk(pax([(b"path", b"a"), (b"path", b"b")]) + entry(b"n") + END).index.paths == ["b"]


def test_a_second_pax_header_replaces_the_first_and_a_gnu_name_wins() -> None:
    long_name = entry(b"L", b"gnu\0", b"L")
    first, second = pax({b"path": b"first", b"uid": b"7"}), pax({b"path": b"second"})

    assert walk(first + second + entry(b"n") + END).index.paths == ["second"]
    assert list(walk(first + second + entry(b"n") + END).index.uids) == [0]
    assert walk(long_name + first + entry(b"n") + END).index.paths == ["gnu"]
    assert walk(second + long_name + entry(b"n") + END).index.paths == ["gnu"]


def test_extended_attributes_are_kept_and_bounded() -> None:
    capability = bytes.fromhex("0100000200040000000000000000000000000000")
    archive = (
        pax(
            {
                b"SCHILY.xattr.security.capability": capability,
                b"SCHILY.xattr.user.large": bytes(70_000),
                b"SCHILY.xattr.user.\xff": b"\n\0=",
            }
        )
        + entry(b"bin/ping", b"x")
        + END
    )

    done = walk(archive)

    assert done.index.xattrs == {0: {"security.capability": capability, "user.\udcff": b"\n\0="}}
    assert done.told == [("bin/ping", "its attribute 'user.large' has 70000 bytes, more than is kept")]


def test_global_pax_headers_are_passed_over_as_runtimes_do_and_told_where_they_say_something() -> None:
    done = walk(
        pax({b"comment": b"0123abc"}, b"g")
        + entry(b"a")
        + pax({b"path": b"evil", b"SCHILY.xattr.x": b"y"}, b"g")
        + entry(b"b")
        + END
    )

    assert done.index.paths == ["a", "b"]
    assert [reason for _, reason in done.told] == [
        "a global PAX header sets SCHILY.xattr, path, which runtimes pass over, and so do we"
    ]


@pytest.mark.parametrize(
    "bad",
    [
        b"x path=a\n",
        b"999 path=a\n",
        b"9 path=a\n\n",
        b"10 path=aa",
        b"7 path\n",
        b"5 =a\n",
        b"-1 path=a\n",
        b"0 path=a\n",
        record(b"path", b"a\0b"),
        record(b"linkpath", b"a\0b"),
        record(b"k\0ey", b"v"),
        record(b"size", b"-5"),
        record(b"size", b"1e3"),
        record(b"size", b"99999999999999999999999"),
        record(b"uid", b"x"),
        b"99999999999999999999999999999 path=a\n",
    ],
)
def test_a_pax_header_that_go_refuses_ends_the_walk_and_is_told(bad: bytes) -> None:
    done = walk(entry(b"before") + entry(b"p", bad, b"x") + entry(b"n") + entry(b"after") + END)

    assert done.index.paths == ["before"]
    assert "what follows was not read" in done.told[0][1]


def test_a_pax_header_beyond_its_limit_is_not_read() -> None:
    done = walk(entry(b"before") + header(b"p", 50 << 20, b"x") + bytes(1 << 20))

    assert done.index.paths == ["before"]
    assert "an extended header of 52428800 bytes, more than the limit" in done.told[0][1]


def test_numbers_in_base_256_are_read() -> None:
    size = (0x80 << 88 | 600).to_bytes(12, "big")
    archive = header(b"a", size, uid=(0x80 << 56 | 3_000_000_000).to_bytes(8, "big")) + body(b"x" * 600) + END

    done = walk(archive)

    assert (list(done.index.sizes), list(done.index.uids)) == ([600], [3_000_000_000])
    assert done.seen.files[0] == b"x" * 600


def test_numbers_may_have_spaces_and_end_in_either_way() -> None:
    done = walk(header(b"a", b"        12 \0", mode=b"   755 \0") + body(b"x" * 10) + entry(b"b") + END)

    assert (done.index.paths, list(done.index.sizes)) == (["a", "b"], [10, 0])


@pytest.mark.parametrize(
    "size",
    [
        b"\xff" * 12,
        b"\xff" + bytes(11),
        b"\x80" + b"\xff" * 11,
        b"-0000000010\0",
        b"+0000000010\0",
        b"0000_000010\0",
        b"0x000000010\0",
        b"00000000018\0",
        b"99999999999\0",
    ],
)
@pytest.mark.parametrize("kind", [b"0", b"x", b"7", b"L"])
def test_a_size_that_is_no_number_ends_the_walk(size: bytes, kind: bytes) -> None:
    done = walk(entry(b"before") + header(b"a", size, kind) + entry(b"after") + END)

    assert done.index.paths == ["before"]
    assert "size is no number or below zero" in done.told[0][1] or "size is no number" in done.told[0][1]


@pytest.mark.parametrize("kind", [b"5", b"2", b"1", b"3", b"6"])
def test_a_size_means_nothing_where_no_content_can_follow(kind: bytes) -> None:
    done = walk(header(b"a", 5000, kind, link=b"t") + entry(b"b") + END)

    assert done.index.paths == ["a", "b"]
    assert list(done.index.sizes) == [0, 0]


def test_a_huge_size_is_told_as_the_end_that_is_missing() -> None:
    huge = (0x80 << 88 | (1 << 62)).to_bytes(12, "big")
    done = walk(header(b"a", huge) + bytes(2048))

    assert list(done.index.sizes) == [1 << 62]
    assert done.told == [("a", "the archive ends inside its content")]


def test_old_archives_have_directories_by_their_slash() -> None:
    done = walk(entry(b"d/", kind=b"\0", magic=b"") + entry(b"d/f", b"1", b"\0", magic=b"") + END)

    assert (done.index.paths, list(done.index.kinds)) == (["d", "d/f"], [DIRECTORY, REGULAR])


def test_contiguous_files_are_files() -> None:
    done = walk(entry(b"f", b"abc", b"7") + END)

    assert (list(done.index.kinds), done.seen.files) == ([REGULAR], {0: b"abc"})


def test_entries_of_unknown_type_are_left_out_with_their_content_and_told() -> None:
    done = walk(entry(b"volume", b"abc", b"V") + entry(b"x\xff", b"abc", b"Z") + entry(b"f") + END)

    assert done.index.paths == ["f"]
    assert [reason for _, reason in done.told] == [
        "an entry of unknown type 'V'; it was left out",
        "an entry of unknown type 'Z'; it was left out",
    ]


def test_a_prefix_stands_before_the_name_where_the_format_has_one() -> None:
    prefix = b"usr/lib/python3"
    with_star = header(b"n", rest=prefix.ljust(131, b"\0") + b"00000000000\x00" * 2 + bytes(8) + b"tar\0")
    buggy_go = header(b"n", magic=b"ustar  \0", rest=prefix)
    times = header(b"n", magic=b"ustar  \0", rest=b"14000000000\x0014000000000\0")
    v7 = header(b"n", magic=b"", rest=prefix)

    assert walk(header(b"n", rest=prefix) + END).index.paths == ["usr/lib/python3/n"]
    assert walk(with_star + END).index.paths == ["usr/lib/python3/n"]
    assert walk(buggy_go + END).index.paths == ["usr/lib/python3/n"]
    assert walk(times + END).index.paths == ["n"]
    assert walk(v7 + END).index.paths == ["n"]


@pytest.mark.parametrize("name", [b"n" * 100, b"n" * 99])
def test_a_name_may_fill_its_field(name: bytes) -> None:
    assert walk(entry(name) + END).index.paths == [name.decode()]


def test_a_wrong_checksum_ends_the_walk_and_is_told() -> None:
    wrong = bytearray(entry(b"b"))
    wrong[3] = ord("!")
    done = walk(entry(b"a") + bytes(wrong) + entry(b"c") + END)

    assert done.index.paths == ["a"]
    assert done.told == [("", "at byte 512 stands no header: its checksum is wrong; what follows was not read")]


def test_a_checksum_over_signed_bytes_is_right_too() -> None:
    block = bytearray(entry("ü".encode() * 20))
    summed = sum(block[:148]) + 256 + sum(block[156:])
    signed = summed - 256 * sum(byte >= 0x80 for byte in block[:148] + block[156:])
    block[148:156] = b"%06o\0 " % signed

    assert walk(bytes(block) + END).index.paths == ["ü" * 20]


def test_checksums_above_the_modulus_are_told_apart() -> None:
    heavy = with_checksum(b"\xfe" * 100 + header(b"")[100:257] + b"ustar\x0000" + b"\xff" * 80 + bytes(167))
    light = bytearray(heavy)
    light[0] -= 1

    assert len(walk(heavy + END).index.paths) == 1
    assert reasons(bytes(light) + END)


def test_two_blocks_of_zeros_end_the_archive_and_what_follows_is_told() -> None:
    done = walk(entry(b"a") + END + entry(b"hidden") + END)

    assert done.index.paths == ["a"]
    assert done.told == [("", "bytes follow the end of the archive, which no runtime reads")]


def test_zeros_after_the_end_are_padding() -> None:
    done = walk(entry(b"a") + END + bytes(20 * 512), [1500, 1600, 5000])

    assert (done.index.paths, done.told, done.has_end) == (["a"], [], True)


def test_a_lone_block_of_zeros_ends_the_walk_as_in_runtimes() -> None:
    done = walk(entry(b"a") + bytes(512) + entry(b"b") + END)

    assert done.index.paths == ["a"]
    assert "a lone block of zeros" in done.told[0][1]


def test_one_block_of_zeros_or_none_at_the_very_end_is_no_damage() -> None:
    for tail in (b"", bytes(512), bytes(100)):
        done = walk(entry(b"a", b"x") + tail)
        assert (done.index.paths, done.told, done.has_end) == (["a"], [], False)


def test_a_missing_padding_at_the_very_end_is_no_damage() -> None:
    done = walk(header(b"a", 3) + b"abc")

    assert (done.told, done.seen.files) == ([], {0: b"abc"})


@pytest.mark.parametrize("cut", [1, 100, 511])
def test_an_archive_that_ends_inside_a_header_is_told(cut: int) -> None:
    done = walk(entry(b"a") + entry(b"b")[:cut])

    assert done.index.paths == ["a"]
    assert done.told == [("", "the archive ends inside a header")]


@pytest.mark.parametrize("cut", [512, 513, 515, 700])
def test_an_archive_that_ends_inside_a_content_is_told(cut: int) -> None:
    done = walk(entry(b"a") + entry(b"b", b"x" * 400)[:cut])

    assert done.index.paths == ["a", "b"]
    assert done.told == [("b", "the archive ends inside its content")]
    assert done.seen.files == {0: b""}


def test_paths_beyond_their_limits_are_left_out() -> None:
    deep, long = b"d/" * 200 + b"f", b"n" * 5000
    archive = pax({b"path": deep}) + entry(b"x") + pax({b"path": long}) + entry(b"y") + entry(b"a/b/c/d") + END

    assert walk(archive).index.paths == ["a/b/c/d"]
    assert [reason for _, reason in walk(archive).told] == [
        "it lies more than 128 directories deep; it was left out",
        "its path has more than 4096 bytes; it was left out",
    ]
    assert walk(archive, path_depth=3).index.paths == []
    assert walk(archive, path=6).index.paths == []


def test_the_number_of_entries_is_limited_to_the_exact_one() -> None:
    archive = b"".join(entry(b"f%d" % number, b"x" * number) for number in range(50)) + END

    for cuts in ([], range(0, len(archive), 700)):
        done = walk(archive, list(cuts), entries=20)
        assert len(done.index) == 20
        assert "more than 20 entries, the limit" in done.told[0][1]
    assert walk(archive, entries=50).told == []


def test_long_texts_are_limited_together() -> None:
    archive = b"".join(pax({b"path": b"p%d/" % number + b"n" * 4000}) + entry(b"x") for number in range(100)) + END

    done = walk(archive, list(range(0, len(archive), 9000)), text=50_000)

    assert len(done.index) < 20
    assert "exceed their limit" in done.told[-1][1]


def test_what_is_told_of_one_archive_is_bounded() -> None:
    done = walk(entry(b"../x") * 5000 + END)

    assert len(done.told) == TOLD + 1
    assert done.told[-1] == ("", "4900 more things are wrong with the archive")


def test_heads_are_the_first_bytes_and_no_more() -> None:
    archive = entry(b"a", b"") + entry(b"b", b"#!") + entry(b"c", b"#!/bin/sh") + END

    assert walk(archive).seen.heads == [b"", b"#!", b"#!/b"]


def test_a_large_file_is_kept_in_windows() -> None:
    data = bytes(range(256)) * 2000
    archive = entry(b"big", data) + entry(b"small", b"s") + END
    wishes = [Window(HEAD - 10, 20), Window(200_000, 1000), Window(200_900, 300), Window(510_000, 100_000)]

    for cuts in ([], range(0, len(archive), 333), [600]):
        done = walk(archive, list(cuts), wishes=wishes, whole_file=100_000)
        found = done.seen.large[0]
        assert [(offset, len(piece)) for offset, piece in found] == [
            (0, HEAD + 10),
            (200_000, 1200),
            (len(data) - TAIL, TAIL),
        ]
        assert all(piece == data[offset : offset + len(piece)] for offset, piece in found)
        assert done.seen.files == {1: b"s"}


def test_a_walk_for_nobody_needs_no_memory_for_contents() -> None:
    import tracemalloc

    index = LayerIndex()
    one = TarWalk(index, Nobody(), lambda path, reason: None, TarLimits())
    piece = bytes(1 << 20)
    tracemalloc.start()
    try:
        one.feed(header(b"huge", 200 << 20))
        for _ in range(200):
            one.feed(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1 << 16


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_what_the_standard_library_writes_is_read(kind: int) -> None:
    files = {"a": b"1", "d" * 60 + "/" + "e" * 90: b"2" * 2000, "ü/ß": b"3"}

    done = walk(tar_of(files, format=kind))

    assert dict(zip(done.index.paths, done.seen.files.values(), strict=True)) == files
    assert not done.told


def test_what_is_no_archive_is_told() -> None:
    for junk in (b"hello", b"hello" * 1000, io.BytesIO(b"\x7fELF" * 500).read()):
        done = walk(junk)
        assert not done.index.paths
        assert done.told
