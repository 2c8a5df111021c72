"""Which files dpkg's packages own: ``.list``, ``.md5sums`` and ``.conffiles`` (dpkg(1) «Files»)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from basewright.formats.content import Content, MalformedError, Window
from basewright.image.interface import Found, Interest
from basewright.inventory.bounded import LIST_BYTES, head, head_window, paths

_SUM_LENGTH: Final = 34
"""An MD5 sum in hexadecimal digits and two blanks."""
_CONFFILE: Final = re.compile(rb"(?:remove-on-upgrade +)?/([^\n]+)")
_ENDINGS: Final = (".list", ".md5sums", ".conffiles")


class ListAnalyser:
    """Reads lists of files as one path a line, without the leading slash."""

    name = "dpkg-lists"
    version = 1
    interest = Interest(suffixes=frozenset(_ENDINGS))
    record = bytes

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is in a database's folder of lists."""
        directory = path.rpartition("/")[0]
        return directory.endswith(("lib/dpkg/info", "lib/dpkg/status.d", "lib/opkg/info"))

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, LIST_BYTES)

    def read(self, path: str, content: Content) -> bytes:
        """Return the paths, one a line."""
        data, cut = head(content, LIST_BYTES)
        if cut:
            raise MalformedError(cut)
        if path.endswith(".list"):
            return (b"\n" + data).replace(b"\n/", b"\n").strip(b"\n")
        if path.endswith(".md5sums"):
            return b"\n".join(line[_SUM_LENGTH:] for line in data.split(b"\n") if line[32:34] == b"  ")
        return b"\n".join(match[1] for line in data.split(b"\n") if (match := _CONFFILE.match(line)))


@dataclass(slots=True)
class FileLists:
    """The lists of one database, asked by package."""

    _records: dict[str, bytes] = field(default_factory=dict)
    """Path of the list → paths, one a line."""
    _asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, found: Iterable[Found]) -> "FileLists":
        """Return the lists that survived the squash."""
        return cls({name: one.record for one in found for name in (one.path, *one.aliases)})

    def __len__(self) -> int:
        return len(self._records)

    def of_package(self, folder: str, name: str, architecture: str | None) -> list[str] | None:
        """Return what the package lists, or None where no list of it is left.

        `folder` holds the lists. A package of several architectures has its architecture in the lists' names.
        """
        for stem in (f"{folder}/{name}:{architecture}", f"{folder}/{name}"):
            listed = self._records.get(stem + ".list")
            sums = self._records.get(stem + ".md5sums")
            if listed is None and sums is None:
                continue
            self._asked.add(stem)
            if listed is not None:
                return paths(listed)
            return paths((sums or b"") + b"\n" + self._records.get(stem + ".conffiles", b""))
        return None

    def unasked(self, folder: str) -> list[str]:
        """Return the sorted stems of lists in `folder` that no package asked for."""
        stems = {path.rpartition(".")[0] for path in self._records if path.rpartition("/")[0] == folder}
        return sorted(stem.rpartition("/")[2] for stem in stems - self._asked)


@dataclass(frozen=True, slots=True)
class Diversions:
    """Where dpkg puts files that another package replaces (dpkg-divert(1))."""

    moved: Mapping[str, tuple[str, str]]
    """Path → (where it goes instead, the package whose own file keeps the path; ``:`` for a local diversion)."""

    def applied(self, listed: list[str], package: str) -> list[str]:
        """Return the paths of `package`'s list as dpkg unpacked them."""
        moved = self.moved
        if not moved or moved.keys().isdisjoint(listed):
            return listed
        return [moved[path][0] if path in moved and moved[path][1] != package else path for path in listed]


def read_diversions(data: bytes) -> Diversions:
    """Return what the file of diversions says: three lines each, of which the last names the package."""
    lines = paths(data)
    threes = zip(lines[0::3], lines[1::3], lines[2::3], strict=False)
    return Diversions({old.lstrip("/"): (new.lstrip("/"), package) for old, new, package in threes if old and new})
