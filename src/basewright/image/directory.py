"""A root file system that lies on this machine, read to the same facts as a layer's archive.

Every step is taken from the directory's own descriptor and no link is followed, so nothing outside the root is seen.
Other file systems that are mounted inside are not entered; pipes, sockets and devices are not opened.
"""

import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from basewright.errors import InputError
from basewright.formats.content import Content, MalformedError
from basewright.image.findings import Findings, Told
from basewright.image.interface import (
    BLOCK,
    CHARACTER,
    DIRECTORY,
    FIFO,
    HARD_LINK,
    REGULAR,
    SYMLINK,
    Analyser,
    LayerIndex,
)
from basewright.image.limits import Limits
from basewright.image.recorder import Recorder

_KINDS = {
    stat.S_IFREG: REGULAR,
    stat.S_IFLNK: SYMLINK,
    stat.S_IFCHR: CHARACTER,
    stat.S_IFBLK: BLOCK,
    stat.S_IFDIR: DIRECTORY,
    stat.S_IFIFO: FIFO,
}
"""Sockets are left out: no archive holds them."""
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_OF_THE_HOST = frozenset({"security.selinux"})
"""Attributes that this machine gave, not the image."""
_XATTR = 64 << 10
_TOLD = 100


def read_directory(root: str, analysers: Sequence[Analyser], limits: Limits) -> Findings:
    """Return what lies below `root`, in sorted order; raises InputError where it is no directory that can be read."""
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(f"{root}: no directory that can be read ({error.strerror})") from error
    walk = _DirectoryWalk(limits)
    walk.recorder = Recorder(analysers, walk.index, limits)
    try:
        walk.run(descriptor)
    finally:
        os.close(descriptor)
    return Findings(None, sum(walk.index.sizes), walk.index, walk.unknowns(), walk.recorder.sections)


@dataclass(slots=True)
class _Level:
    """A directory on the way down."""

    descriptor: int
    path: str
    """With a slash at its end; empty for the root."""
    names: list[str]
    """What is still to be visited, last first."""


@dataclass(slots=True)
class _DirectoryWalk:
    limits: Limits
    index: LayerIndex = field(default_factory=LayerIndex)
    recorder: Recorder = field(init=False)
    _seen: dict[tuple[int, int], str] = field(default_factory=dict)
    """Files with several names → the first."""
    _told: set[Told] = field(default_factory=set)
    _more: int = 0
    _device: int = 0

    def tell(self, path: str, reason: str) -> None:
        """Note what could not be read."""
        if len(self._told) < _TOLD:
            self._told.add((path, reason))
        else:
            self._more += 1

    def unknowns(self) -> set[Told]:
        """Return what was told."""
        return self._told | ({("", f"{self._more} more files could not be read")} if self._more else set())

    def run(self, root: int) -> None:
        """Visit everything below the descriptor, without recursion."""
        self._device = os.fstat(root).st_dev
        levels = [_Level(root, "", self._names(root, ""))]
        try:
            while levels:
                level = levels[-1]
                if not level.names:
                    levels.pop()
                    if level.path:
                        os.close(level.descriptor)
                elif len(self.index) >= self.limits.entries:
                    self.tell("", f"it has more than {self.limits.entries} entries, the limit; the rest was not read")
                    return
                elif (deeper := self._visit(level, level.names.pop(), len(levels))) is not None:
                    levels.append(deeper)
        finally:
            for level in levels:
                if level.path:
                    os.close(level.descriptor)

    def _names(self, descriptor: int, path: str) -> list[str]:
        """Return what a directory holds, last first."""
        try:
            names = os.listdir(descriptor)
        except OSError as error:
            self.tell(path, f"the directory cannot be listed: {error.strerror}")
            return []
        return sorted(names, reverse=True)

    def _visit(self, level: _Level, name: str, depth: int) -> _Level | None:
        """Add one entry; return the directory to go down to."""
        path = level.path + _as_utf8(name)
        try:
            facts = os.stat(name, dir_fd=level.descriptor, follow_symlinks=False)
            kind = _KINDS.get(stat.S_IFMT(facts.st_mode))
            if kind is None:
                return None
            if name.startswith(".wh."):
                self.tell(path, "it is named as a layer's whiteout, so it cannot be told apart from one")
            number = len(self.index)
            if kind == SYMLINK:
                self.index.links[number] = _as_utf8(os.readlink(name, dir_fd=level.descriptor))
            elif kind == REGULAR and facts.st_nlink > 1:
                first = self._seen.setdefault((facts.st_dev, facts.st_ino), path)
                if first != path:
                    kind = HARD_LINK
                    self.index.links[number] = first
            self._add(path, kind, facts)
            if kind in {REGULAR, DIRECTORY}:
                self._keep_attributes(level.descriptor, name, path, number)
            if kind == REGULAR:
                self._offer(level.descriptor, name, path, facts)
            elif kind == DIRECTORY:
                return self._enter(level, name, path, depth, facts)
        except OSError as error:
            self.tell(path, f"it cannot be read: {error.strerror}")
        return None

    def _add(self, path: str, kind: int, facts: os.stat_result) -> None:
        index = self.index
        if kind in {CHARACTER, BLOCK}:
            index.devices[len(index)] = (os.major(facts.st_rdev), os.minor(facts.st_rdev))
        index.paths.append(path)
        index.kinds.append(kind)
        index.modes.append(facts.st_mode & 0o7777)
        index.uids.append(facts.st_uid)
        index.gids.append(facts.st_gid)
        index.sizes.append(facts.st_size if kind == REGULAR else 0)
        index.offsets.append(0)

    def _enter(self, level: _Level, name: str, path: str, depth: int, facts: os.stat_result) -> _Level | None:
        if facts.st_dev != self._device:
            self.tell(path, "another file system is mounted here; it was not entered")
            return None
        if depth >= self.limits.path_depth:
            self.tell(path, f"it lies {depth} directories deep, the limit; it was not entered")
            return None
        descriptor = os.open(name, _OPEN | os.O_DIRECTORY, dir_fd=level.descriptor)
        if _identity(os.fstat(descriptor)) != _identity(facts):
            os.close(descriptor)
            self.tell(path, "it was replaced while it was read")
            return None
        return _Level(descriptor, path + "/", self._names(descriptor, path))

    def _keep_attributes(self, directory: int, name: str, path: str, number: int) -> None:
        """Keep the extended attributes, where the system has such."""
        if sys.platform != "linux":
            return
        place = f"/proc/self/fd/{directory}/{name}"
        kept = {}
        for attribute in os.listxattr(place, follow_symlinks=False):
            if attribute not in _OF_THE_HOST:
                value = os.getxattr(place, attribute, follow_symlinks=False)
                if len(value) <= _XATTR:
                    kept[attribute] = value
                else:
                    self.tell(path, f"its attribute {attribute!r} has {len(value)} bytes, more than is kept")
        if kept:
            self.index.xattrs[number] = kept

    def _offer(self, directory: int, name: str, path: str, expected: os.stat_result) -> None:
        """Show a regular file to the analysers that want it."""
        number = len(self.index) - 1
        descriptor = os.open(name, _OPEN, dir_fd=directory)
        try:
            facts = os.fstat(descriptor)
            if _identity(facts) != _identity(expected) or facts.st_size != expected.st_size:
                self.tell(path, "it was replaced while it was read")
                return
            size = facts.st_size
            ticket = self.recorder.choose(path, size, facts.st_mode & 0o7777, os.pread(descriptor, 4, 0))
            if ticket is None:
                return
            if size <= self.limits.whole_file:
                self.recorder.whole(ticket, number, _read_exactly(descriptor, 0, size))
            else:
                for analyser in ticket:
                    self.recorder.read(analyser, number, FileContent.of(descriptor, size, self.limits.window))
        except MalformedError as error:
            self.tell(path, str(error))
        finally:
            os.close(descriptor)


class FileContent(Content):
    """The content of a large file, read where it lies; what is asked for at once is bounded."""

    __slots__ = ("_descriptor", "_most")
    _descriptor: int
    _most: int

    @classmethod
    def of(cls, descriptor: int, size: int, most: int) -> "FileContent":
        """Return the content of the open file; at most `most` bytes are read at once."""
        content = cls(size, ())
        content._descriptor = descriptor
        content._most = most
        return content

    def read_at(self, offset: int, length: int) -> bytes:
        """See `Content.read_at`; nothing is ever missed."""
        if offset < 0 or length < 0:
            raise MalformedError("an offset or a length below zero")
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        if length > self._most:
            raise MalformedError(f"more than {self._most} bytes of it are needed at once, the limit")
        return _read_exactly(self._descriptor, offset, length)

    def all(self) -> bytes:
        """See `Content.all`."""
        return self.read_at(0, self.size)


def _read_exactly(descriptor: int, offset: int, length: int) -> bytes:
    """Return `length` bytes; raises MalformedError where the file has become shorter."""
    parts, have = [], 0
    while have < length and (part := os.pread(descriptor, length - have, offset + have)):
        parts.append(part)
        have += len(part)
    if have < length:
        raise MalformedError("it became shorter while it was read")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _identity(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_dev, facts.st_ino, stat.S_IFMT(facts.st_mode)


def _as_utf8(name: str) -> str:
    """Return a name as layers' names are: UTF-8 with surrogate escapes, whatever this machine's locale is."""
    if sys.getfilesystemencoding() == "utf-8":
        return name
    return os.fsencode(name).decode("utf-8", "surrogateescape")
