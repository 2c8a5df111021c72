"""Whatever happens to an rpm database, its readers end with packages, problems or one error."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from rpm_building import NAME, bdb_database, header, ndb_database, package, package_tags, sqlite_database

from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems
from basewright.formats.rpm_database import read_rpm_database
from basewright.formats.rpm_header import RpmHeader, read_header
from basewright.formats.sqlite_file import read_table

BLOBS = [package("a", {"/usr/bin/a": 0o100755}), package("b", {f"/usr/share/b/{n}": 0o100644 for n in range(300)})]


def _sqlite() -> bytes:
    with TemporaryDirectory() as folder:
        return sqlite_database(Path(folder) / "a", BLOBS, page_size=512)


DATABASES = [
    bdb_database(BLOBS, page_size=512),
    bdb_database(BLOBS, order=">", on_page=400),
    ndb_database(BLOBS),
    _sqlite(),
]

changes = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8) | st.just(b"\xff" * 4)),
    min_size=1,
    max_size=12,
)


def changed(data: bytes, edits: list[tuple[float, bytes]], *, within: int) -> bytes:
    result = bytearray(data)
    for where, new in edits:
        at = int(where * within)
        result[at : at + len(new)] = new
    return bytes(result)


def read(data: bytes) -> list[RpmHeader]:
    try:
        found = list(read_rpm_database(data, Problems()))
    except MalformedError:
        return []
    for one in found:
        assert one.name
        one.evr.encode()
        if one.files is not None:
            assert len(one.files.paths()) == len(one.files)
            list(one.files.owned())
    return found


@given(st.sampled_from(DATABASES), changes, st.integers(0, 7))
@settings(max_examples=300, deadline=2000)
def test_a_changed_database_is_survived(data: bytes, edits: list[tuple[float, bytes]], cut: int) -> None:
    whole = changed(data, edits, within=len(data))
    read(whole[: len(whole) * (8 - cut) // 8])


@given(st.sampled_from(DATABASES), changes)
@settings(max_examples=300, deadline=2000)
def test_a_database_with_a_changed_start_is_survived(data: bytes, edits: list[tuple[float, bytes]]) -> None:
    read(changed(data, edits, within=700))


@given(changes)
@settings(max_examples=400, deadline=1000)
def test_a_changed_header_is_survived(edits: list[tuple[float, bytes]]) -> None:
    try:
        found = read_header(changed(BLOBS[0], edits, within=8 + 16 * 14), Problems())
    except MalformedError:
        return
    assert found.name
    if found.files is not None:
        assert len(found.files.paths()) == len(found.files)


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(texts, st.dictionaries(texts.map(lambda text: "/" + text), st.sampled_from([0o100644, 0o120777]), max_size=20))
@settings(max_examples=200, deadline=1000)
def test_every_header_that_is_built_is_read_back(name: str, files: dict[str, int]) -> None:
    problems = Problems()
    tags = [one for one in package_tags("x", files) if one[0] != NAME]
    found = read_header(header([(NAME, 6, name), *tags]), problems)

    assert not problems
    assert found.name == name
    assert found.files is not None
    assert found.files.paths() == [path.lstrip("/") for path in files]


values = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=600)
    | st.binary(max_size=3000)
)


@given(
    st.lists(st.tuples(values, values, values), max_size=30),
    st.sampled_from([512, 1024, 65536]),
    st.sampled_from(["UTF-8", "UTF-16le", "UTF-16be"]),
)
@settings(max_examples=100, deadline=None)
def test_every_table_that_sqlite_writes_is_read_back(
    rows: list[tuple[object, ...]], page_size: int, encoding: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA page_size = {page_size}")
            connection.execute(f"PRAGMA encoding = '{encoding}'")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE t (a, b, c)")
            connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
            connection.commit()
            expected = [(row[0], row[1:]) for row in connection.execute("SELECT rowid, * FROM t ORDER BY rowid")]
        problems = Problems()

        assert list(read_table(path.read_bytes(), "t", problems)) == expected
        assert not problems
