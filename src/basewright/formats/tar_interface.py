"""What a walk over a tar archive fills, whom it asks, and where it stops."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from basewright.formats.content import Window
from basewright.formats.tar_taking import Pieces


class Columns(Protocol):
    """Where entries go: one value in each column per entry. `image.interface.LayerIndex` is one."""

    paths: list[str]
    kinds: bytearray
    modes: "array[int]"
    uids: "array[int]"
    gids: "array[int]"
    sizes: "array[int]"
    offsets: "array[int]"
    links: dict[int, str]
    xattrs: dict[int, dict[str, bytes]]
    devices: dict[int, tuple[int, int]]


class Visitor(Protocol):
    """Who wants to see contents of regular files. A ticket is whatever `choose` returns."""

    def choose(self, path: str, size: int, mode: int, head: bytes) -> Any | None:  # noqa: ANN401 - the visitor's own
        """Return a ticket where the content is wanted; `head` is the first four bytes, or all of a smaller file."""
        ...

    def whole(self, ticket: Any, number: int, data: memoryview) -> None:  # noqa: ANN401
        """Take the whole content of entry `number`; the view must not be kept."""
        ...

    def plan(self, ticket: Any, number: int, size: int, head: bytes) -> Iterable[Window]:  # noqa: ANN401
        """Return which windows to keep of a file over `TarLimits.whole_file`; head and tail are kept anyway."""
        ...

    def more(self, ticket: Any, number: int, size: int, pieces: Pieces) -> Iterable[Window]:  # noqa: ANN401
        """Return what else to keep of a large file, of which `pieces` were kept up to now; what has gone by is lost."""
        ...

    def windows(self, ticket: Any, number: int, size: int, pieces: Pieces) -> None:  # noqa: ANN401
        """Take what was kept of a large file."""
        ...


@dataclass(frozen=True, slots=True)
class TarLimits:
    """Bounds of one archive; bytes unless the name says otherwise."""

    entries: int = 2_000_000
    path: int = 4096
    path_depth: int = 128
    special: int = 1 << 20
    """Of a PAX header or a GNU long name, as in Go."""
    xattr: int = 64 << 10
    text: int = 256 << 20
    """Of all long names, links and attributes together."""
    whole_file: int = 16 << 20
    holes: int = 1 << 30
    """Of all files with holes that are put together."""
