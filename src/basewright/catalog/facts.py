"""The facts of a base image, one by one, each with its source: what `catalog show` prints."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from basewright.model.base import BaseImage, Provenance, User


class Fact(NamedTuple):
    """One known fact; what is not known is left out."""

    group: str
    """``identity``, ``system``, ``config``, ``users``, ``size``, ``packages``, ``horizon`` …"""
    name: str
    value: str
    provenance: Provenance


_GROUPS = {
    "identity": ("reference", "vendor", "family", "role", "variant", "kind", "architectures", "access", "aliases"),
    "system": ("libc", "libc_version", "icu_major"),
    "config": (
        *("user", "uid", "entrypoint", "command", "working_directory", "environment"),
        *("ports", "volumes", "stop_signal", "shell", "package_manager"),
    ),
    "users": ("users",),
    "size": ("compressed_bytes", "base_layer_compressed_bytes", "executables", "setuid"),
    "packages": ("bytes", "packages", "ca_certificates", "time_zones"),
}
_EMPTY_IS_UNKNOWN = frozenset({"aliases", "architectures", "environment", "family", "users", "vendor"})
_FALLBACKS = {
    "packages": ("packages", "content", "size", "config", "identity"),
    "users": ("users", "config", "identity"),
    "size": ("size", "identity"),
    "config": ("config", "system", "identity"),
    "system": ("system", "packages", "config", "identity"),
}
"""Where a group's facts come from when the group itself was not read: the nearest source that was."""


def facts_of(base: BaseImage) -> tuple[Fact, ...]:
    """Return what is known of `base`, grouped, in a fixed order."""
    return tuple(_facts(base))


def _facts(base: BaseImage) -> Iterator[Fact]:
    for group, names in _GROUPS.items():
        source = _source(base.provenance, group)
        for name in names:
            value = _text(getattr(base, name) or None) if name in _EMPTY_IS_UNKNOWN else _text(getattr(base, name))
            if value is not None and source is not None:
                yield Fact(group, name, value, _override(base, name) or source)
        if group == "identity" and source is not None:
            yield from _composed(base, source)
    yield from _horizon(base)


def _composed(base: BaseImage, source: Provenance) -> Iterator[Fact]:
    if base.runtime is not None:
        yield Fact("identity", "runtime", " ".join(filter(None, (base.runtime.name, base.runtime.version))), source)
    for one in base.carries:
        yield Fact("identity", "carries", " ".join(filter(None, (one.name, one.version))), source)
    if base.os is not None:
        codename = f"({base.os.codename})" if base.os.codename else None
        yield Fact("identity", "os", " ".join(filter(None, (base.os.id, base.os.version, codename))), source)
    if base.hardened is not None:
        yield Fact("identity", "hardened", f"{base.hardened.vendor}: {base.hardened.basis}", source)


def _horizon(base: BaseImage) -> Iterator[Fact]:
    horizon = base.horizon
    dates = (
        ("horizon", "security_end", horizon.security_end),
        ("horizon", "lts_end", horizon.lts_end),
        ("horizon", "runtime_end", horizon.runtime_end),
        ("retirement", "retired", horizon.retired),
        ("publisher", "publisher_end", horizon.publisher_end),
    )
    for group, name, day in dates:
        source = base.provenance.get(group)
        if day is not None and source is not None:
            yield Fact(group, name, day.isoformat(), source)


def _override(base: BaseImage, name: str) -> Provenance | None:
    """Facts that a release line's rule gave, and those that only the measured siblings tell."""
    if name in {"volumes", "environment"}:
        return base.provenance.get("data")
    if name in {"shell", "package_manager"}:
        return base.provenance.get("tools")
    if name in {"ca_certificates", "time_zones"}:
        return base.provenance.get("content")
    return None


def _source(provenance: Mapping[str, Provenance], group: str) -> Provenance | None:
    return next((provenance[name] for name in _FALLBACKS.get(group, (group,)) if name in provenance), None)


def _text(value: object) -> str | None:
    """Return a value as people read it; None where it is not known or there is nothing to say."""
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case str() | int():
            return str(value) if value != "" else "not set"
        case User():
            return ":".join(str(part) for part in (value.name, value.uid, value.gid) if part is not None)
        case tuple():
            return ", ".join(filter(None, (_text(item) for item in value))) or "none"
        case Mapping():
            return ", ".join(f"{name}={text}" for name, text in sorted(value.items())) or None
        case _:
            return str(value)
