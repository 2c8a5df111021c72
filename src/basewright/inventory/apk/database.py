"""apk's database of installed packages (Alpine wiki «Apk spec», installed database; apk-tools src/database.c)."""

from collections.abc import Iterator
from typing import Final

import msgspec

from basewright.formats.content import Content, MalformedError, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import STATUS_BYTES, head, head_window, text

PACKAGES: Final = 200_000
"""Packages of one database that are kept at most."""


class ApkPackage(msgspec.Struct, frozen=True, array_like=True):
    """One record, as written."""

    name: str
    version: str | None
    architecture: str | None = None
    origin: str | None = None
    license: str | None = None
    maintainer: str | None = None
    files: bytes = b""
    """Paths from the root, one a line."""


class ApkDatabase(msgspec.Struct, frozen=True, array_like=True):
    """What a database says."""

    packages: tuple[ApkPackage, ...] = ()
    problems: tuple[str, ...] = ()


class ApkAnalyser:
    """Reads ``lib/apk/db/installed``, wherever lib is."""

    name = "apk-database"
    version = 1
    interest = Interest(names=frozenset({"installed"}))
    record = ApkDatabase

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is apk's database."""
        return path.endswith("lib/apk/db/installed")

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, STATUS_BYTES)

    def read(self, path: str, content: Content) -> ApkDatabase:  # noqa: ARG002 - the protocol's shape
        """Return the packages; raise MalformedError where the bytes hold none although there are some."""
        data, cut = head(content, STATUS_BYTES)
        database = read_database(data, cut)
        if data.strip() and not database.packages:
            raise MalformedError("no record of a package in apk's database")
        return database


def read_database(data: bytes, cut: str = "") -> ApkDatabase:
    """Return what the bytes of a database say; `cut` says what of it was not read.

    A record ends at a blank line, at the file's end, or where the next one's checksum or name begins.
    """
    packages: list[ApkPackage] = []
    problems: list[str] = []
    nameless = False
    for number, record in enumerate(_records(data.replace(b"\r\n", b"\n"))):
        if number >= PACKAGES:
            problems.append(f"more than the {PACKAGES} packages that are kept")
            break
        package = _read_record(record)
        if package is None:
            nameless = True
        else:
            packages.append(package)
    if nameless:
        problems.append("a record without a package's name")
    if cut:
        problems.append(cut)
    return ApkDatabase(tuple(packages), tuple(problems))


def _records(data: bytes) -> Iterator[bytes]:
    """Yield one record after another; what follows the last that is wanted costs nothing."""
    start = 0
    while start < len(data):
        stop = data.find(b"\n\n", start)
        block = data[start:] if stop < 0 else data[start:stop]
        yield from _parted(block)
        start = len(data) if stop < 0 else stop + 2


def _parted(block: bytes) -> list[bytes]:
    """Return the records of a block: more than one where the blank line between two is missing."""
    if not block.strip():
        return []
    if (b"\n" + block).count(b"\nP:") <= 1:
        return [block]
    separator = b"\nC:" if block.startswith(b"C:") else b"\nP:"
    first, *rest = block.split(separator, PACKAGES)
    return [first, *(separator[1:] + one for one in rest)]


def _read_record(record: bytes) -> ApkPackage | None:
    fields: dict[bytes, bytes] = {}
    files: list[bytes] = []
    folder = b""
    for line in record.split(b"\n"):
        key = line[:2]
        if key == b"R:":
            files.append(folder + line[2:])
        elif key == b"F:":
            folder = line[2:].strip(b"/") + b"/" if line[2:].strip(b"/") else b""
        elif key[1:] == b":" and key not in fields:
            fields[key] = line[2:]
    name = _word(fields, b"P:")
    if name is None:
        return None
    return ApkPackage(
        name,
        _word(fields, b"V:"),
        _word(fields, b"A:"),
        _word(fields, b"o:"),
        _word(fields, b"L:"),
        _word(fields, b"m:"),
        b"\n".join(files),
    )


def _word(fields: dict[bytes, bytes], key: bytes) -> str | None:
    return text(fields.get(key, b"").strip()) or None
