"""Rules about the process: how it starts, and whether somebody looks after it."""

import re
from collections.abc import Iterator

from basewright.model.candidate import Finding, Severity
from basewright.model.redaction import redact
from basewright.model.workload import Process
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation

_NPM_RUN = re.compile(r"\b(?:npm|pnpm|yarn)\s+(?:run(?:-script)?\s+)?([\w:.-]+)")
_DEV_SERVER = re.compile(
    r"(?:^|[\s\"'/])(?:vite(?!\s+(?:build|preview)\b)(?=\s|$)|(?:next|nuxt|nuxi|astro)\s+dev\b|ng\s+serve\b|nodemon\b"
    r"|react-scripts\s+start\b|vue-cli-service\s+serve\b|webpack(?:-dev-server|\s+serve)\b|flask\s+run\b"
    r"|manage\.py\s+runserver\b|php\s+-S\s|uvicorn\s[^\n]{0,200}--reload\b|ts-node-dev\b)"
)


def _shell_form(situation: Situation) -> Iterator[Finding]:
    for process, name in _named(situation):
        if process.is_shell_form and not process.words[0].lstrip().startswith("exec "):
            yield Finding(
                "shell-form-command",
                Severity.WARNING,
                f"{name} is in shell form: a shell stands between, and signals do not reach the program",
                process.where,
                f'write {_word(situation, process)} in exec form, ["program", "argument"]; where variables are needed, '
                "start a script that ends in exec",
            )


def _word(situation: Situation, process: Process) -> str:
    """Return what the file calls it: ``CMD``, ``ENTRYPOINT``, or Compose's words."""
    word = "ENTRYPOINT" if process is situation.workload.runtime.entrypoint else "CMD"
    in_dockerfile = situation.build is not None and process.where.file == situation.build.file
    return word if in_dockerfile else {"CMD": "command", "ENTRYPOINT": "entrypoint"}[word]


def _dev_server(situation: Situation) -> Iterator[Finding]:
    for process, name in _named(situation):
        text = " ".join(process.words)[:8192]
        scripts = _scripts(situation, text)
        for what, where in ((text, ""), *scripts):
            found = _DEV_SERVER.search(what)
            if found:
                shown = redact(found.group().strip(" \"'/"))
                yield Finding(
                    "dev-server-in-production",
                    Severity.WARNING,
                    f"{name} starts a development server: {shown}{where}",
                    process.where,
                    "build the files, and serve them with a web server; start the application with its production "
                    "server",
                )
                break


def _health_check(situation: Situation) -> Iterator[Finding]:
    runtime = situation.workload.runtime
    if runtime.health_check is None and runtime.outside_probe is None and not situation.workload.is_job:
        yield Finding(
            "health-check-missing",
            Severity.NOTE,
            "no health check: a process that hangs counts as healthy",
            situation.workload.where,
            "add a health check that needs neither shell nor curl, unless the orchestrator probes by itself",
        )


def _named(situation: Situation) -> Iterator[tuple[Process, str]]:
    runtime = situation.workload.runtime
    if runtime.entrypoint is not None and runtime.entrypoint.words:
        yield runtime.entrypoint, "the entrypoint"
    if runtime.command is not None and runtime.command.words:
        yield runtime.command, "the command"


def _scripts(situation: Situation, text: str) -> list[tuple[str, str]]:
    """Return the package scripts that `text` runs through npm, pnpm or yarn."""
    found = _NPM_RUN.search(text)
    if found is None:
        return []
    name = found.group(1)
    manifests = (one for one in situation.workload.manifests if one.ecosystem == "npm" and name in one.scripts)
    return [(one.scripts[name][:8192], f" (script {name} of {one.path})") for one in manifests]


RULES = (
    Rule("shell-form-command", _shell_form),
    Rule("dev-server-in-production", _dev_server),
    Rule("health-check-missing", _health_check),
)
