"""Reading the files that images are kept in: a folder of blobs, or one archive, read at any place. Nothing is written.

What lies there was made by somebody else. No link is followed below the folder that was named, only regular files are
opened, and opening a FIFO does not wait for its writer.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from basewright.errors import InputError, InvalidImageError

PIECE: Final = 1 << 20
"""Bytes of one piece of a stream."""
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_WHAT: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a symbolic link"),
)


@dataclass(slots=True)
class BlobFile:
    """One open regular file, read by place; safe to use from several threads."""

    name: str
    """For messages."""
    size: int
    _descriptor: int

    @classmethod
    def open(cls, path: str) -> "BlobFile":
        """Open the file at `path`, which the caller named: links are followed. Raises InputError."""
        try:
            descriptor = os.open(path, _FLAGS)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no name of a file"
            raise InputError(f"{path}: {reason}") from error
        return cls._checked(descriptor, path)

    @classmethod
    def _checked(cls, descriptor: int, name: str) -> "BlobFile":
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            os.close(descriptor)
            raise InputError(f"{name}: {_kind(state.st_mode)}, not a regular file")
        return cls(name, state.st_size, descriptor)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes at `offset`, fewer where the file ends before; raise InputError where it fails."""
        try:
            data = os.pread(self._descriptor, length, offset)
            while 0 < len(data) < length:
                more = os.pread(self._descriptor, length - len(data), offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:
            raise InputError(f"{self.name}: {error.strerror or 'cannot be read'}") from error
        return data

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        """Yield `length` bytes from `offset` on, in pieces; fewer where the file ends before."""
        stop = offset + length
        while offset < stop and (piece := self.read_at(offset, min(PIECE, stop - offset))):
            offset += len(piece)
            yield piece

    def close(self) -> None:
        """Close the file; doing it twice is no error."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(slots=True)
class BlobFolder:
    """The regular files below one folder, which the caller named. Paths are POSIX, relative, without ``..``."""

    name: str
    _descriptor: int

    @classmethod
    def open(cls, path: str) -> "BlobFolder":
        """Open the folder at `path`; raise InputError where there is none."""
        try:
            return cls(path, os.open(path, _FLAGS | os.O_DIRECTORY))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no name of a folder"
            raise InputError(f"{path}: {reason}") from error

    def file(self, path: str) -> BlobFile | None:
        """Return the open file at `path`; None where nothing stands there.

        Raises InvalidImageError for what is no regular file, or lies behind a link.
        """
        *folders, name = path.split("/")
        opened: list[int] = []
        try:
            for folder in folders:
                opened.append(self._open(folder, opened, os.O_DIRECTORY))
            descriptor = self._open(name, opened, 0)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InvalidImageError(f"{self.name}: {path} is {_reason(error)}", hint=_hint(error)) from error
        finally:
            for one in opened:
                os.close(one)
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            os.close(descriptor)
            raise InvalidImageError(f"{self.name}: {path} is {_kind(state.st_mode)}, not a regular file")
        return BlobFile(f"{self.name}/{path}", state.st_size, descriptor)

    def _open(self, name: str, opened: list[int], flags: int) -> int:
        if name in {"", ".", ".."} or "\0" in name:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        folder = opened[-1] if opened else self._descriptor
        try:
            return os.open(name, _FLAGS | os.O_NOFOLLOW | flags, dir_fd=folder)
        except NotADirectoryError as error:  # what Linux says of a link to a folder, too
            is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
            number = errno.ELOOP if is_link else errno.ENOENT
            raise OSError(number, os.strerror(number)) from error

    @contextmanager
    def opened(self, path: str) -> Iterator[BlobFile | None]:
        """Return `file`, closed when the context is left."""
        found = self.file(path)
        try:
            yield found
        finally:
            if found is not None:
                found.close()

    def close(self) -> None:
        """Close the folder; doing it twice is no error."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def stands(path: str) -> bool:
    """Whether anything stands at `path`."""
    return os.path.lexists(path) if "\0" not in path else False


def is_socket(path: str) -> bool:
    """Whether a Unix socket stands at `path`, links followed."""
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a symbolic link, which is not followed"
    if error.errno == errno.ENXIO:
        return "a socket or a dead device"
    return f"not to be opened: {error.strerror}"


def _hint(error: OSError) -> str:
    return "copy the image with its links resolved: `cp -rL`" if error.errno == errno.ELOOP else ""


def _kind(mode: int) -> str:
    return next((name for is_kind, name in _WHAT if is_kind(mode)), "something else")
