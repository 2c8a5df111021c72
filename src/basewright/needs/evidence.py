"""The needs that many detectors make: one piece of evidence at one place."""

from basewright.model.need import Confidence, Evidence, EvidenceKind, Need, NeedKind, Phase
from basewright.model.redaction import redact
from basewright.model.span import Location
from basewright.needs.invocation import Invocation, Source

_TEXT_LIMIT = 120
_READ = 4096
"""Characters of a text that are looked at: what stands behind them is cut away in any case."""


def need(
    kind: NeedKind,
    value: str,
    where: Location,
    what: str,
    *,
    confidence: Confidence = Confidence.CERTAIN,
    origin: EvidenceKind = EvidenceKind.FILE,
    phase: Phase = Phase.RUN,
    version: str | None = None,
    is_range: bool = False,
    musl: bool | None = None,
    detail: str = "",
    avoidable: str = "",
) -> Need:
    """Return a need with one piece of evidence; `is_range`: the version is the least that a range allows."""
    named = "" if is_range else version or ""
    evidence = (Evidence(where, redact(what), origin, named),)
    return Need(
        kind=kind,
        value=value,
        evidence=evidence,
        confidence=confidence,
        phase=phase,
        version=version,
        musl=musl,
        detail=redact(detail),
        avoidable=avoidable,
    )


def shortened(text: str) -> str:
    """Return `text` on one line, cut to what a sentence can hold; what is no text (stray bytes) becomes ``?``.

    Values that look like secrets are hidden first: what is cut in the middle would not be known for one.
    """
    whole = text if len(text) <= _READ else " ".join(text[:_READ].split()[:-1])
    line = " ".join(redact(whole.encode("utf-8", "replace").decode()).split())
    return line if len(line) <= _TEXT_LIMIT else f"{line[: _TEXT_LIMIT - 1]}…"


def calls(invocation: Invocation) -> str:
    """Say what calls `invocation`: ``HEALTHCHECK calls curl``."""
    condition = " on a condition" if invocation.confidence is Confidence.MEDIUM else ""
    return f"{subject(invocation.source)} calls {shortened(invocation.program)}{condition}"


def subject(source: Source) -> str:
    """Return the words for `source` at the head of a sentence."""
    return {Source.SCRIPT: "a script that runs", Source.PACKAGE_SCRIPT: "a package.json script that runs"}.get(
        source, source.value
    )
