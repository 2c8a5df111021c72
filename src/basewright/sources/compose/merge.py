"""Merging of Compose values: several files, and ``extends`` (Compose specification, «Merge»; compose-go, override/).

Mappings merge, lists are joined, scalars are replaced. Command, entrypoint and a health check's test are replaced
whole; what may be written as a list of ``NAME=value`` or as a mapping merges as a mapping; mounts are unique by their
target, ports and the other lists by what they say. ``!override`` replaces, ``!reset`` removes.
"""

from collections.abc import Callable
from dataclasses import replace

from basewright.model.span import Location
from basewright.sources.compose.mounts import target_of
from basewright.sources.compose.tree import OVERRIDE, RESET, Items, Table, Text, Value, named_value, texts

_REPLACED = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
_AS_TABLES = frozenset(
    {
        ("environment",), ("labels",), ("annotations",), ("sysctls",), ("extra_hosts",), ("networks",), ("depends_on",),
        ("build", "args"), ("build", "additional_contexts"), ("build", "labels"), ("build", "extra_hosts"),
    }
)  # fmt: skip


def merge_services(base: Table, over: Table) -> Table:
    """Return two ``services`` mappings as one; `over` may reset or replace all of them."""
    if over.tag == RESET:
        return Table({}, over.where)
    if over.tag == OVERRIDE:
        return replace(over, tag="")
    return _merge_tables(base, over, lambda name, one, two: _merge_value(one, two, ()) if name else two)


def merge_service(base: Table, over: Table) -> Table:
    """Return the service `base` with `over` laid upon it.

    The service's own tag speaks of the files before it, not of what it extends: it stays, and removes nothing here.
    """
    merged = _merge_value(base, replace(over, tag=""), ())
    return replace(merged, tag=over.tag) if isinstance(merged, Table) else over


def _merge_value(base: Value, over: Value, path: tuple[str, ...]) -> Value:
    if over.tag in {RESET, OVERRIDE} or base.tag == RESET or path in _REPLACED:
        return over
    if isinstance(over, Text) and over.is_null:
        return base
    if path == ("build",):
        base, over = _build_table(base), _build_table(over)
    if path in _AS_TABLES:
        base, over = as_table(base), as_table(over)
    if isinstance(base, Table) and isinstance(over, Table):
        return _merge_tables(base, over, lambda name, one, two: _merge_value(one, two, (*path, name)))
    if (
        isinstance(base, Items | Text)
        and isinstance(over, Items)
        and (isinstance(base, Items) or path in _SCALAR_LISTS)
    ):
        return _merge_lists(base, over, path)
    if isinstance(base, Items) and isinstance(over, Text) and path in _SCALAR_LISTS:
        return _merge_lists(base, over, path)
    return over


_SCALAR_LISTS = frozenset({("tmpfs",), ("dns",), ("dns_search",), ("env_file",), ("label_file",)})
"""Lists that may be written as one scalar."""


def _merge_tables(base: Table, over: Table, merge: Callable[[str, Value, Value], Value]) -> Table:
    entries = dict(base.entries)
    keys = dict(base.keys)
    for name, value in over.entries.items():
        is_joined = isinstance(value, Table) and isinstance(entries.get(name), Table) and not value.tag
        entries[name] = merge(name, entries[name], value) if name in entries else value
        if not is_joined:
            keys[name] = over.where_of(name)
    return Table(entries, over.where, over.tag, keys)


def _merge_lists(base: Items | Text, over: Items | Text, path: tuple[str, ...]) -> Items:
    """Join two lists; of items that mean the same the later one stays, at the place of the earlier."""
    found: dict[object, Value] = {}
    for number, item in enumerate((*_members(base), *_members(over))):
        found[_identity(item, path, number)] = item
    return Items(tuple(found.values()), over.where, over.tag or base.tag)


def _members(value: Items | Text) -> tuple[Value, ...]:
    return value.items if isinstance(value, Items) else tuple(texts(value))


def _identity(item: Value, path: tuple[str, ...], number: int) -> object:
    """Return what makes `item` the same as another one."""
    if path == ("volumes",):
        return target_of(item) or number
    if isinstance(item, Text):
        return item.value
    if path == ("ports",) and isinstance(item, Table):
        names = ("host_ip", "target", "published", "protocol")
        return tuple(one.value if (one := item.text(name)) else None for name in names)
    return number


def _build_table(value: Value) -> Value:
    """Return the short form of `build`, a context, in the long form."""
    if isinstance(value, Text) and not value.is_null:
        return Table({"context": value}, value.where, value.tag, {"context": value.where})
    return value


def as_table(value: Value) -> Value:
    """Return a list of ``NAME=value`` (``NAME`` alone is null) as a mapping; other values as they are."""
    if not isinstance(value, Items):
        return value
    entries: dict[str, Value] = {}
    keys: dict[str, Location] = {}
    for item in texts(value):
        name, _, _ = item.value.partition("=")
        entries[name] = named_value(item)
        keys[name] = item.where
    return Table(entries, value.where, value.tag, keys)
