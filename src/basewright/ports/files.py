"""Reading a project's files, and writing our own, safely.

Reads never leave the project's root: a symbolic link that points outside, a device, a FIFO or a file over the limit is
refused with the reason, and the caller turns that into an `Unknown`. Writes are atomic.
"""

import contextlib
import errno
import hashlib
import os
import posixpath
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from basewright.errors import InputError

FILE_LIMIT = 8 * 1024 * 1024
"""Bytes of one source file that are read at most."""
TREE_LIMIT = 200_000
"""Directory entries that one walk visits at most."""
DEPTH_LIMIT = 64


class UnreadableError(InputError):
    """A file of the project that was not read, with the reason."""


class ProjectFiles(Protocol):
    """The files below a project's root. Paths are POSIX, relative to the root."""

    def read(self, path: str, *, limit: int = FILE_LIMIT) -> bytes:
        """Return the bytes of a regular file, or raise UnreadableError (missing, outside, special, over `limit`)."""
        ...

    def is_file(self, path: str) -> bool:
        """Whether a regular file inside the root stands there."""
        ...

    def is_directory(self, path: str) -> bool:
        """Whether a directory inside the root stands there."""
        ...

    def list(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a directory; empty where it cannot be read."""
        ...

    def walk(self, skip: frozenset[str]) -> Iterator[str]:
        """Yield every regular file's path, sorted within its directory; directories named in `skip` are not entered.

        Symbolic links to directories are not followed. Stops after TREE_LIMIT entries; `is_walk_cut` tells.
        """
        ...

    @property
    def is_walk_cut(self) -> bool:
        """Whether the last walk met its limit."""
        ...

    @property
    def passed_over(self) -> Mapping[str, str]:
        """Path → reason of what the last walk met and could not yield.

        FIFOs, sockets and devices, links that lead nowhere, in a circle or out of the project, folders that cannot be
        listed.
        """
        ...

    @property
    def digests(self) -> dict[str, str]:
        """Path → SHA-256 (hex) of every file read so far."""
        ...


def normalize(path: str) -> str:
    """Return `path` without ``.``, doubled slashes and ``..``; raise UnreadableError where it leaves the root."""
    parts: list[str] = []
    for part in PurePosixPath(path.replace("\\", "/")).parts:
        if part == "..":
            if not parts:
                raise UnreadableError(f"{path[:200]!r} lies outside the project")
            parts.pop()
        elif part != "/":
            parts.append(part)
    return "/".join(parts) or "."


@dataclass
class DirectoryFiles:
    """`ProjectFiles` of a directory on disk."""

    root: Path
    _digests: dict[str, str] = field(default_factory=dict, repr=False)
    _cut: bool = field(default=False, repr=False)
    _passed_over: dict[str, str] = field(default_factory=dict, repr=False)
    _real_root: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self._real_root = os.path.realpath(self.root)

    @property
    def digests(self) -> dict[str, str]:
        """See `ProjectFiles.digests`."""
        return self._digests

    @property
    def is_walk_cut(self) -> bool:
        """See `ProjectFiles.is_walk_cut`."""
        return self._cut

    @property
    def passed_over(self) -> Mapping[str, str]:
        """See `ProjectFiles.passed_over`."""
        return self._passed_over

    def read(self, path: str, *, limit: int = FILE_LIMIT) -> bytes:
        """See `ProjectFiles.read`."""
        real = self._inside(path)
        try:
            # O_NONBLOCK: opening a FIFO must not wait for a writer.
            descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            missing = "a link that leads nowhere" if self._is_link(path) else "no such file"
            raise UnreadableError(f"{path}: {missing}") from error
        except OSError as error:
            what = "a socket or a dead device" if error.errno == errno.ENXIO else error.strerror or "cannot be opened"
            raise UnreadableError(f"{path}: {what}") from error
        try:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise UnreadableError(f"{path}: {_kind(state.st_mode)}, not a regular file")
            if state.st_size > limit:
                raise UnreadableError(f"{path}: {state.st_size} bytes, more than the {limit} that are read")
            with open(descriptor, "rb", closefd=False) as stream:
                content = stream.read(limit + 1)
        except OSError as error:
            raise UnreadableError(f"{path}: {error.strerror or 'cannot be read'}") from error
        finally:
            os.close(descriptor)
        if len(content) > limit:
            raise UnreadableError(f"{path}: more than the {limit} bytes that are read")
        self._digests[self._relative(path)] = hashlib.sha256(content).hexdigest()
        return content

    def is_file(self, path: str) -> bool:
        """See `ProjectFiles.is_file`."""
        with contextlib.suppress(InputError, OSError, ValueError):
            return stat.S_ISREG(os.stat(self._inside(path)).st_mode)  # noqa: PTH116
        return False

    def is_directory(self, path: str) -> bool:
        """See `ProjectFiles.is_directory`."""
        with contextlib.suppress(InputError, OSError, ValueError):
            return stat.S_ISDIR(os.stat(self._inside(path)).st_mode)  # noqa: PTH116
        return False

    def list(self, path: str) -> tuple[str, ...]:
        """See `ProjectFiles.list`."""
        with contextlib.suppress(InputError, OSError, ValueError):
            return tuple(sorted(os.listdir(self._inside(path))))  # noqa: PTH208
        return ()

    def walk(self, skip: frozenset[str]) -> Iterator[str]:
        """See `ProjectFiles.walk`."""
        self._cut = False
        self._passed_over = {}
        seen = 0
        stack: list[tuple[str, int]] = [("", 0)]
        while stack:
            directory, depth = stack.pop()
            try:
                with os.scandir(Path(self._real_root, directory)) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self._passed_over[directory or "."] = f"the folder cannot be listed: {error.strerror}"
                continue
            below: list[tuple[str, int]] = []
            for entry in entries:
                seen += 1
                if seen > TREE_LIMIT:
                    self._cut = True
                    return
                path = f"{directory}/{entry.name}" if directory else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in skip and path not in skip:
                        if depth >= DEPTH_LIMIT:
                            self._cut = True
                        else:
                            below.append((path, depth + 1))
                elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and self.is_file(path)):
                    yield path
                else:
                    self._pass_over(path)
            stack.extend(reversed(below))

    def _pass_over(self, path: str) -> None:
        """Remember why `path`, neither a folder nor a regular file, is not yielded; links to folders are as usual."""
        if self.is_directory(path):
            return
        try:
            self._passed_over[path] = f"{_kind(os.stat(self._inside(path)).st_mode)}, not a regular file"  # noqa: PTH116
        except FileNotFoundError:
            self._passed_over[path] = "a link that leads nowhere"
        except OSError as error:
            self._passed_over[path] = error.strerror or "cannot be opened"
        except UnreadableError:
            self._passed_over[path] = "leads outside the project"

    def _is_link(self, path: str) -> bool:
        return os.path.islink(os.path.join(self._real_root, self._relative(path)))  # noqa: PTH114, PTH118

    def _relative(self, path: str) -> str:
        """Return `path` normalized; a backslash that stands in a file's own name is no separator."""
        if "\\" in path and ".." not in path.split("/"):
            plain = posixpath.normpath(path).lstrip("/")
            with contextlib.suppress(OSError, ValueError):
                os.lstat(os.path.join(self._real_root, plain))  # noqa: PTH118
                return plain
        return normalize(path)

    def _inside(self, path: str) -> str:
        """Return the real path of `path`, or raise UnreadableError where it leaves the root."""
        if "\0" in path:
            raise UnreadableError(f"{path[:200]!r} holds a NUL")
        try:
            real = os.path.realpath(os.path.join(self._real_root, self._relative(path)))  # noqa: PTH118
        except ValueError as error:  # the locale's encoding has no such letters
            raise UnreadableError(f"{path}: a name that this system's locale cannot express") from error
        if real != self._real_root and not real.startswith(self._real_root.rstrip("/") + "/"):
            raise UnreadableError(f"{path}: leads outside the project")
        return real


_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _kind(mode: int) -> str:
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other processes that ask for the same `path` waiting, so that reading and writing it is one step."""
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    A link is followed, so that it stays one. A device or a FIFO (``/dev/stdout``) is written to, never replaced.
    """
    real = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            _write_through(path, content)
        else:
            _replace(real, content)
    except OSError as error:
        hint = f"create the folder {path.parent} first" if not path.parent.exists() else ""
        raise InputError(f"{path} cannot be written: {error.strerror}", hint=hint) from error


def _write_through(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside `path` and put it in its place; leave nothing behind where that fails."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to look into, and the one file of it that was named, if one was."""

    root: Path
    file: str | None = None
    """Relative to `root`, POSIX."""


def locate(text: str) -> Place | None:
    """Return where the path `text` leads; None when nothing stands there.

    A file's root is the working directory where the file lies below it, so that other files that it names (build
    contexts beside it) can be reached and paths read as people type them; else the file's own folder.
    """
    try:
        path = Path(text)
        if path.is_dir():
            return Place(path)
        if not path.exists():
            return None
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as written
        here = Path.cwd()
    except (OSError, ValueError):
        return None
    if absolute.is_relative_to(here):
        return Place(here, absolute.relative_to(here).as_posix())
    return Place(absolute.parent, absolute.name)
