"""A store of small values in a directory that many processes may share, and that survives their being killed.

No locks: a value is written beside its place and moved there whole. Each file holds a checksum over its key and its
bytes, so one that is torn or altered is a miss, and is removed. A cache that cannot be used is told of once; it never
changes a result.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

_MAGIC = b"BWC1"
_SUM = 32
_TEMPORARY = ".writing-"
_LEFT_OVER = 3600.0
"""Seconds after which an unfinished file belongs to a writer that was killed."""
_USED_AGAIN = 3600.0
"""Seconds after which another use is noted: the least recently used go first."""
DEFAULT_LIMIT = 2 << 30
"""Bytes of all files together."""
_VALUE_LIMIT = 512 << 20
"""Bytes of one value, unpacked."""
_TEND_AFTER = 64 << 20
"""Bytes that are written until the whole is looked after again."""
_KEPT_SHARE = 0.8
"""How much of the limit is left when the oldest are removed."""


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What lies in a cache."""

    files: int
    bytes: int
    oldest: float | None
    """When the least recently used value was used, in seconds since the epoch; None for an empty cache."""


@dataclass(frozen=True, slots=True, order=True)
class _File:
    used: float
    size: int
    path: str


class Cache:
    """Values by key, in `directory`, which is made when the first value is kept. Safe to use from several threads."""

    def __init__(
        self, directory: Path, *, told: Callable[[str], None] = lambda _: None, limit: int = DEFAULT_LIMIT
    ) -> None:
        self.directory = directory
        self._told = told
        self._limit = limit
        self._lock = Lock()
        self._is_told = False
        self._is_given_up = False
        self._written = _TEND_AFTER  # so the first value that is kept looks after the whole

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none, or none that is whole."""
        path = self._path(key)
        try:
            stored = _read(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell("read", error)
            return None
        value = _open(key, stored) if stored is not None else None
        if value is None:
            with contextlib.suppress(OSError):
                path.unlink()
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep a value. A disk that is full or closed to writing is told of once, and then left alone."""
        if self._is_given_up or len(value) > _VALUE_LIMIT:
            return
        path = self._path(key)
        packed = _close(key, value)
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, packed)
        except OSError as error:
            self._is_given_up = True
            self._tell("written", error)
            return
        self._tend(len(packed))

    def info(self) -> CacheInfo:
        """Return how much lies here."""
        files = list(self._files())
        return CacheInfo(len(files), sum(one.size for one in files), min((one.used for one in files), default=None))

    def clean(self, older_than: float = 0.0) -> int:
        """Remove what was not used for `older_than` seconds, and what killed writers left; return the bytes freed."""
        now = time.time()
        freed = self._sweep(now if older_than else now + 2 * _LEFT_OVER)
        return freed + sum(_remove(one) for one in self._files() if now - one.used >= older_than)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.directory / name[:2] / name[2:]

    def _tell(self, what: str, error: OSError) -> None:
        with self._lock:
            is_told, self._is_told = self._is_told, True
        if not is_told:
            why = error.strerror or type(error).__name__
            self._told(f"the cache in {self.directory} cannot be {what}: {why}; the result is not affected")

    def _tend(self, length: int) -> None:
        """Sweep and shrink the cache, now and then."""
        with self._lock:
            self._written += length
            if self._written <= _TEND_AFTER:
                return
            self._written = 0
        self._sweep(time.time())
        files = sorted(self._files())
        total = sum(one.size for one in files)
        if total > self._limit:
            for one in files:
                total -= _remove(one)
                if total <= self._limit * _KEPT_SHARE:
                    break

    def _files(self, *, is_unfinished: bool = False) -> Iterator[_File]:
        """Yield the values' files, or those that were never finished."""
        with contextlib.suppress(OSError), os.scandir(self.directory) as shelves:
            for shelf in sorted(one.path for one in shelves if len(one.name) == 2):
                with contextlib.suppress(OSError), os.scandir(shelf) as found:
                    for one in found:
                        if one.name.startswith(_TEMPORARY) is is_unfinished and one.is_file(follow_symlinks=False):
                            with contextlib.suppress(OSError):
                                facts = one.stat(follow_symlinks=False)
                                yield _File(facts.st_mtime, facts.st_size, one.path)

    def _sweep(self, now: float) -> int:
        """Remove what killed writers left; return the bytes freed."""
        return sum(_remove(one) for one in self._files(is_unfinished=True) if now - one.used > _LEFT_OVER)


def _read(path: Path) -> bytes | None:
    """Return a file's bytes; None for one that is no regular file or too large. Notes that it was used."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _VALUE_LIMIT:
            return None
        if time.time() - facts.st_mtime > _USED_AGAIN:
            with contextlib.suppress(OSError):
                os.utime(descriptor)
        return file.read(facts.st_size)


def _write(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _remove(one: _File) -> int:
    try:
        Path(one.path).unlink()
    except OSError:
        return 0
    return one.size


def _close(key: str, value: bytes) -> bytes:
    """Return the file's bytes: magic, checksum over key and packed value, packed value."""
    packed: bytes = _zstd().compress(value, 1)
    return _MAGIC + _sum(key, packed) + packed


def _open(key: str, stored: bytes) -> bytes | None:
    """Return the value of a file's bytes; None where they are not whole."""
    view = memoryview(stored)
    packed = view[len(_MAGIC) + _SUM :]
    if stored[: len(_MAGIC)] != _MAGIC or stored[len(_MAGIC) : len(_MAGIC) + _SUM] != _sum(key, packed):
        return None
    zstd = _zstd()
    frame = zstd.ZstdDecompressor()
    try:
        value: bytes = frame.decompress(packed, _VALUE_LIMIT)
    except zstd.ZstdError:
        return None
    return value if frame.eof else None


def _sum(key: str, packed: bytes | memoryview) -> bytes:
    found = hashlib.sha256(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest())
    found.update(packed)
    return found.digest()


def _zstd() -> Any:  # noqa: ANN401 - one of two modules with the same interface
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # from 3.14
    except ImportError:
        from backports import zstd
    return zstd
