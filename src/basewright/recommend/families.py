"""The families of bases by the words that people use for them, and which of them can exist for a subject at all."""

from basewright.model.base import BaseImage, Kind
from basewright.recommend.subject import Subject, SubjectKind

_BY_VENDOR = (
    ("distroless", "distroless"),
    ("hardened", "docker-hardened-images"),
    ("chainguard", "chainguard"),
    ("red hat", "ubi"),
    ("canonical", "chiselled-ubuntu"),
    ("microsoft", "microsoft"),
)
_PACKAGING = {
    "debian": "apt",
    "ubuntu": "apt",
    "alpine": "apk",
    "wolfi": "apk",
    "chainguard": "apk",
    "rhel": "dnf",
    "ubi": "dnf",
    "oracle": "dnf",
    "ol": "dnf",
    "amazonlinux": "dnf",
    "almalinux": "dnf",
    "rockylinux": "dnf",
    "fedora": "dnf",
    "azurelinux": "dnf",
    "photon": "dnf",
}
_MANAGER_PROGRAMS = {
    "apt": frozenset({"apt", "apt-get", "dpkg"}),
    "apk": frozenset({"apk"}),
    "dnf": frozenset({"dnf", "yum", "microdnf", "tdnf", "rpm"}),
}


def label(base: BaseImage) -> str:
    """Return the family under which a reader looks for `base`: ``distroless``, ``alpine``, ``debian-slim``."""
    if base.kind is Kind.SCRATCH:
        return "scratch"
    vendor = base.vendor.lower()
    for part, name in _BY_VENDOR:
        if part in vendor:
            return name
    if base.kind is Kind.SLIM:
        return f"{base.family or 'unknown'}-slim"
    return base.family or base.vendor or "unknown"


def expected_labels(subject: Subject) -> tuple[str, ...]:
    """Return the families that a reader expects to see weighed for `subject`, found or refused."""
    always = ("alpine", "chainguard", "distroless", "docker-hardened-images")
    if subject.kind is SubjectKind.STATIC:
        return (*always, "scratch")
    if subject.kind is SubjectKind.DYNAMIC:
        return (*always, "debian-slim", "scratch", "ubi")
    return (*always, "scratch")


def packaging(base: BaseImage) -> str | None:
    """Return ``apt``, ``apk`` or ``dnf``: whose packages the distribution takes, None where not known."""
    return _PACKAGING.get(base.family)


def manager_programs(packaging_name: str) -> frozenset[str]:
    """Return the programs that install packages there."""
    return _MANAGER_PROGRAMS.get(packaging_name, frozenset())
