"""The package database of rpm in any of its three forms, told by its first bytes."""

from collections.abc import Iterator

from basewright.formats import rpm_bdb, rpm_ndb, rpm_sqlite
from basewright.formats.content import MalformedError
from basewright.formats.problems import Problems, TooManyProblemsError
from basewright.formats.rpm_header import RpmHeader, read_header

MOST_PACKAGES = 100_000
"""Headers of one database that are read."""
MOST_FILES = 2_000_000
"""Files of all its packages together."""


def read_rpm_database(data: bytes | memoryview, problems: Problems) -> Iterator[RpmHeader]:
    """Yield the header of every installed package, in the order of the file.

    What is damaged is told to `problems` while the iterator is used up, and the rest is read. Raises MalformedError
    where `data` is no rpm database at all. ``gpg-pubkey`` entries are among the headers; they have no architecture.
    """
    return _headers(_blobs(data, problems), problems)


def _blobs(data: bytes | memoryview, problems: Problems) -> Iterator[tuple[int, bytes]]:
    start = bytes(data[:16])
    if start == rpm_sqlite.MAGIC:
        return rpm_sqlite.read_blobs(data, problems)
    if start.startswith(rpm_ndb.MAGIC):
        return rpm_ndb.read_blobs(data, problems)
    if rpm_bdb.byte_order(start):
        return rpm_bdb.read_blobs(data, problems)
    raise MalformedError("an empty rpm database" if not start else "neither an SQLite, an NDB nor a Berkeley DB file")


def _headers(blobs: Iterator[tuple[int, bytes]], problems: Problems) -> Iterator[RpmHeader]:
    files = 0
    seen: set[int] = set()
    try:
        for index, (number, blob) in enumerate(blobs):
            if index == MOST_PACKAGES:
                problems.add(f"more than {MOST_PACKAGES} packages")
                return
            if number in seen:
                problems.add(f"package {number}: listed a second time")
                continue
            seen.add(number)
            try:
                header = read_header(blob, problems)
            except TooManyProblemsError:
                raise
            except MalformedError as error:
                problems.add(f"package {number}: {error}")
            else:
                files += len(header.files or ())
                if files > MOST_FILES:
                    problems.add(f"packages of more than {MOST_FILES} files")
                    return
                yield header
    except TooManyProblemsError:
        return
