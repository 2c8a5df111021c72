"""Alternatives with their trade-offs, and the drawbacks of small bases with how each is met."""

from collections.abc import Callable

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Kind
from basewright.model.candidate import TradeOff
from basewright.model.workload import Declaration, Origin
from basewright.report import refusal_groups, urgency, verdicts, view, wording
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, prose, table, word
from basewright.report.document import Block, Bullets, Code, CodeBlock, Inline, Section, Strong

_ROADS: tuple[tuple[str, Callable[[BaseImage], bool]], ...] = (
    ("Slim", lambda base: base.kind is Kind.SLIM),
    ("Minimal or distroless", lambda base: base.kind in {Kind.MINIMAL, Kind.DISTROLESS, Kind.SCRATCH}),
    ("Hardened", lambda base: base.hardened is not None),
)

_MAINTENANCE = (
    ("Updates", "A base is only as fresh as the last build: rebuild on a schedule and let an update bot move the tag."),
    (
        "Logs and metrics",
        "What was read from inside with a shell must leave the process by itself: over standard output.",
    ),
    ("Build tools", "What compiles stays in a build stage, so the list of packages to install lives there."),
    (
        "Vendors",
        "A hardened base ties updates to its vendor: keep it in one FROM line, to change it back in one commit.",
    ),
)


def alternatives(assessment: Assessment) -> Section:
    """Return the section: the best base of each road, per service, and what each costs."""
    rows: list[tuple[Inline, ...]] = [
        (plain(one.workload.name), *(_road(one, fits) for _, fits in _ROADS)) for one in pieces.workloads(assessment)
    ]
    if not rows:
        return Section("alternatives", "Alternatives", (paragraph("There is no service to choose for."),))
    blocks: list[Block] = [
        paragraph(
            "Three roads lead away from a full base. A slim one keeps the distribution and its shell; a minimal or "
            "distroless one leaves them out; a hardened one comes from a vendor who rebuilds it for every fix."
        ),
        table("The best base on each road", ("Service", *(name for name, _ in _ROADS)), rows),
    ]
    costs = _trade_offs(assessment)
    if costs:
        heads = ("Trade-off", "What it means", "How it is met", "Of which base, for which service")
        blocks.append(table("Trade-offs", heads, costs))
    known = [_familiar(one, entry) for one in pieces.workloads(assessment) for entry in urgency.familiar(one)]
    if known:
        blocks += [paragraph("What the team knows already costs less to learn:"), Bullets(tuple(known))]
    plans = tuple(
        Section(f"plan-{number}", f"Plan {number}", (paragraph(pieces.sentence(plan)),))
        for number, plan in enumerate(refusal_groups.shared_plans(assessment), 1)
    )
    return Section("alternatives", "Alternatives", tuple(blocks), plans)


def _road(assessed: AssessedWorkload, fits: Callable[[BaseImage], bool]) -> Inline:
    found = next((one for one in view.ranked(assessed) if fits(one.base)), None)
    if found is not None:
        share = wording.saved_share(verdicts.download_or_size(found)[0])
        breaks = wording.plural(len(found.breaks), "break") if found.breaks else "no break"
        words = ", ".join(filter(None, (f"rank {found.rank}", share, breaks)))
        return (Code(str(found.base.reference)), f" {words}")
    today = view.current_base(assessed)
    return plain("today's base is one" if today is not None and fits(today) else "none that fits")


def _trade_offs(assessment: Assessment) -> list[tuple[Inline, ...]]:
    """Return each trade-off once, with the bases and services that it is of."""
    found: dict[TradeOff, dict[str, list[str]]] = {}
    for assessed in pieces.workloads(assessment):
        for candidate in view.ranked(assessed):
            for one in candidate.trade_offs:
                bases = found.setdefault(one, {})
                bases.setdefault(str(candidate.base.reference), []).append(assessed.workload.name)
    return [
        (
            plain(one.kind.value.replace("-", " ")),
            prose(one.what),
            prose(one.met_by) or plain("not met: accept it or choose another base"),
            pieces.joined((Code(base), f" ({', '.join(names)})") for base, names in found[one].items()),
        )
        for one in sorted(found, key=lambda x: (x.kind, x.what, x.met_by))
    ]


def _familiar(assessed: AssessedWorkload, declared: Declaration) -> Inline:
    """Say which candidates are what the team is declared to know."""
    matching = [one for one in view.ranked(assessed) if _is_of(one.base, declared.value)]
    bases = pieces.joined((Code(str(one.base.reference)), f" (rank {one.rank})") for one in matching)
    said = f"{assessed.workload.name}: the team knows {declared.value}, declared by {declared.owner} because "
    return (f"{said}{declared.reason.rstrip('.')}; candidates of it: ", *(bases or ("none",)), ".")


def _is_of(base: BaseImage, word_known: str) -> bool:
    words = {base.family, base.vendor, base.libc or "", base.os.id if base.os else "", base.kind or ""}
    words |= {base.runtime.name if base.runtime else "", base.reference.repository}
    return word_known.strip().lower() in {one.lower() for one in words if one}


def drawbacks(assessment: Assessment) -> Section:
    """Return the section: what a small base takes away, and how to do without."""
    blocks: list[Block] = []
    shell_less = [one for one in pieces.workloads(assessment) if _loses_shell(one)]
    if shell_less:
        names = wording.listing([one.workload.name for one in shell_less])
        blocks += [
            paragraph(f"Without a shell there is no docker exec into it. This concerns {names}. Debug from beside it:"),
            CodeBlock("\n\n".join(_debugging(shell_less)), "sh"),
        ]
    bullets = Bullets(tuple((Strong(f"{name}."), f" {text}") for name, text in _MAINTENANCE))
    blocks.append(paragraph("Maintenance of small bases:"))
    blocks.append(bullets)
    return Section("drawbacks", "Drawbacks and how each is met", tuple(blocks))


def _loses_shell(assessed: AssessedWorkload) -> bool:
    return any(one.base.shell is False for one in assessed.recommendation.candidates)


def _debugging(services: list[AssessedWorkload]) -> list[str]:
    """Return the commands for the ways in which these services are run."""
    beside = (
        'docker run --rm -it --pid "container:$id" --network "container:$id" --cap-add SYS_PTRACE busybox:stable sh'
    )
    told = []
    docker = [one.workload for one in services if one.workload.origin is not Origin.KUBERNETES]
    if docker:
        first = docker[0]
        find = f"docker compose ps -q {word(first.service)}" if first.service else "docker ps -q --filter name=NAME"
        told.append(
            "# Docker: a companion with the same processes and network; the service's files are in /proc/1/root\n"
            f'id="$({find})"\n{beside}'
        )
    pods = [one.workload for one in services if one.workload.origin is Origin.KUBERNETES]
    target = word(pods[0].name.rpartition("/")[2]) if pods else "CONTAINER"
    told.append(
        "# Kubernetes: an ephemeral container beside the running one\n"
        f"kubectl debug -it POD --image=busybox:stable --target={target}"
    )
    return told
