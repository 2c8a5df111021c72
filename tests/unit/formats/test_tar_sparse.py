import os
import shutil
import subprocess
from pathlib import Path

import pytest
from archives import END, body, entry, header, pax, walk, with_checksum

SIZE = 10_000
SEGMENTS = [(1000, 600), (5000, 24), (9990, 10)]
DATA = bytes(range(256)) * 3
STORED = DATA[:634]


def expected() -> bytes:
    whole, taken = bytearray(SIZE), 0
    for offset, length in SEGMENTS:
        whole[offset : offset + length] = STORED[taken : taken + length]
        taken += length
    return bytes(whole)


def old(segments: list[tuple[int, int]], stored: bytes = STORED, size: int = SIZE) -> bytes:
    """Return a file of GNU's type S: four segments in the header, 21 in each block after it."""
    rows = [b"%011o\0%011o\0" % segment for segment in segments]
    first, rest = rows[:4], rows[4:]
    fields = bytes(41) + b"".join(first).ljust(96, b"\0") + bytes([bool(rest)]) + b"%011o\0" % size
    blocks = []
    while rest:
        part, rest = rest[:21], rest[21:]
        blocks.append((b"".join(part).ljust(504, b"\0") + bytes([bool(rest)])).ljust(512, b"\0"))
    return header(b"s", len(stored), b"S", magic=b"ustar  \0", rest=fields) + b"".join(blocks) + body(stored)


def version_1_0(segments: list[tuple[int, int]], stored: bytes = STORED) -> bytes:
    numbers = [len(segments), *(number for segment in segments for number in segment)]
    mapped = body(b"".join(b"%d\n" % number for number in numbers))
    records = {
        b"GNU.sparse.major": b"1",
        b"GNU.sparse.minor": b"0",
        b"GNU.sparse.name": b"s",
        b"GNU.sparse.realsize": b"%d" % SIZE,
    }
    return pax(records) + entry(b"GNUSparseFile.0/s", mapped + stored)


def version_0_1(segments: list[tuple[int, int]], stored: bytes = STORED) -> bytes:
    mapped = b",".join(b"%d,%d" % segment for segment in segments)
    records = {b"GNU.sparse.size": b"%d" % SIZE, b"GNU.sparse.name": b"s", b"GNU.sparse.map": mapped}
    return pax(records) + entry(b"GNUSparseFile.0/s", stored)


def version_0_0(segments: list[tuple[int, int]], stored: bytes = STORED) -> bytes:
    records = [(b"GNU.sparse.size", b"%d" % SIZE), (b"GNU.sparse.numblocks", b"%d" % len(segments))]
    for offset, length in segments:
        records += [(b"GNU.sparse.offset", b"%d" % offset), (b"GNU.sparse.numbytes", b"%d" % length)]
    return pax(records) + entry(b"s", stored)


FORMATS = [old, version_1_0, version_0_1, version_0_0]


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("cuts", [[], range(0, 9000, 100), range(3, 9000, 511)], ids=["whole", "even", "odd"])
def test_a_file_with_holes_is_put_together(write, cuts) -> None:
    archive = entry(b"before") + write(SEGMENTS) + entry(b"after", b"x") + END

    done = walk(archive, list(cuts))

    assert done.index.paths == ["before", "s", "after"]
    assert list(done.index.sizes) == [0, SIZE, 1]
    assert done.seen.files == {0: b"", 1: expected(), 2: b"x"}
    assert not done.told


def test_an_old_map_goes_on_in_further_blocks() -> None:
    segments = [(10 * number, 5) for number in range(60)]
    archive = old(segments, DATA[:300], 1000) + entry(b"after") + END

    for cuts in ([], range(0, 5000, 512), range(5, 5000, 333)):
        done = walk(archive, list(cuts))
        assert done.index.paths == ["s", "after"]
        assert done.seen.files[0][:20] == DATA[:5] + bytes(5) + DATA[5:10] + bytes(5)
        assert done.index.offsets[0] == 512 * 4
        assert not done.told


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize(
    "segments",
    [
        [(0, 100), (50, 100)],
        [(9990, 11)],
        [(20_000, 1)],
        [(0, 700)],
        [(1 << 62, 1 << 62)],
    ],
)
def test_a_map_that_does_not_fit_is_told_and_the_walk_goes_on(write, segments) -> None:
    done = walk(write(segments) + entry(b"after") + END)

    assert done.index.paths == ["s", "after"]
    assert done.seen.files == {1: b""}
    assert "its content was not looked at" in done.told[0][1]


@pytest.mark.parametrize(
    "mapped",
    [b"", b"no newline", b"2\n1\n", b"x\n1\n2\n", b"999999999\n", b"-1\n", b"9" * 30 + b"\n", b"1\n1\n-2\n", b"\n"],
)
def test_a_damaged_map_before_the_data_is_told(mapped: bytes) -> None:
    records = {b"GNU.sparse.major": b"1", b"GNU.sparse.minor": b"0", b"GNU.sparse.realsize": b"10"}
    done = walk(pax(records) + entry(b"s", body(mapped) if mapped else b"") + entry(b"after") + END)

    assert done.index.paths == ["s", "after"]
    assert done.seen.files == {1: b""}
    assert "sparse map" in done.told[0][1]


@pytest.mark.parametrize(
    "records",
    [
        [(b"GNU.sparse.offset", b"1"), (b"GNU.sparse.offset", b"2")],
        [(b"GNU.sparse.numbytes", b"1")],
        [(b"GNU.sparse.offset", b"x")],
        [(b"GNU.sparse.map", b"1,x")],
        [(b"GNU.sparse.map", b"1,2"), (b"GNU.sparse.size", b"-1")],
        [(b"GNU.sparse.map", b"1,2"), (b"GNU.sparse.name", b"a\0b")],
    ],
)
def test_damaged_maps_in_pax_headers_end_the_walk(records) -> None:
    done = walk(entry(b"before") + pax(records) + entry(b"s", b"abc") + END)

    assert done.index.paths == ["before"]
    assert "what follows was not read" in done.told[0][1]


def test_a_map_without_end_is_bounded() -> None:
    first = bytearray(old([(0, 0)] * 5))
    block = first[512:1024]
    block[:504] = b"00000000001\x0000000000000\0" * 21
    block[504] = 1

    done = walk(bytes(first[:512]) + bytes(block) * 5000)

    assert not done.index.paths
    assert "a sparse map beyond its limit" in done.told[0][1]


def test_a_map_of_millions_of_segments_before_the_data_is_refused() -> None:
    mapped = b"%d\n" % 2_000_000 + b"1\n0\n" * 2_000_000
    records = {b"GNU.sparse.major": b"1", b"GNU.sparse.minor": b"0", b"GNU.sparse.realsize": b"10"}

    done = walk(pax(records) + entry(b"s", mapped) + entry(b"after") + END)

    assert done.index.paths == ["s", "after"]
    assert "beyond its limit" in done.told[0][1]


def test_a_file_that_would_be_too_large_is_told_and_passed_over() -> None:
    archive = version_0_1(SEGMENTS) + entry(b"after") + END

    done = walk(archive, whole_file=SIZE - 1)

    assert done.index.paths == ["s", "after"]
    assert done.seen.files == {1: b""}
    assert "too large to be put together" in done.told[0][1]


def test_holes_are_limited_together() -> None:
    one = version_0_1([(0, 1)], b"x")

    done = walk(one * 10 + END, holes=5 * SIZE)

    assert sorted(done.seen.files) == [0, 1, 2, 3, 4]
    assert len(done.told) == 5


def test_a_left_out_file_with_holes_is_passed_over() -> None:
    block = bytearray(old(SEGMENTS))
    block[:512] = with_checksum(b"../s".ljust(100, b"\0") + bytes(block[100:512]))

    done = walk(bytes(block) + entry(b"after") + END)

    assert done.index.paths == ["after"]


@pytest.mark.integration
@pytest.mark.skipif(shutil.which("tar") is None, reason="GNU tar is not installed")
@pytest.mark.parametrize(
    "options",
    [
        ["--format=gnu"],
        ["--format=posix", "--sparse-version=0.0"],
        ["--format=posix", "--sparse-version=0.1"],
        ["--format=posix", "--sparse-version=1.0"],
    ],
)
def test_what_gnu_tar_writes_is_put_together(tmp_path: Path, options: list[str]) -> None:
    place = tmp_path / "holes"
    descriptor = os.open(place, os.O_CREAT | os.O_WRONLY)
    for number in range(40):
        os.pwrite(descriptor, b"data %d" % number, number * 200_000)
    os.close(descriptor)
    archive = subprocess.run(
        ["tar", "-S", *options, "-C", tmp_path, "-cf", "-", "holes"], check=True, capture_output=True
    ).stdout

    done = walk(archive)

    if len(archive) > place.stat().st_size:
        pytest.skip("this file system keeps no holes")
    assert done.index.paths == ["holes"]
    assert done.seen.files == {0: place.read_bytes()}
    assert not done.told
