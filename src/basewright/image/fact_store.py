"""Facts of layers, remembered under (diff ID, analyser, version).

One value in the cache holds what is known of one layer: its index and a section for each analyser, so that only what is
missing has to be read. The index is kept in columns: 200,000 entries load in some tens of milliseconds.
"""

import hashlib
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from basewright.formats.decoders import msgpack_decoder
from basewright.image.findings import Findings, Section, Told
from basewright.image.interface import Analyser, LayerIndex
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.model.digest import Digest

_SHAPE = 2
"""Of what is stored here; raise it with every change."""
_VERSIONS = 2
"""How many versions of one analyser's section are kept, newest first, for installations that share a cache."""


class Values(Protocol):
    """A store of values by key: `ports.cache.Cache`."""

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Keep the value."""
        ...


class _StoredIndex(msgspec.Struct, frozen=True, array_like=True):
    """`LayerIndex`; names end with NUL, numbers are little-endian."""

    paths: list[str] | bytes
    """As texts where all are UTF-8, which loads fastest."""
    kinds: bytes
    modes: bytes
    uids: bytes
    gids: bytes
    sizes: bytes
    offsets: bytes
    linking: bytes
    links: bytes
    xattrs: list[tuple[int, list[tuple[bytes, bytes]]]]
    devices: list[tuple[int, int, int]]


class _StoredSection(msgspec.Struct, frozen=True, array_like=True):
    """`Section` of one analyser's version."""

    name: str
    version: int
    records: msgspec.Raw
    unknowns: list[tuple[bytes, bytes]]


class _StoredLayer(msgspec.Struct, frozen=True, array_like=True):
    """`Findings`."""

    size: int
    is_unique: bool
    index: _StoredIndex
    unknowns: list[tuple[bytes, bytes]]
    sections: list[_StoredSection]


class FactStore:
    """Remembers findings in a cache. Safe to use from several threads and processes; the last writer wins."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def load(self, diff_id: Digest, analysers: Sequence[Analyser], limits: Limits = DEFAULT_LIMITS) -> Findings | None:
        """Return what is known of a layer, with the sections of those `analysers` that are there; None for nothing.

        What was found within other limits is not known.
        """
        stored = self._stored(_key(diff_id, limits))
        if stored is None:
            return None
        try:
            index = _load_index(stored.index)
            unknowns = _load_told(stored.unknowns)
        except (ValueError, IndexError):
            return None
        findings = Findings(diff_id, stored.size, index, unknowns, is_unique=stored.is_unique)
        by_version = {(one.name, one.version): one for one in stored.sections}
        for analyser in analysers:
            section = by_version.get((analyser.name, analyser.version))
            if section is not None and (found := _load_section(section, analyser, len(index))) is not None:
                findings.sections[analyser.name] = found
        return findings

    def save(self, findings: Findings, analysers: Sequence[Analyser], limits: Limits = DEFAULT_LIMITS) -> None:
        """Remember what the analysers found, beside what others did."""
        if findings.diff_id is None:
            return
        new = []
        for analyser in analysers:
            section = findings.sections[analyser.name]
            try:
                records = msgspec.Raw(msgspec.msgpack.encode(section.records))
            except (UnicodeError, TypeError, OverflowError):
                continue  # a text that is none: its analyser reads the layer anew each time
            new.append(_StoredSection(analyser.name, analyser.version, records, _dump_told(section.unknowns)))
        key = _key(findings.diff_id, limits)
        stored = self._stored(key)
        sections = _newest([*new, *(stored.sections if stored else ())])
        layer = _StoredLayer(
            findings.size,
            findings.has_unique_paths(),
            _dump_index(findings.index),
            _dump_told(findings.unknowns),
            sections,
        )
        self._values.put(key, msgspec.msgpack.encode(layer))

    def _stored(self, key: str) -> _StoredLayer | None:
        value = self._values.get(key)
        if value is None:
            return None
        try:
            return msgpack_decoder(_StoredLayer).decode(value)
        except (msgspec.DecodeError, RecursionError):
            return None


def _key(diff_id: Digest, limits: Limits) -> str:
    return f"layer/{_SHAPE}/{hashlib.sha256(repr(limits).encode()).hexdigest()[:16]}/{diff_id}"


def _newest(sections: Iterable[_StoredSection]) -> list[_StoredSection]:
    """Return the first of each name and version, and of each name the newest versions."""
    first: dict[tuple[str, int], _StoredSection] = {}
    for one in sections:
        first.setdefault((one.name, one.version), one)
    kept: list[_StoredSection] = []
    seen: dict[str, int] = {}
    for name, version in sorted(first, key=lambda key: (key[0], -key[1])):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] <= _VERSIONS:
            kept.append(first[name, version])
    return kept


def _load_section(stored: _StoredSection, analyser: Analyser, entries: int) -> Section | None:
    try:
        kind: Any = dict[int, analyser.record]  # type: ignore[name-defined]
        records: dict[int, Any] = msgpack_decoder(kind).decode(stored.records)
        section = Section(records, _load_told(stored.unknowns))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return section if all(0 <= number < entries for number in records) else None


def _dump_index(index: LayerIndex) -> _StoredIndex:
    linking = array("Q", index.links)
    return _StoredIndex(
        paths=_as_texts(index.paths),
        kinds=bytes(index.kinds),
        modes=_little(index.modes),
        uids=_little(index.uids),
        gids=_little(index.gids),
        sizes=_little(index.sizes),
        offsets=_little(index.offsets),
        linking=_little(linking),
        links=_join(index.links.values()),
        xattrs=[
            (number, [(name.encode("utf-8", "surrogateescape"), value) for name, value in found.items()])
            for number, found in index.xattrs.items()
        ],
        devices=[(number, *device) for number, device in index.devices.items()],
    )


def _load_index(stored: _StoredIndex) -> LayerIndex:
    """Return the index; raises ValueError where its columns do not fit together."""
    index = LayerIndex(
        paths=_split(stored.paths) if isinstance(stored.paths, bytes) else stored.paths,
        kinds=bytearray(stored.kinds),
        modes=_array("H", stored.modes),
        uids=_array("Q", stored.uids),
        gids=_array("Q", stored.gids),
        sizes=_array("Q", stored.sizes),
        offsets=_array("Q", stored.offsets),
        links=dict(zip(_array("Q", stored.linking), _split(stored.links), strict=True)),
        xattrs={
            number: {name.decode("utf-8", "surrogateescape"): value for name, value in found}
            for number, found in stored.xattrs
        },
        devices={number: (major, minor) for number, major, minor in stored.devices},
    )
    columns = (index.kinds, index.modes, index.uids, index.gids, index.sizes, index.offsets)
    if any(len(column) != len(index.paths) for column in columns):
        raise ValueError("columns of different lengths")
    return index


def _as_texts(names: list[str]) -> list[str] | bytes:
    joined = _join(names)
    try:
        joined.decode()
    except UnicodeDecodeError:
        return joined
    return names


def _join(names: Iterable[str]) -> bytes:
    return "".join(name + "\0" for name in names).encode("utf-8", "surrogateescape")


def _split(names: bytes) -> list[str]:
    return names.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _array(kind: str, data: bytes) -> "array[int]":
    numbers: array[int] = array(kind, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _dump_told(told: set[Told]) -> list[tuple[bytes, bytes]]:
    return [(path.encode("utf-8", "surrogatepass"), why.encode("utf-8", "surrogatepass")) for path, why in sorted(told)]


def _load_told(stored: list[tuple[bytes, bytes]]) -> set[Told]:
    return {(path.decode("utf-8", "surrogatepass"), why.decode("utf-8", "surrogatepass")) for path, why in stored}
