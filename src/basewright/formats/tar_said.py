"""What special entries of a tar archive say about the entry after them: long names, PAX headers."""

from collections.abc import Callable
from dataclasses import dataclass

from basewright.formats.tar_fields import text
from basewright.formats.tar_pax import Extended, read_records, what_globals_set

SPECIAL = frozenset(b"xgLK")
"""Types that say something: PAX headers of one entry and of all, GNU's long name and long link."""
_GLOBAL, _LONG_NAME, _LONG_LINK = b"gLK"


@dataclass(slots=True)
class Said:
    """Keeps what was said until its entry comes; a lone path is kept apart, so that its entry can be read quickly."""

    tell: Callable[[str, str], None]
    name: bytes = b""
    """The path, where nothing else is said."""
    extended: Extended | None = None
    """Everything, where more is."""
    length: int = 0
    """Bytes of all that was said of all entries."""
    _is_gnu_name: bool = False

    def add(self, kind: int, body: bytes) -> None:
        """Keep what a special entry says; raises MalformedError as Go's reader refuses it."""
        self.length += len(body)
        if kind == _GLOBAL:
            if keys := what_globals_set(body):
                named = ", ".join(keys)[:200]
                self.tell("", f"a global PAX header sets {named}, which runtimes pass over, and so do we")
            return
        if kind == _LONG_NAME and self.extended is None and not self.name:
            self.name, self._is_gnu_name = text(body), True
            return
        extended = self.take() or Extended()
        if kind == _LONG_NAME:
            extended.name = text(body)
        elif kind == _LONG_LINK:
            extended.link = text(body)
        else:
            extended.values, extended.xattrs, extended.sparse_map = {}, {}, []
            read_records(body, extended)
        if extended.is_only_path:
            self.name, self._is_gnu_name = extended.values.get(b"path", b""), False
        else:
            self.extended = extended

    def take(self) -> Extended | None:
        """Return what was said of the next entry, and forget it; None where nothing was."""
        extended, self.extended = self.extended, None
        name, self.name = self.name, b""
        if name:
            extended = extended or Extended()
            if self._is_gnu_name:
                extended.name = name
            else:
                extended.values[b"path"] = name
        return extended
