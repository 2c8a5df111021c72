"""Rules about how the base is named: does the same text mean the same image tomorrow."""

import re
from collections.abc import Iterator

from basewright.model.candidate import Finding, Severity
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation

_DIGIT = re.compile(r"\d")
_CODENAMES = frozenset(["bullseye", "bookworm", "trixie", "focal", "jammy", "noble", "resolute"])


def _moving(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    reference = use.reference
    if reference is None or reference.digest is not None:
        return
    tag = reference.effective_tag or ""
    names_release = _DIGIT.search(tag) or set(tag.split("-")) & _CODENAMES or "-debian" in reference.repository
    if names_release:
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


def _unpinned(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    if use.reference is None or use.reference.digest is not None:
        return
    yield Finding(
        "digest-not-pinned",
        Severity.NOTE,
        f"{use.resolved} is not pinned by digest: two builds of the same commit can differ",
        use.changed_at,
        "add @sha256:…, and let an update bot renew it",
    )


RULES = (Rule("moving-tag", _moving), Rule("digest-not-pinned", _unpinned))
