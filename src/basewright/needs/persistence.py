"""STATEFUL_DATA: a database keeps its data where it outlives the container.

On a mount that the orchestrator names, that is certain. On a volume that the image alone declares (VOLUME, of the
project or of its base) it is an assumption: the anonymous volume outlives a restart, Compose hands it on to the next
container, and people mount something there. Kubernetes knows no such volumes: there the mounts alone count.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Mount, MountKind, Origin
from basewright.needs.evidence import need
from basewright.needs.installed_version import told_versions
from basewright.needs.interpreter import runtime_version
from basewright.needs.invocation import Invocation
from basewright.needs.service import image_of_service, running_services
from basewright.needs.tables import Service
from basewright.needs.view import WorkloadView

_ANONYMOUS = "an anonymous volume outlives a restart, and people mount a named one there"


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the databases that keep data."""
    for service in running_services(view):
        if service.database:
            image = image_of_service(view, service.name)
            yield from (replace(one, image=image) for one in _data(view, service))


def _data(view: WorkloadView, service: Service) -> Iterator[Need]:
    told = _told(view, service)
    mounted = list(_mounted(view, service, told))
    yield from mounted
    if mounted or view.workload.origin is Origin.KUBERNETES:
        return
    directories = (told[0],) if told is not None else service.data
    if not any(_holds(mount.target, path) for mount in _elsewhere(view) for path in directories):
        yield from _declared(view, service, directories)


def _told(view: WorkloadView, service: Service) -> tuple[str, str, Location] | None:
    """Return the data directory that an option or the variable names, with its name and where it stands."""
    for invocation in view.invocations:
        if invocation.is_main and invocation.program in service.programs:
            value = _option(invocation, service.data_options)
            if value.startswith("/"):
                return posixpath.normpath(value), "its command", invocation.where
    setting = view.environment.get(service.data_variable) if service.data_variable else None
    if setting is not None and setting.value.startswith("/") and "$" not in setting.value:
        return posixpath.normpath(setting.value), service.data_variable, setting.where
    return None


def _option(invocation: Invocation, options: tuple[str, ...]) -> str:
    """Return the value of the last of `options`: ``-D /data``, ``--datadir=/data``; "" where none is given."""
    found = ""
    for index, word in enumerate(invocation.arguments):
        name, equals, value = word.partition("=")
        if name in options:
            found = value if equals else "".join(invocation.arguments[index + 1 : index + 2])
    return found


def _mounted(view: WorkloadView, service: Service, told: tuple[str, str, Location] | None) -> Iterator[Need]:
    paths = (told[0], *service.data) if told is not None else service.data
    for mount in view.workload.runtime.mounts:
        if not mount.is_persistent or mount.read_only:
            continue
        path = next((path for path in paths if _covers(mount.target, path)), None)
        if path is not None:
            set_at = ""
            if told is not None and path == told[0] and told[2] != view.workload.base.where:
                set_at = f" ({told[1]} at {told[2]})"
            what = f"{service.name} keeps its data in {path}{set_at}, on the {mount.kind.value} mount {mount.target}"
            yield _need(view, service, mount.where, what)


def _elsewhere(view: WorkloadView) -> Iterator[Mount]:
    """Yield the mounts whose content does not outlive the container, or is not written."""
    for mount in view.workload.runtime.mounts:
        if mount.kind is MountKind.TMPFS or mount.read_only or (mount.kind is MountKind.ANONYMOUS and mount.source):
            yield mount


def _declared(view: WorkloadView, service: Service, directories: tuple[str, ...]) -> Iterator[Need]:
    """Yield what VOLUME of the project, of the base, and the base's own setting of the data directory tell."""
    for mount in view.workload.runtime.mounts:
        path = next((one for one in directories if _covers(mount.target, one)), None)
        if mount.kind is MountKind.ANONYMOUS and path is not None:
            what = f"{service.name} keeps its data in {path}, on the volume {mount.target}: {_ANONYMOUS}"
            yield _need(view, service, mount.where, what, Confidence.MEDIUM)
    base, where = view.base, view.workload.base.where
    if base is None or view.runtime_name != service.name:
        return
    for volume in base.volumes or ():
        path = next((one for one in directories if _covers(volume, one)), None)
        if path is not None:
            what = f"the base declares the volume {volume}, and {service.name} keeps its data in {path}: {_ANONYMOUS}"
            yield _need(view, service, where, what, Confidence.MEDIUM, EvidenceKind.CATALOG)
    variable = service.data_variable
    if base.volumes is None and directories[0] == base.environment.get(variable):
        what = f"the base keeps the data of {service.name} in {directories[0]} ({variable}), where people mount volumes"
        yield _need(view, service, where, what, Confidence.MEDIUM, EvidenceKind.CATALOG)


def _need(
    view: WorkloadView,
    service: Service,
    where: Location,
    what: str,
    confidence: Confidence = Confidence.CERTAIN,
    origin: EvidenceKind = EvidenceKind.FILE,
) -> Need:
    version = runtime_version(view, service.name)
    version = version or next((one.version for one in told_versions(view, service.name)), None)
    found = need(NeedKind.STATEFUL_DATA, service.name, where, what, confidence=confidence, origin=origin)
    return replace(found, version=version)


def _covers(target: str, path: str) -> bool:
    """Whether a mount on `target` holds `path`, or is a part of it that may hold data."""
    return _holds(target, path) or posixpath.normpath(target).startswith(path + "/")


def _holds(target: str, path: str) -> bool:
    target = posixpath.normpath(target)
    return path == target or path.startswith(target.rstrip("/") + "/")
