"""The layers of settings: option, then variable, then the project's file, then the person's own, then the default."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from basewright.cli.configuration import Configuration, parse
from basewright.cli.settings import SETTINGS, VARIABLES, Settings, Sourced
from basewright.cli.shapes import did_you_mean, from_option, from_text
from basewright.errors import ConfigurationError, InputError
from basewright.ports.files import DirectoryFiles

if TYPE_CHECKING:
    from basewright.model.workload import Declaration

FILE_NAME = "basewright.toml"
PREFIX = "BASEWRIGHT_"
_LIMIT = 1024 * 1024
_TABLE = ("tool", "basewright")


@dataclass(frozen=True, slots=True)
class Layers:
    """What the configuration of one run comes to."""

    settings: Settings
    declarations: "Mapping[str, tuple[Declaration, ...]]"
    files: tuple[tuple[str, str], ...]
    """The configuration files that were read, nearest first, each with its digest."""


def resolve(options: Mapping[str, object], environment: Mapping[str, str], start: Path) -> Layers:
    """Return every setting with its origin; `options` holds a command's parameters, None (or none) where not given.

    Parameters that are no setting are passed over. Files are searched from the folder `start` upward.
    """
    sourced: dict[str, Sourced] = {}
    for specification in SETTINGS.values():
        value = options.get(specification.key.replace("-", "_"))
        if value is not None and value not in ((), []):
            sourced[specification.key] = Sourced(from_option(specification, value), f"option {specification.option}")
    for key, found in _variables(environment):
        sourced.setdefault(key, found)
    named = sourced.get("config")
    configurations = _read_all(named.value if named and isinstance(named.value, str) else None, environment, start)
    for configuration in configurations:
        for key, found in configuration.values.items():
            sourced.setdefault(key, found)
    for specification in SETTINGS.values():
        sourced.setdefault(specification.key, Sourced(specification.default, "default"))
    declarations: dict[str, tuple[Declaration, ...]] = {}
    for configuration in configurations:
        for name, declared in configuration.declarations.items():
            declarations.setdefault(name, declared)
    in_order = {key: sourced[key] for key in SETTINGS}
    return Layers(Settings(in_order), declarations, tuple((one.file, one.digest) for one in configurations))


def _variables(environment: Mapping[str, str]) -> Iterator[tuple[str, Sourced]]:
    known = {one.variable: one for one in SETTINGS.values()}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in VARIABLES:
            continue
        specification = known.get(name)
        if specification is None:
            raise ConfigurationError(f"unknown variable {name}", hint=did_you_mean(name, [*known, *VARIABLES]))
        yield specification.key, Sourced(from_text(specification, environment[name], name), name)


def _read_all(named: str | None, environment: Mapping[str, str], start: Path) -> Sequence[Configuration]:
    if named is not None:
        path = Path(named)
        found = _read(path, _TABLE if path.name == "pyproject.toml" else (), is_trusted=True)
        if found is None:
            raise ConfigurationError(f"{named}: no [tool.basewright] in it")
        return [found]
    places = [*_project_folders(start), _own_folder(environment)]
    found_all: list[Configuration] = []
    for folder in places:
        is_own = folder == places[-1]
        in_folder = _in_folder(folder, is_trusted=is_own)
        if in_folder is not None and (is_own or not found_all):
            found_all.append(in_folder)
    return found_all


def _in_folder(folder: Path, *, is_trusted: bool) -> Configuration | None:
    """Return the configuration that stands in `folder`; ``basewright.toml`` goes before ``pyproject.toml``."""
    own, shared = folder / FILE_NAME, folder / "pyproject.toml"
    if os.path.lexists(own):  # a FIFO or a dead link as well: that is told, not passed over
        return _read(own, (), is_trusted=is_trusted)
    # False, not an error, where the folder may not be entered.
    return _read(shared, _TABLE, is_trusted=is_trusted) if os.path.isfile(shared) else None  # noqa: PTH113


def _project_folders(start: Path) -> list[Path]:
    """Return `start` and the folders above it up to the repository's root; `start` alone where there is none.

    A file above the repository may belong to somebody else, so it is never read.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100 - links stay as written
    above = [here, *here.parents]
    for index, folder in enumerate(above):
        if (folder / ".git").exists():
            return above[: index + 1]
    return [here]


def _own_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_CONFIG_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "basewright"
    from platformdirs import user_config_path

    return user_config_path("basewright", appauthor=False)


def _read(path: Path, table: tuple[str, ...], *, is_trusted: bool) -> Configuration | None:
    """Read one file; of a project's file (not `is_trusted`) no link is followed out of its folder."""
    real = Path(os.path.realpath(path)) if is_trusted else path
    try:
        content = DirectoryFiles(real.parent).read(real.name, limit=_LIMIT)
    except InputError as error:
        raise ConfigurationError(f"configuration {path}: {str(error).partition(': ')[2] or error}") from error
    if table and table[-1].encode() not in content:
        return None  # a project's pyproject.toml may be broken without being our business
    return parse(content, _shown(path), table)


def _shown(path: Path) -> str:
    """Return `path` as a person would type it from here."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
