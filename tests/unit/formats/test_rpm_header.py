"""Headers of rpm packages: what is read, and what becomes a problem."""

import struct

import pytest
from rpm_building import (
    BASENAMES,
    BIN,
    DIRINDEXES,
    DIRNAMES,
    EPOCH,
    FILEMODES,
    FILESTATES,
    INSTALLTIME,
    INT8,
    INT16,
    INT32,
    INT64,
    LICENSE,
    LONGFILESIZES,
    MODULARITYLABEL,
    NAME,
    OLDFILENAMES,
    RSAHEADER,
    SIGMD5,
    STRING,
    STRINGS,
    VENDOR,
    header,
    package,
    package_tags,
)

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems
from basewright.formats.rpm_header import RpmHeader, read_header

FILE, DIRECTORY = 0o100644, 0o040755


def read(blob: bytes) -> RpmHeader:
    problems = Problems()
    found = read_header(blob, problems)
    assert not list(problems)
    return found


def damaged(blob: bytes) -> tuple[RpmHeader, list[str]]:
    problems = Problems()
    return read_header(blob, problems), list(problems)


def test_a_package_is_read() -> None:
    tags = [*package_tags("zlib"), (EPOCH, INT32, [2]), (VENDOR, STRING, "Red Hat, Inc."), (INSTALLTIME, INT32, [7])]
    found = read(header(tags))

    assert (found.name, found.version, found.release, found.epoch) == ("zlib", "1.0", "1.el9", 2)
    assert (found.evr, found.arch, found.source_rpm) == ("2:1.0-1.el9", "x86_64", "zlib-1.0-1.el9.src.rpm")
    assert (found.license, found.vendor, found.summary, found.size) == ("MIT", "Red Hat, Inc.", "A package", 123)
    assert (found.install_time, found.is_signed, found.key_id, found.md5) == (7, False, "", "")
    assert found.files is not None
    assert found.files.paths() == []


def test_a_header_without_an_epoch_has_none_rather_than_zero() -> None:
    assert read(package("a")).epoch is None
    assert read(package("a")).evr == "1.0-1.el9"


def test_signature_md5_and_module_are_read() -> None:
    packet = bytes.fromhex("89021503050058d3e39b0946fca2c105b9de0102b12a")
    found = read(
        header(
            [
                *package_tags("nodejs"),
                (SIGMD5, BIN, bytes(range(16))),
                (RSAHEADER, BIN, packet),
                (MODULARITYLABEL, STRING, "nodejs:10:8020020200707141642:6a468ee4"),
            ]
        )
    )

    assert found.md5 == bytes(range(16)).hex()
    assert (found.is_signed, found.key_id) == (True, "0946fca2c105b9de")
    assert found.modularity_label == "nodejs:10:8020020200707141642:6a468ee4"


def test_what_was_added_at_installation_replaces_what_was_built() -> None:
    assert read(header([*package_tags("a"), (LICENSE, STRING, "later")])).license == "later"


def test_paths_are_joined_of_directories_and_names() -> None:
    found = read(package("a", {"/usr/bin/a": FILE, "/usr/share/a": DIRECTORY, "/a": FILE}))

    assert found.files is not None
    assert found.files.paths() == ["usr/bin/a", "usr/share/a", "a"]
    assert list(found.files.owned()) == ["usr/bin/a", "a"]


def test_names_that_are_not_utf_8_keep_their_bytes() -> None:
    found = read(package("a", {"/usr/caf\udce9": FILE}))

    assert found.files is not None
    assert found.files.paths()[0].encode("utf-8", "surrogateescape") == b"usr/caf\xe9"


def test_texts_that_are_not_utf_8_are_read_as_latin_1() -> None:
    assert read(header([*package_tags("a"), (VENDOR, STRING, "Caf\udce9")])).vendor == "Café"


def test_files_that_were_left_out_or_replaced_are_not_owned() -> None:
    files = {"/a": FILE, "/b": FILE, "/c": FILE, "/d": FILE}
    found = read(header([*package_tags("a", files), (FILESTATES, INT8, [0, 1, 2, 4])]))

    assert found.files is not None
    assert list(found.files.owned()) == ["a"]


def test_whole_paths_of_old_packages_are_read() -> None:
    tags = [*package_tags("a"), (OLDFILENAMES, STRINGS, ["/usr/bin/a", "/b"]), (FILEMODES, INT16, [FILE, FILE])]
    found = read(header(tags))

    assert found.files is not None
    assert found.files.paths() == ["usr/bin/a", "b"]
    assert list(found.files.owned()) == ["usr/bin/a", "b"]


def test_sizes_beyond_four_gib_are_kept() -> None:
    tags = [one for one in package_tags("a", {"/a": FILE}) if one[0] != 1028]
    found = read(header([*tags, (LONGFILESIZES, INT64, [5 << 30])]))

    assert found.files is not None
    assert found.files.sizes == struct.pack(">Q", 5 << 30)


def test_an_array_of_empty_texts_before_alignment_is_not_cut() -> None:
    tags = [
        *package_tags("a"),
        (BASENAMES, STRINGS, ["", ""]),
        (DIRINDEXES, INT32, [0, 0]),
        (DIRNAMES, STRINGS, ["/"]),
    ]
    found = read(header(tags))

    assert found.files is not None
    assert len(found.files) == 2
    assert found.files.paths() == ["", ""]


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0" * 8,
        struct.pack(">II", 2**31, 0),
        struct.pack(">II", 2**31 - 1, 2**31 - 1) + bytes(64),
        struct.pack(">II", 1, 2**31) + bytes(64),
        package("a")[:-1],
        header([(NAME, STRING, "a")]),
        header([*package_tags("a")[1:]]),
        header([(NAME, INT32, [1]), *package_tags("a")[1:]]),
        header([(NAME, STRING, ""), *package_tags("a")[1:]]),
    ],
    ids=["nothing", "zeros", "tags", "both", "data", "cut", "bare", "nameless", "number", "empty"],
)
def test_what_is_no_header_of_a_package_is_malformed(blob: bytes) -> None:
    with pytest.raises(MalformedError):
        read_header(blob, Problems())


def entry(tag: int, kind: int, offset: int, count: int) -> bytes:
    """Return a small package's header with one entry more, as given."""
    tags = package_tags("a", {"/usr/bin/a": FILE})
    blob = header([one for one in tags if one[0] != tag])
    entries, data = struct.unpack_from(">II", blob)
    start = 8 + 16 * entries
    more = struct.pack(">IIiI", tag, kind, offset, count)
    return struct.pack(">II", entries + 1, data) + blob[8:start] + more + blob[start:]


@pytest.mark.parametrize(
    "blob",
    [
        entry(LICENSE, STRING, -1, 1),
        entry(LICENSE, STRING, 2**31 - 1, 1),
        entry(LICENSE, 77, 0, 1),
        entry(1009, INT32, 10_000, 1),
        entry(BASENAMES, STRINGS, 0, 2**32 - 1),
        entry(BASENAMES, STRINGS, 0, 0),
        entry(DIRNAMES, STRINGS, 0, 500),
        entry(DIRINDEXES, INT32, 0, 2**32 - 1),
        entry(DIRINDEXES, INT32, 0, 1),
        entry(DIRINDEXES, INT32, 0, 2),
        entry(FILEMODES, INT16, 0, 2),
        entry(FILESTATES, INT8, 0, 2),
        entry(RSAHEADER, BIN, 0, 2**31),
        entry(INSTALLTIME, INT32, 0, 0),
        entry(BASENAMES, STRINGS, 0, 999_999),
    ],
)
def test_a_damaged_entry_is_told_and_the_package_still_read(blob: bytes) -> None:
    found, problems = damaged(blob)

    assert (found.name, found.evr) == ("a", "1.0-1.el9")
    assert 1 <= len(problems) <= 2
    assert all(one.startswith("a: tag ") for one in problems)


def test_files_whose_directories_are_damaged_are_not_known() -> None:
    assert damaged(entry(DIRINDEXES, INT32, 0, 1))[0].files is None


def test_one_long_directory_for_very_many_files_is_refused() -> None:
    count = 100_000
    tags = [
        *package_tags("a"),
        (BASENAMES, STRINGS, ["x"] * count),
        (DIRINDEXES, INT32, [0] * count),
        (DIRNAMES, STRINGS, ["/" * 4000]),
    ]
    found, problems = damaged(header(tags))

    assert found.files is None
    assert "longer than any file system takes" in problems[0]


def test_texts_that_other_bytes_follow_are_cut_at_their_count() -> None:
    # The offsets of other tags do not tell where the names end when bytes of no tag follow.
    tags = package_tags("a", {"/a": FILE, "/b": FILE})
    names = next(index for index, one in enumerate(tags) if one[0] == BASENAMES)
    tags[names] = (BASENAMES, STRINGS, ["a", "b", "of no tag", "", "", "", "", "", "", "", ""])
    blob = bytearray(header(tags))
    struct.pack_into(">I", blob, 8 + 16 * names + 12, 2)
    found = read(bytes(blob))

    assert found.files is not None
    assert found.files.paths() == ["a", "b"]


def test_a_text_without_an_end_is_told() -> None:
    tags = [*package_tags("a"), (VENDOR, STRING, "x" * 70_000)]
    found, problems = damaged(header(tags))

    assert found.vendor == ""
    assert problems == ["a: tag 1011: a text without an end"]
