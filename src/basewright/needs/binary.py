"""STATIC_BINARY, DYNAMIC_BINARY and LIBC: the process is a native binary, and what it was linked against."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basewright.model.dockerfile import Stage
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.needs.copies import Brought
from basewright.needs.evidence import need
from basewright.needs.interpreter import interpreter_of
from basewright.needs.invocation import Invocation
from basewright.needs.linking import Linked, image_libc, linked_by, stage_libc
from basewright.needs.native_other import crate_libraries
from basewright.needs.ownership import image_path, source_of
from basewright.needs.service import running_services, taken_service
from basewright.needs.stages import chain_of
from basewright.needs.tables import programs, services
from basewright.needs.view import WorkloadView

_PROCESSES = 20
"""Programs of one workload whose build is looked for at most."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where the process's binary was made."""

    path: str
    stage: Stage | None
    where: Location
    is_copied: bool


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield what kind of binary the process is, as far as its build tells."""
    processes = (one for one in view.invocations if one.is_main and one.origin is EvidenceKind.FILE)
    for invocation in itertools.islice((one for one in processes if _may_be_binary(view, one)), _PROCESSES):
        yield from _binary(view, invocation)
    yield from _libc_of_packages(view)
    yield from _libc_of_services(view)


def _may_be_binary(view: WorkloadView, invocation: Invocation) -> bool:
    table, program = programs(), invocation.program
    known = table.shells | table.builtins | table.applets | table.tools | frozenset(table.wrappers)
    if program in known or program in table.package_managers:
        return False
    if any(program in service.programs for service in services().values()):
        return False
    if any(one.script.image_path.rsplit("/", 1)[-1] == program for one in view.scripts) or "$" in invocation.path:
        return False
    # `serve` or `air` may be a program that the project built itself: a COPY from a stage tells.
    if interpreter_of(program) is not None:
        origin = source_of(view, invocation.path)
        return origin is not None and origin.stage is not None and "." not in program
    return True


def _binary(view: WorkloadView, invocation: Invocation) -> Iterator[Need]:
    origin = _origin(view, invocation)
    linked = _linked(view, origin) if origin is not None else None
    path = origin.path if origin is not None else invocation.path
    if linked is None or origin is None:
        yield from _by_base(view, invocation, path)
        return
    if "/" not in path and linked.output.startswith("/") and linked.output.endswith(f"/{path}"):
        path = linked.output
    kind = NeedKind.STATIC_BINARY if linked.is_static else NeedKind.DYNAMIC_BINARY
    found = need(kind, path, linked.where, linked.what, confidence=linked.confidence, detail=linked.detail)
    yield replace(found, links=linked.links)
    if not linked.is_static and origin.stage is not None:
        yield from _libc(view, origin, linked)
    if not linked.is_static and linked.is_rust:
        yield from crate_libraries(view)


def _linked(view: WorkloadView, origin: _Origin) -> Linked | None:
    build = view.workload.build
    if origin.stage is None or build is None:
        return None
    chain = chain_of(build, origin.stage)
    indexes = {stage.index for stage in chain}
    calls = tuple(one for one in view.build_invocations if one.stage in indexes)
    return linked_by(calls, chain, view.workload.manifests, origin.path)


def _origin(view: WorkloadView, invocation: Invocation) -> _Origin | None:
    """Return the stage that made the program: the one that it is copied from, or the final one itself."""
    build = view.workload.build
    if build is None:
        return None
    copied = source_of(view, invocation.path)
    path = copied.destination if copied is not None and not copied.destination.endswith("/") else ""
    path = path if path.endswith(invocation.program) else ""
    path = path or (image_path(view, invocation.path) if "/" in invocation.path else invocation.path)
    if copied is None:
        return _Origin(path, build.stages[build.target], invocation.where, is_copied=False)
    if copied.stage is None:
        return None if copied.image else _Origin(path, build.stages[build.target], copied.placed.where, is_copied=False)
    return _Origin(path, build.stages[copied.stage], copied.placed.where, is_copied=True)


def _by_base(view: WorkloadView, invocation: Invocation, path: str) -> Iterator[Need]:
    """Yield a static binary where the base has no libc to offer: it would not run otherwise."""
    is_bare = view.is_scratch or view.libc == "none"
    if is_bare and "/" in path and not _brings_libc(view):
        base = "scratch" if view.is_scratch else "a base without libc"
        what = f"{path} runs on {base}"
        yield need(NeedKind.STATIC_BINARY, path, invocation.where, what, confidence=Confidence.MEDIUM)


def _brings_libc(view: WorkloadView) -> bool:
    """Whether a COPY brings shared libraries, or a whole file system, into the bare image."""
    roots = {"/", "/lib/", "/lib64/", "/usr/", "/usr/lib/"}
    return any(
        one.destination in roots and not one.source.rstrip("/").endswith((".crt", "passwd")) for one in view.copies
    )


def _libc(view: WorkloadView, origin: _Origin, linked: Linked) -> Iterator[Need]:
    build = view.workload.build
    if build is None or origin.stage is None:
        return
    libc = linked.libc or stage_libc(chain_of(build, origin.stage))
    if libc is None:
        return
    name = origin.stage.name or str(origin.stage.index)
    where = chain_of(build, origin.stage)[0].instruction.line
    place = Location(build.file, where)
    what = f"{origin.path} is linked against the {libc} of the stage {name}"
    yield need(NeedKind.LIBC, libc, place, what, confidence=linked.confidence, detail=_mismatch(view, libc))


def _mismatch(view: WorkloadView, libc: str) -> str:
    if view.libc is not None and view.libc != libc:
        return f"yet the final stage's base has {view.libc}: the binary does not start there"
    return ""


def _libc_of_packages(view: WorkloadView) -> Iterator[Need]:
    """Yield the libc of packages that were installed in another stage and are copied in (``node_modules``, a venv)."""
    build = view.workload.build
    if build is None:
        return
    for one in view.copies:
        if one.stage is None or not _holds_packages(one):
            continue
        chain = chain_of(build, build.stages[one.stage])
        libc = stage_libc(chain)
        if libc is not None:
            what = f"{one.source} holds packages installed on {libc} ({chain[0].base.resolved})"
            detail = _mismatch(view, libc).replace("the binary does", "its compiled packages do")
            yield need(NeedKind.LIBC, libc, one.placed.where, what, confidence=Confidence.LOW, detail=detail)


def _libc_of_services(view: WorkloadView) -> Iterator[Need]:
    """Yield the libc of servers whose programs a COPY takes from another image."""
    for service in running_services(view):
        taken = taken_service(view, service.name)
        libc = image_libc(taken.image) if taken is not None else None
        if taken is not None and libc is not None:
            what = f"{taken.copy.source} is taken from {taken.image}, and linked against its {libc}"
            found = need(NeedKind.LIBC, libc, taken.copy.placed.where, what,
                         confidence=Confidence.MEDIUM, detail=_mismatch(view, libc))  # fmt: skip
            yield replace(found, image=str(taken.image))


def _holds_packages(one: Brought) -> bool:
    text = one.source.rstrip("/")
    return text.endswith(
        ("node_modules", "site-packages", "venv", ".local", "/install", "vendor/bundle", "dist-packages")
    )
