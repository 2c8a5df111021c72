"""SERVICE: a ready server, and its release."""

from collections.abc import Iterator
from dataclasses import replace

from basewright.model.base import Role
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.needs.evidence import calls, need
from basewright.needs.installed_version import told_versions
from basewright.needs.interpreter import runtime_version
from basewright.needs.tables import Service, servers_of, services
from basewright.needs.taken import Taken, taken_from
from basewright.needs.view import WorkloadView


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the servers that the workload runs."""
    names: set[str] = set()
    for found in _running(view):
        names.add(found.value)
        yield replace(found, image=image_of_service(view, found.value))
    if view.runtime_name in names:
        yield from _carried(view)
    for name in sorted(names):
        for told in told_versions(view, name):
            yield need(NeedKind.SERVICE, name, told.where, told.what, version=told.version)


def _carried(view: WorkloadView) -> Iterator[Need]:
    """Yield the runtimes that the base brings for its own server: tomcat's Java, WordPress's PHP."""
    where = view.workload.base.where
    for one in view.base.carries if view.base is not None else ():
        what = f"{view.runtime_name} runs on the {one.name} of its image"
        yield need(NeedKind.INTERPRETER, one.name, where, what, origin=EvidenceKind.CATALOG, version=one.version)


def running_services(view: WorkloadView) -> tuple[Service, ...]:
    """Return the known servers that the workload runs, by name."""
    names = {found.value for found in _running(view)}
    return tuple(service for name, service in sorted(services().items()) if name in names)


def image_of_service(view: WorkloadView, name: str) -> str:
    """Return the image that the programs of server `name` are taken from by a COPY; "" for today's base."""
    taken = taken_service(view, name)
    return str(taken.image) if taken is not None else ""


def taken_service(view: WorkloadView, name: str) -> Taken | None:
    """Return the COPY that brings the programs of server `name` from another image, None where there is none."""
    service = services().get(name)
    paths = (one.path for one in view.invocations if one.is_main and service and one.program in service.programs)
    return taken_from(view, name, tuple(paths))


def _running(view: WorkloadView) -> Iterator[Need]:
    base_name = view.runtime_name
    found: set[str] = set()
    is_service = base_name in services() or (view.base is not None and view.base.role is Role.SERVICE)
    for invocation in view.invocations:
        if not invocation.is_main:
            continue
        matching = servers_of(invocation.program)
        # mysqld belongs to several servers: the base decides.
        name = base_name if base_name in matching else next(iter(matching), None)
        if name is None:
            continue
        found.add(name)
        if invocation.origin is EvidenceKind.CATALOG:
            yield _own_command(view, name, f"the base's own command {invocation.program} runs")
        else:
            version = runtime_version(view, name)
            what = calls(invocation)
            yield need(
                NeedKind.SERVICE, name, invocation.where, what, confidence=invocation.confidence, version=version
            )
    inherits = any(one.is_main and one.origin is EvidenceKind.CATALOG for one in view.invocations)
    if is_service and base_name is not None and not (inherits and base_name in found) and _keeps_command(view):
        yield _own_command(view, base_name, f"nothing replaces the command of the {base_name} image")


def _own_command(view: WorkloadView, name: str, what: str) -> Need:
    known = view.base is not None
    return need(
        NeedKind.SERVICE,
        name,
        view.workload.base.where,
        what,
        confidence=Confidence.CERTAIN if known else Confidence.MEDIUM,
        origin=EvidenceKind.CATALOG if known else EvidenceKind.FILE,
        version=runtime_version(view, name),
    )


def _keeps_command(view: WorkloadView) -> bool:
    """Whether the base's command runs, or bare flags are handed to it (``command: -c max_connections=200``)."""
    runtime = view.workload.runtime
    if runtime.entrypoint is not None:
        return False
    return runtime.command is None or (bool(runtime.command.words) and runtime.command.words[0].startswith("-"))
