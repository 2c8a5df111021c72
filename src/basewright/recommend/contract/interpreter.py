"""Aspect of the interpreter's path: what was installed for one interpreter may not start, or be found, on another."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import Need, NeedKind
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.contract.process import interpreter_path, same_interpreter
from basewright.recommend.situation import places
from basewright.recommend.subject import SubjectKind, is_replaced
from basewright.recommend.versions import numbers

_VENV = re.compile(r"\b(?:venv|virtualenv|uv\s+sync|poetry\s+install|pipenv\s+(?:install|sync))\b")
_PIP = re.compile(r"\bpip3?\s+install\b")
_MINOR = re.compile(r"\d+\.\d+")


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield how the interpreter lies elsewhere, and what relies on its path."""
    if c.subject.kind is not SubjectKind.RUNTIME or is_replaced(c.situation, c.subject):
        return
    old, new = interpreter_path(c.old, c.subject.name), interpreter_path(c.new, c.subject.name)
    relying = [one for one in c.situation.of_kind(NeedKind.INTERPRETER) if one.path and one.value == c.subject.name]
    if relying:
        yield from _relied_on(c, relying, new)
    elif old != new or new is None:
        yield from _elsewhere(c, old, new)


def _relied_on(c: Comparison, needs: list[Need], new: str | None) -> Iterator[Difference]:
    """Yield a path that installed packages name and that is not the candidate's."""
    path = needs[0].path
    version = c.new.runtime.version if c.new.runtime else None
    naming = tuple(sorted({one.where for need in needs for one in need.evidence if path in one.what}))
    touches = naming or places(*needs)
    if new is None:
        why = (
            f"what was installed names {path}, and where it has its interpreter is not known: look, or make the "
            "environment with the interpreter of this image"
        )
        yield Difference(
            Aspect.INTERPRETER_PATH, path, None, Effect.REVIEW, touches, why, references.VENV_ON_DISTROLESS
        )
        return
    minor = _other_minor(path, new, version) or _other_minor(needs[0].version or "", new, version)
    if PurePosixPath(path).parent == PurePosixPath(new).parent and not minor:
        return
    why = (
        f"what was installed names {path}, and there it is {new}{f', of {minor}' if minor else ''}: make the "
        "environment with an interpreter at the same path and of the same minor release, or repair its links and "
        "first lines"
    )
    yield Difference(Aspect.INTERPRETER_PATH, path, new, Effect.BREAK, touches, why, references.VENV_ON_DISTROLESS)


def _other_minor(told: str, new: str, version: str | None) -> str:
    """Return the minor release there, "" where `told` names none, or the same."""
    wanted = _MINOR.search(told.rsplit("/", 1)[-1])
    there = _MINOR.search(new.rsplit("/", 1)[-1]) or _MINOR.search(version or "")
    if wanted is None or there is None or numbers(wanted[0])[:2] == numbers(there[0])[:2]:
        return ""
    return there[0]


def _elsewhere(c: Comparison, old: str | None, new: str | None) -> Iterator[Difference]:
    venvs, installs = c.lines_with(_VENV, "RUN"), c.lines_with(_PIP, "RUN")
    reference = references.VENV_ON_DISTROLESS
    if new is None:
        touches = tuple(sorted({*venvs, *(installs if c.moves_build else ())}))
        if touches:
            why = "where it has its interpreter is not known: what was installed for another path may not be found"
            yield Difference(Aspect.INTERPRETER_PATH, old, None, Effect.REVIEW, touches, why, reference)
    elif (off_path := _off_path(c, old, new)) is not None:
        yield off_path
    elif venvs:
        why = (
            f"a virtual environment links to the interpreter that made it ({old or 'of the build stage'}), and it "
            f"lies at {new} there: make the environment with an interpreter at the same path, or repair the link"
        )
        yield Difference(Aspect.INTERPRETER_PATH, old, new, Effect.BREAK, venvs, why, reference)
    elif installs and c.moves_build:
        why = (
            f"packages installed for {old or 'the build interpreter'} are not on the path of {new}: install into a "
            "folder (pip install --target) and name it in PYTHONPATH, or copy a virtual environment"
        )
        yield Difference(Aspect.INTERPRETER_PATH, old, new, Effect.BREAK, installs, why, reference)
    else:
        yield Difference(Aspect.INTERPRETER_PATH, old, new, Effect.NONE, explanation="no line names the path")


def _off_path(c: Comparison, old: str | None, new: str) -> Difference | None:
    """Return the difference where the project's own entrypoint names an interpreter that is not on the new PATH."""
    entrypoint = c.situation.workload.runtime.entrypoint
    path = c.new.environment.get("PATH", "")
    if entrypoint is None or entrypoint.is_shell_form or not entrypoint.words or not path:
        return None
    program = entrypoint.words[0]
    is_bare = "/" not in program and same_interpreter(c.subject.name, program)
    if not is_bare or str(PurePosixPath(new).parent) in path.split(":"):
        return None
    return Difference(
        Aspect.INTERPRETER_PATH,
        old,
        new,
        Effect.BREAK,
        (entrypoint.where,),
        f"{program} is not on the PATH there: write {new}, or leave ENTRYPOINT to the base",
        references.ENTRYPOINT_AND_CMD,
    )
