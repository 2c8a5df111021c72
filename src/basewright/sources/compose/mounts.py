"""What a Compose service mounts: `volumes` in short and long form, and `tmpfs` (Compose specification, «volumes»)."""

import re
from collections.abc import Iterator

from basewright.model.workload import Mount, MountKind
from basewright.sources.compose.tree import Items, Table, Text, Value, texts

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_KINDS = {"volume": MountKind.NAMED, "bind": MountKind.BIND, "tmpfs": MountKind.TMPFS}


def read_mounts(service: Table) -> tuple[Mount, ...]:
    """Return the mounts of a service, in the file's order."""
    volumes = service.get("volumes")
    items = volumes.items if isinstance(volumes, Items) else ()
    found = [mount for item in items if (mount := _mount(item)) is not None]
    found.extend(_tmpfs(service.get("tmpfs")))
    return tuple(found)


def target_of(item: Value) -> str | None:
    """Return the path in the container that an item of `volumes` is mounted at."""
    mount = _mount(item)
    return mount.target if mount else None


def _mount(item: Value) -> Mount | None:
    if isinstance(item, Table):
        return _long(item)
    return _short(item) if isinstance(item, Text) and not item.is_null else None


def _short(item: Text) -> Mount | None:
    """Read ``[SOURCE:]TARGET[:MODE]``; a drive letter's colon separates nothing."""
    parts = _split(item.value)
    if len(parts) == 1:
        return Mount(MountKind.ANONYMOUS, parts[0], None, read_only=False, where=item.where) if parts[0] else None
    source, target = parts[0], parts[1]
    modes = parts[2].split(",") if len(parts) > 2 else []
    kind = MountKind.BIND if _is_path(source) else MountKind.NAMED
    return Mount(kind, target, source, read_only="ro" in modes, where=item.where) if target else None


def _split(text: str) -> list[str]:
    parts: list[str] = []
    rest = text
    while rest:
        start = 2 if _DRIVE.match(rest) else 0
        stop = rest.find(":", start)
        if stop == -1:
            parts.append(rest)
            break
        parts.append(rest[:stop])
        rest = rest[stop + 1 :]
    return parts or [""]


def _is_path(source: str) -> bool:
    return source.startswith((".", "/", "~", "\\", "$")) or bool(_DRIVE.match(source)) or not source


def _long(item: Table) -> Mount | None:
    target, source, kind = item.text("target"), item.text("source"), item.text("type")
    if target is None or not target.value:
        return None
    name = kind.value if kind else "volume"
    read_only = item.text("read_only")
    mount_kind = _KINDS.get(name, MountKind.OTHER)
    if mount_kind is MountKind.NAMED and source is None:
        mount_kind = MountKind.ANONYMOUS
    return Mount(
        mount_kind,
        target.value,
        source.value if source else None,
        read_only=bool(read_only and read_only.boolean),
        where=item.where,
    )


def _tmpfs(value: Value | None) -> Iterator[Mount]:
    for item in texts(value):
        target = item.value.partition(":")[0]
        if target:
            yield Mount(MountKind.TMPFS, target, None, read_only=False, where=item.where)
