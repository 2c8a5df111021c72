import gzip
import struct
import tracemalloc
import zlib

import pytest
from backports import zstd

from basewright.errors import UnsupportedError
from basewright.formats import compression
from basewright.formats.compression import (
    EMPTY_MEMBERS,
    PIECE,
    Budget,
    Compression,
    Inflation,
    declared_compression,
    sniff,
)
from basewright.formats.unpackers import ZlibMember

WIDE = Budget(output=1 << 40, ratio=1000, ratio_after=64 << 20, zstd_window=128 << 20)
TEXT = b"".join(b"line %d of the text\n" % number for number in range(50_000))
SKIPPABLE = b"\x5a\x2a\x4d\x18" + struct.pack("<I", 5) + b"skip!"


@pytest.fixture(params=["isal", "zlib"], autouse=True)
def gzip_decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "zlib":
        monkeypatch.setattr(compression, "new_gzip_member", ZlibMember)


def inflate(blob: bytes, piece: int = 1 << 16, budget: Budget = WIDE) -> tuple[bytes, Inflation]:
    inflation = Inflation((blob[at : at + piece] for at in range(0, len(blob), piece)), budget)
    return b"".join(inflation), inflation


@pytest.mark.parametrize("piece", [1, 7, 4096, 1 << 20])
@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, bytes], ids=["gzip", "zstd", "none"])
def test_what_was_packed_comes_out_whatever_the_pieces(pack, piece: int) -> None:
    text = TEXT[: 20_000 if piece < 4096 else None]

    plain, inflation = inflate(pack(text), piece)

    assert plain == text
    assert (inflation.notes, inflation.is_cut, inflation.output) == ([], False, len(text))


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_members_follow_one_another_and_empty_ones_are_passed(pack) -> None:
    blob = pack(b"a") + pack(b"") * 50 + pack(b"b" * 3_000_000) + pack(b"")

    plain, inflation = inflate(blob, 100)

    assert plain == b"a" + b"b" * 3_000_000
    assert not inflation.notes


def test_many_small_members_come_out_in_few_pieces() -> None:
    blob = gzip.compress(bytes(600), mtime=0) * 5000

    sizes = [len(piece) for piece in Inflation([blob], WIDE)]

    assert sum(sizes) == 3_000_000
    assert len(sizes) < 20


def test_no_piece_is_larger_than_its_bound() -> None:
    sizes = [len(piece) for piece in Inflation([gzip.compress(bytes(50 << 20))], WIDE)]

    assert sum(sizes) == 50 << 20
    assert max(sizes) <= 2 * PIECE


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_members_without_content_and_without_end_are_given_up(pack) -> None:
    _, inflation = inflate(pack(b"x") + pack(b"") * (EMPTY_MEMBERS + 10) + pack(b"y"))

    assert inflation.is_cut
    assert "too many" in inflation.notes[0]


def test_frames_to_be_skipped_are_skipped_wherever_they_stand() -> None:
    plain, inflation = inflate(SKIPPABLE + zstd.compress(b"a") + SKIPPABLE + zstd.compress(b"b") + SKIPPABLE, 3)

    assert plain == b"ab"
    assert not inflation.notes


def test_frames_to_be_skipped_without_end_are_given_up() -> None:
    _, inflation = inflate(zstd.compress(b"a") + SKIPPABLE * (EMPTY_MEMBERS + 2))

    assert inflation.is_cut


def test_a_frame_to_be_skipped_that_says_four_gigabytes_takes_no_memory() -> None:
    blob = b"\x50\x2a\x4d\x18\xff\xff\xff\xff" + bytes(1 << 20)

    plain, inflation = inflate(blob)

    assert plain == b""
    assert "ends too early" in inflation.notes[0]


def test_a_window_beyond_the_limit_is_refused_and_told() -> None:
    options = {
        zstd.CompressionParameter.window_log: 28,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
        zstd.CompressionParameter.content_size_flag: 0,
    }
    packer = zstd.ZstdCompressor(options=options)
    blob = packer.compress(TEXT) + packer.flush()

    plain, inflation = inflate(blob)

    assert plain == b""
    assert inflation.is_cut
    assert "larger window" in inflation.notes[0]
    roomy = Budget(WIDE.output, WIDE.ratio, WIDE.ratio_after, zstd_window=256 << 20)
    assert inflate(blob, budget=roomy)[0] == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_garbage_after_the_last_member_is_told_and_nothing_is_lost(pack) -> None:
    plain, inflation = inflate(pack(TEXT) + b"garbage")

    assert plain == TEXT
    assert not inflation.is_cut
    assert inflation.notes == [
        f"7 bytes that are no {inflation.compression} follow the compressed archive",
    ]


def test_zeros_after_the_last_member_are_padding() -> None:
    plain, inflation = inflate(gzip.compress(TEXT) + bytes(5000))

    assert plain == TEXT
    assert not inflation.notes


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("kept", [5, 11, 1000])
def test_a_stream_that_ends_too_early_is_told(pack, kept: int) -> None:
    plain, inflation = inflate(pack(TEXT)[:kept])

    assert TEXT.startswith(plain)
    assert inflation.is_cut
    assert "ends too early" in inflation.notes[0]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_damage_ends_the_stream_and_is_told(pack) -> None:
    blob = bytearray(pack(TEXT))
    blob[len(blob) // 2 : len(blob) // 2 + 64] = bytes(64)

    plain, inflation = inflate(bytes(blob))

    assert len(plain) < len(TEXT)
    assert inflation.is_cut
    assert "is damaged before byte" in inflation.notes[0]


@pytest.mark.parametrize("at", [-8, -4])
def test_a_wrong_checksum_or_length_at_the_end_of_a_member_is_damage(at: int) -> None:
    blob = bytearray(gzip.compress(TEXT))
    blob[at] ^= 1

    assert inflate(bytes(blob))[1].is_cut


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_a_bomb_is_cut_by_its_ratio_and_takes_no_memory(pack) -> None:
    blob = pack(bytes(300 << 20))
    budget = Budget(output=1 << 40, ratio=100, ratio_after=8 << 20, zstd_window=128 << 20)

    tracemalloc.start()
    try:
        inflation = Inflation([blob], budget)
        length = sum(len(piece) for piece in inflation)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert inflation.is_cut
    assert "more than 100 times" in inflation.notes[0]
    assert length < 80 << 20
    assert peak < 8 * PIECE


def test_a_stream_that_becomes_more_than_its_budget_is_cut() -> None:
    budget = Budget(output=10_000, ratio=1000, ratio_after=1 << 30, zstd_window=1 << 27)

    plain, inflation = inflate(TEXT, 3000, budget)

    assert len(plain) == 9000
    assert inflation.is_cut
    assert "more than 10000 bytes" in inflation.notes[0]


def test_the_rest_of_a_cut_stream_can_be_drained() -> None:
    taken = []

    def pieces():
        for at in range(0, len(TEXT), 1000):
            taken.append(at)
            yield TEXT[at : at + 1000]

    inflation = Inflation(pieces(), Budget(5000, 1000, 1 << 30, 1 << 27))
    list(inflation)
    inflation.drain()

    assert len(taken) == -(-len(TEXT) // 1000)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\0\0", "xz"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"LZIP\x01", "lzip"),
        (b"\x1f\x9d\x90", "compress"),
        (b"\x5d\0\0\x80", "lzma"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    ],
)
def test_other_compressions_are_refused_by_name(head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedError, match=name):
        sniff(head)
    with pytest.raises(UnsupportedError, match=name):
        inflate(head + bytes(600))


def test_an_archive_whose_first_name_looks_like_a_compression_is_plain() -> None:
    head = b"BZh".ljust(257, b"\0") + b"ustar\0"

    assert sniff(head) is Compression.NONE


def test_an_empty_stream_is_plain_and_empty() -> None:
    plain, inflation = inflate(b"")

    assert (plain, inflation.notes, inflation.compression) == (b"", [], Compression.NONE)


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/vnd.oci.image.layer.v1.tar+gzip", Compression.GZIP),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", Compression.ZSTD),
        ("application/vnd.oci.image.layer.v1.tar", Compression.NONE),
        ("application/vnd.docker.image.rootfs.diff.tar.gzip", Compression.GZIP),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Compression.GZIP),
        ("application/vnd.docker.image.rootfs.diff.tar.zstd", Compression.ZSTD),
        ("application/vnd.docker.image.rootfs.diff.tar", Compression.NONE),
        ("application/octet-stream", None),
        ("", None),
    ],
)
def test_media_types_say_how_a_layer_is_packed(media_type: str, expected: Compression | None) -> None:
    assert declared_compression(media_type) is expected


def test_a_gzip_header_with_a_name_without_end_takes_no_memory() -> None:
    blob = b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * (4 << 20)

    plain, inflation = inflate(blob)

    assert plain == b""
    assert inflation.is_cut


def test_a_raw_deflate_stream_is_no_gzip() -> None:
    assert sniff(zlib.compress(TEXT)) is Compression.NONE
