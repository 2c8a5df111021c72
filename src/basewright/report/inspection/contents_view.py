"""What every format for people says of the contents of an image: packages, executables, folders, hardening facts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from basewright.model.candidate import Severity
from basewright.model.executable import ElfFacts
from basewright.model.hardening import HardeningFact
from basewright.model.inventory import Coverage, DirectorySize, Executable, Inventory
from basewright.model.package import Package
from basewright.report import wording

SEVERITIES: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
TYPES: Final = {
    "apk": "system", "cargo": "Rust", "composer": "PHP", "deb": "system", "gem": "Ruby", "generic": "programs",
    "golang": "Go", "maven": "Java", "npm": "Node.js", "nuget": ".NET", "pypi": "Python", "rpm": "system",
}  # fmt: skip
"""PURL types in the words of their users."""
_INSIDE: Final = frozenset({"cargo", "generic", "golang", "maven", "nuget"})
"""Types that are found within programs and archives, which may be files of another package."""
_PLACES, _PLACES_LONG = 4, 90
"""Places of one fact that are named, and their characters together."""
_PLURALS: Final = frozenset({"programs", "shared objects", "scripts", "other objects"})
_NEARLY_ALL: Final = 0.75
"""Share of a folder's bytes from which on the folder below says more than the folder."""


@dataclass(frozen=True, slots=True)
class PackageGroup:
    """The packages of one type."""

    type: str
    count: int
    owned: int
    """How many of them a package of the distribution brought."""
    bytes: int | None
    """Of the files that are theirs before any other package's; None where they have none: parts of other packages."""
    biggest: tuple[Package, ...]
    """Those of known size that no other package brought, largest first."""

    @property
    def lacking(self) -> str:
        """Why the type has no bytes; empty where it has some, or the distribution's packages have them all."""
        if self.bytes is not None or self.owned == self.count:
            return ""
        return "inside other packages' files" if self.type in _INSIDE else "of no size of their own"

    @property
    def title(self) -> str:
        """The type as its users call it: ``Python (pypi)``."""
        name = TYPES.get(self.type)
        return f"{name} ({self.type})" if name else self.type


def groups(inventory: Inventory) -> list[PackageGroup]:
    """Return the packages by type: those of distributions first, then by bytes and count.

    Each file counts for one package, so that the bytes of all types add up to what packages explain.
    """
    by_type: dict[str, list[Package]] = {}
    for one in inventory.packages:
        by_type.setdefault(one.type, []).append(one)
    own: dict[str, int] = {}
    for share in inventory.shares:
        if share.package is not None:
            type_ = share.package.removeprefix("pkg:").partition("/")[0]
            own[type_] = own.get(type_, 0) + share.bytes
    found = [_group(type_, members, own.get(type_, 0)) for type_, members in by_type.items()]
    return sorted(
        found, key=lambda one: (one.type not in {"apk", "deb", "rpm"}, -(one.bytes or 0), -one.count, one.type)
    )


def _group(type_: str, members: list[Package], own_bytes: int) -> PackageGroup:
    return PackageGroup(
        type=type_,
        count=len(members),
        owned=sum(one.owner is not None for one in members),
        bytes=own_bytes or None,
        biggest=tuple(biggest(members)),
    )


def biggest(packages: Iterable[Package]) -> list[Package]:
    """Return the packages of known size, largest first; without those that a package of the distribution brought."""
    known = [one for one in packages if one.bytes and one.owner is None]
    return sorted(known, key=lambda one: (-(one.bytes or 0), one.type, one.name, one.version or "", one.location))


def executables(inventory: Inventory) -> list[tuple[str, int]]:
    """Return how many executables of each kind there are, what a reader should look at last; zeros left out."""
    counts = Counter[str]()
    for one in inventory.executables:
        counts.update(_traits(one))
    order = (
        *("programs", "shared objects", "scripts", "other objects", "set-uid or set-gid"),
        *("statically linked", "made by Go", "at a fixed address (not PIE)", "with an executable stack"),
        *("without RELRO", "no package explains"),
    )
    counts["set-uid or set-gid"] = len(inventory.setuid)
    counts["no package explains"] = len(inventory.coverage.unexplained_executables)
    return [
        (name.removesuffix("s") if counts[name] == 1 and name in _PLURALS else name, counts[name])
        for name in order
        if counts[name]
    ]


def _traits(one: Executable) -> Iterable[str]:
    facts = one.facts
    if not isinstance(facts, ElfFacts):
        return ("scripts",)
    found = [{"executable": "programs", "shared": "shared objects"}.get(facts.kind, "other objects")]
    if facts.kind == "executable":
        found += ["statically linked"] * facts.is_static + ["made by Go"] * facts.is_go
        found += ["at a fixed address (not PIE)"] * (not facts.is_pie)
    if facts.kind in {"executable", "shared"}:
        found += ["with an executable stack"] * (facts.nx is False) + ["without RELRO"] * (facts.relro == "none")
    return found


def hardening(facts: Iterable[HardeningFact]) -> list[HardeningFact]:
    """Return hardening facts, the gravest first."""
    return sorted(facts, key=lambda one: (SEVERITIES[one.severity], one.rule, one.path or "", one.reason))


def place(fact: HardeningFact) -> str:
    """Return where a fact was seen, the rest of many places counted; empty where the configuration is meant."""
    places = fact.paths or ((fact.path,) if fact.path else ())
    shown: list[str] = []
    for one in places[:_PLACES]:
        if shown and sum(map(len, shown)) + len(one) > _PLACES_LONG:
            break
        shown.append(one)
    more = max(fact.count, len(places)) - len(shown)
    return f"{', '.join(shown)} and {more} more" if shown and more > 0 else ", ".join(shown)


def benchmark(fact: HardeningFact) -> str:
    """Return the checks of the CIS Docker Benchmark that a fact bears on."""
    by_version: dict[str, list[str]] = {}
    for one in fact.benchmark:
        by_version.setdefault(one.version, []).append(one.section)
    return "; ".join(f"CIS Docker Benchmark {version}: {', '.join(found)}" for version, found in by_version.items())


def group_sentence(group: PackageGroup) -> str:
    """Return what there is to say of the packages of one type."""
    parts = [group.title]
    if group.bytes is not None:
        parts.append(wording.size(group.bytes))
    elif group.lacking:
        parts.append(group.lacking)
    if group.owned:
        parts.append(
            "all brought by the distribution"
            if group.owned == group.count
            else f"{group.owned} brought by the distribution"
        )
    return ", ".join(parts)


def coverage_sentence(coverage: Coverage) -> str:
    """Return how much of the image packages explain."""
    if not coverage.files:
        return "the image holds no file"
    return (
        f"{share(coverage.explained_bytes, coverage.bytes)} of the bytes and "
        f"{share(coverage.explained_files, coverage.files)} of the files belong to a package"
    )


def largest_folders(folders: Iterable[DirectorySize]) -> list[DirectorySize]:
    """Return the largest folders, without those of which a single folder below is nearly all."""
    largest_below: dict[str, int] = {}
    found = list(folders)
    for one in found:
        parent = one.path.rpartition("/")[0]
        largest_below[parent] = max(largest_below.get(parent, 0), one.bytes)
    return [one for one in found if largest_below.get(one.path, 0) < _NEARLY_ALL * one.bytes]


def share(part: int, whole: int) -> str:
    """Return a share in percent; no rounding makes it all or nothing."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "under 0.1 %"
    if 99.9 < percent < 100:
        return "over 99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")
