"""Which programs a base is known to have: from its package list, its footprint and what its publisher adds.

The table (data/programs.toml) names what the distributions' essential sets, buildpack-deps and busybox hold; whatever
it does not name, and no complete package list settles, is not known.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from basewright.model.base import BaseImage, Kind
from basewright.recommend.versions import numbers

_DOWNLOADED = frozenset({"gosu", "su-exec", "tini", "dumb-init"})
"""What official images bring along without a package, so that no package list tells."""
_WITHOUT_YARN = 26
"""Since this major version the official node images bring no yarn."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The table: every value a set of names."""

    footprint: Mapping[str, frozenset[str]]
    runtime: Mapping[str, frozenset[str]]
    official: Mapping[str, frozenset[str]]
    packages: Mapping[str, frozenset[str]]


@cache
def programs() -> Programs:
    """Read the table, once."""
    text = resources.files("basewright.recommend").joinpath("data/programs.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    return Programs(**{part: {name: frozenset(words.split()) for name, words in raw[part].items()} for part in raw})


def has_tool(base: BaseImage, program: str) -> bool | None:
    """Whether `base` holds `program`; None where its facts do not tell."""
    if base.kind is Kind.SCRATCH:
        return False
    if _is_of_runtime(base, program):
        return True
    listed = _is_listed(base, program)
    if listed:
        return True
    if base.shell is not False and _has_busybox(base) and program in programs().footprint["busybox"]:
        return True
    if listed is False or (base.shell is False and base.package_manager is False):
        return False
    return None if base.shell is False else _by_footprint(base, program)


def can_install(base: BaseImage) -> bool | None:
    """Whether a RUN line can install packages in `base`: that takes a package manager, and a shell that calls it."""
    if base.package_manager is False or base.shell is False:
        return False
    return None if base.package_manager is None or base.shell is None else True


def packages_of(program: str) -> tuple[str, ...]:
    """Return the packages that are known to bring `program`, sorted; its own name where none is."""
    return tuple(sorted(programs().packages.get(program, {program})))


def _is_of_runtime(base: BaseImage, program: str) -> bool:
    if base.runtime is None:
        return False
    name, table = base.runtime.name, programs()
    if program in table.runtime.get(name, frozenset()):
        return True
    if "official" not in base.vendor.lower():
        return False
    if name == "node" and program in {"yarn", "yarnpkg"}:
        major = numbers(base.runtime.version)
        return bool(major) and major[0] < _WITHOUT_YARN
    return program in table.official.get(name, frozenset())


def _is_listed(base: BaseImage, program: str) -> bool | None:
    """Tell from the package list: present where a package of the program is, absent where a complete list lacks it."""
    if base.package_list is None:
        return None
    known = programs().packages.get(program)
    if any(name in base.package_list.names for name in known or {program}):
        return True
    downloaded = "official" in base.vendor.lower() and program in _DOWNLOADED
    return False if base.package_list.is_complete and known and not downloaded else None


def _has_busybox(base: BaseImage) -> bool:
    listed = base.package_list is not None and "busybox" in base.package_list.names
    return listed or base.family in {"alpine", "busybox"}


def _by_footprint(base: BaseImage, program: str) -> bool | None:
    """Tell from the footprint: what buildpack-deps and the essential set hold, and what slim images lack."""
    table = programs()
    if base.family in {"debian", "ubuntu"} and base.shell:
        if program in table.footprint["essential"]:
            return True
        buildpack = program in table.footprint["buildpack"]
        if buildpack and base.kind is Kind.FULL and base.runtime is not None:
            return True
        if base.kind is Kind.SLIM and (buildpack or program in table.packages):
            return False
    return False if base.family == "alpine" and program in table.footprint["alpine_lacks"] else None
