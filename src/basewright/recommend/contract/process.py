"""Aspects of starting: entrypoint and command."""

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from basewright.model.base import BaseImage
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.redaction import redact_words
from basewright.model.workload import Process
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.subject import SubjectKind, is_replaced

_INTERPRETER = re.compile(r"(?:python|node|nodejs|java|ruby|php|perl|deno|bun|dotnet)[0-9.]*")
_WRAPPER = re.compile(r"(?:.*entrypoint.*|tini|dumb-init|catatonit|su-exec|gosu|env)")
_OFFICIAL_PATHS = {
    "python": "/usr/local/bin/python3",
    "node": "/usr/local/bin/node",
    "ruby": "/usr/local/bin/ruby",
    "php": "/usr/local/bin/php",
    "java": "/opt/java/openjdk/bin/java",
}
_PROGRAM = {"python": "python3"}


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield how the process would start differently."""
    if is_replaced(c.situation, c.subject):
        return
    yield from _entrypoint(c)
    yield from _command(c)


def _entrypoint(c: Comparison) -> Iterator[Difference]:
    old = c.old.entrypoint if c.old else None
    new = c.new.entrypoint
    if old is not None and old == new:
        return
    runtime = c.situation.workload.runtime
    old_text, new_text = _text(old), _text(new)
    if runtime.entrypoint is not None:
        yield Difference(Aspect.ENTRYPOINT, old_text, new_text, Effect.NONE, explanation="the project sets its own")
        return
    if runtime.command is None:
        is_ready = c.subject.kind in {SubjectKind.SERVICE, SubjectKind.CONTENT}
        effect = Effect.NONE if is_ready else Effect.REVIEW
        why = "the image starts its service in its own way"
        why = why if is_ready else "the project sets none of its own: set ENTRYPOINT"
        yield Difference(Aspect.ENTRYPOINT, old_text, new_text, effect, explanation=why)
        return
    effect, why = _under_entrypoint(c, runtime.command, old, new)
    touches = (runtime.command.where,) if effect is not Effect.NONE else ()
    yield Difference(
        Aspect.ENTRYPOINT, old_text, new_text, effect, touches, why, references.ENTRYPOINT_AND_CMD if touches else ""
    )


def _under_entrypoint(
    c: Comparison, command: Process, old: tuple[str, ...] | None, new: tuple[str, ...] | None
) -> tuple[Effect, str]:
    """Tell what becomes of the project's own command under the new entrypoint."""
    if new is None:
        return Effect.REVIEW, "the candidate's entrypoint is not known: look whether it starts this command"
    if not new:
        return _without_entrypoint(c, command, old)
    program = PurePosixPath(new[0]).name
    if _WRAPPER.fullmatch(program):
        return Effect.REVIEW, f"{program} runs before the command; look that it hands the command on"
    if command.is_shell_form:
        why = (
            f"the command is in shell form: it would become `{_text(new)} {command.shell[0]} -c …`. Write it in exec "
            "form without its first program, or set ENTRYPOINT"
        )
        return Effect.BREAK, why
    first = PurePosixPath(command.words[0]).name if command.words else ""
    if _INTERPRETER.fullmatch(program) and same_interpreter(program, first):
        rest = [word for word in command.words[1:] if not (word == "-jar" and "-jar" in new)]
        return (
            Effect.BREAK,
            f"it would run `{_text(new)} {_shown(command)}`: write CMD {_json(rest)}, or set ENTRYPOINT []",
        )
    if _INTERPRETER.fullmatch(program) and not first.endswith((".py", ".js", ".mjs", ".cjs", ".jar", ".rb", ".php")):
        if first.startswith("-"):
            return Effect.NONE, "options of the interpreter stay options"
        return (
            Effect.BREAK,
            f"{program} would take {first} for a script of its own: set ENTRYPOINT to the full path of {first}",
        )
    if not _INTERPRETER.fullmatch(program):
        return Effect.BREAK, f"the command becomes an argument of {program}: set ENTRYPOINT [] beside it"
    return Effect.NONE, f"{program} gets the script as its first argument"


def _without_entrypoint(c: Comparison, command: Process, old: tuple[str, ...] | None) -> tuple[Effect, str]:
    if command.is_shell_form or not command.words or not old:
        return Effect.NONE, "no entrypoint: the command starts by itself"
    first = command.words[0]
    is_script = first.startswith("-") or first.endswith((".js", ".mjs", ".cjs", ".py", ".jar"))
    if is_script:
        written = [c.subject.name, *command.words]
        return Effect.BREAK, f"today's entrypoint puts the interpreter first; without it, write CMD {_json(written)}"
    return Effect.NONE, "no entrypoint: the command starts by itself"


def _command(c: Comparison) -> Iterator[Difference]:
    runtime = c.situation.workload.runtime
    if runtime.command is not None or runtime.entrypoint is not None or c.old is None:
        return
    old, new = c.old.command, c.new.command
    if old == new or old is None or new is None:
        return
    is_ready = c.subject.kind in {SubjectKind.SERVICE, SubjectKind.CONTENT}
    yield Difference(
        Aspect.COMMAND,
        _text(old),
        _text(new),
        Effect.NONE if is_ready else Effect.REVIEW,
        explanation=f"the project sets no command of its own{'' if is_ready else ': set CMD'}",
    )


def interpreter_path(base: BaseImage | None, name: str) -> str | None:
    """Return where `base` has the interpreter `name`; None where not known."""
    if base is None:
        return None
    if "official" in base.vendor.lower():
        return _OFFICIAL_PATHS.get(name)
    first = base.entrypoint[0] if base.entrypoint else ""
    if first.startswith("/") and _INTERPRETER.fullmatch(PurePosixPath(first).name):
        return first
    own = base.environment.get("PATH", "").partition(":")[0]
    # A folder of its own in front of the usual ones is the runtime's: /opt/python/bin.
    return f"{own}/{_PROGRAM.get(name, name)}" if own.startswith("/opt/") and own.endswith("/bin") else None


def same_interpreter(one: str, other: str) -> bool:
    """Whether two names are of one interpreter: ``python3`` and ``python``, ``nodejs`` and ``node``."""
    return _stem(one) == _stem(other) != ""


def _stem(program: str) -> str:
    stem = program.rstrip("0123456789.")
    return {"nodejs": "node"}.get(stem, stem)


def _text(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else shlex.join(words) if words else "(none)"


def _shown(process: Process) -> str:
    return " ".join(redact_words(process.words))


def _json(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in redact_words(words)) + "]"
