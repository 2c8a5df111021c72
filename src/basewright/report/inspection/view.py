"""What every format for people says of an inspection: the same facts in the same order and words."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from basewright.model.candidate import Severity
from basewright.model.executable import ElfFacts
from basewright.model.hardening import HardeningFact
from basewright.model.image import ImageConfig, ImageHealthcheck, ImageIdentity, LayerSummary
from basewright.model.inventory import Coverage, DirectorySize, Executable, Inspection, Inventory
from basewright.model.package import Package
from basewright.model.redaction import redact_value, redact_words
from basewright.report import wording

NOT_LOOKED_AT: Final = (
    ("advisories", "no vulnerability was looked up, so nothing here says that a package is safe or unsafe"),
    ("behaviour", "nothing of the image was run: what is downloaded or unpacked at its start is not seen"),
    ("signatures", "whether the publisher signed the image, or attested how it was built, was not checked"),
    ("secrets in files", "contents were not searched for credentials; names, permissions and the configuration were"),
)
"""What no inspection looks at, each in a word and a sentence."""
SEVERITIES: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
TYPES: Final = {
    "apk": "Alpine", "cargo": "Rust", "composer": "PHP", "deb": "Debian", "gem": "Ruby", "generic": "programs",
    "golang": "Go", "maven": "Java", "npm": "Node.js", "nuget": ".NET", "pypi": "Python", "rpm": "RPM",
}  # fmt: skip
"""PURL types in the words of their users."""
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
    """Of those that no package of the distribution brought; None where none of them tells its files."""
    biggest: tuple[Package, ...]
    """Those of known size that no other package brought, largest first."""

    @property
    def title(self) -> str:
        """The type as its users call it: ``Python (pypi)``."""
        name = TYPES.get(self.type)
        return f"{name} ({self.type})" if name else self.type


def platform(inspection: Inspection) -> str:
    """Return the platform of the image, as its index or configuration names it."""
    named = inspection.identity.platform or (inspection.config.platform if inspection.config else None)
    return str(named) if named else "platform not known"


def source(identity: ImageIdentity) -> str:
    """Return where the image was read; empty where its reference says it already."""
    if identity.reference.startswith(f"{identity.transport}:"):
        return ""
    names = {"docker": "Docker", "podman": "Podman", "registry": "its registry"}
    return f"from {names.get(identity.transport, identity.transport)}"


def age(inspection: Inspection) -> str:
    """Return when the image was made and how long ago that is, as its configuration claims."""
    created = inspection.config.created if inspection.config else None
    if created is None:
        return wording.NOT_KNOWN
    day = created.date()
    if day.year <= 1980:
        return f"{day} (a fixed date, as reproducible builds set it)"
    days = (inspection.created.date() - day).days
    if days < 0:
        return f"{day} (in the future)"
    return f"{day} ({_ago(days)})"


def _ago(days: int) -> str:
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 60:
        return f"{days} days ago"
    return f"{round(days / 30.44)} months ago" if days < 730 else f"{days / 365.25:.1f} years ago"


def system(inspection: Inspection) -> str:
    """Return the distribution and its release, and how that was told where it is a guess."""
    os = inspection.inventory.os
    if os is None:
        return "no distribution was recognised"
    name = os.pretty_name or " ".join(filter(None, (os.id, os.version_id)))
    return f"{name} (guessed from /{os.path})" if os.is_guess else name


def support(inspection: Inspection) -> tuple[str, bool]:
    """Return until when the distribution's release is supported, and whether that is over; empty without release."""
    end, today = inspection.end_of_life, inspection.created.date()
    if inspection.inventory.os is None:
        return "", False
    if end is None:
        return "end of support not known", False
    if end.security_end is None:
        if end.is_over is None:
            return "end of support not known", False
        return ("support has ended", True) if end.is_over else ("supported", False)
    if end.security_end >= today:
        return f"supported until {end.security_end}", False
    if end.lts_end is not None and end.lts_end >= today:
        return f"support ended on {end.security_end}, long-term support until {end.lts_end}", False
    return f"support ended on {max(end.security_end, end.lts_end or dt.date.min)}", True


def libc(inventory: Inventory) -> str:
    """Return the C libraries with their versions; says so where there is none."""
    found = dict.fromkeys(" ".join(filter(None, (one.name, one.version))) for one in inventory.libc)
    return ", ".join(found) or "no C library"


def user(config: ImageConfig | None) -> tuple[str, bool]:
    """Return as whom the image runs, and whether that is root."""
    if config is None:
        return wording.NOT_KNOWN, False
    name = config.user.partition(":")[0]
    if not config.user:
        return "root, since no user is set", True
    if name in {"root", "0"}:
        return "root" if config.user == "root" else f"root ({config.user})", True
    return config.user, False


def words(command: tuple[str, ...] | None) -> str:
    """Return a command as the exec form writes it, credentials hidden."""
    if not command:
        return "" if command is None else "[]"
    quoted = (f'"{word}"' for word in redact_words(command))
    return f"[{', '.join(quoted)}]"


def starts(config: ImageConfig) -> str:
    """Return what a container of the image runs: entrypoint, then command."""
    parts = [words(command) for command in (config.entrypoint, config.command) if command]
    return " then ".join(parts) or "nothing: neither entrypoint nor command is set"


def settings(config: ImageConfig) -> list[tuple[str, str]]:
    """Return further settings that the image makes, as terms and texts."""
    told = [
        ("folder", config.working_directory),
        ("ports", ", ".join(config.exposed_ports)),
        ("volumes", ", ".join(config.volumes)),
        ("stops on", config.stop_signal or ""),
        ("health", health(config.healthcheck)),
    ]
    return [(term, text) for term, text in told if text]


def health(check: ImageHealthcheck | None) -> str:
    """Return the health check, credentials hidden."""
    if check is None or not check.test:
        return "none"
    if check.test == ("NONE",):
        return "switched off"
    times = (("every", check.interval), ("at most", check.timeout))
    said = [f"{word} {seconds:g} s" for word, seconds in times if seconds]
    return ", ".join((" ".join(redact_words(check.test[1:])), *said))


def variables(config: ImageConfig) -> list[tuple[str, str]]:
    """Return the environment in its order, credentials hidden."""
    return [(name, redact_value(name, value)) for name, value in config.environment]


def labels(config: ImageConfig) -> list[tuple[str, str]]:
    """Return the labels by name, credentials hidden."""
    return [(name, redact_value(name, value)) for name, value in sorted(config.labels.items())]


def sizes(inspection: Inspection) -> str:
    """Return the sizes in one sentence."""
    inventory, packed = inspection.inventory, inspection.identity.compressed_bytes
    parts = [f"{wording.size(inventory.bytes)} unpacked in {wording.count(inventory.files)} files"]
    if packed is not None:
        parts.append(f"{wording.size(packed)} to download")
    parts.append(wording.plural(len(inventory.layers), "layer"))
    return ", ".join(parts)


def groups(packages: Iterable[Package]) -> list[PackageGroup]:
    """Return the packages by type: those of distributions first, then by bytes and count."""
    by_type: dict[str, list[Package]] = {}
    for one in packages:
        by_type.setdefault(one.type, []).append(one)
    found = [_group(type_, members) for type_, members in by_type.items()]
    return sorted(
        found, key=lambda one: (one.type not in {"apk", "deb", "rpm"}, -(one.bytes or 0), -one.count, one.type)
    )


def _group(type_: str, members: list[Package]) -> PackageGroup:
    known = [one.bytes for one in members if one.bytes is not None and one.owner is None]
    return PackageGroup(
        type=type_,
        count=len(members),
        owned=sum(one.owner is not None for one in members),
        bytes=sum(known) if known else None,
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
    return [(name, counts[name]) for name in order if counts[name]]


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
    shown = ", ".join(places[:3])
    more = max(fact.count, len(places)) - min(len(places), 3)
    return f"{shown} and {more} more" if places and more > 0 else shown


def benchmark(fact: HardeningFact) -> str:
    """Return the checks of the CIS Docker Benchmark that a fact bears on."""
    return ", ".join(f"CIS Docker Benchmark {one.version}, {one.section}" for one in fact.benchmark)


def group_sentence(group: PackageGroup) -> str:
    """Return what there is to say of the packages of one type."""
    parts = [group.title]
    if group.bytes is not None:
        parts.append(wording.size(group.bytes))
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


def layer_label(number: int, layer: LayerSummary) -> str:
    """Return what a layer is called: its number, and the start of its diff ID."""
    return f"{number} {layer.diff_id.hex[:12]}" if layer.diff_id else str(number)


def next_steps(reference: str, *, verbose: bool) -> list[tuple[str, str]]:
    """Return commands that go on from here, each with what it gives; `reference` is quoted for a shell."""
    steps = [(f"basewright inspect {reference} -o html=image.html", "a page with a treemap of bytes")]
    if not verbose:
        steps.append((f"basewright inspect {reference} -v", "every layer, path, package and fact"))
    steps.append((f"basewright inspect {reference} --against OTHER", "what differs from another image"))
    steps.append(("basewright assess .", "which smaller base fits the project in this folder"))
    return steps
