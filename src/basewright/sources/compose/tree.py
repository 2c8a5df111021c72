"""A Compose file's values after interpolation, each with its place: what merging, extending and reading work on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from basewright.model.span import Location, Span
from basewright.sources.place import Place
from basewright.syntax.yaml import YamlNode

RESET = "!reset"
OVERRIDE = "!override"
_NO_TAG = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar."""

    value: str
    """After interpolation; as written where that failed."""
    place: Place
    """The scalar, quotes not included."""
    folder: str
    """What a relative path in this text starts from."""
    decided_at: Place
    """Where the text stands that `value` is: a default inside the scalar, a line of an environment file, or `place`."""
    is_null: bool = False
    boolean: bool | None = None
    tag: str = _NO_TAG
    reason: str = ""
    """Why `value` is not known: a variable without a value, a malformed expression."""
    is_unset: bool = False
    """The reason is a variable without a value."""
    raw: str = ""
    """Before interpolation."""

    @property
    def where(self) -> Location:
        """Where it stands."""
        return self.place.where


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: "tuple[Value, ...]"
    where: Location
    tag: str = _NO_TAG


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the file's order."""

    entries: "Mapping[str, Value]"
    where: Location
    tag: str = _NO_TAG
    keys: Mapping[str, Location] = field(default_factory=dict)
    """Where each key stands."""

    def get(self, name: str) -> "Value | None":
        """Return the value of `name`; None where it is absent or null."""
        value = self.entries.get(name)
        return None if isinstance(value, Text) and value.is_null else value

    def text(self, name: str) -> Text | None:
        """Return the scalar `name`, None where it is absent, null or no scalar."""
        value = self.get(name)
        return value if isinstance(value, Text) else None

    def table(self, name: str) -> "Table | None":
        """Return the mapping `name`, None where it is absent or something else."""
        value = self.get(name)
        return value if isinstance(value, Table) else None

    def where_of(self, name: str) -> Location:
        """Return where the key `name` stands."""
        return self.keys.get(name, self.where)

    def with_entries(self, entries: "Mapping[str, Value]", keys: Mapping[str, Location] | None = None) -> "Table":
        """Return this mapping with other entries."""
        return Table(entries, self.where, self.tag, self.keys if keys is None else keys)


Value: TypeAlias = Text | Items | Table


def texts(value: Value | None) -> Iterator[Text]:
    """Yield the scalars of a list, or the one scalar that stands in its place."""
    if isinstance(value, Text):
        if not value.is_null:
            yield value
    elif isinstance(value, Items):
        yield from (one for one in value.items if isinstance(one, Text) and not one.is_null)


def without_resets(value: Value, done: dict[int, Value] | None = None) -> Value:
    """Return `value` without what is tagged ``!reset`` (Compose specification, «Reset value»).

    `done` keeps shared values shared, whatever their aliases expand to.
    """
    done = {} if done is None else done
    known = done.get(id(value))
    if known is not None:
        return known
    cleaned = value
    if isinstance(value, Table):
        kept = {name: without_resets(one, done) for name, one in value.entries.items() if one.tag != RESET}
        cleaned = value.with_entries(kept)
    elif isinstance(value, Items):
        items = tuple(without_resets(one, done) for one in value.items if one.tag != RESET)
        cleaned = Items(items, value.where, value.tag)
    done[id(value)] = cleaned
    return cleaned


def named_value(item: Text) -> Text:
    """Return the value of a ``NAME=value`` scalar with its own place; null where there is no ``=``."""
    name, equals, value = item.value.partition("=")
    if not equals:
        return replace(item, value="", raw="", is_null=True)
    place = item.place
    if place.span is not None and item.raw.startswith(f"{name}="):
        place = Place(item.where, Span(place.span.start + len(name.encode()) + 1, place.span.stop))
    decided_at = place if item.decided_at == item.place else item.decided_at
    return replace(item, value=value, place=place, decided_at=decided_at, raw=item.raw.partition("=")[2], boolean=None)


def own_tag(node: YamlNode) -> str:
    """Return the node's tag where Compose gives it a meaning, else ""."""
    return node.tag if node.tag in {RESET, OVERRIDE} else _NO_TAG
