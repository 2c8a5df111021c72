"""Pieces of the `inspect` document that stand in several of its parts."""

from basewright.model.hardening import HardeningFact
from basewright.model.image import LayerSummary
from basewright.model.inventory import Inspection
from basewright.model.redaction import redact
from basewright.report.inspection import shapes as shape


def input_of(inspection: Inspection) -> shape.InputShape:
    """Return what was read."""
    identity = inspection.identity
    return shape.InputShape(
        image=identity.reference,
        transport=identity.transport,
        digest=text(identity.digest),
        index_digest=text(identity.index_digest),
        cached_layers=inspection.cached_layers,
    )


def layer(summary: LayerSummary) -> shape.LayerShape:
    """Return one layer."""
    return shape.LayerShape(
        digest=text(summary.digest),
        diff_id=text(summary.diff_id),
        media_type=summary.media_type,
        compressed_bytes=summary.compressed_bytes,
        bytes=summary.bytes,
        files=summary.files,
        added_bytes=summary.added_bytes,
        wasted_bytes=summary.wasted_bytes,
        removed_bytes=summary.removed_bytes,
        whiteouts=summary.whiteouts,
        created_by=redact(summary.created_by) if summary.created_by is not None else None,
    )


def hardening(fact: HardeningFact) -> shape.HardeningShape:
    """Return one hardening fact."""
    return shape.HardeningShape(
        id=fact.rule,
        severity=fact.severity.value,
        path=fact.path,
        paths=list(fact.paths),
        count=fact.count,
        layer=fact.layer,
        reason=fact.reason,
        remedy=fact.remedy,
        benchmark=[shape.BenchmarkShape(section=one.section, version=one.version) for one in fact.benchmark],
    )


def text(value: object | None) -> str | None:
    """Return a value as it is written; None stays None."""
    return None if value is None else str(value)
