"""What to test after the change, with commands that fit how the service is run and what its new base has."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.model.contract import Aspect, Effect
from basewright.model.workload import Origin
from basewright.report import view
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, prose, table, word
from basewright.report.document import Block, CodeBlock, Inline, Section

_TESTS = {
    Aspect.USER: "Start it and write to every path that it writes to; look at the owners of the files on its volumes.",
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
_WITHOUT_SHELL = "No shell is there any more: see that no script, hook or health check asks for one, by starting each."
_FOUND_BY_ITSELF = frozenset(
    f"{name}{end}" for name in ("compose", "docker-compose") for end in (".yaml", ".yml")
)  # Compose looks for these names without -f


def testing(assessment: Assessment) -> Section:
    """Return the section: what to run, and what each change can break."""
    changed = [one for one in pieces.workloads(assessment) if view.first_candidate(one) is not None]
    text = (
        "Test on a copy before you change production. Build, start, look at the health, then use it as its users do; "
        "keep the old image's digest to go back to."
    )
    blocks: list[Block] = [paragraph(text)]
    alone = [one for one in changed if not _is_composed(one) and one.workload.origin is not Origin.KUBERNETES]
    commands = [*_compose(changed), *_kubernetes(changed), *map(_alone, alone)]
    if commands:
        blocks.append(CodeBlock("\n\n".join(commands), "sh"))
    tests: dict[tuple[str, str], list[str]] = {}
    for assessed in changed:
        for aspect, test in _tests(assessed):
            tests.setdefault((aspect, test), []).append(assessed.workload.name)
    rows: list[tuple[Inline, ...]] = [
        (plain(aspect), prose(test), plain(", ".join(names))) for (aspect, test), names in sorted(tests.items())
    ]
    if rows:
        blocks.append(table("What these changes can break", ("Aspect", "Test", "Service"), rows))
    return Section("testing", "Testing", tuple(blocks))


def _tests(assessed: AssessedWorkload) -> list[tuple[str, str]]:
    candidate = view.first_candidate(assessed)
    if candidate is None:
        return []
    aspects = sorted({one.aspect for one in candidate.contract if one.effect is not Effect.NONE})
    return [(one.value.replace("-", " "), _test(one, candidate.base)) for one in aspects]


def _test(aspect: Aspect, base: BaseImage) -> str:
    return _WITHOUT_SHELL if aspect is Aspect.SHELL and base.shell is False else _TESTS[aspect]


def _is_composed(assessed: AssessedWorkload) -> bool:
    return assessed.workload.origin is Origin.COMPOSE and assessed.workload.service is not None


def _compose(changed: list[AssessedWorkload]) -> list[str]:
    """Return a script for the services of each Compose file."""
    files: dict[str, list[AssessedWorkload]] = {}
    for one in changed:
        if _is_composed(one):
            files.setdefault(one.workload.where.file, []).append(one)
    return [_compose_file(file, members) for file, members in sorted(files.items())]


def _compose_file(file: str, members: list[AssessedWorkload]) -> str:
    compose = "docker compose" if file in _FOUND_BY_ITSELF else f"docker compose -f {word(file)}"
    names = [word(one.workload.service or "") for one in members]
    built = [name for name, one in zip(names, members, strict=True) if one.workload.build]
    pulled = [name for name, one in zip(names, members, strict=True) if not one.workload.build]
    checked = [name for name, one in zip(names, members, strict=True) if _has_health_check(one)]
    unchecked = [name for name in names if name not in checked]
    lines = [f"{compose} build --pull {' '.join(built)}"] if built else []
    lines += [f"{compose} pull {' '.join(pulled)}"] if pulled else []
    if checked:
        lines.append(f"{compose} up -d --wait {' '.join(checked)}   # waits for their health checks")
    if unchecked:
        lines.append(f"{compose} up -d {' '.join(unchecked)}   # no health check of the project's own: use them")
    lines.append(f"{compose} ps {' '.join(names)}")
    lines.append(f"{compose} logs --tail 50 {' '.join(names)}")
    lines.append(f"{compose} images {' '.join(names)}   # sizes after the change")
    return "\n".join(lines)


def _has_health_check(assessed: AssessedWorkload) -> bool:
    check = assessed.workload.runtime.health_check
    return check is not None and check.test is not None


def _kubernetes(changed: list[AssessedWorkload]) -> list[str]:
    """Return a script for each file of manifests."""
    files: dict[str, list[str]] = {}
    for one in changed:
        if one.workload.origin is Origin.KUBERNETES:
            files.setdefault(one.workload.where.file, []).append(word(one.workload.name))
    return [
        f"# {', '.join(names)}: on a cluster for tests\n"
        f"kubectl diff -f {word(file)}   # shows the new images and nothing else\n"
        f"kubectl apply -f {word(file)}\n"
        "kubectl get pods --watch   # until the new ones are ready"
        for file, names in sorted(files.items())
    ]


def _alone(assessed: AssessedWorkload) -> str:
    """Return a script for a service that neither Compose nor a cluster starts."""
    workload, candidate = assessed.workload, view.first_candidate(assessed)
    name = candidate.base.reference if candidate else ""
    if workload.build is None:
        start = "# start it where it runs today, and look at its logs"
        return f"# {word(workload.name)}\ndocker pull {word(str(name))}\n{start}"
    build = workload.build
    target = build.stages[build.target]
    is_last = target.index == len(build.stages) - 1
    stage = "" if is_last else f" --target {word(target.name or str(target.index))}"
    context = word(build.context) if build.context else "CONTEXT"
    lines = [
        f"# {word(workload.name)}",
        f"docker build --pull -t assessed:new -f {word(build.file)}{stage} {context}",
        "docker image inspect assessed:new --format '{{.Size}} {{.Config.User}} {{.Config.Entrypoint}}'",
        "docker run --rm --read-only --cap-drop ALL assessed:new   # what fails here needs a reason",
    ]
    if _has_health_check(assessed):
        lines.append("docker ps --filter ancestor=assessed:new   # its status shows the health check")
    return "\n".join(lines)
