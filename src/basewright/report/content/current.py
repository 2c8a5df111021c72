"""Current state: the bases today, and where the first candidates would take them."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Kind
from basewright.report import view, wording
from basewright.report.content import pictures, pieces
from basewright.report.content.pieces import code, paragraph, plain, table
from basewright.report.document import Block, Inline, Mark, Section, Tone


def current_state(assessment: Assessment) -> Section:
    """Return the section: the bases as they are today, and with the first candidates."""
    rows = [_row(one, assessment) for one in pieces.workloads(assessment)]
    if not rows:
        return Section("current-state", "Current state", (paragraph("There is no service to describe."),))
    heads = ("Service", "Base", "Kind", "System", "Download", "Packages", "Runs as", "Support ends")
    words = (
        "What a first candidate would change stands after the arrow. A base is `full` with compilers and tools, `slim` "
        "without them, `minimal` when tiny yet with a shell or a package manager, `distroless` without either, and "
        "`scratch` when empty."
    )
    blocks: list[Block] = [
        table("Bases today → with the first candidate", heads, rows),
        paragraph(words),
        pictures.kinds(assessment),
        *pictures.sizes(assessment),
    ]
    return Section("current-state", "Current state", tuple(blocks))


def _row(assessed: AssessedWorkload, assessment: Assessment) -> tuple[Inline, ...]:
    base, candidate = view.current_base(assessed), view.first_candidate(assessed)
    after = candidate.base if candidate else None
    end = base.horizon.earliest() if base else None
    ended = (" ", Mark("ended", Tone.BAD)) if end and end <= assessment.created.date() else ()
    return (
        plain(assessed.workload.name),
        code(view.base_name(assessed)),
        _kinds(base, after),
        plain(pieces.system(base)),
        plain(
            _both(
                wording.size(base.compressed_bytes if base else None),
                wording.size(after.compressed_bytes) if after else None,
            )
        ),
        plain(_both(wording.count(base.packages if base else None), wording.count(after.packages) if after else None)),
        plain(view.runs_as(assessed) or wording.NOT_KNOWN),
        (wording.day(end), *ended),
    )


def _both(today: str, after: str | None) -> str:
    return today if after is None or after == today else f"{today} → {after}"


def _kinds(base: BaseImage | None, after: BaseImage | None) -> Inline:
    today: Kind | None = base.kind if base else None
    if after is None or after.kind is today:
        return pieces.kind(today)
    return (*pieces.kind(today), " → ", *pieces.kind(after.kind))
