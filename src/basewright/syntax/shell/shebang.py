"""The first line of a script."""

LINE_LIMIT = 256
"""Bytes of a first line that are looked at; Linux reads as many (BINPRM_BUF_SIZE, execve(2))."""


def read_shebang(content: bytes) -> str | None:
    """Return the interpreter that a script names: ``/bin/sh``, or ``bash`` for ``/usr/bin/env bash``; None for none."""
    if not content.startswith(b"#!"):
        return None
    line = content[2:LINE_LIMIT].split(b"\n", 1)[0]
    words = line.decode("utf-8", "replace").split()
    if not words:
        return None
    if words[0].rsplit("/", 1)[-1] != "env":
        return words[0]
    return _env_command(words[1:])


def _env_command(words: list[str]) -> str | None:
    """Return what ``env`` would run: the first word that is neither an option nor an assignment."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-S") and len(word) > 2:
            return word[2:]
        elif word.startswith("--split-string="):
            return word.partition("=")[2]
        elif word.startswith("-"):
            skip = word in {"-u", "-C", "--unset", "--chdir"}
        elif "=" not in word:
            return word
    return None
