"""Requirements files (pip, «Requirements File Format»), with what they include."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join

from basewright.errors import InputError, SyntaxInputError
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest
from basewright.ports.files import UnreadableError, normalize
from basewright.sources.context.interface import DEPENDENCY_LIMIT, ManifestFile, Reader, sorted_dependencies
from basewright.sources.context.wheels import builds

INCLUDE_LIMIT = 32
"""Files that one requirements file may bring in."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EXTRAS = re.compile(r"\s*\[[^\]]*\]")
_EXACT = re.compile(r"={2,3}\s*([^,;\s]+)")
_INCLUDE = re.compile(r"(-r|-c|--requirement|--constraint)(?:\s*=\s*|\s*)(\S+)")
_OPTION_IN_LINE = re.compile(r"\s--?[a-z]")
_COMMENT = re.compile(r"(?:^|\s)#")
_ELSEWHERE = re.compile(
    r"""(?:sys_platform|platform_system|os_name)\s*==\s*["'](?:win32|Windows|darwin|Darwin|nt|cygwin)["']"""
)
_DEVELOPMENT = re.compile(
    r"(?:^|[-_./])(?:dev|develop|development|test|tests|testing|lint|docs?|ci|typing|mypy)(?:[-_./]|$)"
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement as PEP 508 and pip write it."""

    name: str
    version: str | None
    requirement: str
    """Version specifier, address and marker as written."""
    artefact: str = ""
    """File name of the wheel or source archive where an address is given."""


def parse_requirement(written: str) -> Requirement | None:
    """Read one requirement; None for what names no package, or is for another system than Linux."""
    name = _NAME.match(written)
    if name is None:
        return None
    rest = written[name.end() :]
    extras = _EXTRAS.match(rest)
    rest = rest[extras.end() if extras else 0 :].strip()
    specifier, _, marker = rest.partition(" ;" if rest.startswith("@") else ";")
    if _ELSEWHERE.fullmatch(marker.strip()):
        return None
    if specifier.startswith("@"):
        address = specifier[1:].strip()
        artefact = address.partition("#")[0].partition("?")[0].rsplit("/", 1)[-1]
        is_file = artefact.endswith((".whl", ".tar.gz", ".zip"))
        return Requirement(name.group(), None, rest, artefact if is_file else "")
    specifier = specifier.strip()
    if specifier and specifier[0] not in "=<>!~(":
        return None
    exact = _EXACT.match(specifier.strip("() "))
    version = exact.group(1) if exact and not set(",*") & set(specifier) else None
    return Requirement(name.group(), version.rstrip(")") if version else None, rest)


def normalized(name: str) -> str:
    """Return a project's name in its one spelling (PyPA specification, «Names and normalization»)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def dependency(
    found: Requirement, where: Location, *, is_development: bool = False, is_direct: bool = True
) -> Dependency:
    """Return the dependency that a requirement states."""
    judged = builds([found.artefact] if found.artefact else [])
    return Dependency(
        name=normalized(found.name),
        version=found.version,
        requirement=found.requirement,
        where=where,
        is_development=is_development,
        is_direct=is_direct,
        musl=judged.musl,
        is_native=judged.is_native,
        artefacts=judged.artefacts,
    )


def is_development_name(name: str) -> bool:
    """Whether a file's, group's or extra's name says that it is for development."""
    return _DEVELOPMENT.search(name.lower().removesuffix(".txt").removesuffix(".in")) is not None


@dataclass(slots=True)
class _Reading:
    file: ManifestFile
    dependencies: list[Dependency] = field(default_factory=list)
    constraints: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    facts: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def _read(file: ManifestFile) -> Manifest:
    reading = _Reading(file, seen={normalize(file.path)})
    pending = [(file, False)]
    while pending:
        one, is_constraint = pending.pop(0)
        pending += _read_one(one, reading, is_constraint=is_constraint)
    pinned = [_constrained(one, reading.constraints) for one in reading.dependencies]
    if reading.unread:
        reading.facts["unread"] = ", ".join(sorted(reading.unread))
    return Manifest(
        file.path, "pypi", "requirements", sorted_dependencies(pinned), facts=dict(sorted(reading.facts.items()))
    )


def _read_one(file: ManifestFile, reading: _Reading, *, is_constraint: bool) -> list[tuple[ManifestFile, bool]]:
    included: list[tuple[ManifestFile, bool]] = []
    is_development = is_development_name(file.path.rsplit("/", 1)[-1])
    for number, line in _logical_lines(file.lines):
        include = _INCLUDE.match(line)
        if include:
            more = _included(file, include.group(2), reading)
            if more is not None:
                included.append((more, is_constraint or include.group(1) in {"-c", "--constraint"}))
        elif line.startswith(("--no-binary", "--only-binary")):
            option, _, value = line.lstrip("-").replace("=", " ", 1).partition(" ")
            reading.facts[option] = value.strip()
        elif not line.startswith("-"):
            found = parse_requirement(_OPTION_IN_LINE.split(line, maxsplit=1)[0].strip())
            if found is None:
                continue
            if is_constraint:
                reading.constraints.setdefault(normalized(found.name), found.version or "")
            else:
                reading.dependencies.append(dependency(found, file.at(number), is_development=is_development))
            if len(reading.dependencies) > DEPENDENCY_LIMIT:
                raise SyntaxInputError(f"more than {DEPENDENCY_LIMIT} dependencies", line=number)
    return included


def _logical_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) without comments, continuations joined."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if not parts:
            first = number
        comment = _COMMENT.search(line)
        bare = line[: comment.start()] if comment else line
        if bare.endswith("\\") and number < len(lines):
            parts.append(bare[:-1])
            continue
        whole = "".join([*parts, bare]).strip()
        parts = []
        if whole:
            yield first, whole


def _included(file: ManifestFile, written: str, reading: _Reading) -> ManifestFile | None:
    """Return an included file; what is no file of the project, or one too many, is told in the facts."""
    try:
        path = normalize(join(dirname(file.path), written))
        if path in reading.seen:
            return None
        if len(reading.seen) > INCLUDE_LIMIT:
            raise UnreadableError(f"more than {INCLUDE_LIMIT} included files")
        reading.seen.add(path)
        return ManifestFile(file.files, path, file.files.read(path))
    except InputError:
        reading.unread.append(written)
        return None


def _constrained(one: Dependency, constraints: dict[str, str]) -> Dependency:
    version = constraints.get(one.name)
    if one.version is not None or not version:
        return one
    return Dependency(
        one.name,
        version,
        one.requirement,
        one.where,
        one.is_development,
        one.is_direct,
        one.musl,
        one.is_native,
        one.artefacts,
    )


def _claims(name: str) -> bool:
    return "requirements" in name and name.endswith(".txt")


READERS = (Reader(_claims, _read),)
