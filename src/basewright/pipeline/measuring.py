"""An inspected image as a base: what the catalog would say of it, measured instead of read somewhere."""

import re
from dataclasses import replace

from basewright.model.base import BaseImage, Horizon, Kind, OperatingSystem, Provenance, Role, Runtime, User
from basewright.model.image import ImageConfig
from basewright.model.inventory import Inspection, Inventory
from basewright.model.reference import ImageReference

_FAMILIES = {"chainguard": "wolfi", "rocky": "rhel", "almalinux": "rhel", "centos": "rhel", "mariner": "azurelinux"}
"""os-release ID → the catalog's family, where they differ."""
_RUNTIMES = {
    **{name: name for name in ("python", "node", "java", "php", "ruby", "golang", "nginx", "redis", "valkey", "mysql")},
    **{name: name for name in ("mariadb", "postgres", "httpd", "memcached", "haproxy", "rabbitmq", "deno", "bun")},
    "openjdk": "java",
    "postgresql": "postgres",
    "redis-server": "redis",
    "mysqld": "mysql",
    "mariadbd": "mariadb",
}
"""Name of a runtime in the inventory, or of the program that starts it → the catalog's name."""
_DIGITS = re.compile(r"[0-9.]+$")
_GROUPS = ("identity", "config", "size", "packages", "tools", "users")
_SCRATCH_FILES = 0
_TINY = frozenset({"alpine", "busybox", "wolfi"})


def measured_base(inspection: Inspection, reference: ImageReference, known: BaseImage | None = None) -> BaseImage:
    """Return what was measured, under the name `reference`; what an image cannot show stays as `known` has it.

    An image does not show its vendor, who may pull it, its other tags, its runtime's support or a claim to harden.
    """
    inventory = inspection.inventory
    provenance = Provenance(_source(inspection), inspection.created.date())
    base = replace(known or BaseImage(reference), reference=reference if known is None else known.reference)
    shell, manager = bool(inventory.provisions.shells), bool(inventory.provisions.package_managers)
    family = base.family or _family(inventory)
    base = replace(
        base,
        family=family,
        runtime=base.runtime or _runtime(inspection),
        role=base.role if known else Role.RUNTIME if _runtime(inspection) else Role.OS,
        horizon=base.horizon if known else _horizon(inspection),
        os=_system(inventory) or base.os,
        libc=_libc(inventory),
        libc_version=inventory.libc[0].version if inventory.libc else None,
        shell=shell,
        package_manager=manager,
        kind=_kind(base, inventory, shell=shell, manager=manager, family=family),
        compressed_bytes=inspection.identity.compressed_bytes or base.compressed_bytes,
        bytes=inventory.bytes,
        packages=sum(1 for one in inventory.packages if one.owner is None),
        executables=sum(1 for one in inventory.executables if one.is_program),
        setuid=len(inventory.setuid),
        ca_certificates=inventory.provisions.ca_certificates is not None,
        time_zones=inventory.provisions.time_zones is not None,
        provenance={**base.provenance, **dict.fromkeys(_GROUPS, provenance)},
    )
    return _configured(base, inspection.config, inventory)


def _runtime(inspection: Inspection) -> Runtime | None:
    """Return the software that the image starts, or the only one that it is made for; None where neither is plain."""
    found = {
        _RUNTIMES[one.name]: one.version
        for one in inspection.inventory.packages
        if one.is_runtime and one.owner is None and one.name in _RUNTIMES
    }
    config = inspection.config
    words = ((*(config.entrypoint or ()), *(config.command or ()))[:2]) if config else ()
    for word in words:
        started = _DIGITS.sub("", word.rpartition("/")[2].removeprefix("docker-").partition(".")[0])
        if (name := _RUNTIMES.get(started)) in found:
            return Runtime(str(name), found[str(name)])
    return Runtime(*next(iter(found.items()))) if len(found) == 1 else None


def _horizon(inspection: Inspection) -> Horizon:
    end = inspection.end_of_life
    return Horizon(security_end=end.security_end, lts_end=end.lts_end) if end else Horizon()


def _source(inspection: Inspection) -> str:
    identity = inspection.identity
    digest = identity.digest or identity.config_digest
    return f"measured on {identity.reference}" + (f" ({digest})" if digest else "")


def _system(inventory: Inventory) -> OperatingSystem | None:
    found = inventory.os
    return OperatingSystem(found.id, found.version_id, found.codename) if found else None


def _family(inventory: Inventory) -> str:
    return _FAMILIES.get(inventory.os.id, inventory.os.id) if inventory.os else ""


def _libc(inventory: Inventory) -> str | None:
    if inventory.libc:
        return inventory.libc[0].name
    return None if inventory.unknowns else "none"


def _kind(base: BaseImage, inventory: Inventory, *, shell: bool, manager: bool, family: str) -> Kind | None:
    """Return the footprint (docs/explanation/kinds.md): with shell and manager full, unless it is known as reduced."""
    if inventory.files == _SCRATCH_FILES:
        return Kind.SCRATCH
    if not shell and not manager:
        return Kind.DISTROLESS
    if family in _TINY or not manager:
        return Kind.SLIM if base.role is Role.BUILD else Kind.MINIMAL
    return base.kind if base.kind in {Kind.SLIM, Kind.FULL} else Kind.FULL


def _configured(base: BaseImage, config: ImageConfig | None, inventory: Inventory) -> BaseImage:
    """Return `base` with the image's own configuration and users."""
    accounts = inventory.provisions.users
    users = tuple(User(one.name, one.uid, one.gid) for one in accounts) if accounts is not None else base.users
    if config is None:
        return replace(base, users=users)
    return replace(
        base,
        users=users,
        user=config.user,
        uid=_uid(config.user, users),
        entrypoint=config.entrypoint or (),
        command=config.command or (),
        working_directory=config.working_directory,
        environment=dict(config.environment),
        ports=config.exposed_ports,
        volumes=config.volumes,
        stop_signal=config.stop_signal,
        architectures=base.architectures or (_architecture(config),),
    )


def _uid(user: str, users: tuple[User, ...]) -> int | None:
    """Return the id that the configured user has; 0 where none is configured, None where nobody tells."""
    name = user.partition(":")[0]
    if not name:
        return 0
    if name.isascii() and name.isdigit():
        return int(name) if len(name) <= len(str(2**32)) else None
    return next((one.uid for one in users if one.name == name), None)


def _architecture(config: ImageConfig) -> str:
    return "/".join(filter(None, (config.platform.architecture, config.platform.variant)))
