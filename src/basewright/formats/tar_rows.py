"""Rows of a tar archive's columns: which entries become one, and what is told of those that do not."""

from collections.abc import Callable
from dataclasses import dataclass

from basewright.formats.tar_entry import LINK, LINKS, REGULAR, TarEntry, link_target, path_problem
from basewright.formats.tar_fields import normalized
from basewright.formats.tar_interface import Columns, TarLimits
from basewright.formats.tar_pax import Extended

TOLD = 100
"""How many things of one archive are told one by one."""
_SHOWN = 200
"""Characters of a name that is told."""


@dataclass(slots=True)
class Rows:
    """Adds entries to the columns, and tells what is wrong with those that are left out."""

    columns: Columns
    limits: TarLimits
    hear: Callable[[str, str], None]
    """Hears a path, or nothing for the archive itself, and what is wrong with it."""
    _told: int = 0

    def tell(self, path: str, reason: str) -> None:
        """Tell of an entry, or of the archive; a hundred times at most."""
        self._told += 1
        if self._told <= TOLD:
            self.hear(path if len(path) <= _SHOWN else path[:_SHOWN] + "…", reason)

    def tell_rest(self) -> None:
        """Tell how much was not told one by one."""
        if self._told > TOLD:
            self.hear("", f"{self._told - TOLD} more things are wrong with the archive")
            self._told = 0

    def path(self, raw: bytes, kind: int) -> str | None:
        """Return an entry's path, normalized; tell and return None where it cannot be one."""
        given = raw.decode("utf-8", "surrogateescape")
        path = normalized(given)
        limits = self.limits
        if problem := path_problem(raw, path, kind, longest=limits.path, deepest=limits.path_depth):
            self.tell(given or "/", f"{problem}; it was left out")
            return None
        return path

    def placed(self, entry: TarEntry, typeflag: int) -> str | None:
        """Return where an entry goes, and note where a link leads and which device it is; None where it is left out."""
        if not entry.is_known:
            shown = entry.name.decode("utf-8", "surrogateescape")
            self.tell(shown, f"an entry of unknown type {chr(typeflag)!r}; it was left out")
            return None
        path = self.path(entry.name, entry.kind)
        row = len(self.columns.paths)
        if path is not None and entry.kind in LINKS:
            target = link_target(entry.link) if entry.kind == LINK else entry.link.decode("utf-8", "surrogateescape")
            if target is None or len(entry.link) > self.limits.path:
                self.tell(path, "a link to nothing below the image's root, or with too long a target; it was left out")
                return None
            self.columns.links[row] = target
        elif path is not None and entry.device is not None:
            self.columns.devices[row] = entry.device
        return path

    def add(self, path: str, entry: TarEntry, place: int, extended: Extended) -> None:
        """Add a row, with its extended attributes."""
        columns = self.columns
        kept = {}
        for name, value in extended.xattrs.items():
            if len(value) > self.limits.xattr:
                self.tell(path, f"its attribute {name[:100]!r} has {len(value)} bytes, more than is kept")
            else:
                kept[name] = value
        if kept:
            columns.xattrs[len(columns.paths)] = kept
        columns.paths.append(path)
        columns.kinds.append(entry.kind)
        columns.modes.append(entry.mode)
        columns.uids.append(entry.uid)
        columns.gids.append(entry.gid)
        columns.sizes.append(entry.size if entry.kind == REGULAR else 0)
        columns.offsets.append(place)
