"""INTERPRETER: a language runtime at run time, and its line."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.requirement import ECOSYSTEMS, asked_version, asks, satisfies
from basewright.model.span import Location
from basewright.needs.evidence import calls, need
from basewright.needs.installed_version import told_versions
from basewright.needs.invocation import Invocation
from basewright.needs.ownership import is_own, is_packaged, source_of
from basewright.needs.tables import programs, services
from basewright.needs.tracing import package_script, shell_of
from basewright.needs.view import WorkloadView

_LANGUAGES = frozenset(
    {"python", "node", "java", "php", "dotnet", "ruby", "perl", "bun", "deno", "erlang", "elixir", "julia", "r-base"}
)
_EXTENSIONS = {".py": "python", ".js": "node", ".mjs": "node", ".cjs": "node", ".rb": "ruby", ".php": "php",
               ".pl": "perl", ".jar": "java"}  # fmt: skip
_VERSIONED = re.compile(r"(python|php|php-fpm|ruby|perl|lua|node|pypy)-?(\d+(?:\.\d+)?)")


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each runtime that run-time text starts."""
    found = list(_called(view))
    yield from found
    names = sorted({one.value for one in found})
    for name in names:
        yield from _versions(view, name)
    yield from _development(view)


def interpreter_of(program: str) -> str | None:
    """Return the runtime that `program` is or needs: ``python`` for ``gunicorn`` and ``python3.12``."""
    table = programs().interpreters
    if program in table:
        return table[program]
    versioned = _VERSIONED.fullmatch(program)
    if versioned:
        return table.get(versioned[1])
    return next((name for end, name in _EXTENSIONS.items() if program.endswith(end)), None)


def _called(view: WorkloadView) -> Iterator[Need]:
    for invocation in view.invocations:
        name = interpreter_of(invocation.program)
        if name is not None and not _is_binary_of_own(view, invocation, name):
            yield need(
                NeedKind.INTERPRETER,
                name,
                invocation.where,
                calls(invocation)
                if invocation.origin is EvidenceKind.FILE
                else f"the base starts {invocation.program}",
                confidence=invocation.confidence,
                origin=invocation.origin,
            )
        elif name is None:
            yield from _unknown_process(view, invocation)
    for one in view.scripts:
        shebang = (one.script.interpreter or "").split()
        name = interpreter_of(shebang[0].rsplit("/", 1)[-1]) if shebang and not shell_of(one.script) else None
        if name is not None:
            what = f"{one.script.image_path} is a {name} script"
            yield need(NeedKind.INTERPRETER, name, Location(one.script.path, 1), what)


def _is_binary_of_own(view: WorkloadView, invocation: Invocation, name: str) -> bool:
    """Whether a program with a runtime's program's name (``serve``, ``air``) was in fact built by the project."""
    if view.runtime_name == name or invocation.program == name:
        return False
    origin = source_of(view, invocation.path)
    return origin is not None and origin.stage is not None


def _unknown_process(view: WorkloadView, invocation: Invocation) -> Iterator[Need]:
    """Yield the base's runtime where the process is a program that only its packages can have brought."""
    name = view.runtime_name
    if name not in _LANGUAGES or not invocation.is_main or invocation.origin is not EvidenceKind.FILE:
        return
    table, program = programs(), invocation.program
    known = table.shells | table.applets | table.tools | table.builtins | frozenset(table.wrappers)
    if program in known or any(program in one.programs for one in services().values()):
        return
    if is_packaged(view, program):
        what, confidence = f"{program} comes with a {name} package of the project", Confidence.CERTAIN
    elif invocation.in_shell or is_own(view, invocation) or "/" in invocation.path:
        return
    else:
        what, confidence = f"{program} is no system program: taken for one of a {name} package", Confidence.MEDIUM
    yield need(NeedKind.INTERPRETER, name, invocation.where, what, confidence=confidence)


def _versions(view: WorkloadView, name: str) -> Iterator[Need]:
    """Yield what the base and the manifests say of the version of runtime `name`."""
    version = runtime_version(view, name)
    if version is not None:
        where = view.workload.base.where
        what = f"the base provides {name} {version}"
        origin = EvidenceKind.CATALOG if view.base is not None else EvidenceKind.FILE
        yield need(NeedKind.INTERPRETER, name, where, what, origin=origin, version=version)
    told = list(told_versions(view, name))
    for one in told:
        yield need(NeedKind.INTERPRETER, name, one.where, one.what, version=one.version)
    version = version or next((one.version for one in told), None)
    for manifest in view.manifests(ECOSYSTEMS.get(name, "")):
        if not manifest.runtime:
            continue
        asked = asked_version(manifest.runtime)
        if name == "java" and asked is not None:
            # Java 8 and older were written 1.8 (JEP 223).
            asked = asked.removeprefix("1.")
        detail = ""
        if version is not None and satisfies(version, asks(name, manifest.runtime)) is False:
            detail = f"{manifest.path} asks for {name} {manifest.runtime}, yet the base provides {version}"
        yield need(
            NeedKind.INTERPRETER,
            name,
            Location(manifest.path, manifest.runtime_line),
            f"{manifest.path} asks for {name} {manifest.runtime}",
            confidence=Confidence.MEDIUM,
            version=asked if version is None else None,
            is_range=True,
            detail=detail,
        )


def runtime_version(view: WorkloadView, name: str) -> str | None:
    """Return the version of runtime or service `name` that the base provides, None where it is for something else."""
    if view.base is not None:
        brought = (view.base.runtime, *view.base.carries)
        return next((one.version for one in brought if one is not None and one.name == name), None)
    reference = view.workload.base.reference
    if view.runtime_name != name or reference is None or not reference.tag:
        return None
    leading = re.match(r"v?(\d{1,4}(?:\.\d{1,4}){0,2})(?=[-_]|$)", reference.tag)
    return leading[1] if leading else None


def _development(view: WorkloadView) -> Iterator[Need]:
    """Tell a development server that is started as the process."""
    for invocation in view.invocations:
        if not invocation.is_main or invocation.origin is not EvidenceKind.FILE:
            continue
        name = interpreter_of(invocation.program)
        if name is None or not is_development_server(invocation):
            continue
        script = package_script(invocation.words, view.workload.manifests)
        what = f"{invocation.program} is a development server" if script is None else f"{invocation} is for development"
        yield need(
            NeedKind.INTERPRETER, name, invocation.where, what, detail=f"{what}, started as the container's process"
        )


def is_development_server(invocation: Invocation) -> bool:
    """Whether `invocation` starts what is meant for development only."""
    program, arguments = invocation.program, invocation.arguments
    if program in {"vite", "astro", "parcel"}:
        return not {"build", "preview"} & set(arguments)
    if program in programs().development_servers:
        return "build" not in arguments
    if program in {"next", "nuxt"}:
        return arguments[:1] == ("dev",)
    if program == "webpack":
        return arguments[:1] == ("serve",)
    if program == "flask":
        return "run" in arguments
    if program in {"uvicorn", "gunicorn", "fastapi"}:
        return "--reload" in arguments or arguments[:1] == ("dev",)
    if program in {"python", "python3"}:
        return "runserver" in arguments
    if program in {"npm", "yarn", "pnpm", "bun"}:
        return any(word in {"dev", "develop", "start:dev"} for word in arguments)
    if program == "php":
        return "-S" in arguments
    if program == "dotnet":
        return arguments[:1] in {("watch",), ("run",)}
    return False
