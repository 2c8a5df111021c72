"""The files that an image on this machine is kept in, alike for a folder and for one archive."""

import posixpath
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol, Self

from basewright.errors import InvalidImageError, UnsupportedError
from basewright.image.interface import HARD_LINK, REGULAR, SYMLINK
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.outer_tar import Member, members, normalize
from basewright.ports.blobs import BlobFile, BlobFolder

Pieces = AbstractContextManager[Iterator[bytes]]
_PACKED: Final = (
    (b"\x1f\x8b", "gzip", "gunzip -c"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstd -dc"),
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"BZh", "bzip2", "bunzip2 -c"),
)


class ImageFiles(Protocol):
    """Regular files by path, and a way to be done with them."""

    @property
    def name(self) -> str:
        """For messages."""
        ...

    def size(self, path: str) -> int | None:
        """Return the bytes of the file at `path`; None where nothing stands there. Raises InvalidImageError else."""
        ...

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the file at `path`, None where nothing stands there; raise UnsupportedError over `limit` bytes."""
        ...

    def stream(self, path: str) -> Pieces:
        """Return the file's bytes in pieces, from the start; may be called again and from several threads."""
        ...

    def close(self) -> None:
        """Release what is open."""
        ...


@dataclass(slots=True)
class FolderFiles:
    """The files of a folder; no link below it is followed."""

    folder: BlobFolder

    @classmethod
    def open(cls, path: str) -> Self:
        """Open the folder at `path`; raise InputError where there is none."""
        return cls(BlobFolder.open(path))

    @property
    def name(self) -> str:
        """See `ImageFiles.name`."""
        return self.folder.name

    def size(self, path: str) -> int | None:
        """See `ImageFiles.size`."""
        with self.folder.opened(path) as found:
            return None if found is None else found.size

    def read(self, path: str, limit: int) -> bytes | None:
        """See `ImageFiles.read`."""
        with self.folder.opened(path) as found:
            if found is None:
                return None
            _check_limit(found.name, found.size, limit)
            return found.read_at(0, found.size)

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """See `ImageFiles.stream`."""
        with self.folder.opened(path) as found:
            if found is None:
                raise InvalidImageError(f"{self.name}: {path} is missing")
            yield found.pieces(0, found.size)

    def close(self) -> None:
        """See `ImageFiles.close`."""
        self.folder.close()


@dataclass(slots=True)
class ArchiveFiles:
    """The members of an archive, found by walking its headers; links are followed inside it."""

    file: BlobFile
    found: dict[str, Member] = field(default_factory=dict)
    twice: frozenset[str] = frozenset()
    """Paths that several members have: readers take the first or the last."""
    hops: int = DEFAULT_LIMITS.symlink_hops

    @classmethod
    def open(cls, path: str, limits: Limits = DEFAULT_LIMITS) -> Self:
        """Walk the archive at `path`.

        Raises InputError where there is no such file, UnsupportedError where it is compressed as a whole.
        """
        file = BlobFile.open(path)
        try:
            _check_plain(file)
            found: dict[str, Member] = {}
            twice: set[str] = set()
            for member in members(_Seeking(file), limits):
                if member.path in found and member.kind == REGULAR:
                    twice.add(member.path)
                found[member.path] = member
        except BaseException:
            file.close()
            raise
        return cls(file, found, frozenset(twice), limits.symlink_hops)

    @property
    def name(self) -> str:
        """See `ImageFiles.name`."""
        return self.file.name

    def member(self, path: str) -> Member | None:
        """Return the regular file at `path`, links followed; None where nothing stands there."""
        for _ in range(self.hops):
            member = self.found.get(path)
            if member is None:
                return None
            if path in self.twice:
                raise InvalidImageError(f"{self.name}: several members are named {path!r}, so readers differ on it")
            if member.kind == REGULAR:
                return member
            if member.kind not in {SYMLINK, HARD_LINK}:
                raise InvalidImageError(f"{self.name}: {path!r} is no regular file")
            base = "" if member.kind == HARD_LINK or member.link.startswith("/") else posixpath.dirname(path)
            target = normalize(f"{base}/{member.link}")
            if target is None:
                raise InvalidImageError(f"{self.name}: the link {path!r} leads out of the archive")
            path = target
        raise InvalidImageError(f"{self.name}: links lead in a circle at {path!r}")

    def size(self, path: str) -> int | None:
        """See `ImageFiles.size`."""
        member = self.member(path)
        return None if member is None else member.size

    def read(self, path: str, limit: int) -> bytes | None:
        """See `ImageFiles.read`."""
        member = self.member(path)
        if member is None:
            return None
        _check_limit(f"{self.name}: {path}", member.size, limit)
        return self.file.read_at(member.offset, member.size)

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """See `ImageFiles.stream`."""
        member = self.member(path)
        if member is None:
            raise InvalidImageError(f"{self.name}: {path} is missing")
        yield self.file.pieces(member.offset, member.size)

    def close(self) -> None:
        """See `ImageFiles.close`."""
        self.file.close()


def _check_plain(file: BlobFile) -> None:
    """Refuse an archive that is compressed as a whole: its members could only be found by unpacking all of it."""
    head = file.read_at(0, 8)
    for magic, name, command in _PACKED:
        if head.startswith(magic):
            raise UnsupportedError(
                f"{file.name} is compressed with {name} as a whole, so its layers cannot be found without unpacking it",
                hint=f"unpack it first: {command} {file.name} > image.tar",
            )


def _check_limit(name: str, size: int, limit: int) -> None:
    if size > limit:
        raise UnsupportedError(f"{name}: {size} bytes, more than the {limit} that are read")


@dataclass(slots=True)
class _Seeking:
    """A file as the walk over an archive's headers sees it."""

    file: BlobFile
    position: int = 0

    @property
    def name(self) -> str:
        return self.file.name

    def read(self, size: int) -> bytes:
        data = self.file.read_at(self.position, size)
        self.position += len(data)
        return data

    def skip(self, size: int) -> None:
        self.position += size
        # Some writers leave out the padding of the last member.
        if self.position > self.file.size + 511:
            raise InvalidImageError(f"{self.name} cannot be read as an archive: it is cut short")


def shared(close: Callable[[], None], owners: int) -> tuple[Callable[[], None], ...]:
    """Return one function for each of `owners`; when each was called, however often, `close` is."""
    left = set(range(owners))

    def release(owner: int) -> None:
        if owner in left:
            left.remove(owner)
            if not left:
                close()

    return tuple(partial(release, owner) for owner in range(owners))
