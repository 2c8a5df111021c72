"""Layers for tests of the inventory: facts as a pass would find them, without an archive or from a plain one."""

import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from basewright.formats.content import Content, MalformedError, OutsideWindowsError
from basewright.image.interface import DIRECTORY, HARD_LINK, REGULAR, SYMLINK, Analyser, LayerFacts, LayerIndex
from basewright.image.limits import DEFAULT_LIMITS
from basewright.model.unknown import Unknown

WHOLE = DEFAULT_LIMITS.whole_file


@dataclass(frozen=True)
class Symlink:
    target: str


@dataclass(frozen=True)
class HardLink:
    target: str


@dataclass(frozen=True)
class Folder:
    mode: int = 0o755


@dataclass(frozen=True)
class Program:
    """A file with the given mode."""

    data: bytes
    mode: int = 0o755


Node = bytes | str | Symlink | HardLink | Folder | Program


def layer_facts(nodes: Mapping[str, Node], analysers: Sequence[Analyser]) -> LayerFacts:
    """Return the facts of a layer with `nodes`, in their order, as a pass with `analysers` would."""
    index = LayerIndex()
    reading = Reading(analysers)
    for path, node in nodes.items():
        if isinstance(node, Symlink):
            add(index, path, SYMLINK, link=node.target)
        elif isinstance(node, HardLink):
            add(index, path, HARD_LINK, mode=_mode_of(index, node.target), link=node.target)
        elif isinstance(node, Folder):
            add(index, path, DIRECTORY, mode=node.mode)
        else:
            program = node if isinstance(node, Program) else Program(as_bytes(node), 0o644)
            add(index, path, REGULAR, mode=program.mode, size=len(program.data))
            reading.offer(path, program.data, program.mode)
    return LayerFacts(None, sum(index.sizes), index, reading.records, tuple(reading.unknowns))


def tar_facts(archive: Path, analysers: Sequence[Analyser]) -> LayerFacts:
    """Return the facts of the layer that a tar archive is."""
    index = LayerIndex()
    reading = Reading(analysers)
    kinds = {tarfile.SYMTYPE: SYMLINK, tarfile.LNKTYPE: HARD_LINK, tarfile.DIRTYPE: DIRECTORY, tarfile.REGTYPE: REGULAR}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = member.name.removeprefix("./").strip("/")
            if path in {"", "."} or member.type not in kinds:
                continue
            kind = kinds[member.type]
            link = member.linkname.removeprefix("./") if kind == HARD_LINK else member.linkname
            add(index, path, kind, mode=member.mode, size=member.size if kind == REGULAR else 0, link=link)
            if kind == REGULAR:
                stream = tar.extractfile(member)
                assert stream is not None
                reading.offer(path, stream.read(), member.mode)
    return LayerFacts(None, sum(index.sizes), index, reading.records, tuple(reading.unknowns))


def add(index: LayerIndex, path: str, kind: int, *, mode: int = 0o777, size: int = 0, link: str = "") -> None:
    if link:
        index.links[len(index)] = link
    index.paths.append(path)
    index.kinds.append(kind)
    index.modes.append(mode & 0o7777)
    index.uids.append(0)
    index.gids.append(0)
    index.sizes.append(size)
    index.offsets.append(0)


def _mode_of(index: LayerIndex, path: str) -> int:
    """Return the mode that a hard link to `path` says: that of its file, as everything that writes archives does."""
    return index.modes[index.paths.index(path)] if path in index.paths else 0o644


class Reading:
    """Offers files to analysers as the layer's reader does."""

    def __init__(self, analysers: Iterable[Analyser]) -> None:
        self.analysers = tuple(analysers)
        self.records: dict[str, dict[str, Any]] = {one.name: {} for one in self.analysers}
        self.unknowns: list[Unknown] = []

    def offer(self, path: str, data: bytes, mode: int) -> None:
        name = path.rpartition("/")[2]
        folder = path.rpartition("/")[0].rpartition("/")[2]
        suffix = name[name.rfind(".") :] if "." in name else ""
        for analyser in self.analysers:
            interest = analyser.interest
            is_offered = (
                name in interest.names
                or suffix in interest.suffixes
                or folder in interest.directories
                or data[:2] in interest.magics
                or data[:4] in interest.magics
            )
            if is_offered and analyser.wants(path, len(data), mode):
                self._read(analyser, path, data)

    def _read(self, analyser: Analyser, path: str, data: bytes) -> None:
        windows = list(analyser.first_windows(len(data), data[:4096])) if len(data) > WHOLE else []
        content = Content.whole(data)
        for _ in range(DEFAULT_LIMITS.looks):
            if len(data) > WHOLE:
                pieces = ((one.offset, data[one.offset : one.offset + one.length]) for one in windows)
                content = Content.windows(len(data), pieces)
            try:
                record = analyser.read(path, content)
            except MalformedError as error:
                self.unknowns.append(Unknown(path, f"{analyser.name}: {error}"))
                return
            except OutsideWindowsError:
                windows += content.missed
                continue
            if record is not None:
                # What the cache does to every record.
                self.records[analyser.name][path] = msgspec.msgpack.decode(
                    msgspec.msgpack.encode(record), type=analyser.record
                )
            return
        self.unknowns.append(Unknown(path, f"{analyser.name}: needs more than is kept"))


def as_bytes(data: bytes | str) -> bytes:
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
