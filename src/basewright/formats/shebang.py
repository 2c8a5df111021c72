"""The first line of a script: which program the kernel starts for it.

Sources: execve(2) «Interpreter scripts» and Linux' fs/binfmt_script.c; env(1) of GNU coreutils, option ``-S``.
"""

import shlex

from basewright.model.executable import ScriptFacts

MAGIC = b"#!"
LINE_BYTES = 256
"""What the kernel looks at, since Linux 5.1."""
_BLANKS = " \t"
_WITH_VALUE = {"-u", "--unset", "-C", "--chdir"}
_SPLITTING = ("-S", "--split-string=", "--split-string ", "-vS")


def read_shebang(head: bytes) -> ScriptFacts | None:
    """Return what the first line of `head` says; None where the kernel would not take it for a script's.

    A carriage return belongs to the name, for the kernel as well: such a script does not start.
    """
    if not head.startswith(MAGIC):
        return None
    line, newline, _ = head[:LINE_BYTES].partition(b"\n")
    text = line[2:].split(b"\0", 1)[0].decode("utf-8", "backslashreplace").strip(_BLANKS)
    name, *rest = text.replace("\t", " ").split(" ", 1)
    is_cut_off = not newline and len(head) >= LINE_BYTES
    if not name or (is_cut_off and not rest):
        return None
    argument = text[len(name) :].strip(_BLANKS) or None
    return ScriptFacts(name, argument, _program(name, argument))


def _program(interpreter: str, argument: str | None) -> str | None:
    """Return what env starts; None where the interpreter is not env, or starts nothing that can be told."""
    if interpreter.rsplit("/", 1)[-1] != "env" or argument is None:
        return None
    for option in _SPLITTING:
        if argument.startswith(option):
            return _split(argument[len(option) :])
    # Without -S the kernel's one argument is one word, blanks and all.
    return None if argument.startswith("-") or "=" in argument else argument


def _split(text: str) -> str | None:
    try:
        words = iter(shlex.split(text, comments=True))
    except ValueError:
        return None
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif word == "--":
            return next(words, None)
        elif not word.startswith("-") and "=" not in word:
            return word
    return None
