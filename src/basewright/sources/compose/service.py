"""A Compose service, after interpolation, extending and merging, as values of the model."""

from collections.abc import Mapping
from dataclasses import dataclass

from basewright.model.span import Location
from basewright.model.unknown import Unknown
from basewright.model.workload import RuntimeConfig, Setting
from basewright.sources.build_spec import BuildSpec
from basewright.sources.compose.build import read_build
from basewright.sources.compose.merge import as_table
from basewright.sources.compose.mounts import read_mounts
from basewright.sources.compose.ports import read_ports
from basewright.sources.compose.process import read_health_check, read_process
from basewright.sources.compose.tree import Items, Table, Text, Value, texts
from basewright.sources.compose.variables import Variables


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a Compose project."""

    name: str
    where: Location
    """Its key, in the file that says the most of it."""
    image: Text | None
    build: BuildSpec | None
    runtime: RuntimeConfig
    """What Compose itself sets."""
    profiles: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    platform: str | None = None
    container_name: str | None = None
    unknowns: tuple[Unknown, ...] = ()


def read_service(
    name: str, table: Table, *, where: Location, sources: Mapping[str, bytes], variables: Variables
) -> Service:
    """Return the service that `table` describes."""
    platform, container = table.text("platform"), table.text("container_name")
    return Service(
        name=name,
        where=where,
        image=_not_empty(table.text("image")),
        build=read_build(table, sources, variables),
        runtime=_runtime(table),
        profiles=tuple(one.value for one in texts(table.get("profiles"))),
        depends_on=_depends_on(table),
        platform=platform.value if platform and not platform.reason and platform.value else None,
        container_name=container.value if container and not container.reason and container.value else None,
        unknowns=tuple(_unresolved(name, table)),
    )


def _runtime(table: Table) -> RuntimeConfig:
    entrypoint, command = read_process(table.get("entrypoint")), read_process(table.get("command"))
    return RuntimeConfig(
        entrypoint=entrypoint,
        command=command,
        clears_command=entrypoint is not None and command is None,
        user=_setting(table, "user"),
        working_directory=_setting(table, "working_dir"),
        environment=_environment(table),
        ports=read_ports(table),
        mounts=read_mounts(table),
        health_check=read_health_check(table),
        stop_signal=_setting(table, "stop_signal"),
        init=_setting(table, "init"),
        read_only=_setting(table, "read_only"),
        privileged=_setting(table, "privileged"),
        cap_add=_settings(table, "cap_add"),
        cap_drop=_settings(table, "cap_drop"),
        security_opt=_settings(table, "security_opt"),
    )


def _setting(table: Table, name: str) -> Setting | None:
    """Return one value; one that is not known stays as written (``${UID}:${GID}``)."""
    text = _not_empty(table.text(name))
    return Setting(text.raw if text.reason else text.value, text.where) if text else None


def _settings(table: Table, name: str) -> tuple[Setting, ...]:
    return tuple(Setting(one.value, one.where) for one in texts(table.get(name)))


def _environment(table: Table) -> dict[str, Setting]:
    """Return `environment`; what an `env_file` holds is not read, and a name without a value is left out."""
    value = table.get("environment")
    entries = as_table(value) if value is not None else None
    if not isinstance(entries, Table):
        return {}
    named = ((name, one) for name, one in entries.entries.items() if isinstance(one, Text) and not one.is_null)
    return {name: Setting(one.value, one.where) for name, one in named}


def _depends_on(table: Table) -> tuple[str, ...]:
    value = table.get("depends_on")
    if isinstance(value, Table):
        return tuple(value.entries)
    return tuple(one.value for one in texts(value)) if isinstance(value, Items) else ()


def _not_empty(text: Text | None) -> Text | None:
    return text if text is not None and (text.value or text.reason) else None


_TOLD = ("user", "working_dir", "command", "entrypoint", "platform", "read_only", "privileged")
"""Settings that needs and contracts are read from: a value that is not known is told."""
_LISTS = ("volumes", "ports", "tmpfs", "expose")
"""Settings whose host side often is a variable: only a malformed expression is told."""


def _unresolved(name: str, table: Table) -> list[Unknown]:
    return [
        Unknown(str(text.where), f"service {name}, {key}: {text.reason}")
        for key in (*_TOLD, *_LISTS)
        for text in _scalars(table.get(key))
        if text.reason and (key in _TOLD or not text.is_unset)
    ]


def _scalars(value: Value | None) -> list[Text]:
    if isinstance(value, Items):
        return [one for item in value.items for one in _scalars(item)]
    if isinstance(value, Table):
        return [one for item in value.entries.values() for one in _scalars(item)]
    return [value] if isinstance(value, Text) else []
