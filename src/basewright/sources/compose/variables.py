"""Interpolation of a Compose file's scalars, and where the value of a variable stands.

Compose takes variables from the process environment, then from ``.env`` of the project's folder (Compose specification,
«Interpolation»). The process environment is not read here: the same project gives the same answer on every machine. The
caller may hand in an environment.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from basewright.errors import SyntaxInputError
from basewright.model.span import Location, Span
from basewright.sources.compose.tree import Items, Table, Text, Value, own_tag
from basewright.sources.place import Place
from basewright.syntax.dotenv import parse_dotenv
from basewright.syntax.interpolation import interpolate
from basewright.syntax.yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence

_WHOLE = re.compile(r"(?:[A-Za-z_][\w.-]*=)?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?])([^{}$]*))?\})", re.ASCII)
"""A text, or the value in ``NAME=value``, that is one variable and nothing else, with a literal default or none."""
_REQUIRED = re.compile(r"\$\{([A-Za-z_]\w*):?\?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variables:
    """What interpolation knows."""

    values: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where a value stands, for those that came from an environment file."""

    def with_file(self, path: str, source: bytes) -> "Variables":
        """Return these and those of the environment file `source`, which lose to the ones that are there already.

        Raises SyntaxInputError where Compose would refuse the file.
        """
        values: dict[str, str] = {}
        places: dict[str, Place] = {}
        for entry in parse_dotenv(source, self.values).entries:
            values[entry.name] = entry.value
            places[entry.name] = Place(Location(path, entry.line), _unquoted(source, entry.span, entry.value))
        new = {name: value for name, value in values.items() if name not in self.values}
        return Variables({**self.values, **new}, {**self.places, **{name: places[name] for name in new}})


def _unquoted(source: bytes, span: Span, value: str) -> Span | None:
    """Return the bytes that are `value` to the letter, quotes left out; None where escapes or variables take part."""
    for inner in (span, Span(span.start + 1, span.stop - 1)):
        if value and inner.of(source) == value.encode("utf-8", "surrogateescape"):
            return inner
    return None


class Converter:
    """Turns the nodes of one file into values; shared nodes (aliases) stay shared."""

    def __init__(
        self, path: str, folder: str, *, source: bytes, variables: Variables, interpolates: bool = True
    ) -> None:
        self.interpolates = interpolates
        self.path = path
        self.folder = folder
        self.source = source
        self.variables = variables
        self._done: dict[int, Value] = {}

    def convert(self, node: YamlNode) -> Value:
        """Return `node` as a value."""
        known = self._done.get(id(node))
        if known is None:
            known = self._done[id(node)] = self._convert(node)
        return known

    def _convert(self, node: YamlNode) -> Value:
        where = Location(self.path, node.line)
        if isinstance(node, YamlMapping):
            entries = {name: self.convert(value) for name, (_, value) in node.entries.items()}
            keys = {name: Location(self.path, key.line) for name, (key, _) in node.entries.items()}
            return Table(entries, where, own_tag(node), keys)
        if isinstance(node, YamlSequence):
            return Items(tuple(self.convert(one) for one in node.items), where, own_tag(node))
        return self._scalar(node, where)

    def _scalar(self, node: YamlScalar, where: Location) -> Text:
        raw = node.as_text
        tag = own_tag(node)
        place = Place(where, self._inner_span(node))
        if raw is None:
            return Text("", place, self.folder, place, is_null=True, tag=tag)
        text = Text(raw, place, self.folder, place, boolean=_boolean(raw), tag=tag, raw=raw)
        return self._interpolated(text, node.line) if self.interpolates and "$" in raw else text

    def _inner_span(self, node: YamlScalar) -> Span | None:
        """Return the bytes between the quotes; None for block scalars, and where escapes or folding change the text."""
        span = Span(node.span.start + 1, node.span.stop - 1) if node.style in {"'", '"'} else node.span
        if node.style in {"|", ">"} or span.of(self.source) != node.value.encode("utf-8", "surrogatepass"):
            return None
        return span

    def _interpolated(self, text: Text, line: int) -> Text:
        """Substitute the variables of `text`; where that fails, the text stays and the reason is told."""
        try:
            result = interpolate(text.raw, self.variables.values, line=line)
        except SyntaxInputError as error:
            missing = [name for name in _REQUIRED.findall(text.raw) if not self.variables.values.get(name)]
            return replace(text, reason=_no_value(missing) if missing else str(error), is_unset=bool(missing))
        value = result.text
        if result.unset:
            return replace(text, value=value, reason=_no_value(result.unset), is_unset=True)
        return replace(text, value=value, boolean=_boolean(value), decided_at=self._decided_at(text.raw, text.place))

    def _decided_at(self, raw: str, place: Place) -> Place:
        """Return where the value's text stands, when the scalar is one variable; else the scalar itself."""
        found = _WHOLE.fullmatch(raw)
        if found is None:
            return place
        name = found[1] or found[2]
        value = self.variables.values.get(name)
        operator = found[3] or ""
        if value or (value is not None and not operator.startswith(":")):
            return self.variables.places.get(name, place)
        if place.span is None or not operator.endswith("-"):
            return place
        start = place.span.start + len(raw[: found.start(4)].encode())
        return Place(place.where, Span(start, start + len(found[4].encode())))


def _no_value(names: Sequence[str]) -> str:
    listed = ", ".join(dict.fromkeys(names))
    return f"no value for {listed}: neither the environment handed in, nor .env, nor a default has one"


def _boolean(value: str) -> bool | None:
    """Compose casts interpolated text to a boolean where one is due."""
    return {"true": True, "false": False}.get(value.lower())
