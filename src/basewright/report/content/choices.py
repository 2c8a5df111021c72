"""Alternatives with their trade-offs, and the drawbacks of small bases with how each is met."""

from collections.abc import Callable

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Kind
from basewright.model.candidate import Candidate
from basewright.report import view, wording
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
    rows: list[tuple[Inline, ...]] = []
    costs: list[tuple[Inline, ...]] = []
    for assessed in pieces.workloads(assessment):
        candidates = view.ranked(assessed)
        rows.append((plain(assessed.workload.name), *(_road(assessed, fits) for _, fits in _ROADS)))
        costs += [row for one in candidates for row in _trade_offs(assessed, one)]
    if not rows:
        return Section("alternatives", "Alternatives", (paragraph("There is no service to choose for."),))
    blocks: list[Block] = [
        paragraph(
            "Three roads lead away from a full base. A slim one keeps the distribution and its shell; a minimal or "
            "distroless one leaves them out; a hardened one comes from a vendor who rebuilds it for every fix."
        ),
        table("The best base on each road", ("Service", *(name for name, _ in _ROADS)), rows),
    ]
    if costs:
        heads = ("Service", "Base", "Trade-off", "What it means", "How it is met")
        blocks.append(table("Trade-offs", heads, costs, folded=len(costs) > 12))
    return Section("alternatives", "Alternatives", tuple(blocks))


def _road(assessed: AssessedWorkload, fits: Callable[[BaseImage], bool]) -> Inline:
    found = next((one for one in view.ranked(assessed) if fits(one.base)), None)
    if found is not None:
        share = wording.saved_share(view.download_or_size(found)[0])
        breaks = wording.plural(len(found.breaks), "break") if found.breaks else "no break"
        words = ", ".join(filter(None, (f"rank {found.rank}", share, breaks)))
        return (Code(str(found.base.reference)), f" {words}")
    today = view.current_base(assessed)
    return plain("today's base is one" if today is not None and fits(today) else "none that fits")


def _trade_offs(assessed: AssessedWorkload, candidate: Candidate) -> list[tuple[Inline, ...]]:
    return [
        (
            plain(assessed.workload.name),
            pieces.code(str(candidate.base.reference)),
            plain(one.kind.value.replace("-", " ")),
            prose(one.what),
            prose(one.met_by) or plain("not met: accept it or choose another base"),
        )
        for one in sorted(candidate.trade_offs, key=lambda x: (x.kind, x.what))
    ]


def drawbacks(assessment: Assessment) -> Section:
    """Return the section: what a small base takes away, and how to do without."""
    blocks: list[Block] = []
    shell_less = [one for one in pieces.workloads(assessment) if _loses_shell(one)]
    if shell_less:
        name = shell_less[0].workload.service or shell_less[0].workload.name
        names = wording.listing([one.workload.name for one in shell_less])
        blocks += [
            paragraph(f"Without a shell there is no docker exec into it. This concerns {names}. Debug from beside it:"),
            CodeBlock(_debugging(name), "sh"),
        ]
    bullets = Bullets(tuple((Strong(f"{name}."), f" {text}") for name, text in _MAINTENANCE))
    blocks.append(paragraph("Maintenance of small bases:"))
    blocks.append(bullets)
    return Section("drawbacks", "Drawbacks and how each is met", tuple(blocks))


def _loses_shell(assessed: AssessedWorkload) -> bool:
    return any(one.base.shell is False for one in assessed.recommendation.candidates)


def _debugging(name: str) -> str:
    return (
        "# Docker: a companion with the same processes and network; the service's files are in /proc/1/root\n"
        f'id="$(docker compose ps -q {word(name)})"\n'
        'docker run --rm -it --pid "container:$id" --network "container:$id" --cap-add SYS_PTRACE busybox:stable sh\n'
        "\n"
        "# Kubernetes: an ephemeral container beside the running one\n"
        f"kubectl debug -it POD --image=busybox:stable --target={word(name)}"
    )
