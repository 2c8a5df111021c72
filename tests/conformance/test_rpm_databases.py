"""Real rpm databases of the three kinds, held against the lists that others made of them, and against rpm itself."""

import gzip
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from basewright.formats.problems import Problems
from basewright.formats.rpm_database import read_rpm_database
from basewright.formats.rpm_header import RpmHeader
from basewright.formats.rpm_ndb import read_blobs
from basewright.formats.sqlite_file import SqliteFile, read_table

DATABASES = Path(__file__).parents[2] / ".." / "shared" / "data" / "conformance" / "rpm"
LISTS = Path(__file__).parent / "rpm"
QUERY = (
    "%|EPOCH?{%{EPOCH}}:{}|\\t%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\t%{SIZE}\\t%{LICENSE}\\t%{VENDOR}"
    "\\t%|MODULARITYLABEL?{%{MODULARITYLABEL}}:{}|\\t%{SUMMARY}\\t%{SIGMD5}\\t%{INSTALLTIME}\\t%{PACKAGER}\\n"
)
FILES = "[%{=NAME}\\t%{FILENAMES}\\t%{FILEMODES}\\t%{FILESIZES}\\t%{FILEFLAGS}\\t%{FILESTATES}\\n]"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATABASES.is_dir(), reason="the real rpm databases are not here"),
]


def database(name: str) -> bytes:
    data = (DATABASES / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


def headers(data: bytes) -> list[RpmHeader]:
    problems = Problems()
    read = list(read_rpm_database(data, problems))
    assert not list(problems)
    return read


def row(header: RpmHeader) -> str:
    epoch = "" if header.epoch is None else str(header.epoch)
    size = "" if header.size is None else str(header.size)
    texts = [epoch, header.name, header.version, header.release, header.arch, header.source_rpm, size, header.license]
    return "\t".join([*texts, header.vendor, header.modularity_label, header.summary, header.md5])


def expected(name: str) -> list[str]:
    lines = (LISTS / f"{name}.tsv").read_text().splitlines()
    return sorted(line for line in lines if not line.startswith("#"))


@pytest.mark.parametrize(
    ("file", "listed", "count"),
    [("ndb/Packages.db.gz", "sle15-bci", 35), ("sqlite/rpmdb.sqlite.gz", "cbl-mariner-2.0", 129)],
)
def test_every_package_of_a_real_database_is_the_listed_one(file: str, listed: str, count: int) -> None:
    read = headers(database(file))

    assert len(read) == count
    assert sorted(map(row, read)) == expected(listed)


def test_the_one_package_of_a_real_berkeley_db_is_read_whole() -> None:
    (libuuid,) = headers(database("bdb/Packages"))

    assert row(libuuid).split("\t") == [
        *["", "libuuid", "2.32.1", "42.el8_8", "x86_64", "util-linux-2.32.1-42.el8_8.src.rpm", "35104", "BSD"],
        *["Red Hat, Inc.", "", "Universally unique ID library", "c1e561f13d39aee443a1f00258fba000"],
    ]
    assert (libuuid.install_time, libuuid.is_signed, libuuid.key_id) == (1696444673, True, "199e2f91fd431d51")
    assert libuuid.files is not None
    assert "usr/lib64/libuuid.so.1.3.0" in libuuid.files.paths()


def test_who_signed_is_read() -> None:
    read = headers(database("sqlite/rpmdb.sqlite.gz"))

    assert {one.key_id for one in read if one.name != "gpg-pubkey"} == {"0cd9fed33135ce90"}


def told_by_rpm(folder: Path, backend: str, query: str) -> list[str]:
    run = subprocess.run(
        ["rpm", "--define", f"_db_backend {backend}", "--dbpath", str(folder), "-qa", "--queryformat", query],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return sorted(run.stdout.decode("utf-8", "surrogateescape").replace("(none)", "").splitlines())


def files_of(read: Sequence[RpmHeader]) -> list[str]:
    rows = []
    for one in read:
        assert one.files is not None
        count = len(one.files)
        columns = [
            [one.files.modes[at : at + 2] for at in range(0, 2 * count, 2)],
            [one.files.sizes[at : at + 4] for at in range(0, 4 * count, 4)],
            [one.files.flags[at : at + 4] for at in range(0, 4 * count, 4)],
            [one.files.states[at : at + 1] for at in range(count)],
        ]
        for path, *numbers in zip(one.files.paths(), *columns, strict=True):
            rows.append("\t".join([one.name, f"/{path}", *(str(int.from_bytes(number, "big")) for number in numbers)]))
    return sorted(rows)


def held_against_rpm(read: Sequence[RpmHeader], folder: Path, backend: str) -> None:
    rows = sorted(f"{row(one)}\t{one.install_time}\t{one.packager}" for one in read)
    assert rows == told_by_rpm(folder, backend, QUERY)
    assert files_of(read) == told_by_rpm(folder, backend, FILES)


@pytest.mark.integration
@pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")
@pytest.mark.parametrize(
    ("file", "name", "backend"),
    [("sqlite/rpmdb.sqlite.gz", "rpmdb.sqlite", "sqlite"), ("bdb/Packages", "Packages", "bdb_ro")],
)
def test_rpm_tells_the_same_packages_and_files(tmp_path: Path, file: str, name: str, backend: str) -> None:
    data = database(file)
    (tmp_path / name).write_bytes(data)

    held_against_rpm(headers(data), tmp_path, backend)


@pytest.mark.integration
@pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")
def test_rpm_tells_the_same_of_the_headers_of_an_ndb_database(tmp_path: Path) -> None:
    # Debian's rpm has no NDB, so its headers are handed to it in an SQLite database.
    data = database("ndb/Packages.db.gz")
    subprocess.run(["rpm", "--dbpath", str(tmp_path), "--initdb"], check=True, timeout=60)
    with closing(sqlite3.connect(tmp_path / "rpmdb.sqlite")) as connection, connection:
        connection.executemany("INSERT INTO Packages (hnum, blob) VALUES (?, ?)", read_blobs(data, Problems()))

    held_against_rpm(headers(data), tmp_path, "sqlite")


def test_every_table_of_a_real_database_is_read_as_sqlite_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "rpmdb.sqlite"
    path.write_bytes(database("sqlite/rpmdb.sqlite.gz"))
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert "Basenames" in names
        for name in names:
            problems = Problems()
            ours = list(read_table(path.read_bytes(), name, problems))
            theirs = [(one[0], one[1:]) for one in connection.execute(f'SELECT rowid, * FROM "{name}" ORDER BY rowid')]
            if name == "Packages":
                theirs = [(number, (None, blob)) for number, (_, blob) in theirs]
            assert ours == theirs, name
            assert not problems
    assert SqliteFile(database("sqlite/rpmdb.sqlite.gz")).is_wal
