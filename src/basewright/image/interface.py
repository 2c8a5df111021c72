"""How images are seen: layers as streams, one pass over each, facts that survive the squash.

    transport ─ Image ─ Layer ─ (one pass: digests, inflate, tar walk, analysers) ─ LayerFacts ─ squash ─ Tree

A *transport* opens an `Image`. Its layers are read by a `LayerReader`, which knows the analysers, the cache and the
limits. What an analyser found in a file is a *record*; records are kept by path, and after the squash only those of
files that are still there count.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from basewright.formats.content import Content, Window
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.model.digest import Digest
from basewright.model.image import ImageConfig, ImageIdentity
from basewright.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Interest:
    """Which files an analyser may want; the cheap question that is asked of every file of a layer.

    A file is offered to `Analyser.wants` when any of these holds.
    """

    names: frozenset[str] = frozenset()
    """Base names: ``status``, ``package.json``."""
    suffixes: frozenset[str] = frozenset()
    """What follows the base name's last dot, dot included: ``.jar``, ``.list``."""
    directories: frozenset[str] = frozenset()
    """Names of the directory that directly holds the file: ``status.d``."""
    magics: frozenset[bytes] = frozenset()
    """First bytes of the content, of two or four bytes: ``\\x7fELF``, ``#!``."""


class Analyser(Protocol):
    """Looks at single files of a layer while it streams by.

    To add one, write a module with it and name it in its stage's tuple. Its records are cached under
    (diff ID, `name`, `version`): raise `version` whenever the same bytes would give another record.
    """

    @property
    def name(self) -> str:
        """Kebab-case word, unique."""
        ...

    @property
    def version(self) -> int:
        """Of the records' shape and meaning."""
        ...

    @property
    def interest(self) -> Interest:
        """Which files may matter."""
        ...

    @property
    def record(self) -> type[Any]:
        """The type of its records, for msgspec: a frozen Struct, ``bytes``, a tuple."""
        ...

    def wants(self, path: str, size: int, mode: int) -> bool:
        """Whether this regular file's content is wanted. `path` has no leading slash; `mode` holds permission bits."""
        ...

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        """Which windows of a file over `Limits.whole_file` to keep in the first look; `head` has at least 512 bytes."""
        ...

    def read(self, path: str, content: Content) -> Any | None:  # noqa: ANN401 - its own record type
        """Return the record, or None where the file turns out to say nothing.

        Raises MalformedError with a reason that is fit for an `Unknown`. OutsideWindowsError asks for another look;
        every window that was asked for in vain until then is kept the next time.
        """
        ...


REGULAR, HARD_LINK, SYMLINK, CHARACTER, BLOCK, DIRECTORY, FIFO = b"0123456"
"""Kinds of entries, as ustar's typeflag says them."""


@dataclass(slots=True)
class LayerIndex:
    """Every entry of one layer's archive in its order, in columns; whiteouts are entries like others.

    Compact on purpose: 200,000 entries are some 25 MB. Paths are normalized (no leading ``./`` or ``/``, no trailing
    slash, no ``..``); an entry whose path leaves the root is no entry but an unknown. Names that are not UTF-8 carry
    surrogate escapes.
    """

    paths: list[str] = field(default_factory=list)
    kinds: bytearray = field(default_factory=bytearray)
    modes: "array[int]" = field(default_factory=lambda: array("H"))
    """Permission, set-uid, set-gid and sticky bits: 0o7777."""
    uids: "array[int]" = field(default_factory=lambda: array("Q"))
    gids: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("Q"))
    """Bytes of regular files, else 0."""
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    """Where the content starts in the uncompressed archive."""
    links: dict[int, str] = field(default_factory=dict)
    """Entry → target of a symbolic link as written, or of a hard link, normalized."""
    xattrs: dict[int, dict[str, bytes]] = field(default_factory=dict)
    """Entry → extended attributes, names without the ``SCHILY.xattr.`` prefix; values of at most 64 KiB."""
    devices: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Entry → (major, minor)."""

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What one pass over a layer found."""

    diff_id: Digest | None
    """SHA-256 of the uncompressed archive as computed; None for a root directory."""
    bytes: int
    """Of the uncompressed archive."""
    index: LayerIndex
    records: Mapping[str, Mapping[str, Any]]
    """Analyser → path of the regular file's entry → record."""
    unknowns: tuple[Unknown, ...] = ()
    is_from_cache: bool = False


class Layer(Protocol):
    """One layer as a transport gives it."""

    @property
    def digest(self) -> Digest | None:
        """Of the blob as transported; None where there is none."""
        ...

    @property
    def media_type(self) -> str:
        """As the manifest declares it; empty where nothing does."""
        ...

    @property
    def size(self) -> int | None:
        """Bytes of the blob; None where it is not known beforehand."""
        ...

    @property
    def diff_id(self) -> Digest | None:
        """As the configuration claims."""
        ...

    def open(self) -> AbstractContextManager[Iterator[bytes]]:
        """Return the blob's bytes in pieces of at most a few MiB, from the start; may be called again.

        The reader verifies digest and size; a transport need not.
        """
        ...


class LayerReader(Protocol):
    """Reads layers with its analysers, cache and limits. Safe to use from several threads."""

    def cached(self, diff_id: Digest) -> LayerFacts | None:
        """Return what an earlier pass found, if every analyser's records are there."""
        ...

    def read(self, layer: Layer) -> LayerFacts:
        """Return the layer's facts, from the cache or by one pass.

        Raises IntegrityError where digest, size or diff ID differ; UnsupportedError for an unknown compression.
        What the layer's own bytes do wrong becomes unknowns.
        """
        ...

    def read_directory(self, root: str) -> LayerFacts:
        """Return the facts of a root file system that lies on this machine, never following a link out of it."""
        ...


class Image(Protocol):
    """An image through an immutable view. Close it when done (it may hold a file or a connection)."""

    @property
    def identity(self) -> ImageIdentity:
        """Which image this is, by digest."""
        ...

    @property
    def config(self) -> ImageConfig | None:
        """The configuration; None for a root directory, which has none."""
        ...

    @property
    def layers(self) -> Sequence[Layer]:
        """Lowest first; empty for a root directory."""
        ...

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What the transport could not make out."""
        ...

    def read_layers(self, reader: LayerReader, told: Callable[[str], None]) -> tuple[LayerFacts, ...]:
        """Return the facts of every layer, lowest first; `told` hears of progress. Layers are read side by side."""
        ...

    def close(self) -> None:
        """Release what the view holds."""
        ...


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What to open, for every transport."""

    platform: str | None = None
    """``os/architecture[/variant]``; None for this machine's, or the only one there is."""
    all_platforms: bool = False
    is_offline: bool = False
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of the squashed tree. For a hard link, everything is that of the file it names."""

    path: str
    kind: int
    """REGULAR, SYMLINK, CHARACTER, BLOCK, DIRECTORY or FIFO; hard links are resolved."""
    mode: int
    uid: int
    gid: int
    size: int
    layer: int
    """Index of the layer whose archive holds its bytes."""
    number: int
    """Of the entry in that layer's index; -1 for a directory that no archive spells out."""
    link: str | None = None
    """Target of a symbolic link, as written."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record of a file that the finished image still holds."""

    path: str
    """Where the file is seen in the finished image (the first of its names, sorted)."""
    layer: int
    record: Any
    aliases: tuple[str, ...] = ()
    """Its other names: hard links, sorted."""


class TreeView(Protocol):
    """The finished image's files: what a container would see. Paths have no leading slash; the root is ``""``."""

    def lookup(self, path: str, *, follow: bool = True) -> Entry | None:
        """Return what stands at `path`, symbolic links followed inside the image (the last one only with `follow`).

        None where nothing stands there, or the links lead in a circle, or more than 40 are met.
        """
        ...

    def resolve(self, path: str, *, follow: bool = True) -> str | None:
        """Return the path of `lookup`'s entry: ``lib/x`` → ``usr/lib/x``. Cheap: answers are remembered."""
        ...

    def list(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in the directory at `path`; empty where there is none."""
        ...

    def files(self) -> Iterator[tuple[str, int, int]]:
        """Yield (path, layer, number) of every regular file, hard links under each name, sorted by path."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield every node but the root, sorted by path. Makes an object each: prefer `files` where 200,000 pass."""
        ...

    def xattrs(self, entry: Entry) -> Mapping[str, bytes]:
        """Return the extended attributes of `entry`."""
        ...

    def found(self, analyser: str) -> tuple[Found, ...]:
        """Return the records of `analyser` whose file survived the squash, sorted by path."""
        ...

    @property
    def layers(self) -> Sequence[LayerFacts]:
        """What the tree was made of, lowest first."""
        ...
