"""The parts of the JSON document that say what the bases expose, today and with the first candidates."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Kind
from basewright.report import exposure, view
from basewright.report import json_shapes as shape


def of_workload(assessed: AssessedWorkload) -> shape.RiskShape:
    """Return the attack surface of one workload's base, before and after."""
    return shape.RiskShape(
        before=_surface(assessed, view.current_base(assessed)),
        after=_surface(assessed, exposure.base_after(assessed)),
    )


def of_project(assessment: Assessment) -> shape.ProjectRiskShape:
    """Return the sums over all workloads, before and after."""
    return shape.ProjectRiskShape(
        before=_surface_sum(exposure.project_surface(assessment, after=False)),
        after=_surface_sum(exposure.project_surface(assessment, after=True)),
    )


def threats(assessment: Assessment) -> list[shape.ThreatShape]:
    """Return every threat with whom it concerns, sorted by id."""
    return [_threat(one, assessment) for one in sorted(exposure.THREATS, key=lambda one: one.id)]


def _surface(assessed: AssessedWorkload, base: BaseImage | None) -> shape.SurfaceShape:
    found = exposure.surface(assessed, base)
    return shape.SurfaceShape(
        reference=None if base is None or base.kind is Kind.SCRATCH else str(base.reference),
        packages=found.packages,
        executables=found.executables,
        setuid=found.setuid,
        shell=_truth(found.shells),
        package_manager=_truth(found.package_managers),
        root=_truth(found.roots),
        compressed_bytes=found.compressed_bytes,
        bytes=found.bytes,
        advisories=None,
    )


def _truth(number: int | None) -> bool | None:
    return None if number is None else bool(number)


def _surface_sum(found: exposure.Surface) -> shape.SurfaceSumShape:
    return shape.SurfaceSumShape(
        packages=found.packages,
        executables=found.executables,
        setuid=found.setuid,
        shells=found.shells,
        package_managers=found.package_managers,
        roots=found.roots,
        compressed_bytes=found.compressed_bytes,
        bytes=found.bytes,
        advisories=None,
    )


def _threat(threat: exposure.Threat, assessment: Assessment) -> shape.ThreatShape:
    today, after = (exposure.tally(threat, assessment, after=later) for later in (False, True))
    return shape.ThreatShape(
        id=threat.id,
        threat=threat.name,
        severity=threat.severity,
        impact=threat.impact,
        today=_state(today),
        after=_state(after),
        reduced_by=threat.reduced_by,
        not_looked_at=[threat.not_looked_at],
    )


def _state(tally: exposure.Tally) -> shape.ThreatStateShape:
    return shape.ThreatStateShape(count=tally.count, workloads=list(tally.names), unknown=list(tally.unknown))
