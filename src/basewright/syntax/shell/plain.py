"""When a shell is avoidable: text that is one command and nothing else."""

from basewright.model.shell import ShellText, Word
from basewright.syntax.shell.wrappers import SHELLS

_BUILTINS = frozenset(
    {
        ".",
        ":",
        "alias",
        "bg",
        "break",
        "builtin",
        "case",
        "cd",
        "command",
        "continue",
        "eval",
        "exec",
        "exit",
        "export",
        "fg",
        "getopts",
        "hash",
        "jobs",
        "local",
        "read",
        "readonly",
        "return",
        "set",
        "shift",
        "source",
        "times",
        "trap",
        "type",
        "ulimit",
        "umask",
        "unalias",
        "unset",
        "wait",
    }
)
"""What only a shell runs (POSIX special built-ins, and those without a program of the same name)."""


def is_plain_command(text: ShellText) -> tuple[str, ...] | None:
    """Return the words of the exec form that does the same as `text`; None where a shell is needed.

    ``exec command …`` counts as ``command …``: the exec form replaces nothing, it is there from the start.
    """
    if text.has_errors or text.constructs or text.functions or not text.commands:
        return None
    first = text.commands[0]
    words: tuple[Word, ...] = (first.name, *first.arguments)
    if first.program == "exec":
        words = first.arguments
    if any(one.program in SHELLS for one in text.commands):
        return None
    if not words or first.assignments or not all(one.is_static for one in words):
        return None
    program = words[0].text.rsplit("/", 1)[-1]
    if not program or words[0].text.startswith("-") or program in _BUILTINS:
        return None
    return tuple(one.text for one in words)
