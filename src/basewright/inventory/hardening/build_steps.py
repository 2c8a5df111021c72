"""The build steps that a history tells, as builders write them: BuildKit, the classic builder, Buildah."""

import re
from dataclasses import dataclass
from typing import Final

from basewright.model.image import ImageConfig
from basewright.model.shell import Command
from basewright.model.unknown import Unknown
from basewright.syntax.shell import parse_shell

STEPS: Final = 1_000
"""Of one history that are looked at."""
TEXT: Final = 1024 * 1024
"""Characters of one history that are looked at."""
_NO_OPERATION: Final = "#(nop)"
_SHELL: Final = re.compile(
    r"(?:^|[\s\"])(?:/[\w./-]{0,100}/)?(?:ba|da|a|k|z|pw)?sh (?:-\w{1,20} |pipefail |errexit |nounset )*-\w{0,10}c "
)
_INSTRUCTION: Final = re.compile(r"\s*([A-Z]{2,12})\s+")
_KNOWN: Final = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history."""

    number: int
    """From 1."""
    instruction: str
    """``RUN``, ``ADD`` …; empty where the builder's words are not understood."""
    text: str
    """What follows the instruction; of RUN the shell text."""
    written: str
    """The whole entry, as the builder wrote it and a reader redacted it."""
    is_redacted: bool
    layer: int | None
    """Index of the layer it made; None where it made none or the history does not match the layers."""
    commands: tuple[Command, ...]
    """Of a RUN."""


def history_unknowns(config: ImageConfig | None, steps: tuple[Step, ...]) -> tuple[Unknown, ...]:
    """Return what to tell of a history that is longer than what is looked at."""
    told = len(steps)
    if config is None or told == len(config.history):
        return ()
    reason = f"{len(config.history)} build steps, of which only the first {told} were looked at"
    return (Unknown("image configuration", reason),)


def steps_of(config: ImageConfig | None, layers: int) -> tuple[Step, ...]:
    """Return the steps of the image, in order, as many as fit the bounds."""
    history = config.history if config is not None else ()
    left = TEXT
    matches = sum(not one.is_empty_layer for one in history) == layers
    found = []
    layer = -1
    for number, entry in enumerate(history[:STEPS], start=1):
        layer += not entry.is_empty_layer
        instruction, text = _parted(entry.created_by)
        left -= len(text)
        if left < 0:
            break
        of_layer = layer if matches and not entry.is_empty_layer else None
        commands = parse_shell(text).commands if instruction == "RUN" else ()
        found.append(Step(number, instruction, text, entry.created_by, entry.is_redacted, of_layer, commands))
    return tuple(found)


def _parted(text: str) -> tuple[str, str]:
    """Return (instruction, rest) of what a builder wrote."""
    text = text.removesuffix(" # buildkit").strip()
    before, mark, after = text.partition(_NO_OPERATION)
    if mark and len(before) < 100:
        text = after
    elif (shell := _SHELL.search(text)) and (text.startswith(("/", "|", "RUN")) or shell.start() == 0):
        return "RUN", text[shell.end() :]
    match = _INSTRUCTION.match(text)
    if match is None or match[1] not in _KNOWN:
        return "", text
    return match[1], text[match.end() :]
