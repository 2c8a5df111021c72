"""SHELL: something at run time starts through a shell.

RUN is left out on purpose: it happens when the image is built.
"""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.shell import ShellText
from basewright.model.span import Location
from basewright.model.workload import ScriptFile
from basewright.needs.evidence import need, shortened, subject
from basewright.needs.invocation import Invocation, Source, shell_text_of
from basewright.needs.ownership import source_of
from basewright.needs.service import running_services
from basewright.needs.tables import programs, services
from basewright.needs.tracing import is_shell_script, package_script, package_script_name, shell_of
from basewright.needs.view import EffectiveProcess, WorkloadView
from basewright.syntax.shell import is_plain_command, parse_shell

_SAME_AS_SH = frozenset({"ash", "dash", "busybox", "sh"})
_EXIT = re.compile(r"\s*\|\|\s*(?:exit\s+1|false)\s*$")
_BARE_FLAGS = "only puts the runtime's name before bare flags"
_SHIMS = {
    "node": _BARE_FLAGS,
    "php": _BARE_FLAGS,
    "bun": _BARE_FLAGS,
    "deno": _BARE_FLAGS,
    "java": "adds the system's certificates to Java's where USE_SYSTEM_CA_CERTS is set",
}
"""What the entrypoint scripts of official language images do, by the runtime's name."""
_DOES_NOT_FORWARD = "npm does not forward signals well"


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a shell need for each text that only a shell can run."""
    for process in view.processes:
        if process.process.is_shell_form:
            yield _shell_form(process)
    for invocation in view.invocations:
        if invocation.origin is EvidenceKind.FILE:
            yield from _called(view, invocation)
    yield from _scripts(view)
    yield from _base_script(view)


def _shell_form(process: EffectiveProcess) -> Need:
    words = process.process
    text = " ".join(words.words)
    name = next((word.rsplit("/", 1)[-1] for word in words.shell if _is_shell(word)), "sh")
    return need(
        NeedKind.SHELL,
        shell_name(name),
        words.where,
        f"{process.source.value} is in shell form",
        avoidable=_exec_form(parse_shell(text)) or _plain_check(process, text),
    )


def _plain_check(process: EffectiveProcess, text: str) -> str:
    """Say that a health check's ``|| exit 1`` adds nothing: a command that fails is unhealthy as it is."""
    command = _EXIT.sub("", text)
    if process.source is not Source.HEALTH_CHECK or command == text or is_plain_command(parse_shell(command)) is None:
        return ""
    return "exec form works without || exit 1: a check that fails is unhealthy whatever its code"


def _called(view: WorkloadView, invocation: Invocation) -> Iterator[Need]:
    """Yield the needs of ``sh -c``, ``bash script`` and ``npm run``."""
    text = shell_text_of(invocation.words)
    if _is_shell(invocation.program):
        what = f"{subject(invocation.source)} calls {shortened(str(invocation))}"
        yield need(
            NeedKind.SHELL,
            shell_name(invocation.program),
            invocation.where,
            what,
            confidence=invocation.confidence,
            avoidable=_exec_form(parse_shell(text)) if text is not None else "",
        )
    elif text is not None:
        what = f"{subject(invocation.source)} starts a shell by {invocation.program} -c"
        yield need(NeedKind.SHELL, "sh", invocation.where, what, confidence=invocation.confidence)
    elif invocation.program.endswith((".sh", ".bash")) and _is_unread(view, invocation):
        shell = "bash" if invocation.program.endswith(".bash") else "sh"
        what = f"{subject(invocation.source)} calls {shortened(invocation.path)}, a shell script by its name, not read"
        yield need(NeedKind.SHELL, shell, invocation.where, what, confidence=Confidence.MEDIUM)
    if package_script_name(invocation.words) is not None:
        yield _package_script(view, invocation)


def _is_unread(view: WorkloadView, invocation: Invocation) -> bool:
    """Whether a script that is called is neither among those that were read nor the base's own."""
    is_read = any(one.image_path.rsplit("/", 1)[-1] == invocation.program for one in view.workload.scripts)
    return not is_read and not _is_of_base(view, invocation.path)


def _package_script(view: WorkloadView, invocation: Invocation) -> Need:
    script = package_script(invocation.words, view.workload.manifests)
    what = f"{shortened(str(invocation))} runs a package.json script through sh"
    if script is not None:
        what += f": {shortened(script.text)}"
    detail = _DOES_NOT_FORWARD if invocation.program == "npm" and invocation.is_main else ""
    return need(
        NeedKind.SHELL,
        "sh",
        invocation.where,
        what,
        confidence=invocation.confidence,
        detail=detail,
        avoidable=own_command(view, invocation),
    )


def own_command(view: WorkloadView, invocation: Invocation) -> str:
    """Say how ``npm run NAME`` can be left out: where the script is known and is one plain command."""
    script = package_script(invocation.words, view.workload.manifests)
    if script is None or is_plain_command(parse_shell(script.text)) is None:
        return ""
    return f"start the script's own command: {shortened(script.text)}"


def _scripts(view: WorkloadView) -> Iterator[Need]:
    """Yield the needs of scripts that are called, and, weakly, of those that nothing seen calls."""
    bashisms = {one.where.file for one in view.shells if "bashism" in one.text.constructs}
    called = {one.script.path for one in view.scripts}
    for one in view.scripts:
        if is_shell_script(one.script):
            yield _script(one.script, one.script.path in bashisms)
    others = [one for one in view.workload.scripts if one.path not in called and is_shell_script(one)]
    built = " ".join(word for one in view.final_build_invocations for word in one.words) if others else ""
    for script in others:
        if script.image_path.rsplit("/", 1)[-1] not in built:
            what = "a shell script is copied into the image; nothing that was read calls it"
            value = shell_name(shell_of(script) or "sh")
            yield need(NeedKind.SHELL, value, Location(script.path, 1), what, confidence=Confidence.LOW)


def _script(script: ScriptFile, has_bashisms: bool) -> Need:
    shell = shell_name(shell_of(script) or "sh")
    what = f"{script.image_path} is a {shell} script" + ("" if script.interpreter else " (no shebang)")
    detail = ""
    if has_bashisms and shell == "sh":
        detail = f"{script.path} uses bash's syntax under sh: it works only where sh is bash"
    return need(NeedKind.SHELL, shell, Location(script.path, 1), what, detail=detail)


def _base_script(view: WorkloadView) -> Iterator[Need]:
    """Yield the need of the base's own entrypoint script, which the project relies on without saying so."""
    entry = next((one for one in view.processes if one.source is Source.ENTRYPOINT), None)
    if entry is None:
        yield from _official_script(view)
    if entry is None or entry.process.is_shell_form:
        return
    script = next((word for word in entry.process.words if _is_entrypoint_script(word)), None)
    if script is None or (entry.origin is EvidenceKind.FILE and not _is_of_base(view, script)):
        return
    service = services().get(view.runtime_name or "")
    name = view.runtime_name or "the base"
    if service is not None:
        shell, what, avoidable = service.shell or "sh", service.script, _service_avoidable(view, service.avoidable)
    else:
        shell, what, avoidable = "sh", "is a shell script of the base", ""
        if _is_known_shim(view):
            what, avoidable = (
                _SHIMS[view.runtime_name or ""],
                "start the program directly, with an ENTRYPOINT of its own",
            )
    yield need(
        NeedKind.SHELL,
        shell,
        entry.process.where,
        f"{script}, the entrypoint script of {name}, runs first: it {what}",
        confidence=Confidence.CERTAIN if not avoidable else Confidence.MEDIUM,
        origin=EvidenceKind.CATALOG,
        avoidable=avoidable,
    )


def _official_script(view: WorkloadView) -> Iterator[Need]:
    """Yield the need of an official server's entrypoint script where the catalog has no word of its entrypoint."""
    reference = view.workload.base.reference
    is_told = view.base is not None and view.base.entrypoint is not None
    if is_told or reference is None or not reference.is_official or view.workload.runtime.clears_command:
        return
    for service in running_services(view):
        if service.name == view.runtime_name and service.shell:
            what = f"the entrypoint script of the official {service.name} image {service.script}"
            avoidable = _service_avoidable(view, service.avoidable)
            yield need(NeedKind.SHELL, service.shell, view.workload.base.where, what,
                       confidence=Confidence.MEDIUM, origin=EvidenceKind.CATALOG, avoidable=avoidable)  # fmt: skip


def _is_of_base(view: WorkloadView, script: str) -> bool:
    """Whether `script`, which the project names, is the base's and not one that the project brings."""
    if source_of(view, script) is not None or any(s.image_path.endswith(script) for s in view.workload.scripts):
        return False
    if view.base is not None and view.base.entrypoint:
        return script.rsplit("/", 1)[-1] in {word.rsplit("/", 1)[-1] for word in view.base.entrypoint}
    return "/" not in script.lstrip("/") and view.runtime_name in services()


def _service_avoidable(view: WorkloadView, avoidable: str) -> str:
    """Return `avoidable`, or "" where the project puts something into the folders that the script works on."""
    used = ("/docker-entrypoint.d", "/etc/nginx/templates", "/docker-entrypoint-initdb.d")
    brought = [*view.workload.static_paths, *(mount.target for mount in view.workload.runtime.mounts)]
    return "" if any(path.startswith(used) for path in brought) else avoidable


def _is_entrypoint_script(word: str) -> bool:
    name = word.rsplit("/", 1)[-1]
    return name.endswith(".sh") or name in {"docker-php-entrypoint", "docker-entrypoint"}


def _is_known_shim(view: WorkloadView) -> bool:
    return view.runtime_name in _SHIMS


def _is_shell(word: str) -> bool:
    return word.rsplit("/", 1)[-1] in programs().shells


def shell_name(name: str) -> str:
    """Return the shell that `name` stands for: ash, dash and busybox are ``sh``."""
    return "sh" if name in _SAME_AS_SH else name


def _exec_form(text: ShellText) -> str:
    plain = is_plain_command(text) is not None
    return "exec form works: one command, nothing for a shell to expand" if plain else ""
