"""Commands that a piece of shell text would run, as `basewright.syntax.shell` extracts them."""

from dataclasses import dataclass
from enum import StrEnum

from basewright.model.span import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command."""

    text: str
    """Quotes removed where the word is static; the source text otherwise."""
    span: Span
    """Bytes of the shell text that was parsed."""
    is_static: bool
    """False where a variable, a substitution or a glob takes part."""


class Condition(StrEnum):
    """Whether a command is sure to be reached."""

    ALWAYS = "always"
    CONDITIONAL = "conditional"
    """After ``&&``, ``||``, in a branch, a loop, a function or a substitution."""


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: its name, its arguments, and how it is reached."""

    name: Word
    arguments: tuple[Word, ...]
    assignments: tuple[tuple[str, str], ...]
    """``NAME=value`` before the command; the value unquoted where static."""
    span: Span
    line: int
    """Line within the shell text, from 1."""
    condition: Condition
    in_pipeline: bool = False
    is_exec: bool = False
    """Reached through ``exec``: it replaces the shell."""

    @property
    def program(self) -> str:
        """The last path component of the name: ``/usr/bin/curl`` gives ``curl``."""
        return self.name.text.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class ShellText:
    """What a piece of shell text holds."""

    commands: tuple[Command, ...]
    functions: frozenset[str]
    """Names that the text defines itself."""
    constructs: frozenset[str]
    """What makes a shell necessary: ``pipeline``, ``list`` (&& || ;), ``redirection``, ``variable``, ``substitution``,
    ``glob`` (braces too), ``compound`` (if, for, while, case, function, group, subshell, ``!``), ``assignment``,
    ``background``, ``heredoc``, ``bashism``. What an inner ``sh -c`` holds does not count: that shell is named."""
    has_errors: bool
    """The grammar could not follow all of it."""
