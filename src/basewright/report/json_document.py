"""Format ``json``: the assessment as a document for other programs."""

from collections.abc import Iterable

from basewright import __version__
from basewright.model.assessment import AssessedWorkload, Assessment, ReadImage
from basewright.model.base import BaseImage, Hardened, Horizon
from basewright.model.candidate import Candidate, Change, Finding, Refusal
from basewright.model.contract import Difference
from basewright.model.need import Need
from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import BaseUse, Workload
from basewright.report import json_risk, urgency, view
from basewright.report import json_shapes as shape
from basewright.report.interface import RenderOptions
from basewright.report.json_encoding import encode


def write(assessment: Assessment, options: RenderOptions) -> bytes:
    """Return the document, indented, lists sorted."""
    del options  # a document for programs looks the same everywhere
    return encode(document(assessment))


def document(assessment: Assessment) -> shape.AssessDocument:
    """Return `assessment` in the shape that the contract promises."""
    return shape.AssessDocument(
        schema="basewright/assess/1",
        tool=shape.Tool(name="basewright", version=__version__),
        created=assessment.created,
        input=shape.Input(
            target=assessment.target,
            catalog_date=assessment.catalog_date,
            files=[shape.InputFile(path=path, digest=f"sha256:{digest}") for path, digest in sorted(assessment.inputs)],
        ),
        unknowns=_unknowns(assessment.unknowns),
        incomplete=assessment.is_incomplete,
        excluded=[
            shape.UnknownShape(path=one.path, reason=one.reason)
            for one in sorted(assessment.excluded, key=lambda one: (one.path, one.reason))
        ],
        not_looked_at=list(view.not_looked_at(assessment)),
        images=shape.ImagesShape(
            read=[_read_image(one) for one in assessment.images.read],
            unread=[
                shape.UnreadImageShape(
                    workload=one.workload, role=one.role.value, reference=one.reference, reason=one.reason
                )
                for one in assessment.images.unread
            ],
        ),
        workloads=[_workload(one) for one in sorted(assessment.workloads, key=lambda one: one.workload.name)],
        risk=json_risk.of_project(assessment),
        threats=json_risk.threats(assessment),
    )


def _read_image(image: ReadImage) -> shape.ReadImageShape:
    return shape.ReadImageShape(
        workload=image.workload,
        role=image.role.value,
        reference=image.reference,
        transport=image.transport,
        digest=image.digest,
        created=image.created,
        system=image.system,
        user=image.user,
        bytes=image.bytes,
        compressed_bytes=image.compressed_bytes,
        packages=image.packages,
        executables=image.executables,
        setuid=image.setuid,
        wasted_bytes=image.wasted_bytes,
        warnings=list(image.warnings),
        incomplete=image.is_incomplete,
    )


def _workload(assessed: AssessedWorkload) -> shape.WorkloadShape:
    workload, advice = assessed.workload, assessed.recommendation
    return shape.WorkloadShape(
        name=workload.name,
        service=workload.service,
        origin=workload.origin.value,
        stage=_stage(workload),
        source=_place(workload.base.where),
        base=_base(workload.base, assessed),
        needs=sorted((_need(one) for one in assessed.needs), key=lambda one: (one.phase, one.kind, one.value)),
        findings=sorted((_finding(one) for one in advice.findings), key=_finding_order),
        declarations=[
            shape.DeclarationShape(
                key=one.key, value=one.value, owner=one.owner, reason=one.reason, where=_place(one.where)
            )
            for one in urgency.declarations(assessed)
        ],
        risk=json_risk.of_workload(assessed),
        candidates=[_candidate(one) for one in sorted(advice.candidates, key=lambda one: one.rank)],
        refusals=sorted((_refusal(one) for one in advice.refusals), key=lambda one: (one.reference, one.cause)),
        gap=sorted(
            (shape.GapShape(what=one.what, ideal=one.ideal, now=one.now, met=one.is_met) for one in advice.gap),
            key=lambda one: (one.what, one.ideal),
        ),
        actions=[
            shape.ActionShape(
                rank=one.rank,
                kind=one.kind.value,
                what=one.what,
                why=one.why,
                change=one.change or None,
                where=_place(one.where) if one.where else None,
            )
            for one in sorted(advice.actions, key=lambda one: one.rank)
        ],
        unknowns=_unknowns(assessed.unknowns),
    )


def _stage(workload: Workload) -> str | None:
    if workload.build is None:
        return None
    stage = workload.build.stages[workload.build.target]
    return stage.name or str(stage.index)


def _base(use: BaseUse, assessed: AssessedWorkload) -> shape.BaseShape:
    current, known = assessed.recommendation.current, view.current_base(assessed)
    system = known.os if known else None
    return shape.BaseShape(
        written=use.written,
        reference=str(use.reference) if use.reference else None,
        digest=str(use.reference.digest) if use.reference and use.reference.digest else None,
        recognised=current.match.value if current else None,
        changed_at=_place(use.changed_at),
        family=(known.family or None) if known else None,
        kind=known.kind.value if known and known.kind else None,
        hardened=_hardened(known.hardened) if known else None,
        os=system.id if system else None,
        os_version=system.version if system else None,
        libc=known.libc if known else None,
        shell=known.shell if known else None,
        package_manager=known.package_manager if known else None,
        user=known.user if known else None,
        compressed_bytes=known.compressed_bytes if known else None,
        bytes=known.bytes if known else None,
        packages=known.packages if known else None,
        executables=known.executables if known else None,
        setuid=known.setuid if known else None,
        horizon=_horizon(known.horizon) if known else None,
        end_of_life=known.horizon.earliest() if known else None,
        notes=[*(known.notes if known else ()), *(current.notes if current else ())],
        reason=use.reason or None,
    )


def _need(need: Need) -> shape.NeedShape:
    return shape.NeedShape(
        kind=need.kind.value,
        value=need.value,
        version=need.version,
        phase=need.phase.value,
        confidence=need.confidence.name.lower(),
        musl=need.musl,
        detail=need.detail or None,
        avoidable=need.avoidable or None,
        evidence=[
            shape.EvidenceShape(where=_place(one.where), what=one.what, kind=one.kind.value)
            for one in sorted(need.evidence)
        ],
    )


def _candidate(candidate: Candidate) -> shape.CandidateShape:
    base: BaseImage = candidate.base
    return shape.CandidateShape(
        reference=str(base.reference),
        rank=candidate.rank,
        rank_reason=candidate.rank_reason,
        suitability=candidate.suitability.value,
        vendor=base.vendor or None,
        family=base.family or None,
        kind=base.kind.value if base.kind else None,
        hardened=_hardened(base.hardened),
        access=base.access.value,
        expected=shape.ExpectedShape(
            compressed_bytes=_change(candidate.expected.compressed_bytes),
            bytes=_change(candidate.expected.bytes),
            packages=_change(candidate.expected.packages),
            executables=_change(candidate.expected.executables),
            setuid=_change(candidate.expected.setuid),
            advisories=None,
        ),
        contract=sorted((_difference(one) for one in candidate.contract), key=lambda one: (one.aspect, one.new or "")),
        horizon=_horizon(base.horizon),
        trade_offs=sorted(
            (
                shape.TradeOffShape(kind=one.kind.value, what=one.what, met_by=one.met_by or None)
                for one in candidate.trade_offs
            ),
            key=lambda one: (one.kind, one.what),
        ),
        warnings=sorted(candidate.warnings),
        evidence=sorted(candidate.evidence),
    )


def _difference(difference: Difference) -> shape.DifferenceShape:
    return shape.DifferenceShape(
        aspect=difference.aspect.value,
        old=difference.old,
        new=difference.new,
        effect=difference.effect.value,
        touches=_places(difference.touches),
        explanation=difference.explanation or None,
        reference=difference.reference or None,
    )


def _refusal(refusal: Refusal) -> shape.RefusalShape:
    return shape.RefusalShape(
        reference=refusal.reference,
        cause=refusal.cause,
        needs=sorted(refusal.needs),
        where=_places(refusal.where),
        plan=refusal.plan or None,
    )


def _finding(finding: Finding) -> shape.FindingShape:
    return shape.FindingShape(
        rule=finding.rule,
        severity=finding.severity.value,
        message=finding.message,
        where=_place(finding.where),
        remedy=finding.remedy or None,
        data=dict(sorted(finding.data.items())),
    )


def _finding_order(finding: shape.FindingShape) -> tuple[str, int, str, str]:
    return finding.where.file, finding.where.line, finding.rule, finding.message


def _horizon(horizon: Horizon) -> shape.HorizonShape:
    return shape.HorizonShape(
        security_end=horizon.security_end,
        lts_end=horizon.lts_end,
        runtime_end=horizon.runtime_end,
        retired=horizon.retired,
        publisher_end=horizon.publisher_end,
        earliest=horizon.earliest(),
    )


def _hardened(hardened: Hardened | None) -> shape.HardenedShape | None:
    return shape.HardenedShape(vendor=hardened.vendor, basis=hardened.basis) if hardened else None


def _change(change: Change) -> shape.ChangeShape:
    return shape.ChangeShape(today=change.today, after=change.after, saved=change.saved)


def _place(where: Location) -> shape.Place:
    return shape.Place(file=where.file, line=where.line)


def _places(where: Iterable[Location]) -> list[shape.Place]:
    return [_place(one) for one in sorted(set(where))]


def _unknowns(unknowns: Iterable[Unknown]) -> list[shape.UnknownShape]:
    return [shape.UnknownShape(path=one.path, reason=one.reason) for one in sorted(set(unknowns))]
