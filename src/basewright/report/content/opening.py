"""Summary, objective, scope and method."""

from basewright import __version__
from basewright.model.assessment import Assessment
from basewright.report import urgency, verdicts, view, wording
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, prose, table
from basewright.report.document import (
    Block,
    Bullets,
    Code,
    Facts,
    Link,
    Mark,
    Note,
    Paragraph,
    Section,
    Strong,
    Tone,
)

_TONES = {
    verdicts.Standing.FITS: Mark("fits", Tone.GOOD),
    verdicts.Standing.CHANGES: Mark("after named changes", Tone.WARN),
    verdicts.Standing.STAYS: Mark("stays", Tone.PLAIN),
    verdicts.Standing.UNKNOWN: Mark("not known", Tone.BAD),
}

_STANDING_KEYS = frozenset({"environment", "criticality"})
_STEPS = (
    "Read the project's Dockerfiles, Compose files and manifests, resolve build arguments, and join them to workloads.",
    "Derive what each workload needs when it runs; each need names the line it was read from and how sure it is.",
    "Lay the needs against the catalog. A base that breaks a need is refused with its cause, never ranked.",
    "Rank what fits: contract breaks first, then how long it is supported, then how small it is.",
    "Compare today's base with each candidate: user, entrypoint, shell, C library, and the lines touched.",
)


def standing(verdict: verdicts.Verdict) -> Mark:
    """Return a verdict as a label."""
    return _TONES[verdict.standing]


def summary(assessment: Assessment) -> Section:
    """Return the section: what to take away in half a minute."""
    rows = []
    for number, assessed in enumerate(pieces.workloads(assessment), 1):
        name, verdict = assessed.workload.name, verdicts.verdict(assessed)
        rows.append(
            (
                (Link(name, pieces.anchor(number, name)),),
                (Code(view.base_name(assessed)),),
                (standing(verdict),),
                plain(verdict.sentence),
                plain(", ".join(one.value for one in urgency.declarations(assessed) if one.key in _STANDING_KEYS)),
            )
        )
    blocks: list[Block] = []
    if not rows:
        blocks.append(Note(Tone.WARN, plain("No workload was found, so nothing was assessed.")))
    else:
        line = (
            Strong(f"{verdicts.standings(assessment)}."),
            " What to do first stands ",
            Link("below", "actions"),
            ".",
        )
        blocks.append(Paragraph(line))
        heads = ("Service", "Base today", "Standing", "Advice", "Declared")
        blocks.append(table("Every service at a glance", heads, rows))
    sums = view.savings(assessment)
    if sums.counted and sums.saved:
        blocks.append(paragraph(_savings(sums, assessment.bandwidth_bits_per_second)))
    if assessment.is_incomplete:
        text = "This report is incomplete: something could not be looked at. See "
        blocks.append(Note(Tone.WARN, (text, Link("what is not known", "unknowns"), ".")))
    return Section("summary", "Summary", tuple(blocks))


def _savings(sums: view.Savings, bandwidth: int) -> str:
    before, after = wording.download_time(sums.today, bandwidth), wording.download_time(sums.after, bandwidth)
    names = wording.listing(list(sums.left_out))
    left_out = f" Left out, as a size is not known: {names}." if names else ""
    return (
        f"A machine that pulls all bases downloads {wording.size(sums.today)} today and {wording.size(sums.after)} "
        f"with every first candidate: {before} against {after} at {bandwidth / 1_000_000:g} Mbit/s. "
        f"Layers that images share are counted once.{left_out}"
    )


def objective(assessment: Assessment) -> Section:
    """Return the section: why this report exists."""
    del assessment
    text = (
        "Choose for each service the smallest and best supported base image that still gives it everything it needs, "
        "so that there is less to patch, less to download and less for an attacker to use, and so that nothing breaks "
        "on the way."
    )
    return Section("objective", "Objective", (paragraph(text),))


def scope(assessment: Assessment) -> Section:
    """Return the section: what was and was not looked at."""
    count = wording.plural(len(assessment.workloads), "workload")
    files = wording.plural(len(assessment.inputs), "file")
    facts = Facts(
        (
            ("Looked at", (Code(assessment.target), f": {count}, read from {files}.")),
            ("Catalog", plain(f"facts of base images as of {assessment.catalog_date}.")),
            ("Day", plain(f"{assessment.created.date()}; support dates are judged against this day.")),
        )
    )
    not_seen = Bullets(
        tuple(
            (Strong(entry.partition(":")[0]), f":{entry.partition(':')[2]}") for entry in view.not_looked_at(assessment)
        )
    )
    blocks: list[Block] = [facts]
    if read := view.read_images(assessment):
        blocks += [paragraph("Images that were read:"), Bullets(tuple(plain(one) for one in read))]
    blocks += [paragraph("Not looked at in this release:"), not_seen]
    if assessment.excluded:
        rows = [(pieces.code(one.path), plain(one.reason)) for one in sorted(assessment.excluded, key=lambda x: x.path)]
        blocks.append(table("Left out on purpose", ("Path", "Reason"), rows))
    if assessment.inputs:
        rows = [(pieces.code(path), pieces.code(digest[:16])) for path, digest in sorted(assessment.inputs)]
        blocks.append(
            table("Files that were read", ("File", "SHA-256 (first 16 digits)"), rows, folded=True, dense=True)
        )
    return Section("scope", "Scope", tuple(blocks))


def method(assessment: Assessment) -> Section:
    """Return the section: how the answers were found, so that a reader can check them."""
    closing = (
        f"Made by Basewright {__version__}. Sizes are of the base images for linux/amd64, without the application, in "
        f"decimal units. What is not known is said to be so; it is never counted as zero."
    )
    del assessment
    return Section(
        "method", "Method", (Bullets(tuple(prose(step) for step in _STEPS), is_ordered=True), paragraph(closing))
    )
