"""Rules about how the base is named: does the same text mean the same image tomorrow."""

import re
from collections.abc import Iterator

from basewright.model.candidate import Finding, Severity
from basewright.model.need import NeedKind
from basewright.model.workload import Origin
from basewright.recommend import references
from basewright.recommend.findings.base_state import is_unpublished
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation

_DIGIT = re.compile(r"\d")
_RELEASE_IN_NAME = re.compile(r"(?:^|/)ubi\d+(?:[/-]|$)|-debian\d+$")
"""Repositories that hold one release each: ``ubi9/ubi``, ``distroless/static-debian13``."""
_CODENAMES = frozenset(["bullseye", "bookworm", "trixie", "focal", "jammy", "noble", "resolute"])


def _moving(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    reference = use.reference
    if reference is None or reference.digest is not None or is_unpublished(situation):
        return
    tag = reference.effective_tag or ""
    names_release = (
        _DIGIT.search(tag) or set(tag.split("-")) & _CODENAMES or _RELEASE_IN_NAME.search(reference.repository)
    )
    if names_release:
        yield from _moving_system(situation, tag)
        return
    shown = f"{use.resolved} names no release" if reference.tag else f"{use.resolved} has no tag, so means latest"
    stateful = "; a next major version would not open the data of this volume" if situation.is_stateful else ""
    yield Finding(
        "moving-tag",
        Severity.ERROR if stateful else Severity.WARNING,
        f"{shown}: the next pull may bring another major version{stateful}",
        use.changed_at,
        "name the release: its version and, where the image offers it, the distribution's release",
    )


def _moving_system(situation: Situation, tag: str) -> Iterator[Finding]:
    """Yield a tag under a PostgreSQL volume that leaves the distribution to its publisher: its move is a migration."""
    base = situation.base
    stateful = any(need.value == "postgres" for need in situation.of_kind(NeedKind.STATEFUL_DATA))
    if (
        base is None
        or base.os is None
        or not stateful
        or not base.reference.tag
        or "official" not in base.vendor.lower()
    ):
        return
    if base.reference.tag == tag or set(tag.split("-")) & _CODENAMES or re.search(r"alpine\d", tag):
        return
    yield Finding(
        "moving-tag",
        Severity.WARNING,
        f"{situation.workload.base.resolved} leaves the distribution to its publisher (today {base.os.id} "
        f"{base.os.version or ''}): when that moves, the C library under this volume changes with a plain pull",
        situation.workload.base.changed_at,
        f"name it: {base.reference}; see {references.COLLATION_MISMATCH}",
        {"instead": str(base.reference)},
    )


def _unpinned(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    if use.reference is None or use.reference.digest is not None or is_unpublished(situation):
        return
    if situation.workload.origin is Origin.IMAGE:
        return  # an image alone: nothing names it, so there is nothing to pin it in
    yield Finding(
        "digest-not-pinned",
        Severity.NOTE,
        f"{use.resolved} is not pinned by digest: two builds of the same commit can differ",
        use.changed_at,
        "write @sha256:… behind the tag, and let an update bot renew it",
    )


RULES = (Rule("moving-tag", _moving), Rule("digest-not-pinned", _unpinned))
