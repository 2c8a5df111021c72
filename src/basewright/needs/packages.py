"""System packages that commands install: manager, names, versions, and what takes them away again."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from basewright.model.span import Location
from basewright.needs.invocation import Invocation
from basewright.needs.tables import packages

_PACKAGES = 2000
"""Packages of one workload that are looked at, about."""
_NAME = re.compile(r"[A-Za-z0-9@_][A-Za-z0-9@_.+:/-]{0,127}")
_ACTIONS = {
    "apt": (frozenset({"install"}), frozenset({"remove", "purge", "autoremove"})),
    "apk": (frozenset({"add"}), frozenset({"del"})),
    "dnf": (frozenset({"install", "groupinstall"}), frozenset({"remove", "erase", "autoremove"})),
    "zypper": (frozenset({"install", "in"}), frozenset({"remove", "rm"})),
}
_MANAGERS = {
    "apt": "apt", "apt-get": "apt", "aptitude": "apt", "apk": "apk", "dnf": "dnf", "microdnf": "dnf", "tdnf": "dnf",
    "yum": "dnf", "zypper": "zypper",
}  # fmt: skip
_OPTIONS = (
    "-t --target-release -o --option -c -X --repository --virtual -p --root --arch --repositories-file --keys-dir "
    "-x --exclude --enablerepo --disablerepo --releasever --setopt --installroot -r --repo --from --wait --cache-dir"
)
_VALUE_OPTIONS = frozenset(_OPTIONS.split())
"""Options of the managers that take the next word."""


class Use(StrEnum):
    """When a package is of use, as far as its name tells."""

    RUN = "run"
    BUILD = "build"
    PEOPLE = "people"
    """Editors and network tools: for people who look into a container."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A system package that a command installs."""

    name: str
    version: str | None
    """As pinned; None where any will do."""
    manager: str
    where: Location
    stage: int | None
    virtual: str = ""
    """apk: the virtual package that it was installed under."""
    is_removed: bool = False
    """A later command of the same stages takes it away again."""


def installed(invocations: Iterable[Invocation]) -> tuple[InstalledPackage, ...]:
    """Return the packages that `invocations` install, in order, those taken away again marked."""
    found: list[InstalledPackage] = []
    for invocation in invocations:
        manager = _MANAGERS.get(invocation.program)
        if manager is None:
            continue
        action, options, names = _parse(invocation)
        adds, removes = _ACTIONS[manager]
        if action in adds and len(found) < _PACKAGES:
            found.extend(itertools.islice(_packages(invocation, manager, options, names), _PACKAGES))
        elif action in removes:
            taken = set(names)
            found = [
                replace(one, is_removed=True) if one.name in taken or (one.virtual and one.virtual in taken) else one
                for one in found
            ]
    return tuple(found)


def use_of(name: str) -> Use:
    """Tell when the package `name` is of use."""
    table = packages()
    if name in table.run:
        return Use.RUN
    if name in table.editors:
        return Use.PEOPLE
    if name in table.build or name.endswith(table.build_suffixes) or name.startswith(table.build_prefixes):
        return Use.BUILD
    return Use.RUN if name.startswith((*table.run_prefixes, *table.fonts)) else Use.UNKNOWN


def _parse(invocation: Invocation) -> tuple[str, dict[str, str], list[str]]:
    """Return (action, options that took a value, names) of a package manager's command line."""
    options: dict[str, str] = {}
    plain: list[str] = []
    waiting = ""
    for word in invocation.arguments:
        if waiting:
            options[waiting] = word
            waiting = ""
        elif word.startswith("--") and "=" in word:
            name, _, value = word.partition("=")
            options[name] = value
        elif word in _VALUE_OPTIONS:
            waiting = word
        elif not word.startswith("-"):
            plain.append(word)
    return (plain[0] if plain else ""), options, plain[1:]


def _packages(
    invocation: Invocation, manager: str, options: dict[str, str], names: list[str]
) -> Iterator[InstalledPackage]:
    virtual = (options.get("--virtual") or options.get("-t") or "") if manager == "apk" else ""
    for word in names:
        name, version = _split(word, manager)
        if _NAME.fullmatch(name) and not name.startswith((".", "/", "@")) and "://" not in word:
            yield InstalledPackage(name, version, manager, invocation.where, invocation.stage, virtual)


def _split(word: str, manager: str) -> tuple[str, str | None]:
    """Return (name, pinned version) of ``name=1.2``, ``name~1.2``, ``name:amd64``, ``name/release``, ``name@edge``."""
    if manager == "apk":
        found = re.match(r"([^=<>~@]+)(?:[=<>~]+([^@]+))?(?:@.*)?$", word)
        return (found[1], found[2]) if found else ("", None)
    name, _, version = word.partition("=")
    if manager == "apt":
        name = name.partition(":")[0]
        name = "" if name.endswith(".deb") else name.partition("/")[0]
        return name, version or None
    return ("" if name.endswith(".rpm") else name), version or None
