"""Rules about what a base does not hold, and the project takes for granted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.errors import InputError
from basewright.model.base import BaseImage
from basewright.model.candidate import Finding, Severity
from basewright.model.dockerfile import Instruction
from basewright.model.need import NeedKind
from basewright.model.reference import ImageReference
from basewright.recommend import references
from basewright.recommend.families import manager_programs
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation, places
from basewright.recommend.versions import numbers

_SHELL_SCRIPT = re.compile(r"(?:^|/)(?:ba|da|a|k|z)?sh$")
_PROGRAMS = sorted((program for name in ("apt", "apk", "dnf") for program in manager_programs(name)), key=len)
_MANAGERS = re.compile(
    rf"\b(?:{'|'.join(reversed(_PROGRAMS))})"
    r"\s+(?:-\S+\s+)*(?:install|add|update|upgrade|del|remove|-i|-U)\b"
)


_SERVER_TREE = re.compile(r"/usr/lib/postgresql/(\d{1,3})")


@dataclass(frozen=True, slots=True)
class _Place:
    """A path that people expect in an image and that is elsewhere there."""

    runtime: str
    family: str
    """Distribution, "" for all."""
    absent: str
    instead: str
    """Where it is; ``{major}`` stands for the major version."""
    reference: str


_PLACES = (
    _Place("postgres", "debian", "/usr/local/pgsql", "/usr/lib/postgresql/{major}", references.POSTGRES_IMAGE),
    _Place(
        "postgres", "alpine", "/usr/local/pgsql", "/usr/local (bin, lib, share/postgresql)", references.POSTGRES_IMAGE
    ),
    _Place(
        "postgres",
        "alpine",
        "/usr/lib/postgresql",
        "/usr/local (bin, lib, share/postgresql)",
        references.POSTGRES_IMAGE,
    ),
    _Place("node", "", "/usr/bin/node", "/usr/local/bin/node", "https://github.com/nodejs/docker-node"),
    _Place("node", "", "/usr/lib/node_modules", "/usr/local/lib/node_modules", "https://github.com/nodejs/docker-node"),
    _Place("php", "", "/usr/bin/php", "/usr/local/bin/php", "https://hub.docker.com/_/php"),
    _Place("golang", "", "/usr/lib/go", "/usr/local/go", "https://hub.docker.com/_/golang"),
    _Place("java", "", "/usr/lib/jvm", "/opt/java/openjdk", "https://hub.docker.com/_/eclipse-temurin"),
)
"""Of the Docker Official Images, as their Dockerfiles lay them out."""


def _path(situation: Situation) -> Iterator[Finding]:
    for instruction, where in situation.lines("COPY"):
        source = _source(situation, instruction)
        if source is None:
            continue
        reference, base = source
        paths = instruction.words[:-1] if len(instruction.words) > 1 else tuple(instruction.text.split()[:-1])
        for path in paths:
            place = _expected(base, path.strip("\"'"))
            if place is not None:
                major = numbers(base.runtime.version if base.runtime else None)
                instead = place.instead.format(major=major[0] if major else "N")
                yield Finding(
                    "path-absent-in-base",
                    Severity.ERROR,
                    f"{reference} has no {place.absent}: on {base.family} it is in {instead}",
                    where,
                    "copy from there, with every library it links against, or run the image itself; see "
                    f"{place.reference}",
                    {"path": path, "instead": instead},
                )


def _incomplete(situation: Situation) -> Iterator[Finding]:
    """Yield a service's programs that are copied without what they load: a package is more than its folder."""
    base = situation.base
    for instruction, where in situation.lines("COPY"):
        found = _SERVER_TREE.search(instruction.text[:4096])
        is_same = base is not None and base.runtime is not None and base.runtime.name == "postgres"
        if instruction.flag("from") is not None and found and not is_same:
            major = found.group(1)
            yield Finding(
                "copied-service-incomplete",
                Severity.WARNING,
                f"{found.group()} holds the server's programs only: /usr/share/postgresql/{major} and the shared "
                "libraries that they load (libpq, ICU, LDAP, XML, TLS …) stay behind",
                where,
                "run an image of postgres, or install the package in the stage that runs",
            )


def _source(situation: Situation, instruction: Instruction) -> tuple[str, BaseImage] | None:
    """Return the image that a COPY --from takes from, directly or through a stage that adds nothing of its own."""
    origin = instruction.flag("from")
    if origin is None or situation.build is None:
        return None
    stage = next((one for one in situation.build.stages if origin in {one.name, str(one.index)}), None)
    reference: ImageReference | None
    if stage is not None:
        reference = (
            None if any(one.keyword in {"RUN", "COPY", "ADD"} for one in stage.instructions) else stage.base.reference
        )
    else:
        try:
            reference = ImageReference.parse(origin)
        except InputError:
            return None
    recognition = situation.catalog.recognise(reference) if reference is not None else None
    return (str(reference), recognition.base) if recognition is not None else None


def _expected(base: BaseImage, path: str) -> _Place | None:
    if base.runtime is None or "official" not in base.vendor.lower():
        return None
    for place in _PLACES:
        same = place.runtime == base.runtime.name and place.family in {"", base.family}
        if same and (path.rstrip("/") == place.absent or path.startswith(f"{place.absent}/")):
            return place
    return None


def _shell(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    if not situation.is_scratch and (base is None or base.shell is not False):
        return
    name = situation.workload.base.resolved
    for _, where in situation.lines("RUN"):
        yield Finding(
            "shell-absent-in-base",
            Severity.ERROR,
            f"RUN needs a shell, and {name} has none",
            where,
            "move RUN to a build stage, and copy the result",
        )
    for process in situation.processes:
        if process.is_shell_form:
            yield Finding(
                "shell-absent-in-base",
                Severity.ERROR,
                f"a command in shell form needs a shell, and {name} has none",
                process.where,
                'write the command in exec form, ["program", "argument"]',
            )
    yield from _scripts(situation, name)
    yield from _service(situation, name)


def _scripts(situation: Situation, name: str) -> Iterator[Finding]:
    started = {word for process in situation.processes for word in process.words}
    for script in situation.workload.scripts:
        program = script.interpreter or ""
        if _SHELL_SCRIPT.search(program) and _is_started(script.image_path, started):
            where = next(one.where for one in situation.processes)
            yield Finding(
                "shell-absent-in-base",
                Severity.ERROR,
                f"{script.path} is a script of {program}, and {name} has no shell",
                where,
                "keep a base with a shell, or move what the script does into the program",
            )


def _service(situation: Situation, name: str) -> Iterator[Finding]:
    """Yield what a service copied out of its image loses: the start of the official images is a shell script."""
    runtime = situation.base.runtime if situation.base else None
    for need in situation.of_kind(NeedKind.SERVICE):
        if need.value == "postgres" and (runtime is None or runtime.name != "postgres"):
            yield Finding(
                "shell-absent-in-base",
                Severity.ERROR,
                f"initdb and the official docker-entrypoint.sh of postgres need a shell, and {name} has none: no "
                "cluster can "
                "be made there",
                places(need)[0],
                "use an image of postgres (slim: its Alpine variant, or a hardened one); see "
                f"{references.DISTROLESS_POSTGRES}",
            )


def _is_started(image_path: str, words: set[str]) -> bool:
    name = image_path.rsplit("/", 1)[-1]
    return any(word == image_path or word.rsplit("/", 1)[-1] == name for word in words)


def _package_manager(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    if not situation.is_scratch and (base is None or base.package_manager is not False):
        return
    for instruction, where in situation.lines("RUN"):
        found = _MANAGERS.search(instruction.text[:65536])
        if found:
            yield Finding(
                "package-manager-absent-in-base",
                Severity.ERROR,
                f"`{found.group()}`: {situation.workload.base.resolved} has no package manager",
                where,
                "install in a build stage, and copy the result",
            )


RULES = (
    Rule("path-absent-in-base", _path),
    Rule("copied-service-incomplete", _incomplete),
    Rule("shell-absent-in-base", _shell),
    Rule("package-manager-absent-in-base", _package_manager),
)
