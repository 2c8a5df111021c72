"""The stage's function: a workload in, its needs out."""

from collections.abc import Iterable

from basewright.model.base import BaseImage
from basewright.model.need import Confidence, Evidence, Need, NeedKind, Phase
from basewright.model.workload import Workload
from basewright.needs.declared import contradicted
from basewright.needs.detectors import DETECTORS
from basewright.needs.view import WorkloadView


def evaluate(workload: Workload, base: BaseImage | None) -> tuple[Need, ...]:
    """Return what `workload` needs, sorted; one need per kind, value and phase, with all its evidence.

    `base` is what the catalog knows of the workload's base, None where it knows nothing.
    """
    view = WorkloadView.of(workload, base)
    return contradicted(merge(need for detect in DETECTORS for need in detect(view)), workload)


def merge(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Join needs of the same kind, value and phase: all evidence, the strongest confidence, what all agree on."""
    groups: dict[tuple[NeedKind, str, Phase], list[Need]] = {}
    for need in needs:
        groups.setdefault((need.kind, need.value, need.phase), []).append(need)
    return tuple(_joined(groups[key]) for key in sorted(groups))


def _joined(needs: list[Need]) -> Need:
    first = needs[0]
    evidence = tuple(sorted({one for need in needs for one in need.evidence}, key=_order))
    strongest = max(need.confidence for need in needs)
    return Need(
        kind=first.kind,
        value=first.value,
        evidence=evidence,
        confidence=strongest,
        phase=first.phase,
        version=_version(needs),
        musl=_musl(needs),
        detail=_sentences(need.detail for need in needs),
        links=tuple(sorted({one for need in needs for one in need.links})),
        path=_only(need.path for need in needs),
        image=_only(need.image for need in needs),
        avoidable=_avoidable(needs),
    )


def _order(evidence: Evidence) -> tuple[str, int, str, str]:
    return evidence.where.file, evidence.where.line, evidence.what, evidence.kind.value


def _version(needs: list[Need]) -> str | None:
    """Return the version with the strongest evidence; the more exact one among equals."""
    told = [need for need in needs if need.version]
    best = max(told, key=lambda need: (need.confidence, len(need.version or ""), need.version or ""), default=None)
    return best.version if best else None


def _musl(needs: list[Need]) -> bool | None:
    """Return False where any says so: one missing build is enough to fail."""
    told = {need.musl for need in needs}
    return False if False in told else (True if True in told else None)


def _avoidable(needs: list[Need]) -> str:
    """Return how the need could go away: only where every reason for it could. Hints do not hold a need in place."""
    counted = [need for need in needs if need.confidence > Confidence.LOW] or needs
    return "" if any(not need.avoidable for need in counted) else _sentences(need.avoidable for need in counted)


def _only(values: Iterable[str]) -> str:
    """Return the one value that is told; "" where none is, or where several contradict."""
    told = {value for value in values if value}
    return told.pop() if len(told) == 1 else ""


def _sentences(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
