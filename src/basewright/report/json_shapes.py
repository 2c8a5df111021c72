"""The shapes of the `assess` document (docs/reference/report-formats.md): what scripts rely on.

A value that is not known is null, never 0. Sizes are bytes, uncompressed unless the name says ``compressed_``; they are
of the base image itself, not of the application on it. Additions are free; a field never changes its meaning.
"""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

Size = Annotated[int, Meta(ge=0, description="Bytes.")]
Count = Annotated[int, Meta(ge=0)]


class Shape(Struct, frozen=True, kw_only=True):
    """A part of a document."""


class Place(Shape, frozen=True, kw_only=True):
    """A place in the project."""

    file: Annotated[str, Meta(description="Path relative to the project's root, with forward slashes.")]
    line: Annotated[int, Meta(ge=0, description="From 1; 0 for the file as a whole.")]


class Tool(Shape, frozen=True, kw_only=True):
    """What made the document."""

    name: Literal["basewright"]
    version: str


class UnknownShape(Shape, frozen=True, kw_only=True):
    """What could not be looked at, and why."""

    path: str
    reason: str


class InputFile(Shape, frozen=True, kw_only=True):
    """A file that was read."""

    path: str
    digest: Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$", description="SHA-256 of its bytes.")]


class Input(Shape, frozen=True, kw_only=True):
    """What the answer rests on."""

    target: str
    catalog_date: Annotated[dt.date, Meta(description="Day on which the catalog's facts were gathered.")]
    files: list[InputFile]


class HardenedShape(Shape, frozen=True, kw_only=True):
    """A vendor's claim to harden, and what it rests on."""

    vendor: str
    basis: str


class HorizonShape(Shape, frozen=True, kw_only=True):
    """Until when it is supported; null where not known."""

    security_end: Annotated[dt.date | None, Meta(description="End of the distribution's security support.")]
    lts_end: Annotated[dt.date | None, Meta(description="End of its long-term support.")]
    runtime_end: Annotated[dt.date | None, Meta(description="End of life of the runtime.")]
    retired: Annotated[dt.date | None, Meta(description="Day on which the publisher dropped the tag.")]
    publisher_end: Annotated[dt.date | None, Meta(description="Last day on which the publisher updates the image.")]
    earliest: Annotated[dt.date | None, Meta(description="The first of them, long-term support not counted.")]


class BaseShape(Shape, frozen=True, kw_only=True):
    """The base that a workload stands on today."""

    written: Annotated[str, Meta(description="As the file has it, variables unresolved.")]
    reference: Annotated[str | None, Meta(description="Null for scratch and for what could not be resolved.")]
    digest: str | None
    recognised: Annotated[
        str | None,
        Meta(description="How the catalog knows it: exact, retired, version, repository, mirror; null: not at all."),
    ]
    changed_at: Annotated[Place, Meta(description="Where the text that decides the base stands.")]
    family: str | None
    kind: Annotated[str | None, Meta(description="Footprint: full, slim, minimal, distroless, scratch.")]
    hardened: HardenedShape | None
    os: str | None
    os_version: str | None
    libc: str | None
    shell: bool | None
    package_manager: bool | None
    user: Annotated[str | None, Meta(description='Default user as configured; "" is not set, so root.')]
    compressed_bytes: Size | None
    bytes: Size | None
    packages: Count | None
    executables: Count | None
    setuid: Count | None
    horizon: HorizonShape | None
    end_of_life: Annotated[dt.date | None, Meta(description="The first day on which some support of it ends.")]
    notes: list[str]
    reason: Annotated[str | None, Meta(description="Why there is no reference, where there is none.")]


class EvidenceShape(Shape, frozen=True, kw_only=True):
    """One reason to believe in a need."""

    where: Place
    what: str
    kind: str


class NeedShape(Shape, frozen=True, kw_only=True):
    """What the workload needs of its base."""

    kind: str
    value: str
    version: str | None
    phase: Annotated[str, Meta(description="When it is needed: run or build.")]
    confidence: Annotated[str, Meta(description="low, medium or certain.")]
    musl: Annotated[bool | None, Meta(description="Native extensions: whether a musl build is published.")]
    detail: str | None
    avoidable: Annotated[str | None, Meta(description="How the need could go away.")]
    evidence: list[EvidenceShape]


class FindingShape(Shape, frozen=True, kw_only=True):
    """A fact that a person should act on, under a documented rule."""

    rule: str
    severity: str
    message: str
    where: Place
    remedy: str | None
    data: dict[str, str]


class ChangeShape(Shape, frozen=True, kw_only=True):
    """A number of the base image today and after; null where not known."""

    today: Count | None
    after: Count | None
    saved: Annotated[int | None, Meta(description="Today minus after; null unless both are known.")]


class ExpectedShape(Shape, frozen=True, kw_only=True):
    """What is expected of a candidate."""

    compressed_bytes: ChangeShape
    bytes: ChangeShape
    packages: ChangeShape
    executables: ChangeShape
    setuid: ChangeShape
    advisories: Annotated[None, Meta(description="Not looked at in this release.")]


class DifferenceShape(Shape, frozen=True, kw_only=True):
    """One aspect of the runtime contract in which a candidate differs."""

    aspect: str
    old: str | None
    new: str | None
    effect: Annotated[str, Meta(description="break, review or none.")]
    touches: list[Place]
    explanation: str | None
    reference: Annotated[str | None, Meta(description="Where the trap is documented.")]


class TradeOffShape(Shape, frozen=True, kw_only=True):
    """A trade-off and how it is met."""

    kind: str
    what: str
    met_by: str | None


class CandidateShape(Shape, frozen=True, kw_only=True):
    """A base that fits."""

    reference: str
    rank: Annotated[int, Meta(ge=1)]
    rank_reason: str
    suitability: Annotated[str, Meta(description="in-place, multi-stage or with-changes.")]
    vendor: str | None
    family: str | None
    kind: str | None
    hardened: HardenedShape | None
    access: Annotated[str, Meta(description="free, login or entitled.")]
    expected: ExpectedShape
    contract: list[DifferenceShape]
    horizon: HorizonShape
    trade_offs: list[TradeOffShape]
    warnings: list[str]
    evidence: list[str]


class RefusalShape(Shape, frozen=True, kw_only=True):
    """A base that does not fit, and why."""

    reference: str
    cause: str
    needs: list[str]
    where: list[Place]
    plan: Annotated[str | None, Meta(description="What it would take, where it is possible at all.")]


class GapShape(Shape, frozen=True, kw_only=True):
    """One line of the distance to the ideal."""

    what: str
    ideal: str
    now: str
    met: bool | None


class ActionShape(Shape, frozen=True, kw_only=True):
    """One step, in the order in which to take them."""

    rank: int
    kind: str
    what: str
    why: str
    change: Annotated[str | None, Meta(description="The change itself, as diff lines.")]
    where: Place | None


class DeclarationShape(Shape, frozen=True, kw_only=True):
    """What a person declares of the workload in the configuration."""

    key: Annotated[str, Meta(description="needs, environment, criticality, familiarity, constraints.")]
    value: str
    owner: Annotated[str, Meta(description="Who answers for it.")]
    reason: str
    where: Annotated[Place, Meta(description="Line of the configuration file.")]


class SurfaceShape(Shape, frozen=True, kw_only=True):
    """The attack surface of one base under one workload; null where not known."""

    reference: Annotated[str | None, Meta(description="The base; null for scratch and for what is not known.")]
    packages: Count | None
    executables: Count | None
    setuid: Count | None
    shell: bool | None
    package_manager: bool | None
    root: Annotated[bool | None, Meta(description="Whether the process starts as root.")]
    compressed_bytes: Size | None
    bytes: Size | None
    advisories: Annotated[None, Meta(description="Not looked at in this release: see not_looked_at.")]


class RiskShape(Shape, frozen=True, kw_only=True):
    """The attack surface today and with the first candidate; the same where nothing else is advised."""

    before: SurfaceShape
    after: SurfaceShape


class SurfaceSumShape(Shape, frozen=True, kw_only=True):
    """Sums over all workloads, each null unless it is known of every one; layers that images share count each time."""

    packages: Count | None
    executables: Count | None
    setuid: Count | None
    shells: Annotated[Count | None, Meta(description="Workloads with a shell in their base.")]
    package_managers: Annotated[Count | None, Meta(description="Workloads with a package manager in their base.")]
    roots: Annotated[Count | None, Meta(description="Workloads that start as root.")]
    compressed_bytes: Size | None
    bytes: Size | None
    advisories: Annotated[None, Meta(description="Not looked at in this release: see not_looked_at.")]


class ProjectRiskShape(Shape, frozen=True, kw_only=True):
    """The attack surface of all bases today and with every first candidate."""

    before: SurfaceSumShape
    after: SurfaceSumShape


class ThreatStateShape(Shape, frozen=True, kw_only=True):
    """Whom a threat concerns."""

    count: Annotated[Count | None, Meta(description="How many it concerns; null unless known of every workload.")]
    workloads: Annotated[list[str], Meta(description="Names of those that it is known to concern.")]
    unknown: Annotated[list[str], Meta(description="Names of those of which it is not known.")]


class ThreatShape(Shape, frozen=True, kw_only=True):
    """Something that a base makes easier for an attacker."""

    id: str
    threat: str
    severity: Annotated[str | None, Meta(description="high or medium, without further protection; null: not judged.")]
    impact: str
    today: ThreatStateShape
    after: Annotated[ThreatStateShape, Meta(description="With every first candidate taken.")]
    reduced_by: str
    not_looked_at: list[str]


class WorkloadShape(Shape, frozen=True, kw_only=True):
    """One workload with everything found out about it."""

    name: str
    service: str | None
    origin: str
    stage: Annotated[str | None, Meta(description="Name, or else number, of the stage that becomes the image.")]
    source: Annotated[Place, Meta(description="The FROM or `image:` line.")]
    base: BaseShape
    needs: list[NeedShape]
    findings: list[FindingShape]
    declarations: list[DeclarationShape]
    risk: RiskShape
    candidates: list[CandidateShape]
    refusals: list[RefusalShape]
    gap: list[GapShape]
    actions: list[ActionShape]
    unknowns: list[UnknownShape]


class ReadImageShape(Shape, frozen=True, kw_only=True):
    """An image that was read; counts are of the whole image, the application on it included."""

    workload: str
    role: Annotated[Literal["base", "built"], Meta(description="What it is to the workload.")]
    reference: str
    transport: str
    digest: Annotated[str | None, Meta(description="Of the manifest, or the image ID where there is no manifest.")]
    created: dt.datetime | None
    system: str | None
    user: str | None
    bytes: Size
    compressed_bytes: Size | None
    packages: Count
    executables: Count
    setuid: Annotated[int, Meta(ge=0, description="Files that are set-uid or set-gid.")]
    wasted_bytes: Size
    warnings: Annotated[list[str], Meta(description="Hardening facts of severity warning or error, by id.")]
    incomplete: bool


class UnreadImageShape(Shape, frozen=True, kw_only=True):
    """An image that would have told more, and why it was not read."""

    workload: str
    role: Literal["base", "built"]
    reference: str
    reason: str


class ImagesShape(Shape, frozen=True, kw_only=True):
    """The images of the workloads, as far as a local engine or a file has them."""

    read: list[ReadImageShape]
    unread: list[UnreadImageShape]


class AssessDocument(Shape, frozen=True, kw_only=True):
    """What `basewright assess --format json` prints."""

    schema: Literal["basewright/assess/1"]
    tool: Tool
    created: Annotated[dt.datetime, Meta(description="UTC.")]
    input: Input
    unknowns: list[UnknownShape]
    incomplete: Annotated[bool, Meta(description="Whether something could not be looked at.")]
    excluded: Annotated[list[UnknownShape], Meta(description="What was found and on purpose not looked at.")]
    images: ImagesShape
    not_looked_at: Annotated[list[str], Meta(description="Subjects that this release does not look at at all.")]
    workloads: list[WorkloadShape]
    risk: ProjectRiskShape
    threats: list[ThreatShape]
