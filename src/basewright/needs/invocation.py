"""Invocations: programs that the project starts, and how the words of a command line lead to them.

``["tini", "--", "gosu", "app", "python", "x.py"]`` starts three programs; a shell text, as many as it
has commands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.model.need import Confidence, EvidenceKind
from basewright.model.redaction import redact_words
from basewright.model.span import Location
from basewright.needs.tables import Wrapper, programs


class Source(StrEnum):
    """What text an invocation stands in."""

    ENTRYPOINT = "ENTRYPOINT"
    COMMAND = "CMD"
    HEALTH_CHECK = "HEALTHCHECK"
    SCRIPT = "script"
    PACKAGE_SCRIPT = "package.json script"
    RUN = "RUN"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One program that some text of the project starts."""

    path: str
    """As written: ``/usr/bin/curl``."""
    arguments: tuple[str, ...]
    where: Location
    source: Source
    is_main: bool
    """Whether it belongs to the container's process itself: not a health check, not a step before it."""
    in_shell: bool
    """Whether a shell starts it."""
    origin: EvidenceKind = EvidenceKind.FILE
    confidence: Confidence = Confidence.CERTAIN
    stage: int | None = None
    """RUN: the index of its stage."""
    assignments: tuple[tuple[str, str], ...] = ()
    """``NAME=value`` before it."""
    program: str = field(init=False, compare=False)
    """The last path component: ``curl``; kept, as every detector asks for it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "program", self.path.rsplit("/", 1)[-1])

    @property
    def words(self) -> tuple[str, ...]:
        """Path and arguments."""
        return (self.path, *self.arguments)

    def __str__(self) -> str:
        return " ".join(redact_words(self.words))


def unwrap(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield `words`, then what each wrapper in front of it starts, outermost first."""
    table = programs().wrappers
    while words:
        yield words
        wrapper = table.get(words[0].rsplit("/", 1)[-1])
        if wrapper is None:
            return
        words = _inside(wrapper, words[1:])


def _inside(wrapper: Wrapper, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what `wrapper` starts, given the words after its name; empty where it starts nothing."""
    if wrapper.subcommand:
        if not words or words[0] not in wrapper.subcommand:
            return ()
        words = words[1:]
    if wrapper.until:
        return words[words.index(wrapper.until) + 1 :] if wrapper.until in words else ()
    index, positionals = 0, wrapper.positionals
    while index < len(words):
        word = words[index]
        if word == "--":
            index += 1
            # `timeout -- 5 cmd`: the separator ends options, not its own words.
            return words[index + positionals :]
        if word.startswith("-") and len(word) > 1:
            index += 2 if word in wrapper.values else 1
        elif wrapper.assignments and "=" in word and word.partition("=")[0].isidentifier():
            index += 1
        elif positionals:
            positionals, index = positionals - 1, index + 1
        else:
            return words[index:]
    return ()


def shell_text_of(words: tuple[str, ...]) -> str | None:
    """Return the text that ``sh -c TEXT`` (or ``su USER -c TEXT``) runs, None where `words` is no such command."""
    if not words:
        return None
    program = words[0].rsplit("/", 1)[-1]
    if program == "busybox" and len(words) > 1:
        return shell_text_of(words[1:])
    if program not in programs().shells and program not in {"su", "runuser"}:
        return None
    for index, word in enumerate(words[1:], start=1):
        is_text_option = word.startswith("-") and not word.startswith("--") and word.endswith("c") and len(word) <= 8
        if (is_text_option or word == "--command") and index + 1 < len(words):
            return words[index + 1]
    return None


def script_argument(words: tuple[str, ...]) -> str | None:
    """Return the script that ``sh [options] SCRIPT`` or ``. SCRIPT`` runs, None where there is none."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program in programs().shells or program in {".", "source"}:
        return next((word for word in words[1:] if not word.startswith(("-", "+"))), None)
    return None
