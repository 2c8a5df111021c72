"""Programs that help whoever got in: shells, package managers, interpreters, network tools, compilers, debuggers.

Told by what is there and can run, not by packages. What one binary offers under many names counts once.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from basewright.inventory.hardening.interface import Observation, Rule, named
from basewright.inventory.hardening.programs_found import Program
from basewright.inventory.hardening.site import Site
from basewright.inventory.hardening.tables import kinds_of_programs
from basewright.model.candidate import Severity

_TRIPLET: Final = re.compile(r"[a-z0-9_]{3,12}-(?:[a-z0-9]{1,10}-)?linux-(?:gnu|musl)[a-z0-9_]{0,10}-(?=.)")
"""The machine that a cross compiler is for: ``x86_64-linux-gnu-``."""
_VERSION: Final = re.compile(r"-?[0-9]{1,4}(?:\.[0-9]{1,6}){0,3}[a-z]?$")
_MULTI_STAGE: Final = "build in a stage of its own and copy the result: `COPY --from=build /app /app`"
_OF_MULTI_CALL: Final = frozenset({"shell", "network-tool"})
"""Kinds that count where BusyBox offers them: it runs these without further setup."""


def kind_of(name: str) -> str | None:
    """Return the kind of the program that is called `name`: ``gcc-12`` and ``python3.12`` as their plain names."""
    return kinds_of_programs().get(plain_name(name))


def plain_name(name: str) -> str:
    """Return `name` as the table has it: without a version, and without the machine that a cross compiler is for."""
    kinds = kinds_of_programs()
    if name in kinds:
        return name
    bare = _TRIPLET.sub("", name, count=1) if "-linux-" in name else name
    return bare if bare in kinds else _VERSION.sub("", bare)


def _by_kind(site: Site, kind: str) -> list[Program]:
    """Return one program for each file that is of `kind`: the name that the table knows best."""
    found: dict[tuple[int, int], Program] = {}
    for one in site.programs:
        if kind_of(one.name) != kind or (one.multi_call is not None and kind not in _OF_MULTI_CALL):
            continue
        standing = found.get(one.node)
        if standing is None or _rank(one) < _rank(standing):
            found[one.node] = one
    return sorted(found.values(), key=lambda one: one.path)


def _rank(program: Program) -> tuple[bool, bool, int, str]:
    """Prefer the file's own name to a link's, an exact name to a versioned one, a short path."""
    is_alias = program.path != program.target
    return is_alias, program.name not in kinds_of_programs(), len(program.path), program.path


def _told(found: list[Program], names: dict[tuple[int, int], list[str]]) -> str:
    words: dict[str, None] = {}
    for one in found:
        words[f"{named(names[one.node], 6)} (of {one.multi_call})" if one.multi_call else plain_name(one.name)] = None
    return named(list(words), 8)


def _group(
    kind: str, severity: Severity, *, what: str, why: str, remedy: str
) -> Callable[[Site], Iterator[Observation]]:
    """Return a rule's `look` for one kind of program."""

    def look(site: Site) -> Iterator[Observation]:
        found = _by_kind(site, kind)
        if found:
            names: dict[tuple[int, int], list[str]] = {one.node: [] for one in found}
            for one in site.programs:
                if one.node in names and kind_of(one.name) == kind and one.name not in names[one.node]:
                    names[one.node].append(one.name)
            yield Observation(
                severity,
                f"{what}: {_told(found, names)}; {why}",
                remedy,
                tuple(one.path for one in found),
                layer=found[0].layer,
            )

    return look


def _multi_call(site: Site) -> Iterator[Observation]:
    found: dict[tuple[int, int], list[Program]] = {}
    for one in site.programs:
        if one.multi_call is not None:
            found.setdefault(one.node, []).append(one)
    for programs in sorted(found.values(), key=lambda group: group[0].path):
        first = min(programs, key=lambda one: (one.path != one.target, one.name != one.multi_call, one.path))
        commands = sorted({one.name for one in programs})
        yield Observation(
            Severity.NOTE,
            f"{first.multi_call} offers {len(commands)} commands from one file, a shell and network tools among them"
            if any(kind_of(name) in _OF_MULTI_CALL for name in commands)
            else f"{first.multi_call} offers {len(commands)} commands from one file",
            "A base without a shell leaves it out (distroless, chiselled, scratch); "
            "else remove it in the last stage, after everything that needs it.",
            (first.path,),
            layer=first.layer,
        )


RULES: Final = (
    Rule("shells", _group(
        "shell", Severity.NOTE, what="shells", why="a way to run commands for whoever can make the service start one",
        remedy=f"Choose a base without one (distroless, chiselled), and {_MULTI_STAGE}; "
        'start the service in exec form: `CMD ["/app"]`.'), ("4.3",)),
    Rule("package-managers", _group(
        "package-manager", Severity.NOTE, what="package managers", why="install what was not there",
        remedy=f"They belong to the build: {_MULTI_STAGE}."), ("4.3",)),
    Rule("interpreters", _group(
        "interpreter", Severity.NOTE, what="interpreters", why="run whatever text they are given",
        remedy="Keep the one that runs the service, and choose a base without the others."), ("4.3",)),
    Rule("network-tools", _group(
        "network-tool", Severity.NOTE, what="network tools", why="fetch further tools, and carry data out",
        remedy=f"Fetch while building: {_MULTI_STAGE}, or `ADD --checksum=sha256:… URL /file`; "
        "let the service check its own health."), ("4.3",)),
    Rule("compilers", _group(
        "compiler", Severity.WARNING, what="compilers and build tools",
        why="no running service needs them, and they turn text into programs",
        remedy=f"They belong to the build: {_MULTI_STAGE}."), ("4.3",)),
    Rule("debuggers", _group(
        "debugger", Severity.WARNING, what="debuggers and tracers", why="read and change other processes",
        remedy="Attach them when they are needed (`docker debug`, an ephemeral container) instead of shipping them."),
        ("4.3",)),
    Rule("privilege-tools", _group(
        "privilege-tool", Severity.WARNING, what="tools that run commands as root", why="they end where USER began",
        remedy="Do what needs root before USER; to step down at the start, use setpriv or su-exec as root."), ("4.3",)),
    Rule("remote-login", _group(
        "remote-login", Severity.WARNING, what="services for remote login", why="a second way in with its own accounts",
        remedy="Remove the package, and use `docker exec` or `kubectl exec`."), ("5.7",)),
    Rule("background-services", _group(
        "background-service", Severity.NOTE, what="services of a whole system", why="a container runs one service",
        remedy="Remove the packages; schedule, log and supervise from outside of the container."), ("4.3",)),
    Rule("multi-call-binary", _multi_call, ("4.3",)),
)  # fmt: skip
