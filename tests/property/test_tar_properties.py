"""The walk over archives agrees with the standard library's reader, however the stream is cut, and raises nothing."""

import io
import posixpath
import tarfile

from archives import Walked, walk
from hypothesis import example, given
from hypothesis import strategies as st

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=40)
PATHS = st.lists(NAMES.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=8).map("/".join)
KINDS = st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])


@st.composite
def members(draw) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(PATHS))
    info.type = draw(KINDS)
    info.mode = draw(st.integers(0, 0o7777))
    info.uid = draw(st.integers(0, 1 << 32))
    info.gid = draw(st.integers(0, 1 << 20))
    info.mtime = draw(st.sampled_from([0, 1_700_000_000, 1.5]))
    data = b""
    if info.type == tarfile.REGTYPE:
        data = draw(st.binary(max_size=1500))
        info.size = len(data)
        if draw(st.booleans()):
            info.pax_headers = {"SCHILY.xattr.user.key": draw(st.text(st.characters(codec="ascii"), max_size=10))}
    elif info.type in {tarfile.SYMTYPE, tarfile.LNKTYPE}:
        info.linkname = draw(PATHS)
    return info, data


CUTS = st.lists(st.integers(0, 40_000), max_size=12)


def written(found: list[tuple[tarfile.TarInfo, bytes]], kind: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for info, data in found:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


FORMATS = st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
ARCHIVES = st.builds(written, st.lists(members(), max_size=12), FORMATS)


def as_rows(done: Walked) -> list[tuple[object, ...]]:
    index = done.index
    return [
        (
            index.paths[at],
            bytes([index.kinds[at]]),
            index.modes[at],
            index.uids[at],
            index.gids[at],
            index.sizes[at],
            index.links.get(at, ""),
            done.seen.files.get(at, b""),
            index.xattrs.get(at, {}),
        )
        for at in range(len(index))
    ]


def as_standard_library(archive: bytes) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        for one in found:
            is_file = one.type == tarfile.REGTYPE
            data = archive[one.offset_data : one.offset_data + one.size] if is_file else b""
            link = posixpath.normpath(one.linkname) if one.islnk() else one.linkname if one.issym() else ""
            xattrs = {
                key.removeprefix("SCHILY.xattr."): value.encode()
                for key, value in one.pax_headers.items()
                if key.startswith("SCHILY.xattr.")
            }
            rows.append((one.name, one.type, one.mode, one.uid, one.gid, len(data), link, data, xattrs))
    return rows


@given(ARCHIVES)
def test_the_walk_reads_what_the_standard_library_reads(archive: bytes) -> None:
    done = walk(archive)

    assert as_rows(done) == as_standard_library(archive)
    assert not done.told


@given(ARCHIVES, CUTS)
def test_the_walk_is_the_same_however_the_stream_is_cut(archive: bytes, cuts: list[int]) -> None:
    whole, cut = walk(archive), walk(archive, cuts)

    assert (as_rows(whole), whole.told, whole.index) == (as_rows(cut), cut.told, cut.index)


@given(ARCHIVES, st.integers(0, 40_000), CUTS)
def test_an_archive_cut_off_anywhere_gives_its_beginning(archive: bytes, end: int, cuts: list[int]) -> None:
    rows = as_rows(walk(archive))

    done = walk(archive[:end], cuts)

    found = as_rows(done)
    assert [row[:7] for row in found] == [row[:7] for row in rows[: len(found)]]
    assert done.told or found == rows[: len(found)]


@given(ARCHIVES, st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 255)), max_size=8), CUTS)
@example(b"", [], [])
def test_a_damaged_archive_raises_nothing_and_is_the_same_however_it_is_cut(
    archive: bytes, damages: list[tuple[int, int]], cuts: list[int]
) -> None:
    damaged = bytearray(archive)
    for place, value in damages:
        damaged[place % len(damaged) if damaged else 0 : place % len(damaged) + 1 if damaged else 0] = bytes([value])

    whole, cut = walk(bytes(damaged)), walk(bytes(damaged), cuts)

    assert whole.index == cut.index
    assert whole.told == cut.told
    assert whole.seen.files == cut.seen.files


@given(st.binary(max_size=4000), CUTS)
def test_any_bytes_are_survived(data: bytes, cuts: list[int]) -> None:
    assert walk(data).index == walk(data, cuts).index
