"""One configuration file: its settings and its declarations, each with the line on which it stands. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from basewright.cli.settings import SETTINGS, Sourced, Value
from basewright.cli.shapes import did_you_mean, from_file
from basewright.cli.toml_places import Path, places_of
from basewright.errors import ConfigurationError, SyntaxInputError
from basewright.syntax.toml import load_toml

if TYPE_CHECKING:
    from basewright.model.workload import Declaration

WORKLOAD = "workload"
_PROBLEMS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Configuration:
    """What one file says."""

    file: str
    values: Mapping[str, Sourced] = field(default_factory=dict)
    declarations: "Mapping[str, tuple[Declaration, ...]]" = field(default_factory=dict)
    """By workload name."""
    digest: str = ""
    """Of the file's bytes, as ``sha256:…``."""


def parse(content: bytes, file: str, table: Path = ()) -> Configuration | None:
    """Read the settings below `table` of a TOML file named `file`; None where the file has no such table.

    Raises ConfigurationError for what is no TOML, and an ExceptionGroup of them for all wrong keys and values at once.
    """
    text, tree = _loaded(content, file)
    for name in table:
        tree = tree.get(str(name)) if isinstance(tree, dict) else None
    if tree is None:
        return None
    places = places_of(text)
    if not isinstance(tree, dict):
        raise ConfigurationError(f"{file}:{places.get(table, 1)}: {'.'.join(map(str, table))} must be a table")
    return replace(_checked(tree, _Places(file, places, table)), digest=f"sha256:{hashlib.sha256(content).hexdigest()}")


@dataclass(frozen=True, slots=True)
class _Places:
    file: str
    lines: Mapping[Path, int]
    table: Path

    def line(self, *path: str | int) -> int:
        """Return the line of `path` below the table, or of what holds it."""
        whole = (*self.table, *path)
        while whole and whole not in self.lines:
            whole = whole[:-1]
        return self.lines.get(whole, 1)

    def where(self, *path: str | int) -> str:
        return f"{self.file}:{self.line(*path)}"


def _loaded(content: bytes, file: str) -> tuple[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        return text, load_toml(text)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: not UTF-8 (byte {error.start})", hint="save it as UTF-8") from error
    except SyntaxInputError as error:
        place = f"{file}:{error.line}" if error.line else file
        raise ConfigurationError(
            f"{place}: not TOML that can be read: {str(error).removeprefix('not TOML: ')}"
        ) from error


def _checked(tree: Mapping[str, object], places: _Places) -> Configuration:
    problems: list[ConfigurationError] = []
    values: dict[str, Sourced] = {}
    declared: Mapping[str, tuple[Declaration, ...]] = {}
    for key, raw in tree.items():
        if len(problems) > _PROBLEMS_TOLD:
            break
        try:
            if key == WORKLOAD:
                from basewright.cli.declarations import declarations_of

                declared = declarations_of(raw, places.file, places.line)
            else:
                values[key] = Sourced(_setting(key, raw, places), places.where(key))
        except ConfigurationError as error:
            problems.append(error)
        except ExceptionGroup as group:
            problems.extend(one for one in group.exceptions if isinstance(one, ConfigurationError))
    if len(problems) == 1:
        raise problems[0]
    if len(problems) > _PROBLEMS_TOLD:
        problems[_PROBLEMS_TOLD:] = [ConfigurationError(f"{places.file}: more is wrong; these are the first")]
    if problems:
        raise ExceptionGroup(f"{places.file} cannot be used", problems)
    return Configuration(places.file, values, declared)


def _setting(key: str, raw: object, places: _Places) -> Value:
    specification = SETTINGS.get(key)
    if specification is None:
        known = [one.key for one in SETTINGS.values() if one.in_files]
        raise ConfigurationError(
            f"{places.where(key)}: unknown key {key[:80]!r}", hint=did_you_mean(key, [*known, WORKLOAD])
        )
    if not specification.in_files:
        raise ConfigurationError(
            f"{places.where(key)}: {key} cannot be set in a file",
            hint=f"use {specification.option} or {specification.variable}",
        )
    return from_file(specification, raw, places.where(key))
