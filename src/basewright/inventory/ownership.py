"""Which package a file belongs to: one answer for each path, from all packages' lists over the finished image."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from basewright.inventory.file_table import FileTable
from basewright.model.package import Evidence, Package

_SYSTEM: Final = frozenset({"deb", "apk", "rpm", "opkg", "alpm", "ebuild", "nix"})
"""PURL types of distributions' packages."""

_RANKS: Final = {evidence: rank for rank, evidence in enumerate(Evidence)}
"""A package's own list goes before what a binary tells of the parts that it was made of."""
_CACHE: Final = "/__pycache__/"


def is_system(package: Package) -> bool:
    """Whether a distribution's package manager installed `package`."""
    return package.type in _SYSTEM and package.evidence is Evidence.DATABASE


@dataclass(frozen=True, slots=True)
class Ownership:
    """Path → PURL of its package, and the packages with their owners and notes."""

    owners: Mapping[str, str]
    packages: tuple[Package, ...]

    @property
    def by_purl(self) -> Mapping[str, Package]:
        """PURL → the first of its packages."""
        return {package.purl: package for package in reversed(self.packages)}


def assign(packages: Iterable[Package], extra: Mapping[str, str], files: FileTable) -> Ownership:
    """Return who owns what. Distributions' packages come first, then languages'; among equals the first in order.

    A language package whose record belongs to a distribution's package is linked to that one. A file that two
    packages of distributions list is the first one's, and the second says so.
    """
    ordered = list(packages)
    system = [one for one in ordered if is_system(one)]
    owners: dict[str, str] = {}
    for package in reversed(system):
        owners.update(dict.fromkeys(package.files, package.purl))
    shared = {}
    if len(owners) < sum(len(package.files) for package in system):
        shared = {id(package): counts for package in system if (counts := _claimed_before(package, owners))}
    for path, owner in extra.items():
        owners.setdefault(path, owner)
    _take_bytecode(owners, files)
    finished = [_finished(one, owners, shared.get(id(one)), files) for one in ordered]
    finished = [one for one in finished if not _repeats(one)]
    for package in sorted(finished, key=lambda one: _RANKS[one.evidence]):
        if not is_system(package):
            for path in package.files:
                owners.setdefault(path, package.purl)
            if package.evidence is not Evidence.CLAIM and package.location in files.nodes:
                owners.setdefault(package.location, package.purl)
    return Ownership(owners, tuple(finished))


def _repeats(package: Package) -> bool:
    """Whether a mark inside a distribution's package only says again what that package's record says."""
    return package.is_runtime and package.evidence is Evidence.MARKER and package.owner is not None


def _take_bytecode(owners: dict[str, str], files: FileTable) -> None:
    """Let Python's caches belong to whom their source belongs: installers write them after the list was made."""
    for path in [path for path in files.nodes if _CACHE in path]:
        if path not in owners:
            folder, _, name = path.partition(_CACHE)
            owner = owners.get(f"{folder}/{name.partition('.')[0]}.py")
            if owner is not None:
                owners[path] = owner


def _claimed_before(package: Package, owners: Mapping[str, str]) -> Mapping[str, int]:
    """Return, for each package that owns files of `package`'s list, how many."""
    purl = package.purl
    return Counter([owner for path in package.files if (owner := owners[path]) is not purl and owner != purl])


def _finished(
    package: Package, owners: Mapping[str, str], shared: Mapping[str, int] | None, files: FileTable
) -> Package:
    """Return `package` with its owner, bytes and note."""
    changes: dict[str, object] = {}
    if shared:
        told = ", ".join(f"{count} with {owner}" for owner, count in sorted(shared.items())[:3])
        changes["note"] = "; ".join(filter(None, (package.note, f"files shared: {told}")))
    if package.files and is_system(package) and (layer := files.layer_of(package.files)) is not None:
        changes["layer"] = layer  # the record is in the layer that wrote the database last
    if package.bytes is None and package.files:
        changes["bytes"] = files.bytes_of(package.files)
    place = package.location.partition("!/")[0]  # of an archive inside an archive, the outer one
    if package.owner is None and not is_system(package) and place in owners:
        changes["owner"] = owners[place]
    return dataclasses.replace(package, **changes) if changes else package  # type: ignore[arg-type]  # names above
