"""Hardening facts of the way to an image: a name that moves, and signatures that nobody looked at.

They belong to how an image was found, not to what it holds, so they are no part of an inventory that is remembered.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from basewright.model.candidate import Severity
from basewright.model.hardening import BenchmarkSection, HardeningFact
from basewright.model.image import ImageIdentity
from basewright.model.inventory import Inventory

BENCHMARK: Final = "1.8.0"
"""Version of the CIS Docker Benchmark whose sections are named."""
REFERENCE_RULES: Final = ("moving-reference", "signatures-not-read")
_BY_NAME: Final = frozenset({"registry", "docker", "podman"})
"""Transports that find an image by a name which somebody can move."""
_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def with_reference_facts(inventory: Inventory, identity: ImageIdentity) -> Inventory:
    """Return `inventory` with what the way to the image tells, in the order of its hardening facts."""
    found = [*inventory.hardening, *reference_facts(identity)]
    found.sort(key=lambda one: (_ORDER[one.severity], one.rule, one.path or "", one.reason))
    return replace(inventory, hardening=tuple(found))


def reference_facts(identity: ImageIdentity) -> Iterator[HardeningFact]:
    """Yield what a reference tells by itself."""
    if identity.transport in _BY_NAME and "@sha" not in identity.reference and not _is_id(identity.reference):
        yield _moving(identity)
    if identity.transport != "dir":
        yield _fact(
            "signatures-not-read",
            Severity.NOTE,
            "signatures and attestations were not looked at: whether the publisher made this image is not known",
            "Verify it where it is pulled: `cosign verify` or `notation verify`, by digest.",
            ("4.5", "4.12"),
        )


def _is_id(reference: str) -> bool:
    """Whether a local engine was asked by an image's id."""
    return reference.rpartition(":")[2].isalnum() and "sha256:" in reference


def _moving(identity: ImageIdentity) -> HardeningFact:
    name = identity.reference.rpartition("/")[2]
    tag = name.partition(":")[2]
    digest = identity.index_digest or identity.digest
    pin = f"@{digest}" if digest is not None else "@sha256:…"
    if tag in {"", "latest"}:
        severity, what = Severity.WARNING, "named by `latest`, or by no tag: the next pull may bring another release"
    else:
        severity, what = Severity.NOTE, f"named by the tag {tag[:80]!r}, which its publisher can move"
    return _fact("moving-reference", severity, what, f"Name a release and pin it: `FROM NAME:TAG{pin}`.", ("5.28",))


def _fact(rule: str, severity: Severity, reason: str, remedy: str, sections: tuple[str, ...]) -> HardeningFact:
    return HardeningFact(
        rule, severity, reason, remedy, benchmark=tuple(BenchmarkSection(s, BENCHMARK) for s in sections)
    )
