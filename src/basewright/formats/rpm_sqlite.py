"""rpm's SQLite database, ``rpmdb.sqlite`` (rpm's lib/backend/sqlite.c): one row a header, in the table Packages."""

from collections.abc import Iterator

from basewright.formats.problems import Problems
from basewright.formats.sqlite_file import MAGIC, SqliteFile

__all__ = ["MAGIC", "read_blobs"]


def read_blobs(data: bytes | memoryview, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Yield (package number, header blob); raise MalformedError where there is no table Packages."""
    rows = SqliteFile(data).read_table("Packages", problems)
    return _blobs(rows, problems)


def _blobs(rows: Iterator[tuple[int, tuple[object, ...]]], problems: Problems) -> Iterator[tuple[int, bytes]]:
    for number, columns in rows:
        # CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)
        if len(columns) == 2 and isinstance(columns[1], bytes):
            yield number, columns[1]
        else:
            problems.add(f"package {number}: a row without a header")
