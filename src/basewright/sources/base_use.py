"""Which base a workload stands on, and where a person would change it.

`changed_span` keeps one promise: writing another reference over these bytes changes the base to it. So a FROM that is
one variable (``FROM ${BASE}``) is changed where the variable gets its value; a FROM that mixes text and variables
(``FROM node:${VERSION}-slim``) is changed in the FROM itself, and so is an `image:`.
"""

import re

from basewright.errors import InputError
from basewright.model.dockerfile import BaseKind, Build, Instruction, Stage
from basewright.model.reference import ImageReference
from basewright.model.span import Location, Span
from basewright.model.workload import BaseUse
from basewright.sources.build_spec import BuildSpec
from basewright.sources.compose.tree import Text
from basewright.sources.place import Place

_WHOLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?-)([^{}$'\"]*))?\})", re.ASCII)
_CHAIN_LIMIT = 16
"""ARG defaults that name another ARG."""


def base_of_build(build: Build, spec: BuildSpec) -> BaseUse:
    """Return the base of the first stage of the final chain."""
    stage = build.final_chain[0]
    base = stage.base
    where = build.location(stage.instruction)
    decided = _decided_at(build, spec, stage)
    unknown = [name for name in base.arguments if name in spec.arguments and spec.arguments[name].reason]
    reason = f"build argument {unknown[0]}: {spec.arguments[unknown[0]].reason}" if unknown else base.reason
    reference = base.reference if base.kind is BaseKind.IMAGE and not unknown else None
    if spec.inline is not None and not spec.inline.has_offsets and decided.where.file == build.file:
        decided = Place(decided.where, None)
    if base.resolved != base.written and _is_named_context(spec, stage):
        decided = Place(spec.where, None)
    return BaseUse(
        written=base.written,
        resolved=base.resolved,
        reference=reference,
        where=where,
        changed_at=decided.where,
        changed_span=decided.span,
        platform=base.platform or spec.platform,
        reason="" if base.kind is BaseKind.SCRATCH else reason,
    )


def base_of_image(image: Text, *, platform: str | None = None) -> BaseUse:
    """Return the base of a service that only names an image."""
    written = image.raw or image.value
    reference: ImageReference | None = None
    reason = image.reason
    if not reason:
        try:
            reference = ImageReference.parse(image.value)
        except InputError as error:
            reason = str(error)
    return BaseUse(
        written=written,
        resolved=written if image.reason else image.value,
        reference=reference,
        where=image.where,
        changed_at=image.decided_at.where,
        changed_span=image.decided_at.span,
        platform=platform,
        reason=reason,
    )


def no_base(where: Location, reason: str, written: str = "") -> BaseUse:
    """Return the base of a workload whose build cannot be read."""
    return BaseUse(written, written, None, where, where, reason=reason)


def _is_named_context(spec: BuildSpec, stage: Stage) -> bool:
    names = {name.lower() for name in spec.contexts}
    return bool(names) and stage.base.written.lower() in names | {f"{name}:latest" for name in names}


def _decided_at(build: Build, spec: BuildSpec, stage: Stage) -> Place:
    """Follow the FROM's one variable to where its value stands."""
    instruction, written = stage.instruction, stage.base.written
    place = Place(build.location(instruction), word_span(build, instruction, written))
    for _ in range(_CHAIN_LIMIT):
        found = _WHOLE.fullmatch(written)
        if found is None:
            return place
        name = found[1] or found[2]
        if name in spec.arguments and _is_declared(build, name):
            return spec.arguments[name].place
        declared = _declaration(build, name)
        if declared is None:
            return _default_inside(place, found)
        instruction, default = declared
        place = Place(build.location(instruction), _default_span(build, instruction, name, default))
        written = default.strip("\"'")
    return place


def _default_inside(place: Place, found: re.Match[str]) -> Place:
    """Return where ``x`` of ``${NAME:-x}`` stands."""
    if place.span is None or not found[4]:
        return place
    start = place.span.start + len(found.string[: found.start(4)].encode())
    return Place(place.where, Span(start, start + len(found[4].encode())))


def _heads(build: Build) -> tuple[Instruction, ...]:
    first = build.stages[0].instruction
    return tuple(one for one in build.dockerfile.instructions if one.span.start < first.span.start)


def _is_declared(build: Build, name: str) -> bool:
    return any(word.partition("=")[0] == name for one in _heads(build) for word in one.words)


def _declaration(build: Build, name: str) -> tuple[Instruction, str] | None:
    """Return the ARG before the first FROM that gives `name` its default, and the default as written."""
    for instruction in reversed(_heads(build)):
        for word in reversed(instruction.words):
            declared, equals, default = word.partition("=")
            if declared == name and equals and instruction.keyword == "ARG":
                return instruction, default
    return None


def _default_span(build: Build, instruction: Instruction, name: str, default: str) -> Span | None:
    span = word_span(build, instruction, f"{name}={default}")
    if span is None:
        return None
    start = span.start + len(name.encode()) + 1
    is_quoted = len(default) > 1 and default[0] in "\"'" and default[-1] == default[0]
    return Span(start + 1, span.stop - 1) if is_quoted else Span(start, span.stop)


def word_span(build: Build, instruction: Instruction, word: str) -> Span | None:
    """Return the bytes of `word` in the file; None where a continuation parts them."""
    wanted = word.encode("utf-8", "surrogateescape")
    text = instruction.text.encode("utf-8", "surrogateescape")
    start = text.find(wanted)
    if start == -1 or not wanted:
        return None
    first = instruction.file_offset(start)
    span = Span(first, first + len(wanted))
    return span if span.of(build.dockerfile.source) == wanted else None
