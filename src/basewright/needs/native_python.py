"""NATIVE_EXTENSION of Python: packages with compiled code, and whether a wheel for musl is published.

Told by the lock's own list of files where there is one; else by facts that tools/check_musl_wheels.py gathered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency
from basewright.needs.evidence import need
from basewright.needs.interpreter import runtime_version
from basewright.needs.tables import PythonWheels, ecosystems, python_natives
from basewright.needs.view import WorkloadView
from basewright.needs.wheels import WheelSupport, supported

_EXACT = re.compile(r"===?\s*([0-9][A-Za-z0-9.!+-]{0,60})\s*(?:;.*)?$")
_EXTRAS = re.compile(r"\[([A-Za-z0-9_, .-]{1,200})\]")


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is known of one dependency."""

    musl: bool | None
    detail: str
    confidence: Confidence


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield a need for each run-time dependency that is known to hold compiled code."""
    python = _minor_of(runtime_version(view, "python"))
    seen: set[tuple[str, str | None]] = set()
    dependencies = sorted(view.dependencies("pypi"), key=lambda item: not item[1].artefacts)
    told = {normalized(one.name) for _, one in dependencies if one.artefacts or one.musl is not None}
    for manifest, dependency in dependencies:
        for name, version in _carried(dependency):
            from_lock = name == normalized(dependency.name) and (dependency.artefacts or dependency.musl is not None)
            if (name, version) in seen or (name in told and not from_lock):
                continue
            finding = _from_lock(dependency, manifest.path, python) if from_lock else _from_table(name, version, python)
            if finding is None:
                continue
            seen.add((name, version))
            yield need(
                NeedKind.NATIVE_EXTENSION,
                name,
                dependency.where,
                _names(dependency, name, manifest.path),
                confidence=finding.confidence,
                version=version,
                musl=finding.musl,
                detail=finding.detail,
            )
            yield from _library(name, dependency.where)


def normalized(name: str) -> str:
    """Return `name` as PEP 503 normalises it, without extras."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0].strip()).lower()


def exact_version(dependency: Dependency) -> str | None:
    """Return the one version that a lock or a pin allows, None where several may come."""
    found = _EXACT.search(dependency.requirement)
    return dependency.version or (found[1] if found else None)


def _carried(dependency: Dependency) -> Iterator[tuple[str, str | None]]:
    """Yield (name, version) of what `dependency` brings that may be native: itself, its compiled part, its extras."""
    table = ecosystems()["pypi"]
    name = normalized(dependency.name)
    yield name, exact_version(dependency)
    if name in table["carries"]:
        yield table["carries"][name], None
    extras = _EXTRAS.search(f"{dependency.name}{dependency.requirement}")
    for extra in sorted(extras[1].replace(" ", "").split(",")) if extras else ():
        for brought in table["extras"].get(f"{name}[{extra}]", ()):
            yield brought, exact_version(dependency) if brought.startswith(name) else None


def _from_lock(dependency: Dependency, lock: str, python: str | None) -> _Finding | None:
    """Return what the files that the lock lists tell; None for a pure package."""
    if not dependency.artefacts:
        if not dependency.is_native and dependency.musl is not False:
            return None
        detail = "" if dependency.musl is None else f"{_some(dependency.musl)} musllinux wheel in {lock}"
        return _Finding(dependency.musl, detail, Confidence.CERTAIN)
    support = supported(dependency.artefacts, python)
    tag = f" for {_tag(python)}" if python else ""
    if support.musl:
        return _Finding(True, f"{lock} lists a musllinux wheel{tag}", Confidence.CERTAIN)
    if support.is_pure:
        return None
    if support.glibc:
        source = "; its source can be compiled" if support.has_source else ""
        return _Finding(*_optional(dependency.name, False, f"no musllinux wheel{tag} in {lock}{source}"))
    if support.linux_minors:
        tags = ", ".join(support.linux_minors)
        return _Finding(None, f"no Linux wheel{tag} in {lock}, only for {tags}: compiled at build", Confidence.CERTAIN)
    return _source_only(dependency, support, lock)


def _source_only(dependency: Dependency, support: WheelSupport, lock: str) -> _Finding | None:
    """Return a finding for a package that comes as source alone, if it is known to be native at all."""
    known = normalized(dependency.name) in python_natives().packages or dependency.is_native
    if not known or not support.has_source:
        return None
    return _Finding(None, f"{lock} lists its source alone: compiled at build, on any libc", Confidence.CERTAIN)


def _optional(name: str, musl: bool, detail: str) -> tuple[bool | None, str, Confidence]:
    if normalized(name) in ecosystems()["pypi"]["optional"]:
        return None, f"{detail}; works without its compiled part", Confidence.LOW
    return musl, detail, Confidence.CERTAIN


def _from_table(name: str, version: str | None, python: str | None) -> _Finding | None:
    table = python_natives()
    facts = table.packages.get(name)
    if facts is None:
        return None
    seen = f"as of {table.date}, for {_tag(table.python)} on x86_64"
    is_other = python is not None and python != table.python
    if is_other:
        seen += f"; the base has {python}"
    musl, detail = _judge(facts, version)
    confidence = Confidence.MEDIUM
    if musl is False and name in ecosystems()["pypi"]["optional"]:
        musl, detail, confidence = None, f"{detail}; works without its compiled part", Confidence.LOW
    if musl is False and is_other and facts.musl:
        # Another interpreter may have got its musl wheels earlier, or later.
        musl = None
    return _Finding(musl, f"{detail} ({seen})", confidence)


def _judge(facts: PythonWheels, version: str | None) -> tuple[bool | None, str]:
    """Return (musl, detail) for `version`; None stands for whatever is newest."""
    name = facts.name
    if not facts.glibc and not facts.musl:
        return None, f"{name} is published as source alone: compiled at build, on any libc"
    if not facts.musl:
        return False, f"no release of {name} has a musllinux wheel"
    newest = max((*facts.glibc, *facts.musl), key=_release)
    wanted = _same(version, facts) or newest
    if version is not None and _release(version) > _release(newest):
        wanted = newest
    elif version is not None and _release(version) != _release(wanted):
        return None, f"{name} {version} has no wheel for any libc there: compiled at build"
    if wanted in facts.musl:
        return True, f"{name} {wanted} has a musllinux wheel"
    return False, f"{name} {wanted} has no musllinux wheel, {facts.musl[-1]} has one"


def _same(version: str | None, facts: PythonWheels) -> str | None:
    """Return the listed release that equals `version` (``2.0`` is ``2.0.0``)."""
    if version is None:
        return None
    wanted = _release(version)
    return next((one for one in (*facts.musl, *facts.glibc) if _release(one) == wanted), None)


def _release(version: str) -> tuple[int, ...]:
    """Return the release segment of `version` as numbers, zeros at its end dropped."""
    numbers = [int(part) for part in re.findall(r"\d{1,9}", version.partition("+")[0])[:6]]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _library(name: str, where: Location) -> Iterator[Need]:
    library = ecosystems()["pypi"]["libraries"].get(name)
    if library is not None:
        what = f"{name} loads {library} from the system"
        yield need(NeedKind.LIBRARY, library, where, what, confidence=Confidence.MEDIUM)


def _names(dependency: Dependency, name: str, path: str) -> str:
    version = exact_version(dependency)
    written = f"{dependency.name} {version}" if version else dependency.name
    return f"{path} names {written}" + ("" if name == normalized(dependency.name) else f", which brings {name}")


def _minor_of(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version and version.count(".") else None


def _tag(python: str | None) -> str:
    return f"cp{(python or '').replace('.', '')}"


def _some(musl: bool) -> str:
    return "a" if musl else "no"
