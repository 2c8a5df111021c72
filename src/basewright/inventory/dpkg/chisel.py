"""Packages of chiselled Ubuntu, which has no dpkg: Chisel's manifest (documentation.ubuntu.com/chisel, «Manifest»)."""

from collections.abc import Iterator
from typing import Final

import msgspec

from basewright.errors import UnsupportedError
from basewright.formats.compression import Budget, Inflation
from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.decoders import json_decoder
from basewright.image.interface import Interest
from basewright.inventory.bounded import LIST_BYTES, head_window, text
from basewright.inventory.dpkg.status import DpkgPackage

_MIB: Final = 1024 * 1024
_BUDGET: Final = Budget(output=64 * _MIB, ratio=1000, ratio_after=16 * _MIB, zstd_window=128 * _MIB)
_PACKAGES: Final = 100_000


class ChiselledPackage(msgspec.Struct, frozen=True, array_like=True):
    """A package of which slices are installed."""

    package: DpkgPackage
    files: bytes
    """Paths of what its slices hold, one a line, without the leading slash."""


class ChiselManifest(msgspec.Struct, frozen=True, array_like=True):
    """What a manifest says."""

    packages: tuple[ChiselledPackage, ...] = ()
    problems: tuple[str, ...] = ()


class _Line(msgspec.Struct):
    """One object of the manifest; which fields it has depends on its kind."""

    kind: str = ""
    name: str = ""
    version: str | None = None
    arch: str | None = None
    path: str = ""
    slice: str = ""


class ChiselAnalyser:
    """Reads ``manifest.wall``, wherever the slices' definitions put it."""

    name = "dpkg-chisel"
    version = 1
    interest = Interest(names=frozenset({"manifest.wall"}))
    record = ChiselManifest

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is a manifest: by its name alone."""
        return True

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, LIST_BYTES)

    def read(self, path: str, content: Content) -> ChiselManifest:  # noqa: ARG002 - the protocol's shape
        """Return the packages; MalformedError where the bytes are no manifest."""
        if content.size > LIST_BYTES:
            raise MalformedError(f"{content.size} bytes, more than the {LIST_BYTES} that are read")
        inflation = Inflation([bytes(content.all())], _BUDGET)
        try:
            inflation.start()
        except UnsupportedError as error:
            raise MalformedError("no manifest of Chisel") from error
        manifest = read_manifest(b"".join(inflation).split(b"\n"))
        return ChiselManifest(manifest.packages, (*manifest.problems, *inflation.notes))


def read_manifest(lines: list[bytes]) -> ChiselManifest:
    """Return what the lines of an unpacked manifest say; raise MalformedError where the first is no header."""
    if not lines or b'"jsonwall"' not in lines[0]:
        raise MalformedError("no manifest of Chisel")
    packages: dict[str, DpkgPackage] = {}
    files: dict[str, list[bytes]] = {}
    odd = 0
    for line in _objects(lines[1:]):
        if line is None:
            odd += 1
        elif line.kind == "package" and line.name and len(packages) < _PACKAGES:
            packages[line.name] = DpkgPackage(_word(line.name), _word(line.version) or None, line.arch)
        elif line.kind == "content" and line.path and not line.path.endswith("/"):
            # A slice is named PACKAGE_SLICE; no package has an underscore in its name.
            path = line.path.lstrip("/").encode("utf-8", "surrogatepass")
            files.setdefault(line.slice.partition("_")[0], []).append(path)
    found = tuple(ChiselledPackage(one, b"\n".join(files.get(name, ()))) for name, one in sorted(packages.items()))
    return ChiselManifest(found, (f"{odd} lines that are no objects",) if odd else ())


def _objects(lines: list[bytes]) -> Iterator[_Line | None]:
    """Yield each line's object, None for what is none."""
    decoder = json_decoder(_Line)
    for line in lines:
        if line.strip():
            try:
                yield decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                yield None


def _word(word: str | None) -> str:
    return text((word or "").encode("utf-8", "backslashreplace"))
