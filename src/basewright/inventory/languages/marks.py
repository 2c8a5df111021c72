"""The table of software that no package manager recorded, and the search for a mark's version in a file's bytes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

REACH = 300
"""Bytes around a literal text in which its version stands, unless the mark says otherwise."""
OCCURRENCES = 4096
"""Of one literal text in one file, that are looked at."""

Kind = Literal["binary", "text", "file", "name"]
_STEM = re.compile(r"[A-Za-z+_]+|\[$|")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a version stands."""

    runtime: str
    path: re.Pattern[str]
    kind: Kind
    near: str
    """A literal text near the version; empty where the file starts with it."""
    version: str
    """A regular expression over bytes; its groups, joined by dots, are the version."""
    reach: int = REACH
    names: tuple[str, ...] = ()
    """Base names of the files, for those that are no ELF objects."""

    def find(self, path: str, data: bytes) -> tuple[str, str] | None:
        """Return the version that `data` of the file at `path` shows, and the short one of its path."""
        match = self.path.search(path)
        if match is None:
            return None
        groups = match.groupdict()
        short = groups.get("short") or ""
        if self.kind == "name":
            return (groups.get("version") or "", short)
        near = self.near.replace("{short}", short).encode()
        pattern = _pattern(self.version.replace("{short}", re.escape(short)))
        for window in _windows(data, near, self.reach):
            if found := pattern.search(window):
                version = ".".join(part.decode("ascii", "replace") for part in found.groups())
                return version, short
        return None


@dataclass(frozen=True, slots=True)
class Runtime:
    """One row of the table."""

    name: str
    namespace: str
    environment: tuple[str, ...]
    marks: tuple[Mark, ...]
    owns: tuple[str, ...]
    """What belongs to it below the prefix that it is installed to."""
    apart: tuple[str, ...]
    """Directories that do not, by name."""


@lru_cache(maxsize=1024)
def _pattern(source: str) -> re.Pattern[bytes]:
    return re.compile(source.encode())


def _windows(data: bytes, near: bytes, reach: int) -> Iterator[bytes]:
    """Yield the surroundings of each occurrence of `near`."""
    if not near:
        yield data[:reach]
        return
    at = data.find(near)
    for _ in range(OCCURRENCES):
        if at < 0:
            return
        yield data[max(0, at - reach) : at + len(near) + reach]
        at = data.find(near, at + len(near))


@lru_cache(maxsize=1)
def runtimes() -> Mapping[str, Runtime]:
    """Return every row by name."""
    document = json.loads(files("basewright.inventory").joinpath("data/runtimes.json").read_bytes())
    return {row["name"]: _runtime(row) for row in document["rows"]}


def _runtime(row: Mapping[str, object]) -> Runtime:
    name = str(row["name"])
    marks = row["marks"]
    return Runtime(
        name,
        str(row.get("namespace", "")),
        _texts(row, "environment"),
        tuple(_mark(name, mark) for mark in marks) if isinstance(marks, list) else (),
        _texts(row, "owns"),
        _texts(row, "apart"),
    )


def _texts(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = row.get(key)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _mark(name: str, mark: Mapping[str, object]) -> Mark:
    kind = str(mark.get("kind", "binary"))
    if kind not in {"binary", "text", "file", "name"}:
        raise ValueError(f"{name}: a mark of kind {kind}")
    return Mark(
        name,
        re.compile(str(mark["path"])),
        kind,  # type: ignore[arg-type]  # checked above
        str(mark.get("near", "")),
        str(mark.get("version", "")),
        reach if isinstance(reach := mark.get("reach"), int) else REACH,
        _texts(mark, "names"),
    )


@lru_cache(maxsize=1)
def _by_stem() -> Mapping[str, Sequence[Mark]]:
    """Return the marks by the letters that a file's name may start with; those of any name under the empty stem."""
    found: dict[str, list[Mark]] = {}
    for runtime in runtimes().values():
        for mark in runtime.marks:
            for stem in stems(mark.path.pattern):
                found.setdefault(stem, []).append(mark)
    return found


def stems(pattern: str) -> frozenset[str]:
    """Return the letters that the base names start with which a path's pattern takes.

    The table is written for it: a base name starts with plain letters, or with alternatives that do.
    """
    base = pattern[_base_at(pattern) :]
    heads = base[3:].partition(")")[0].split("|") if base.startswith("(?:") else [base]
    found = {"[" if head == r"\[" else _letters(head.replace(r"\+", "+")) for head in heads}
    return frozenset(found)


def _letters(text: str) -> str:
    match = _STEM.match(text)
    return match[0] if match else ""


def _base_at(pattern: str) -> int:
    """Return where the base name starts: behind the last slash outside of brackets, or ``(?:^|/)``."""
    depth = 0
    at = 0
    for index, letter in enumerate(pattern):
        depth += (letter in "([") - (letter in ")]")
        if letter == "/" and not depth:
            at = index + 1
        elif pattern.startswith("^|/)", index):
            at = index + 4
    return at


def candidates(path: str) -> list[Mark]:
    """Return the marks whose path takes `path`; cheap for files that no row is about."""
    listed = _by_stem().get(_letters(path.rpartition("/")[2]), ())
    return [mark for mark in listed if mark.path.search(path)]
