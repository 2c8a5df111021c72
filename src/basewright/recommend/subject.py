"""What a workload runs: the runtime, service, binary or content that a candidate must be able to carry."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from basewright.errors import InputError
from basewright.model.base import BaseImage, Role
from basewright.model.need import Need, NeedKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.recommend.situation import Situation
from basewright.recommend.versions import line_text


class SubjectKind(StrEnum):
    """The sorts of thing that run."""

    RUNTIME = "runtime"
    SERVICE = "service"
    CONTENT = "content"
    """Built files behind a web server."""
    STATIC = "static"
    DYNAMIC = "dynamic"
    SYSTEM = "system"
    """Nothing more is known than the distribution it stands on."""


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """What holds a release line in place: a manifest's requirement, a program named with its version, a person."""

    where: Location
    what: str

    def __str__(self) -> str:
        return self.what if self.what.startswith(self.where.file) else f"{self.what} ({self.where})"


@dataclass(frozen=True, slots=True)
class Move:
    """Away from a release line that is past its end of life."""

    old: str
    new: str
    """The nearest supported line."""
    ended: dt.date
    supported_until: dt.date | None
    pins: tuple[Pin, ...] = ()
    """What names the old line, apart from the base."""
    is_taken: bool = True
    """Whether candidates are of the new line; False where something pins the old one, or data is of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What runs, and in which version."""

    kind: SubjectKind
    name: str
    version: str | None = None
    need: Need | None = None
    """The need that says so; None where only today's base does."""
    move: Move | None = None
    """Set where its line is past its end of life and a later one is there (see `succession`)."""

    @property
    def line(self) -> str:
        """Its release line as people write it; "" where not known."""
        return line_text(self.name, self.version)

    def __str__(self) -> str:
        return f"{self.name} {self.line}".strip()


_BY_NEED = (
    (NeedKind.STATIC_CONTENT, SubjectKind.CONTENT),
    (NeedKind.SERVICE, SubjectKind.SERVICE),
    (NeedKind.INTERPRETER, SubjectKind.RUNTIME),
    (NeedKind.STATIC_BINARY, SubjectKind.STATIC),
    (NeedKind.DYNAMIC_BINARY, SubjectKind.DYNAMIC),
)
_ALIASES = {"postgresql": "postgres", "nodejs": "node", "python3": "python", "jre": "java", "jdk": "java"}
_WEB_SERVERS = frozenset({"nginx", "httpd", "caddy"})


def subject_of(situation: Situation) -> Subject | None:
    """Return what the workload runs; None where neither its needs nor its base tell."""
    for need_kind, kind in _BY_NEED:
        needs = situation.of_kind(need_kind)
        if not needs:
            continue
        if kind in {SubjectKind.RUNTIME, SubjectKind.SERVICE} and _is_installed_on_system(situation, needs):
            return _from_base(situation)
        need = max(needs, key=lambda one: (one.confidence, _is_of_base(situation, one), one.value))
        return _from_need(situation, need, kind)
    return _from_base(situation)


def is_replaced(situation: Situation, subject: Subject) -> bool:
    """Whether a web server would take the place of the process that serves the files today."""
    runtime = situation.base.runtime if situation.base else None
    return subject.kind is SubjectKind.CONTENT and (runtime is None or runtime.name != subject.name)


def subjects_of(situation: Situation) -> tuple[Subject, ...]:
    """Return what a base may be chosen for, the better way first: files can go on being served by what serves them."""
    first = subject_of(situation)
    if first is None:
        return ()
    if not is_replaced(situation, first):
        return (first,)
    kept = max(situation.of_kind(NeedKind.INTERPRETER), key=lambda one: (one.confidence, one.value), default=None)
    return (first, _from_need(situation, kept, SubjectKind.RUNTIME)) if kept is not None else (first,)


def _from_need(situation: Situation, need: Need, kind: SubjectKind) -> Subject:
    name = _ALIASES.get(need.value, need.value)
    if kind is SubjectKind.CONTENT:
        is_server = name in _WEB_SERVERS
        name = name if is_server else "nginx"
        return Subject(kind, name, (need.version if is_server else None) or _base_version(situation, name), need)
    if kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC}:
        return Subject(kind, need.value, need=need)
    return Subject(kind, name, need.version or _base_version(situation, name), need)


def _from_base(situation: Situation) -> Subject | None:
    base = situation.base
    if base is None:
        return None
    if base.runtime is not None and base.role in {Role.RUNTIME, Role.SERVICE}:
        kind = SubjectKind.SERVICE if base.role is Role.SERVICE else SubjectKind.RUNTIME
        return Subject(kind, base.runtime.name, base.runtime.version)
    if base.role is Role.OS:
        family = base.family or base.reference.repository.rsplit("/", 1)[-1]
        return Subject(SubjectKind.SYSTEM, family, base.os.version if base.os else None)
    if base.runtime is not None:
        return Subject(SubjectKind.RUNTIME, base.runtime.name, base.runtime.version)
    return None


def _is_installed_on_system(situation: Situation, needs: tuple[Need, ...]) -> bool:
    """Whether a plain distribution runs it, in whatever release its packages have: the distribution stays the base."""
    base = situation.base
    # A runtime's packages come with others of the same distribution; a server's image can take a server's place.
    told = any(need.kind is NeedKind.SERVICE and is_exact(need) for need in needs)
    unversioned = not told and not any(_base_version(situation, need.value) for need in needs)
    return unversioned and base is not None and base.role is Role.OS and base.package_manager is True


def is_exact(need: Need) -> bool:
    """Whether some evidence names the version itself, and not only a range that begins with it."""
    return any(one.version for one in need.evidence)


def _is_of_base(situation: Situation, need: Need) -> bool:
    runtime = situation.base.runtime if situation.base else None
    return runtime is not None and runtime.name == _ALIASES.get(need.value, need.value)


def _base_version(situation: Situation, name: str) -> str | None:
    """Return the version of `name` in today's base, else in an image that the build takes from."""
    runtime = situation.base.runtime if situation.base else None
    if runtime is not None and runtime.name == name:
        return runtime.version
    found = (
        one.runtime.version for one in _taken_from(situation) if one.runtime is not None and one.runtime.name == name
    )
    return next(found, None)


def _taken_from(situation: Situation) -> Iterator[BaseImage]:
    """Yield the images of the build stages and of COPY --from, as far as they are known."""
    if situation.build is None:
        return
    named = [stage.base.reference for stage in situation.build.stages if stage.base.reference is not None]
    for instruction, _ in situation.lines("COPY"):
        with contextlib.suppress(InputError):
            named.append(ImageReference.parse(instruction.flag("from") or ""))
    for reference in named:
        recognition = situation.catalog.recognise(reference)
        if recognition is not None:
            yield recognition.base
