"""Kubernetes manifests: the containers of Pods and of what makes Pods, each a draft of a workload.

Kubernetes API, core/v1 PodSpec and Container. Read are Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job,
CronJob and lists of these. Kustomize overlays are not applied and Helm charts are not rendered: both are told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname

from basewright.errors import InputError
from basewright.model.unknown import Unknown
from basewright.model.workload import HealthCheck, Mount, MountKind, Origin, Port, Process, RuntimeConfig, Setting
from basewright.ports.files import ProjectFiles
from basewright.sources.compose.tree import Items, Table, Value, texts
from basewright.sources.compose.variables import Converter, Variables
from basewright.sources.draft import Draft
from basewright.sources.templates import yaml_reason
from basewright.sources.unread import unread
from basewright.syntax.yaml import compose_yaml

MANIFEST_LIMIT = 1024 * 1024
"""Bytes of one manifest file."""
_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
_JOBS = frozenset({"Job", "CronJob"})
_MARK = re.compile(rb"(?m)^[\s-]*[\"']?kind[\"']?\s*:\s*[\"']?(?:" + "|".join(_KINDS).encode() + rb"|List)\b")
_PLACEHOLDER = re.compile(r"\$\(|\$\{|\{\{|<[A-Za-z_ -]+>|^(?:PLACEHOLDER|REPLACE|CHANGE_?ME)|__[A-Z_]+__")
_CHART_FILES = frozenset({"Chart.yaml", "Chart.yml"})
_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml"})


@dataclass(slots=True)
class ManifestReader:
    """Reads the manifests among a project's YAML files."""

    files: ProjectFiles
    unknowns: set[Unknown] = field(default_factory=set)
    passed_over: set[str] = field(default_factory=set)
    """Files that were looked at and hold no manifest."""

    def read(self, paths: list[str]) -> Iterator[Draft]:
        """Yield a draft for each container of each manifest among `paths`."""
        charts = [dirname(path) for path in paths if basename(path) in _CHART_FILES]
        for folder in sorted(charts):
            self.unknowns.add(Unknown(folder or ".", "a Helm chart: its templates are not rendered"))
        for path in paths:
            if basename(path) in _CHART_FILES or any(_is_template(path, chart) for chart in charts):
                continue
            yield from self._file(path)

    def _file(self, path: str) -> Iterator[Draft]:
        try:
            source = self.files.read(path, limit=MANIFEST_LIMIT)
        except InputError as error:
            self.unknowns.add(unread(path, error))
            return
        if basename(path) in _KUSTOMIZATIONS and re.search(rb"(?m)^images\s*:", source):
            self.unknowns.add(Unknown(path, "Kustomize replaces images here: that is not applied"))
        if b"apiVersion" not in source or not _MARK.search(source):
            self.passed_over.add(path)
            return
        reason = yaml_reason(source)
        if reason:
            self.unknowns.add(Unknown(path, reason))
            return
        try:
            documents = compose_yaml(source)
        except InputError as error:
            self.unknowns.add(unread(path, error))
            return
        converter = Converter(path, dirname(path), source=source, variables=Variables(), interpolates=False)
        for document in documents:
            value = converter.convert(document)
            if isinstance(value, Table):
                yield from _object(value, path)


def _is_template(path: str, chart: str) -> bool:
    return path.startswith(f"{chart}/templates/" if chart else "templates/")


def _object(value: Table, path: str) -> Iterator[Draft]:
    """Yield the containers of one object, or of the objects of a List."""
    kind = _plain(value, "kind")
    if value.text("apiVersion") is None:
        return
    if kind == "List":
        items = value.get("items")
        for item in items.items if isinstance(items, Items) else ():
            if isinstance(item, Table) and _plain(item, "kind") != "List":
                yield from _object(item, path)
        return
    spec = _pod_spec(value, kind)
    if spec is None:
        return
    metadata = value.table("metadata")
    name = (_plain(metadata, "name") if metadata else "") or kind.lower()
    volumes = _volumes(spec, value)
    for key in ("initContainers", "containers"):
        section = spec.get(key)
        containers = [one for one in section.items if isinstance(one, Table)] if isinstance(section, Items) else []
        is_only = key == "containers" and len(containers) == 1
        for container in containers:
            own = _plain(container, "name")
            label = name if is_only or not own else f"{name}/{own}"
            draft = _container(container, label, path=path, spec=spec, volumes=volumes)
            if draft is not None:
                yield replace(draft, is_job=_ends(container, key, kind))


def _ends(container: Table, section: str, kind: str) -> bool:
    """Whether the container runs to its end: a job's, or an init container's that is no sidecar (KEP-753)."""
    is_sidecar = section == "initContainers" and _plain(container, "restartPolicy") == "Always"
    return not is_sidecar and (section == "initContainers" or kind in _JOBS)


def _pod_spec(value: Table, kind: str) -> Table | None:
    if kind not in _KINDS:
        return None
    spec = value.table("spec")
    if kind == "CronJob" and spec is not None:
        template = spec.table("jobTemplate")
        spec = template.table("spec") if template else None
    if kind != "Pod" and spec is not None:
        template = spec.table("template")
        spec = template.table("spec") if template else None
    return spec


def _plain(table: Table, name: str) -> str:
    text = table.text(name)
    return text.value if text else ""


def _container(
    container: Table, name: str, *, path: str, spec: Table, volumes: Mapping[str, tuple[MountKind, str | None]]
) -> Draft | None:
    image = container.text("image")
    if image is None:
        return None
    if _PLACEHOLDER.search(image.value):
        image = replace(image, reason=f"{image.value[:80]!r} holds a placeholder")
    runtime = _runtime(container, spec, volumes)
    where, aliases = container.where, (name.partition("/")[0],)
    return Draft(name, path, Origin.KUBERNETES, where, None, image, runtime=runtime, aliases=aliases)


def _runtime(container: Table, spec: Table, volumes: Mapping[str, tuple[MountKind, str | None]]) -> RuntimeConfig:
    security = container.table("securityContext") or Table({}, container.where)
    pod_security = spec.table("securityContext") or Table({}, container.where)
    entrypoint, command = _process(container.get("command")), _process(container.get("args"))
    capabilities = security.table("capabilities") or Table({}, container.where)
    return RuntimeConfig(
        entrypoint=entrypoint,
        command=command,
        clears_command=entrypoint is not None and command is None,
        user=_user(security, pod_security),
        working_directory=_setting(container, "workingDir"),
        environment=_environment(container),
        ports=tuple(_ports(container)),
        mounts=tuple(_mounts(container, volumes)),
        health_check=_probe(container),
        outside_probe=_outside_probe(container),
        read_only=_setting(security, "readOnlyRootFilesystem"),
        privileged=_setting(security, "privileged"),
        cap_add=tuple(Setting(one.value, one.where) for one in texts(capabilities.get("add"))),
        cap_drop=tuple(Setting(one.value, one.where) for one in texts(capabilities.get("drop"))),
        security_opt=_no_new_privileges(security),
    )


def _process(value: Value | None) -> Process | None:
    if not isinstance(value, Items):
        return None
    return Process(tuple(one.value for one in texts(value)), is_shell_form=False, where=value.where)


def _setting(table: Table, name: str) -> Setting | None:
    text = table.text(name)
    return Setting(text.value, text.where) if text and text.value else None


def _user(security: Table, pod_security: Table) -> Setting | None:
    """Return ``uid[:gid]``; the container's own setting wins over the pod's."""
    user = _setting(security, "runAsUser") or _setting(pod_security, "runAsUser")
    group = _setting(security, "runAsGroup") or _setting(pod_security, "runAsGroup")
    if user is None or group is None:
        return user
    return Setting(f"{user.value}:{group.value}", user.where)


def _environment(container: Table) -> dict[str, Setting]:
    section = container.get("env")
    found: dict[str, Setting] = {}
    for item in section.items if isinstance(section, Items) else ():
        value = item.text("value") if isinstance(item, Table) else None
        if isinstance(item, Table) and value is not None and _plain(item, "name"):
            found[_plain(item, "name")] = Setting(value.value, value.where)
    return found


def _ports(container: Table) -> Iterator[Port]:
    section = container.get("ports")
    for item in section.items if isinstance(section, Items) else ():
        number = _plain(item, "containerPort") if isinstance(item, Table) else ""
        if isinstance(item, Table) and number.isascii() and number.isdigit() and int(number[:6]) <= 65535:
            host = _plain(item, "hostPort")
            yield Port(int(number[:6]), (_plain(item, "protocol") or "tcp").lower(), item.where, host or None)


def _volumes(spec: Table, value: Table) -> dict[str, tuple[MountKind, str | None]]:
    """Return volume name → its kind and source; a StatefulSet's claim templates are claims."""
    found: dict[str, tuple[MountKind, str | None]] = {}
    section = spec.get("volumes")
    for item in section.items if isinstance(section, Items) else ():
        if isinstance(item, Table):
            found[_plain(item, "name")] = _volume(item)
    own = value.table("spec")
    templates = own.get("volumeClaimTemplates") if own else None
    for item in templates.items if isinstance(templates, Items) else ():
        metadata = item.table("metadata") if isinstance(item, Table) else None
        if metadata is not None:
            found[_plain(metadata, "name")] = (MountKind.CLAIM, _plain(metadata, "name"))
    return found


def _volume(item: Table) -> tuple[MountKind, str | None]:
    claim = item.table("persistentVolumeClaim")
    if claim is not None:
        return MountKind.CLAIM, _plain(claim, "claimName") or None
    path = item.table("hostPath")
    if path is not None:
        return MountKind.BIND, _plain(path, "path") or None
    empty = item.table("emptyDir")
    if "emptyDir" in item.entries:
        is_memory = empty is not None and _plain(empty, "medium") == "Memory"
        return (MountKind.TMPFS if is_memory else MountKind.ANONYMOUS), None
    return (MountKind.CLAIM if "ephemeral" in item.entries else MountKind.OTHER), None


def _mounts(container: Table, volumes: Mapping[str, tuple[MountKind, str | None]]) -> Iterator[Mount]:
    section = container.get("volumeMounts")
    for item in section.items if isinstance(section, Items) else ():
        if isinstance(item, Table) and (path := _plain(item, "mountPath")):
            kind, source = volumes.get(_plain(item, "name"), (MountKind.OTHER, None))
            read_only = item.text("readOnly")
            is_read_only = bool(read_only and read_only.boolean)
            yield Mount(kind, path, source or _plain(item, "name") or None, read_only=is_read_only, where=item.where)


def _probe(container: Table) -> HealthCheck | None:
    """Return the first probe that runs a command in the container."""
    for probe in _probes(container):
        action = probe.table("exec")
        process = _process(action.get("command")) if action else None
        if process is not None:
            return HealthCheck(process, process.where)
    return None


def _outside_probe(container: Table) -> Setting | None:
    """Return the first probe that asks from outside."""
    for probe in _probes(container):
        for way in ("httpGet", "tcpSocket", "grpc"):
            if (asked := probe.table(way)) is not None:
                return Setting(way, asked.where)
    return None


def _probes(container: Table) -> Iterator[Table]:
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if (probe := container.table(name)) is not None:
            yield probe


def _no_new_privileges(security: Table) -> tuple[Setting, ...]:
    escalation = security.text("allowPrivilegeEscalation")
    if escalation is not None and escalation.boolean is False:
        return (Setting("no-new-privileges:true", escalation.where),)
    return ()
