"""SERVICE and STATEFUL_DATA: a ready server, and its data on a persistent volume."""

import posixpath
from collections.abc import Iterator

from basewright.model.base import Role
from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Mount
from basewright.needs.evidence import calls, need
from basewright.needs.installed_version import told_versions
from basewright.needs.interpreter import runtime_version
from basewright.needs.tables import Service, services
from basewright.needs.view import WorkloadView


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the servers that the workload runs, and whether they keep data."""
    names: set[str] = set()
    for found in _running(view):
        names.add(found.value)
        yield found
    for name in sorted(names):
        for told in told_versions(view, name):
            yield need(NeedKind.SERVICE, name, told.where, told.what, version=told.version)
        service = services().get(name)
        if service is not None and service.database:
            yield from _data(view, service)


def running_services(view: WorkloadView) -> tuple[Service, ...]:
    """Return the known servers that the workload runs, by name."""
    names = {found.value for found in _running(view)}
    return tuple(service for name, service in sorted(services().items()) if name in names)


def _running(view: WorkloadView) -> Iterator[Need]:
    base_name = view.runtime_name
    found: set[str] = set()
    is_service = base_name in services() or (view.base is not None and view.base.role is Role.SERVICE)
    for invocation in view.invocations:
        if not invocation.is_main:
            continue
        matching = [one.name for one in services().values() if invocation.program in one.programs]
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


def data_directories(view: WorkloadView, service: Service) -> tuple[tuple[str, Location | None], ...]:
    """Return where `service` keeps data: what its variable says and where that stands, else its usual places."""
    setting = view.environment.get(service.data_variable) if service.data_variable else None
    if setting is not None and setting.value.startswith("/"):
        return ((posixpath.normpath(setting.value), setting.where), *((path, None) for path in service.data))
    return tuple((path, None) for path in service.data)


def _data(view: WorkloadView, service: Service) -> Iterator[Need]:
    for mount in view.workload.runtime.mounts:
        if not mount.is_persistent or mount.read_only:
            continue
        hit = next((hit for hit in data_directories(view, service) if _covers(mount, hit[0])), None)
        if hit is not None:
            path, where = hit
            set_at = f" ({service.data_variable} at {where})" if where and where != view.workload.base.where else ""
            yield need(
                NeedKind.STATEFUL_DATA,
                service.name,
                mount.where,
                f"{service.name} keeps its data in {path}{set_at}, on the {mount.kind.value} mount {mount.target}",
                version=runtime_version(view, service.name),
            )


def _covers(mount: Mount, path: str) -> bool:
    """Whether the mount holds `path`, or is a part of it that holds data (not a single configuration file)."""
    target = posixpath.normpath(mount.target)
    return path == target or path.startswith(target.rstrip("/") + "/") or target.startswith(path + "/")
