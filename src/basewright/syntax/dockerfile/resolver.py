"""From instructions to stages: what one `docker build` would make of the file.

After BuildKit's frontend/dockerfile/dockerfile2llb/convert.go (``buildMetaArgs``, ``buildDispatchStates``,
``dispatchArg``, ``dispatchEnv``) and platform.go. Two readings are wider than BuildKit's, as those of the builder
before it: FROM names a stage in any case of letters, and a target may be given by its number.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from basewright.errors import InputError, SyntaxInputError
from basewright.model.dockerfile import BaseKind, Build, Dockerfile, Instruction, Stage, StageBase
from basewright.model.platform import Platform
from basewright.model.reference import ImageReference
from basewright.syntax.dockerfile.environment import Budget, GlobalArguments, StageEnvironment
from basewright.syntax.dockerfile.patterns import ExpansionError

DEFAULT_PLATFORM = Platform("linux", "amd64")
"""Builds are resolved for this platform where the caller names none."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_TEMPLATE_NAME = re.compile(r"\$\{[\w-]+\.|(?:^|/)(?:__\w+__|@[\w.]+@)(?:[/:]|$)")
"""``${docker.image}`` of Maven, ``__NAME__`` and ``@NAME@`` of home-made ones: no name of an image holds these."""
_TEMPLATE_SIGNS = ("{{", "{%", "<%", "%%")


def resolve(
    file: str,
    dockerfile: Dockerfile,
    *,
    arguments: Mapping[str, str] = _NOTHING,
    target: str | None = None,
    context: str | None = None,
    platform: Platform | None = None,
) -> Build:
    """Return the stages of `dockerfile` with the build `arguments` of the caller.

    Raises SyntaxInputError where no FROM stands, or another instruction than ARG before it; InputError for a `target`
    that the file does not have, and for a file whose variables grow beyond all measure.
    """
    heads = [index for index, one in enumerate(dockerfile.instructions) if one.keyword == "FROM"]
    meta = dockerfile.instructions[: heads[0]] if heads else dockerfile.instructions
    stray = next((one for one in meta if one.keyword != "ARG"), None)
    if stray is not None:
        raise SyntaxInputError(f"{stray.keyword} stands before the first FROM", line=stray.line)
    if not heads:
        raise SyntaxInputError("the file has no FROM")
    budget = Budget()
    last_name = _base_and_name(dockerfile.instructions[heads[-1]].words)[1]
    global_arguments = GlobalArguments(
        meta,
        arguments,
        platform or DEFAULT_PLATFORM,
        target or last_name or "default",
        escape=dockerfile.directive("escape") or "\\",
        budget=budget,
    )
    stages: list[Stage] = []
    names: dict[str, int] = {}
    for head, behind in zip(heads, [*heads[1:], len(dockerfile.instructions)], strict=True):
        instructions = dockerfile.instructions[head:behind]
        stage = _stage(instructions, stages, names, global_arguments)
        stages.append(stage)
        if stage.name is not None:
            names[stage.name] = stage.index
    index = len(stages) - 1 if not target else _target(target, stages)
    return Build(file, dockerfile, tuple(stages), index, context, dict(arguments))


def find_stage(stages: Sequence[Stage], name: str) -> int | None:
    """Return the index of the stage that `name` means, by name in any case of letters or by number, None for none.

    This is what ``COPY --from`` and ``RUN --mount=…,from=`` do with the stages before their own.
    """
    wanted = name.lower()
    for stage in reversed(stages):
        if stage.name == wanted:
            return stage.index
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 and int(wanted) < len(stages):
        return int(wanted)
    return None


def _target(target: str, stages: Sequence[Stage]) -> int:
    index = find_stage(stages, target)
    if index is None:
        named = [stage.name for stage in stages if stage.name is not None]
        shown = ", ".join(named[:20]) + (" …" if len(named) > 20 else "")
        hint = f"the stages are: {shown}" if named else f"no stage has a name; they count from 0 to {len(stages) - 1}"
        raise InputError(f"the file has no stage {target[:80]!r} ({hint})")
    return index


def _stage(
    instructions: tuple[Instruction, ...],
    stages: Sequence[Stage],
    names: Mapping[str, int],
    global_arguments: GlobalArguments,
) -> Stage:
    written, name = _base_and_name(instructions[0].words)
    base = _base(instructions[0], written, names, global_arguments)
    inherited = stages[base.stage].environment if base.stage is not None else _NOTHING
    environment = StageEnvironment(inherited, global_arguments)
    for instruction in instructions[1:]:
        environment.take(instruction)
    return Stage(
        len(stages), name, base, instructions[0], instructions[1:], environment.values, tuple(environment.problems)
    )


def _base_and_name(words: tuple[str, ...]) -> tuple[str, str | None]:
    """Part ``base AS name``; more words than that are the base's, so that a template's text is told whole."""
    if len(words) >= 3 and words[-2].lower() == "as":
        return " ".join(words[:-2]), words[-1].lower()
    return " ".join(words), None


def _base(
    instruction: Instruction, written: str, names: Mapping[str, int], global_arguments: GlobalArguments
) -> StageBase:
    platform = _platform(instruction, global_arguments)
    if not written or " " in written:
        return StageBase(
            BaseKind.UNRESOLVED,
            written,
            written,
            platform=platform,
            reason=_not_a_name(written) or "FROM names no base",
        )
    try:
        found = global_arguments.expand(written)
    except ExpansionError as error:
        reason = _not_a_name(written) or str(error)
        return StageBase(BaseKind.UNRESOLVED, written, written, platform=platform, reason=reason)
    resolved, used = found.text, tuple(sorted(found.used))
    if found.missing:
        reason = f"{_listed(found.missing)} without a value"
        return StageBase(BaseKind.UNRESOLVED, written, resolved, None, None, platform, reason, used)
    if (index := names.get(resolved.lower())) is not None:
        return StageBase(BaseKind.STAGE, written, resolved, None, index, platform, "", used)
    if resolved == "scratch":
        return StageBase(BaseKind.SCRATCH, written, resolved, None, None, platform, "", used)
    try:
        reference = ImageReference.parse(resolved)
    except InputError as error:
        reason = _not_a_name(resolved) or str(error)
        return StageBase(BaseKind.UNRESOLVED, written, resolved, None, None, platform, reason, used)
    return StageBase(BaseKind.IMAGE, written, resolved, reference, None, platform, "", used)


def _not_a_name(text: str) -> str:
    """Return why `text` is no base at first sight, "" where it may be one."""
    if any(sign in text for sign in _TEMPLATE_SIGNS) or _TEMPLATE_NAME.search(text):
        return f"{text[:80]!r} is the text of a template"
    if " " in text:
        return f"FROM takes one name, or NAME AS STAGE, not {text[:80]!r}"
    return ""


def _listed(names: frozenset[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ("variables " if len(shown) > 1 else "variable ") + ", ".join(shown[:5]) + more


def _platform(instruction: Instruction, global_arguments: GlobalArguments) -> str | None:
    """Return the value of ``--platform`` expanded; as written where it cannot be."""
    written = instruction.flag("platform")
    if not written:
        return None
    try:
        found = global_arguments.expand(written)
    except ExpansionError:
        return written
    return written if found.missing else found.text
