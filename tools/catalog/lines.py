"""Sorted JSON lines: one record a line, led by its key, so that a reader decodes only what it asks for."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""One JSON object of a source, as gathered."""


def read_lines(path: Path) -> list[Record]:
    """Return the records of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def keyed(key: str, facts: Mapping[str, Any]) -> Record:
    """Return a record led by its key, without the facts that say nothing.

    False, empty strings and zero stay where the caller means them: only None goes, and the reader's default is None.
    """
    return {"key": key, **{name: value for name, value in facts.items() if value is not None}}


def write_lines(path: Path, records: Iterable[Record]) -> None:
    """Write `records`, ordered by key; records of one key keep their order."""
    ordered = sorted(records, key=lambda record: str(record["key"]))
    text = "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in ordered)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_document(path: Path, document: object) -> None:
    """Write one JSON document, sorted, a line for each entry of its first two levels."""
    path.write_text(
        json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
    )


def package_text(packages: Iterable[tuple[str, str]]) -> str:
    """Return packages as one text, ``name=version`` or ``name``, sorted, with spaces between."""
    return " ".join(sorted({f"{name}={version}" if version else name for name, version in packages}))
