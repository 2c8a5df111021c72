"""PAX extended headers (POSIX.1-2017 pax, «pax Extended Header») and the sparse files that GNU tar writes with them."""

from dataclasses import dataclass, field

from basewright.formats.content import MalformedError
from basewright.formats.tar_fields import LARGEST

MAP_LIMIT = 1 << 20
"""Bytes of a sparse map at most."""
_XATTR = b"SCHILY.xattr."
_SPARSE = b"GNU.sparse."
_TIMES = frozenset({b"mtime", b"atime", b"ctime"})
_WITHOUT_NUL = frozenset({b"path", b"linkpath", b"uname", b"gname", b"GNU.sparse.name"})


@dataclass(slots=True)
class Extended:
    """What special entries say about the entry after them."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    """PAX records that matter here, by keyword; empty values are left out: they take nothing back."""
    xattrs: dict[str, bytes] = field(default_factory=dict)
    sparse_map: list[int] = field(default_factory=list)
    """Offsets and lengths in turn, of format 0.0, which repeats its keywords."""
    name: bytes = b""
    """GNU's long name (type L)."""
    link: bytes = b""
    """GNU's long link (type K)."""

    def number(self, key: bytes) -> int | None:
        """Return a decimal value; None where it is not given. Raises MalformedError where it is no number."""
        value = self.values.get(key)
        if value is None:
            return None
        digits = value.lstrip(b"0") or b"0"
        if not value.isdigit() or len(digits) > 19 or (result := int(digits)) > LARGEST:
            raise MalformedError(f"a PAX value of {key.decode()} that is no number")
        return result

    @property
    def is_only_path(self) -> bool:
        """Whether nothing but a path is said, if that."""
        if self.name or self.link or self.xattrs or self.sparse_map or len(self.values) > 1:
            return False
        return not self.values or b"path" in self.values

    @property
    def sparse_version(self) -> tuple[int, int] | None:
        """Which of GNU's sparse formats the next entry has, as (major, minor); None where it is not sparse."""
        values = self.values
        major, minor = values.get(b"GNU.sparse.major"), values.get(b"GNU.sparse.minor")
        if major == b"0" and minor in {b"0", b"1"}:
            return 0, int(minor)
        if major == b"1" and minor == b"0":
            return 1, 0
        if major or minor:
            return None
        if self.sparse_map or b"GNU.sparse.map" in values:
            return 0, 1 if b"GNU.sparse.map" in values else 0
        return None


def read_records(body: bytes, into: Extended) -> None:
    """Read the records of a PAX header; raises MalformedError as Go's reader refuses them.

    Later records of the same keyword win.
    """
    position, end = 0, len(body)
    while position < end:
        space = body.find(b" ", position, position + 20)
        if space < 0:
            if not body[position:].strip(b"\0"):
                return
            raise MalformedError("a PAX record without a length")
        digits = body[position:space]
        stop = position + int(digits) if digits.isdigit() else 0
        if stop <= space + 1 or stop > end or body[stop - 1] != 0x0A:
            raise MalformedError("a PAX record whose length is wrong")
        key, equals, value = body[space + 1 : stop - 1].partition(b"=")
        if not equals or not key or b"\0" in key or (key in _WITHOUT_NUL and b"\0" in value):
            raise MalformedError("a PAX record without a valid keyword")
        position = stop
        if key not in _TIMES:
            _keep(key, value, into)
        elif value and not _is_time(value):
            raise MalformedError("a PAX time that is none")


def _is_time(value: bytes) -> bool:
    """Whether a time is seconds, with a fraction or without."""
    seconds, _, fraction = value.partition(b".")
    return seconds.removeprefix(b"-").isdigit() and (not fraction or fraction.isdigit())


def _keep(key: bytes, value: bytes, into: Extended) -> None:
    if key.startswith(_XATTR):
        into.xattrs[key[len(_XATTR) :].decode("utf-8", "surrogateescape")] = value
    elif key in {b"GNU.sparse.offset", b"GNU.sparse.numbytes"}:
        if (len(into.sparse_map) % 2 == 0) != (key == b"GNU.sparse.offset") or not value.isdigit() or len(value) > 19:
            raise MalformedError("a PAX sparse map that is damaged")
        into.sparse_map.append(int(value))
    elif key in {b"path", b"linkpath", b"size", b"uid", b"gid"} or key.startswith(_SPARSE):
        if value:
            into.values[key] = value
        else:
            into.values.pop(key, None)


def what_globals_set(body: bytes) -> tuple[str, ...]:
    """Return which keywords of a global header would change entries, sorted; Go's readers leave them all out."""
    found = Extended()
    read_records(body, found)
    keys = {key.decode("utf-8", "backslashreplace") for key in found.values}
    if found.xattrs:
        keys.add("SCHILY.xattr")
    if found.sparse_map:
        keys.add("GNU.sparse")
    return tuple(sorted(keys))
