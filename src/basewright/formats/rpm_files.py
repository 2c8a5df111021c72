"""The files of an installed rpm package, in the columns of its header: no object for each file."""

import struct
from collections.abc import Callable, Iterable, Iterator

import msgspec

_LONGEST_PATH = 4096
_MOST_PATH_BYTES = 128 * 1024 * 1024
"""Of all paths of one package together; the largest real ones have some 30 MB."""
_KIND, _DIRECTORY = 0o170000, 0o040000
_NORMAL = 0
"""State of a file that was installed and is still this package's (rpmfileState)."""


class RpmFiles(msgspec.Struct, frozen=True):
    """Columns as the header stores them, big-endian; a column that the header lacks is empty."""

    names: bytes = b""
    """Base names, each closed by NUL; whole paths where there are no directories (rpm before 4)."""
    directories: bytes = b""
    """Each with its slash at the end, closed by NUL."""
    indexes: bytes = b""
    """Of each file's directory, 4 bytes each."""
    modes: bytes = b""
    """2 bytes each: kind and permissions."""
    flags: bytes = b""
    """4 bytes each (rpmfileAttrs)."""
    sizes: bytes = b""
    """4 bytes each, or 8 where files of 4 GiB are among them."""
    states: bytes = b""
    """1 byte each (rpmfileState)."""

    def __len__(self) -> int:
        return self.names.count(b"\0")

    def paths(self) -> list[str]:
        """Return every file's path without its leading slash; names that are not UTF-8 carry surrogate escapes."""
        return [directory + name for directory, name, _ in self._rows()]

    def owned(self) -> Iterator[str]:
        """Yield the paths of what is this package's in the installed system, no directories.

        What another package replaced or what was left out at installation (documentation, other languages) is not.
        A ghost (a file that the package owns and does not bring) is.
        """
        states = self.states or bytes(len(self))
        for (directory, name, mode), state in zip(self._rows(), states, strict=True):
            if state == _NORMAL and mode & _KIND != _DIRECTORY:
                yield directory + name

    def _rows(self) -> Iterable[tuple[str, str, int]]:
        """Yield (directory, name, mode) of each file."""
        names = _texts(self.names)
        modes: tuple[int, ...] = struct.unpack(f">{len(self.modes) // 2}H", self.modes) or (0,) * len(names)
        if not self.directories:
            pairs = [name.lstrip("/").rpartition("/") for name in names]
            return [(head + slash, name, mode) for (head, slash, name), mode in zip(pairs, modes, strict=True)]
        directories = [name.lstrip("/") for name in _texts(self.directories)]
        indexes = struct.unpack(f">{len(names)}I", self.indexes)
        return zip(map(directories.__getitem__, indexes), names, modes, strict=True)


def _texts(column: bytes) -> list[str]:
    if not column:
        return []
    return column[:-1].decode("utf-8", "surrogateescape").split("\0")


def checked_files(files: RpmFiles, tell: Callable[[str], None], *, has_directories: bool) -> RpmFiles | None:
    """Return `files` with only the columns that fit; `tell` hears of those that do not.

    None where the paths cannot be told.
    """
    count = len(files)
    if has_directories and len(files.indexes) != 4 * count:
        tell(f"{count} files, and {len(files.indexes) // 4} directories for them")
        return None
    if has_directories and max(struct.unpack(f">{count}I", files.indexes)) >= files.directories.count(b"\0"):
        tell("a file in a directory that is not listed")
        return None
    longest = max(map(len, files.directories.split(b"\0"))) + max(map(len, files.names.split(b"\0")))
    if longest > 2 * _LONGEST_PATH or longest * count > _MOST_PATH_BYTES:
        tell("paths longer than any file system takes")
        return None

    def fitting(column: bytes, *widths: int) -> bytes:
        if not column or len(column) in [width * count for width in widths]:
            return column
        tell(f"{count} files, and a column of {len(column)} bytes about them")
        return b""

    return RpmFiles(
        names=files.names,
        directories=files.directories,
        indexes=files.indexes,
        modes=fitting(files.modes, 2),
        flags=fitting(files.flags, 4),
        sizes=fitting(files.sizes, 4, 8),
        states=fitting(files.states, 1),
    )
