"""Testing, review, what is not known, and sources."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage, Provenance
from basewright.model.contract import Aspect, Effect
from basewright.model.workload import Origin
from basewright.report import view
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, table, word
from basewright.report.document import Block, CodeBlock, Inline, Note, Section, Strong, Tone

_TESTS = {
    Aspect.USER: "Start it and write to every path that it writes to; look at `id` and at the owners on volumes.",
    Aspect.WORKING_DIRECTORY: "Open files by relative path.",
    Aspect.ENTRYPOINT: "Start it with its real command, and once with arguments.",
    Aspect.COMMAND: "Start it without a command.",
    Aspect.PORTS: "Connect to each port from another service.",
    Aspect.VOLUMES: "Stop it, remove it, start it again: the data must still be there.",
    Aspect.DATA_DIRECTORY: "Start it on a copy of the volume and read a known row.",
    Aspect.SHELL: "Run every script, hook and health check that starts in it.",
    Aspect.PACKAGE_MANAGER: "Start it from an empty cache: nothing may be installed at run time.",
    Aspect.LIBC: "Import every native package; resolve names; sort text with accents.",
    Aspect.LIBC_VERSION: "Import every native package that was built elsewhere.",
    Aspect.CA_CERTIFICATES: "Call an HTTPS address that it calls in production.",
    Aspect.TIME_ZONES: "Format a time in a zone other than UTC.",
    Aspect.LOCALE: "Read and write text outside ASCII; sort it.",
    Aspect.STOP_SIGNAL: "Stop it under load and see that it ends within its grace period.",
    Aspect.RUNTIME_VERSION: "Run the whole test suite under the new runtime.",
    Aspect.INTERPRETER_PATH: "Start every program whose first line names an interpreter.",
    Aspect.ENVIRONMENT: "Start it without the variables that the old base set.",
    Aspect.ARCHITECTURES: "Build and start it on each architecture that you ship.",
    Aspect.TOOLS: "Run every script and health check that calls a program.",
}


def testing(assessment: Assessment) -> Section:
    """Return the section: what to test after the change, and with which commands."""
    below = []
    for number, assessed in enumerate(pieces.workloads(assessment), 1):
        candidate = view.first_candidate(assessed)
        if candidate is None:
            continue
        aspects = sorted({one.aspect for one in candidate.contract if one.effect is not Effect.NONE})
        blocks: list[Block] = [CodeBlock(_commands(assessed), "sh")]
        if aspects:
            rows = [(plain(one.value.replace("-", " ")), pieces.prose(_TESTS[one])) for one in aspects]
            blocks.append(table("What this change can break", ("Aspect", "Test"), rows))
        below.append(Section(f"testing-{number}", assessed.workload.name, tuple(blocks), is_card=True))
    text = (
        "Test on a copy before you change production. Build, start, look at the health, then use it as its users do; "
        "keep the old image's digest to go back to."
    )
    return Section("testing", "Testing", (paragraph(text),), tuple(below))


def _commands(assessed: AssessedWorkload) -> str:
    workload = assessed.workload
    if workload.origin is Origin.COMPOSE and workload.service:
        service = word(workload.service)
        first = f"docker compose build --pull {service}\n" if workload.build else f"docker compose pull {service}\n"
        return (
            f"{first}docker compose up -d --wait {service}   # waits for the health check\n"
            f"docker compose logs --tail 50 {service}\n"
            f"docker compose images {service}   # size after the change"
        )
    if workload.build is not None:
        file, context = word(workload.build.file), word(workload.build.context or ".")
        return (
            f"docker build --pull -t assessed:new -f {file} {context}\n"
            "docker image inspect assessed:new --format '{{.Size}} {{.Config.User}} {{.Config.Entrypoint}}'\n"
            "docker run --rm --read-only --cap-drop ALL assessed:new   # what fails here needs a reason"
        )
    return "# start it with the new image where it runs today, and look at its logs and its health"


def review(assessment: Assessment) -> Section:
    """Return the section: when to look again."""
    due = view.review(assessment)
    rows = []
    for assessed in pieces.workloads(assessment):
        candidate = view.first_candidate(assessed)
        base = candidate.base if candidate else view.current_base(assessed)
        end = base.horizon.earliest() if base else None
        if base is not None and end is not None:
            role = "first candidate" if candidate else "today's base"
            rows.append((plain(assessed.workload.name), pieces.code(str(base.reference)), plain(role), plain(str(end))))
    text: Inline = ("Look at these choices again by ", Strong(due.day.isoformat()), f": {due.because}.")
    blocks: list[Block] = [Note(Tone.PLAIN, text)]
    blocks.append(
        paragraph("Sooner when a base is retired, when a service's needs change, or when a new release line comes out.")
    )
    if rows:
        rows.sort(key=lambda row: str(row[3]))
        blocks.append(table("Ends of support ahead", ("Service", "Base", "Role", "First end of support"), rows))
    return Section("review", "Review", tuple(blocks))


def unknowns(assessment: Assessment) -> Section:
    """Return the section: what could not be looked at."""
    found = [("", one) for one in sorted(set(assessment.unknowns))]
    for assessed in pieces.workloads(assessment):
        found += [(assessed.workload.name, one) for one in sorted(set(assessed.unknowns))]
    if not found:
        text = "Everything that belongs to the scope could be read."
        return Section("unknowns", "What is not known", (paragraph(text),))
    rows = [(plain(name or "project"), pieces.code(one.path), plain(one.reason)) for name, one in found]
    return Section(
        "unknowns",
        "What is not known",
        (table("Not read or not understood", ("Service", "Place", "Reason"), rows, folded=len(rows) > 20),),
    )


def sources(assessment: Assessment) -> Section:
    """Return the section: where the facts come from, and of which day they are."""
    facts: dict[tuple[str, str], set[str]] = {}
    for assessed in assessment.workloads:
        bases: list[BaseImage | None] = [view.current_base(assessed)]
        bases += [one.base for one in assessed.recommendation.candidates]
        for base in bases:
            for group, provenance in (base.provenance if base else {}).items():
                facts.setdefault(_source(provenance), set()).add(group)
    if not facts:
        text = "No fact of the catalog was used."
        return Section("sources", "Sources", (paragraph(text),))
    rows = [
        (plain(source), plain(", ".join(sorted(groups))), plain(day)) for (source, day), groups in sorted(facts.items())
    ]
    text = f"Facts of base images come from the catalog of {assessment.catalog_date}, each with the day it is of."
    block = table("Sources of facts", ("Source", "Facts", "As of"), rows, folded=len(rows) > 8)
    return Section("sources", "Sources", (paragraph(text), block))


def _source(provenance: Provenance) -> tuple[str, str]:
    commit = f" at {provenance.commit[:12]}" if provenance.commit else ""
    return f"{provenance.source}{commit}", provenance.date.isoformat()
