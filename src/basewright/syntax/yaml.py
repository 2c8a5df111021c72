"""YAML as Compose and Kubernetes read it, as a tree of nodes that know their place.

PyYAML's C parser gives the events; the tree is built here, without recursion, so that hostile depth meets a limit and
not the end of the stack. Tags are kept as text and construct nothing. An alias is the node of its anchor, shared; what
the aliases and merge keys expand to is counted, and a file that expands to more than `NODE_LIMIT` nodes is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from basewright.errors import SyntaxInputError
from basewright.model.span import Span
from basewright.syntax.yaml_scalar import (
    BOOL,
    FLOAT,
    INT,
    MERGE,
    NULL,
    PREFIX,
    STR,
    boolean,
    float_text,
    integer,
    resolve,
)
from basewright.syntax.yaml_text import YamlText

NODE_LIMIT = 1_000_000
"""Nodes of one file, aliases and merge keys expanded."""
DEPTH_LIMIT = 200
"""Levels of nesting, aliases expanded."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A single value."""

    value: str
    """The text, after quotes, escapes and folding."""
    tag: str
    """As written (``!reset``), or what the plain text means (``tag:yaml.org,2002:int``)."""
    span: Span
    """Bytes as written, quotes or block header included, anchor and tag not."""
    line: int
    style: str
    """``""`` plain, ``'``, ``"``, ``|`` or ``>``."""

    @property
    def is_null(self) -> bool:
        """Whether it is null, or nothing at all."""
        return self.tag == NULL

    @property
    def as_text(self) -> str | None:
        """The text that Compose makes of it where text is due; None for null. ``3.10`` unquoted becomes ``3.1``."""
        if self.tag == NULL:
            return None
        if self.tag == BOOL:
            return self.value.lower()
        if self.tag == INT:
            return str(integer(self.value)) if integer(self.value) is not None else self.value
        return float_text(self.value) if self.tag == FLOAT and resolve(self.value) == FLOAT else self.value

    @property
    def as_bool(self) -> bool | None:
        """The boolean; None where it is none (``yes`` and ``on`` are text)."""
        return boolean(self.value) if self.tag == BOOL else None

    @property
    def as_int(self) -> int | None:
        """The integer; None where it is none."""
        return integer(self.value) if self.tag == INT else None


@dataclass(frozen=True, slots=True)
class YamlSequence:
    """A list."""

    items: tuple["YamlNode", ...]
    tag: str
    span: Span
    """From the first item (or bracket) to the end of the last, anchor and tag not."""
    line: int
    is_flow: bool


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """A mapping; merge keys are resolved: what ``<<`` brings follows the mapping's own pairs."""

    pairs: tuple[tuple["YamlNode", "YamlNode"], ...]
    tag: str
    span: Span
    line: int
    is_flow: bool
    duplicates: tuple[YamlScalar, ...] = ()
    """Keys given again, which yaml.v3 refuses; here the last one counts."""
    entries: Mapping[str, tuple[YamlScalar, "YamlNode"]] = field(default_factory=dict, repr=False, compare=False)
    """Key's text → key and value, for the scalar keys."""

    def get(self, name: str) -> "YamlNode | None":
        """Return the value of `name`, None where there is none."""
        entry = self.entries.get(name)
        return None if entry is None else entry[1]

    def key(self, name: str) -> YamlScalar | None:
        """Return the key node of `name`: the place where the file says it."""
        entry = self.entries.get(name)
        return None if entry is None else entry[0]

    def text(self, name: str) -> str | None:
        """Return `as_text` of the scalar under `name`; None where there is none."""
        value = self.get(name)
        return value.as_text if isinstance(value, YamlScalar) else None


YamlNode: TypeAlias = YamlScalar | YamlSequence | YamlMapping


def compose_yaml(source: bytes) -> tuple[YamlNode, ...]:
    """Return the root node of every document in `source`; raise SyntaxInputError where it is no YAML, or too much."""
    text = YamlText.read(source)
    composer = _Composer(text)
    loader = _LOADER(text.content)
    try:
        while loader.check_event():
            composer.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = "; ".join(part for part in (error.context, error.problem) if part)
        raise SyntaxInputError(f"not YAML: {what}", line=mark.line + 1 if mark else 0) from error
    except yaml.YAMLError as error:
        raise SyntaxInputError(f"not YAML: {str(error).splitlines()[0][:200]}") from error
    finally:
        loader.dispose()
    return tuple(composer.documents)


def walk(node: YamlNode) -> Iterator[YamlNode]:
    """Yield `node` and all below it, keys before values, in the file's order, aliases expanded."""
    stack: list[YamlNode] = [node]
    while stack:
        one = stack.pop()
        yield one
        if isinstance(one, YamlSequence):
            stack.extend(reversed(one.items))
        elif isinstance(one, YamlMapping):
            for key, value in reversed(one.pairs):
                stack += (value, key)


@dataclass(slots=True)
class _Part:
    """A finished node with what it expands to."""

    node: YamlNode
    size: int
    height: int


@dataclass(slots=True)
class _Frame:
    """A collection that is being read."""

    event: Any
    start: int
    parts: list[_Part] = field(default_factory=list)
    size: int = 1
    height: int = 0
    stop: int = 0
    """Where the last thing written inside it ends."""


class _Composer:
    """Builds nodes of events."""

    def __init__(self, text: YamlText) -> None:
        self.text = text
        self.documents: list[YamlNode] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, _Part | None] = {}
        self.total = 0

    def take(self, event: Any) -> None:  # noqa: ANN401 - the event classes of both parsers share no useful base
        """Add one event."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.CollectionStartEvent():
                self._open(event)
            case yaml.CollectionEndEvent():
                self._close(event)
            case yaml.DocumentStartEvent():
                self.anchors = {}
            case _:
                pass

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        start, stop = self.text.content_span(event)
        style = event.style or ""
        if event.tag is not None and event.tag != "!":
            tag = event.tag
        else:
            tag = resolve(event.value) if not style and event.tag is None else STR
        node = YamlScalar(event.value, tag, Span(start, stop), self.text.line(start), style)
        self._add(_Part(node, 1, 1), event.anchor, stop)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        start = self.text.offset(event.start_mark)
        if event.anchor not in self.anchors:
            raise SyntaxInputError(f"unknown anchor {event.anchor[:60]!r}", line=self.text.line(start))
        part = self.anchors[event.anchor]
        if part is None:
            raise SyntaxInputError(f"anchor {event.anchor[:60]!r} contains itself", line=self.text.line(start))
        self._add(part, None, self.text.offset(event.end_mark))

    def _open(self, event: Any) -> None:  # noqa: ANN401
        start, _ = self.text.content_span(event, is_collection=True)
        if len(self.frames) >= DEPTH_LIMIT:
            raise SyntaxInputError(f"nested more than {DEPTH_LIMIT} deep", line=self.text.line(start))
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(event, start, stop=start))

    def _close(self, event: Any) -> None:  # noqa: ANN401
        frame = self.frames.pop()
        is_flow = bool(frame.event.flow_style)
        stop = self.text.offset(event.end_mark) if is_flow else frame.stop
        span, line = Span(frame.start, stop), self.text.line(frame.start)
        tag = frame.event.tag
        node: YamlNode
        if isinstance(frame.event, yaml.SequenceStartEvent):
            explicit = tag if tag not in {None, "!"} else PREFIX + "seq"
            node = YamlSequence(tuple(part.node for part in frame.parts), explicit, span, line, is_flow)
        else:
            explicit = tag if tag not in {None, "!"} else PREFIX + "map"
            node = _mapping([part.node for part in frame.parts], explicit, span=span, line=line, is_flow=is_flow)
        self._add(_Part(node, frame.size, frame.height + 1), frame.event.anchor, stop)

    def _add(self, part: _Part, anchor: str | None, stop: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = part
        line = part.node.line
        if part.height + len(self.frames) > DEPTH_LIMIT:
            raise SyntaxInputError(f"nested more than {DEPTH_LIMIT} deep, aliases expanded", line=line)
        if not self.frames:
            self.total += part.size
            self.documents.append(part.node)
        else:
            frame = self.frames[-1]
            frame.parts.append(part)
            frame.size += part.size
            frame.height = max(frame.height, part.height)
            frame.stop = stop
        # A frame's own size is checked too: a bomb is met while it is built, not at the end of the document.
        if self.total + (self.frames[-1].size if self.frames else 0) > NODE_LIMIT:
            raise SyntaxInputError(f"expands to more than {NODE_LIMIT} nodes", line=line)


def _mapping(nodes: list[YamlNode], tag: str, *, span: Span, line: int, is_flow: bool) -> YamlMapping:
    pairs: list[tuple[YamlNode, YamlNode]] = []
    entries: dict[str, tuple[YamlScalar, YamlNode]] = {}
    duplicates: list[YamlScalar] = []
    merges: list[YamlNode] = []
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        if isinstance(key, YamlScalar):
            if key.tag == MERGE:
                merges.append(value)
                continue
            if key.value in entries:
                duplicates.append(key)
            entries[key.value] = (key, value)
        pairs.append((key, value))
    for source in _merged(merges):
        for key, value in source.pairs:
            if isinstance(key, YamlScalar) and key.value not in entries:
                entries[key.value] = (key, value)
                pairs.append((key, value))
    return YamlMapping(tuple(pairs), tag, span, line, is_flow, tuple(duplicates), entries)


def _merged(values: list[YamlNode]) -> Iterator[YamlMapping]:
    """Yield what merge keys name, the strongest first (yaml.org/type/merge.html)."""
    for value in values:
        for one in value.items if isinstance(value, YamlSequence) else (value,):
            if not isinstance(one, YamlMapping):
                raise SyntaxInputError("a merge key (<<) needs a mapping, or a list of mappings", line=value.line)
            yield one
