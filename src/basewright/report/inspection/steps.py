"""Build steps as a reader wants them: what a layer was made by, without the wrapping of the builder.

The history of an image holds each step in its builder's words: ``/bin/sh -c #(nop)  CMD ["sh"]`` (Docker's classic
builder, Buildah), ``RUN /bin/sh -c apt-get … # buildkit``, ``RUN |1 VERSION=3 /bin/sh -c …`` with build arguments.
"""

import re
from typing import Final

from basewright.model.redaction import redact
from basewright.report import inert

LONGEST: Final = 4000
"""Characters of a step that are looked at."""
_BUILDKIT: Final = " # buildkit"
_NOP: Final = "#(nop)"
_SHELL = re.compile(r"(?:/bin/|/usr/bin/)?(?:ba|da|a)?sh (?:-[a-z]+ ){0,4}?-[a-z]*c |cmd /S /C ")
_ARGUMENTS = re.compile(r"\|\d{1,4} ")
_CHECKSUM = re.compile(r"\b(file|dir|multi):[0-9a-f]{16,128}")
_SEPARATOR = re.compile(r"\s*(?:&&|\|\||;|\n)\s*")
_PREPARING: Final = (
    *("set ", "cd ", "export ", "mkdir ", "rm ", "echo ", "true", ":", "[", "if ", "then", "fi", "case ", "esac", "#"),
    *("apt-mark ", "unset ", "umask ", "test ", "{", "}", "cp ", "ln ", "chmod ", "chown ", "find ", "ldconfig"),
    *("do", "done", "for ", "while ", "else"),
)
"""What commands start with that prepare or clean up."""
_REFRESHING = re.compile(
    r"(?:apt-get|apt|apk|dnf|yum|microdnf)(?: -{1,2}[\w=:]{1,40}){0,8} (?:update|clean|makecache)\b"
)
"""Commands of package managers that install nothing."""
_INSTALLING = re.compile(r"(?:apt-get|apt|apk|dnf|yum|microdnf)\s")
"""Commands whose options say less than what they install."""
_VARIABLES = re.compile(r"(?:[A-Z_][A-Z0-9_]{0,60}=[^\s\"']{0,100} )+(?=\S)")
"""Variables of one command, such as ``DEBIAN_FRONTEND=noninteractive``."""
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w{0,100}=")


def full(created_by: str | None) -> str:
    """Return the whole step on one line, as an instruction; empty where it is not known."""
    if created_by is None:
        return ""
    text = " ".join(redact(created_by[:LONGEST]).split())
    is_run = False
    if text.startswith("RUN "):
        text, is_run = text[4:], True
    text = text.removesuffix(_BUILDKIT)
    if found := _ARGUMENTS.match(text):
        text = _after_arguments(text[found.end() :])
        is_run = True
    if found := _SHELL.match(text):
        text = text[found.end() :].lstrip()
        if text.startswith(_NOP):
            return _named(text.removeprefix(_NOP).strip())
        is_run = True
    return f"RUN {text}" if is_run else _named(text)


def short(created_by: str | None, limit: int = 70) -> str:
    """Return the step with its first telling command, at most `limit` characters; empty where it is not known."""
    text = full(created_by)
    if text.startswith("RUN "):
        text = f"RUN {_telling(text[4:])}"
    text = inert.line(text)
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _after_arguments(text: str) -> str:
    """Return what follows the build arguments, which may hold blanks: it starts with the shell."""
    found = _SHELL.search(text)
    return text[found.start() :] if found else text


def _named(text: str) -> str:
    """Return an instruction with its checksums shortened: ``ADD file:0123456 in /``."""
    return _CHECKSUM.sub(lambda match: f"{match[1]}:{match[0].partition(':')[2][:7]}", text)


def _telling(command: str) -> str:
    """Return the command from its first part on that does more than prepare, with signs for what is left out."""
    parts = [part for part in _SEPARATOR.split(command) if part]
    for number, written in enumerate(parts):
        part = _VARIABLES.sub("", written, count=1)
        if part.startswith(_PREPARING) or _REFRESHING.match(part) or _ASSIGNMENT.match(part):
            continue
        if _INSTALLING.match(part):
            part = " ".join(word for word in part.split() if not word.startswith("-"))
        before = "… " if number else ""
        after = " …" if number + 1 < len(parts) else ""
        return f"{before}{part}{after}"
    return command
