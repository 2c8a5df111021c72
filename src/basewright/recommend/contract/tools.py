"""Aspect of tools: programs that run-time text calls and the candidate lacks."""

from collections.abc import Iterator

from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import EvidenceKind, Need, NeedKind
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.families import packaging
from basewright.recommend.fit.programs import is_health_check_only, is_own
from basewright.recommend.linkage import compiled_at_install
from basewright.recommend.subject import is_replaced
from basewright.recommend.suitability import lacks_compiler
from basewright.recommend.tools import can_install, has_tool, packages_of

_KINDS = (NeedKind.COMMAND, NeedKind.HEALTH_CHECK, NeedKind.SHELL, NeedKind.INIT)
_NO_PROGRAM = frozenset({"shell", "sh", "true"})
_NGINX_MODULES = ("acme", "geoip", "image-filter", "njs", "xslt")
"""Dynamic modules of the official image that its slim variant leaves out (nginx/docker-nginx, Dockerfile templates)."""
_CONFIGURATION = "/etc/nginx"
_LONGEST = 64 * 1024
_INITS = frozenset({"tini", "dumb-init", "catatonit", "su-exec", "gosu"})
"""Inits that are programs of the image; others are the engine's."""


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield each program that is called and not there."""
    seen: dict[str, list[Need]] = {}
    kinds = (NeedKind.HEALTH_CHECK,) if is_replaced(c.situation, c.subject) else _KINDS
    for need in c.situation.of_kind(*kinds):
        is_init = need.kind is NeedKind.INIT
        if is_own(need) and (need.value in _INITS if is_init else need.value not in _NO_PROGRAM):
            seen.setdefault(need.value, []).append(need)
    for program, needs in sorted(seen.items()):
        yield from _program(c, program, needs)
    yield from _compilers(c)
    yield from _modules(c)


def _modules(c: Comparison) -> Iterator[Difference]:
    """Yield the modules of nginx that its slim image leaves out, at the lines that configure it."""
    if c.subject.name != "nginx" or is_replaced(c.situation, c.subject) or c.old is None:
        return
    full = c.old.runtime is not None and c.old.runtime.name == "nginx" and c.old.variant is None
    if not full or c.old.vendor != c.new.vendor or c.new.variant != "slim":
        return
    copies = {where for one, where in c.situation.lines("COPY", "ADD") if _CONFIGURATION in one.text[:_LONGEST]}
    mounts = {one.where for one in c.situation.workload.runtime.mounts if one.target.startswith(_CONFIGURATION)}
    touches = tuple(sorted(copies | mounts))
    rest = ": look whether the configuration loads or uses one" if touches else "; no line here configures it"
    why = f"the modules {', '.join(_NGINX_MODULES)} are not there{rest}"
    effect = Effect.REVIEW if touches else Effect.NONE
    yield Difference(Aspect.TOOLS, "modules of nginx", "absent", effect, touches, why, references.NGINX_IMAGE)


def _compilers(c: Comparison) -> Iterator[Difference]:
    """Yield the compilers that packages are built with where they are installed, and that are not there."""
    if is_replaced(c.situation, c.subject) or not lacks_compiler(c.situation, c.new):
        return
    names = ", ".join(sorted({need.value for need in compiled_at_install(c.situation)})[:6])
    lines = {one.where for need in c.situation.build_needs for one in need.evidence}
    touches = tuple(where for _, where in c.run_lines() if where in lines) or tuple(sorted(lines))
    why = f"{names}: compiled where it is installed, and no compiler is there: install in a stage on today's base"
    yield Difference(Aspect.TOOLS, "compilers", "absent", Effect.REVIEW, touches, why, references.MULTI_STAGE)


def _program(c: Comparison, program: str, needs: list[Need]) -> Iterator[Difference]:
    before = has_tool(c.old, program) if c.old else None
    after = has_tool(c.new, program)
    if after or after == before:
        return
    at = tuple(sorted({one.where for need in needs for one in need.evidence if one.kind is not EvidenceKind.CATALOG}))
    if after is False and _is_installed(c, program):
        why = "a line of the project installs it"
        yield Difference(Aspect.TOOLS, program, "installed by the project", Effect.NONE, (), why)
        return
    is_check = all(need.kind is NeedKind.HEALTH_CHECK or is_health_check_only(c.situation, need) for need in needs)
    if after is None:
        why = f"whether it has {program} is not known"
        yield Difference(Aspect.TOOLS, program, None, Effect.REVIEW, at, why)
        return
    yield Difference(
        Aspect.TOOLS,
        program,
        "absent",
        Effect.BREAK,
        at,
        _remedy(c, program, is_check=is_check),
        _reference(c, is_check=is_check),
    )


def _is_installed(c: Comparison, program: str) -> bool:
    """Whether the project installs it by name, with the package manager that the candidate has too."""
    installed = {need.value for need in c.situation.of_kind(NeedKind.LIBRARY)}
    same = c.old is not None and packaging(c.old) is not None and packaging(c.old) == packaging(c.new)
    return same and can_install(c.new) is True and bool(installed & set(packages_of(program)))


def _remedy(c: Comparison, program: str, *, is_check: bool) -> str:
    if is_check:
        own = {
            "node": "node -e \"fetch('http://localhost:PORT/').then(r => process.exit(r.ok ? 0 : 1))\"",
            "python": "python3 -c \"import urllib.request as u; u.urlopen('http://localhost:PORT/')\"",
        }.get(c.subject.name, "a subcommand of the program itself")
        return f"the health check calls {program}, which is not there: ask with what the image has, such as {own}"
    if can_install(c.new):
        return f"{program} is not there: install {' or '.join(packages_of(program))}"
    return f"{program} is not there and cannot be installed: copy it from a build stage, or do without"


def _reference(c: Comparison, *, is_check: bool) -> str:
    if is_check and c.new.shell is False:
        in_compose = c.situation.workload.service is not None
        return references.COMPOSE_HEALTH_CHECK_WITHOUT_SHELL if in_compose else references.HEALTH_CHECK_WITHOUT_SHELL
    return ""
