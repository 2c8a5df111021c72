"""VOLUME and WRITABLE_PATH: what outlives the container, and what it writes."""

import posixpath
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.workload import Mount, MountKind
from basewright.needs.evidence import calls, need
from basewright.needs.service import running_services
from basewright.needs.view import WorkloadView

_DOCKER_SOCKET = "/var/run/docker.sock"
_WRITERS = frozenset({"mkdir", "touch", "tee", "chown", "chmod", "install"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the persistent paths and the other paths that are written at run time."""
    for mount in view.workload.runtime.mounts:
        yield from _mount(mount)
    for volume in (view.base.volumes or ()) if view.base else ():
        if not any(one.target == volume for one in view.workload.runtime.mounts):
            what = f"the base declares the volume {volume}"
            yield need(
                NeedKind.VOLUME,
                volume,
                view.workload.base.where,
                what,
                confidence=Confidence.MEDIUM,
                origin=EvidenceKind.CATALOG,
                detail="nothing is mounted there: data goes to an anonymous volume",
            )
    for service in running_services(view):
        for path in service.writable:
            yield need(NeedKind.WRITABLE_PATH, path, view.workload.base.where, f"{service.name} writes to {path}",
                       confidence=Confidence.MEDIUM, origin=EvidenceKind.CATALOG)  # fmt: skip
    yield from _prepared(view)
    yield from _written(view)


def _mount(mount: Mount) -> Iterator[Need]:
    if mount.read_only or not mount.target.startswith("/"):
        return
    kind = mount.kind.value
    if mount.kind is MountKind.TMPFS:
        yield need(NeedKind.WRITABLE_PATH, mount.target, mount.where, f"a tmpfs is mounted on {mount.target}")
        return
    detail, confidence = "", Confidence.CERTAIN
    if mount.target == _DOCKER_SOCKET or (mount.source or "").endswith("docker.sock"):
        detail = "the engine's socket: whoever can write to it controls the host"
    elif mount.kind is MountKind.BIND and (mount.source or "").rstrip("/") in {".", "./src", "./app", "..", ""}:
        detail, confidence = "a bind mount of the project's own files: for development", Confidence.MEDIUM
    what = f"a {kind} mount on {mount.target}"
    if mount.kind is MountKind.ANONYMOUS:
        what = f"{mount.target} is declared a volume; nothing is mounted there, so each container gets one of its own"
    elif kind[0] in "ao":
        what = f"an {kind} mount on {mount.target}"
    yield need(NeedKind.VOLUME, mount.target, mount.where, what, confidence=confidence, detail=detail)


def _prepared(view: WorkloadView) -> Iterator[Need]:
    """Yield the folders that RUN makes over to a user: they are meant to be written."""
    for invocation in view.final_build_invocations:
        if invocation.program not in {"chown", "chgrp"}:
            continue
        paths = [word for word in invocation.arguments if word.startswith("/")]
        owner = next((word for word in invocation.arguments if not word.startswith("-")), "")
        if owner.partition(":")[0] in {"root", "0"}:
            continue
        for path in paths:
            what = f"RUN gives {path} to {owner}"
            yield need(
                NeedKind.WRITABLE_PATH, posixpath.normpath(path), invocation.where, what, confidence=Confidence.MEDIUM
            )


def _written(view: WorkloadView) -> Iterator[Need]:
    for invocation in view.invocations:
        if invocation.program in _WRITERS and invocation.origin is EvidenceKind.FILE:
            for path in invocation.arguments:
                if path.startswith("/") and "$" not in path and not path.startswith(("/dev/", "/proc/")):
                    yield need(
                        NeedKind.WRITABLE_PATH,
                        posixpath.normpath(path),
                        invocation.where,
                        f"{calls(invocation)} on {path}",
                        confidence=invocation.confidence,
                    )
