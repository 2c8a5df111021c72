"""Reads the data files: whole files as bytes, decoded only where a question needs them.

A table is a file of JSON lines sorted by key, each beginning with its key. The lines of one key stand together, so that
they are found by searching the bytes, and only they are decoded.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from typing import Any, TypeVar

import msgspec

from basewright.catalog.records import TABLES, IndexRecord, ProductRecord, Record, SourceRecord, SystemRecord
from basewright.model.base import Provenance

_R = TypeVar("_R", bound=Record)


class Store:
    """The package's data files; each is read when first asked for and kept."""

    def __init__(self) -> None:
        self._folder = resources.files("basewright.catalog") / "data"
        self._bytes: dict[str, bytes] = {}

    @cached_property
    def index(self) -> IndexRecord:
        """The table of contents."""
        return msgspec.json.decode(self._document("index"), type=IndexRecord)

    @cached_property
    def repositories(self) -> frozenset[str]:
        """Every repository that the catalog holds, ``registry/path``."""
        return frozenset(self.index.repositories)

    @cached_property
    def products(self) -> dict[str, ProductRecord]:
        """Product → what is an image of it."""
        return msgspec.json.decode(self._document("products"), type=dict[str, ProductRecord])

    @cached_property
    def systems(self) -> tuple[SystemRecord, ...]:
        """Releases of distributions."""
        return msgspec.json.decode(self._document("systems"), type=tuple[SystemRecord, ...])

    def lines(self, kind: type[_R], key: str) -> tuple[_R, ...]:
        """Return the records of `key`, in the file's order; empty where there are none."""
        content = self._table(_NAMES[kind])
        # JSON's own quoting keeps a hostile key from reaching into the line.
        head = b'{"key":' + msgspec.json.encode(key) + b","
        start = 0 if content.startswith(head) else content.find(b"\n" + head) + 1
        if start == 0 and not content.startswith(head):
            return ()
        last = content.rfind(b"\n" + head, start)
        stop = content.find(b"\n", start if last < 0 else last + 1)
        return tuple(msgspec.json.Decoder(kind).decode_lines(content[start:stop]))

    def every(self, kind: type[_R]) -> Iterator[_R]:
        """Yield all records of a table."""
        yield from msgspec.json.Decoder(kind).decode_lines(self._table(_NAMES[kind]))

    def provenance(self, table: str) -> Provenance:
        """Return where `table` was read."""
        return _provenance(self.index.sources[table])

    def _document(self, name: str) -> bytes:
        return (self._folder / f"{name}.json").read_bytes()

    def _table(self, name: str) -> bytes:
        if name not in self._bytes:
            self._bytes[name] = (self._folder / f"{name}.jsonl").read_bytes()
        return self._bytes[name]


_NAMES: dict[Any, str] = {kind: name for name, kind in TABLES.items()}


def _provenance(record: SourceRecord) -> Provenance:
    return Provenance(record.source, dt.date.fromisoformat(record.date), record.commit)
