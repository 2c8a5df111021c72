"""Interpreters, servers and tools that nobody's package manager recorded, told by marks that they carry themselves."""

import contextlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.formats.elf import first_windows
from basewright.formats.elf_layout import MAGIC, PT_LOAD, read_layout
from basewright.image.interface import Analyser, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.marks import Mark, Runtime, candidates, runtimes
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

TEXT_BYTES = 256 * 1024
_READ_ONLY = 4
"""The flags of a segment that is neither written nor run (PF_R)."""
FILE_BYTES = 8 * 1024 * 1024
CONSTANTS_BYTES = 48 * 1024 * 1024
"""Of the read-only data of a program too large to be kept whole, that are searched."""
_FOLDERS = frozenset({"bin", "sbin", "lib", "lib64", "libexec", "include", "share"})
"""Directories that start what is installed to a prefix."""
_VERSION = re.compile(r"v?(\d[\w.+~-]{0,60})")


class RuntimeMarks(msgspec.Struct, frozen=True):
    """Which software one file shows: (name, version, short version of its path)."""

    found: tuple[tuple[str, str, str], ...]


def _interest() -> Interest:
    marks = [mark for runtime in runtimes().values() for mark in runtime.marks]
    names = frozenset(name for mark in marks for name in mark.names)
    return Interest(names=names, suffixes=frozenset({".jar"}), magics=frozenset({MAGIC}))


class RuntimeAnalyser:
    """Searches programs and a few texts for the marks of the table."""

    name = "runtimes"
    version = 1
    record = RuntimeMarks

    def __init__(self) -> None:
        self.interest = _interest()

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return bool(candidates(path))

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:
        """See `Analyser.first_windows`: of a program also the constants, so that one look suffices."""
        if head[:4] != MAGIC:
            return (Window(0, min(size, FILE_BYTES)),)
        return (*first_windows(size, head), *_constant_windows(size, head))

    def read(self, path: str, content: Content) -> RuntimeMarks | None:
        """See `Analyser.read`."""
        marks = candidates(path)
        found: dict[str, tuple[str, str, str]] = {}
        is_program = content.read_at(0, 4) == MAGIC
        data: bytes | None = None
        for mark in marks:
            if mark.runtime in found or not _applies(mark, is_program=is_program):
                continue
            if data is None and mark.kind != "name":
                data = _constants(content) if is_program else content.read_at(0, FILE_BYTES)
            text = (data or b"")[:TEXT_BYTES] if mark.kind == "text" else data or b""
            told = mark.find(path, text)
            if told is not None and _VERSION.fullmatch(told[0]):
                found[mark.runtime] = (mark.runtime, *told)
        return RuntimeMarks(tuple(sorted(found.values()))) if found else None


def _applies(mark: Mark, *, is_program: bool) -> bool:
    return mark.kind == "name" or (mark.kind == "binary") == is_program


def _constant_windows(size: int, head: bytes) -> tuple[Window, ...]:
    """Return the segment that linkers put read-only data into, where the program's headers tell of one."""
    with contextlib.suppress(MalformedError, OutsideWindowsError):
        layout = read_layout(Content.windows(size, ((0, head[:size]),)), head[:size])
        found = [
            (offset, length)
            for kind, flags, offset, _, length, _ in layout.segments
            if kind == PT_LOAD and flags == _READ_ONLY
        ]
        offset, length = max(((o, n) for o, n in found if o), key=lambda one: one[1], default=(0, 0))
        if length:
            return (Window(offset, min(length, CONSTANTS_BYTES)),)
    return ()


def _constants(content: Content) -> bytes:
    """Return all of a program that is kept whole, or the read-only data of a larger one."""
    if content.is_whole:
        return bytes(content.all())
    try:
        section = read_layout(content).section(b".rodata")
    except MalformedError:
        return b""  # said by who reads programs for their own sake
    if section is None:
        return content.read_at(0, FILE_BYTES)
    return content.read_at(section.offset, min(section.size, CONSTANTS_BYTES))


@dataclass(slots=True)
class _Installation:
    """One version of one runtime, installed to one prefix."""

    runtime: Runtime
    version: str
    prefix: str
    places: list[tuple[str, int, str]] = field(default_factory=list)
    """(path, layer, short version) of each file that shows it."""


class RuntimeCataloger:
    """See `Cataloger`. What several files of one prefix show is one package."""

    name = "runtimes"
    analysers: tuple[Analyser, ...] = (RuntimeAnalyser(),)

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        table = runtimes()
        installed: dict[tuple[str, str, str], _Installation] = {}
        for one in scene.tree.found("runtimes"):
            for name, version, short in one.record.found:
                prefix = _home_of(table[name], one.path)
                key = (name, prefix, version)
                if key not in installed:
                    installed[key] = _Installation(table[name], version, prefix)
                installed[key].places.append((one.path, one.layer, short))
        paths = list(scene.files.nodes) if installed else []
        packages = [_package(one, paths) for one in _united(installed.values())]
        packages += _from_environment(scene, {name for name, _, _ in installed})
        return Catch(tuple(packages))


def _home_of(runtime: Runtime, path: str) -> str:
    """Return the prefix of `runtime`; what owns its whole home is at home where a mark of its root stands."""
    folder = path.rpartition("/")[0]
    if "." in runtime.owns and folder.rpartition("/")[2] not in _FOLDERS:
        return folder
    return prefix_of(path)


def prefix_of(path: str) -> str:
    """Return where the software of the file at `path` is installed to: what stands before ``bin``, ``lib`` and so on.

    Of several such directories the last one counts, and of those in a row the first.
    """
    parts = path.split("/")[:-1]
    starts = [index for index, part in enumerate(parts) if part in _FOLDERS]
    if not starts:
        return "/".join(parts)
    index = starts[-1]
    while index - 1 in starts:
        index -= 1
    return "/".join(parts[:index])


def _united(installed: Iterable[_Installation]) -> list[_Installation]:
    """Return the installations with those taken into others that lie in their ``lib``: ``lib/erlang/erts-14/bin``."""
    kept: list[_Installation] = []
    for one in sorted(installed, key=lambda one: (one.runtime.name, one.version, len(one.prefix), one.prefix)):
        for other in kept:
            inside = f"{other.prefix}/lib/".lstrip("/")
            if other.runtime is one.runtime and other.version == one.version and one.prefix.startswith(inside):
                other.places += one.places
                break
        else:
            kept.append(one)
    return kept


def _package(one: _Installation, paths: Sequence[str]) -> Package:
    places = sorted(one.places, key=lambda place: ("/bin/" not in f"/{place[0]}", place[0]))
    path, layer, _ = places[0]
    files = {place for place, _, _ in places}
    for short in {short for _, _, short in places}:
        files.update(_owned(one.runtime, one.prefix, short, paths))
    return Package(
        type="generic",
        name=one.runtime.name,
        version=one.version,
        purl=purl("generic", one.runtime.name, one.version, namespace=one.runtime.namespace or None),
        location=path,
        layer=layer,
        evidence=Evidence.MARKER,
        files=tuple(sorted(files)),
        is_runtime=True,
    )


def _owned(runtime: Runtime, prefix: str, short: str, paths: Sequence[str]) -> Iterator[str]:
    """Yield the files below `prefix` that the table gives to the runtime; `paths` are sorted."""
    for own in runtime.owns:
        if "{short}" in own and not short:
            continue
        start = f"{prefix}/" if own == "." else f"{prefix}/{own.replace('{short}', short)}".lstrip("/")
        for index in range(bisect_left(paths, start), len(paths)):
            path = paths[index]
            if not path.startswith(start):
                break
            if not any(f"/{apart}/" in path[len(prefix) :] for apart in runtime.apart):
                yield path


def _from_environment(scene: Scene, known: set[str]) -> Iterator[Package]:
    """Yield what the configuration's environment alone gives a version to, where the program is there."""
    environment = dict(scene.config.environment) if scene.config is not None else {}
    for runtime in runtimes().values():
        if runtime.name in known:
            continue
        for variable in runtime.environment:
            version = _VERSION.fullmatch(environment.get(variable, "").removeprefix("go"))
            place = _program(scene, runtime.marks) if version is not None else None
            if version is not None and place is not None:
                yield Package(
                    type="generic",
                    name=runtime.name,
                    version=version[1],
                    purl=purl("generic", runtime.name, version[1], namespace=runtime.namespace or None),
                    location=place,
                    layer=scene.files.nodes[place] >> 32,
                    evidence=Evidence.MARKER,
                    files=(place,),
                    is_runtime=True,
                    note=f"version from {variable} alone",
                )
                break


def _program(scene: Scene, marks: Sequence[Mark]) -> str | None:
    """Return the first program of the image that the marks are about."""
    programs = [mark.path for mark in marks if mark.kind in {"binary", "file"}]
    for one in (*scene.tree.found("programs"), *scene.tree.found("scripts")):
        if any(path.search(one.path) for path in programs) and one.path in scene.files.nodes:
            return one.path
    return None
