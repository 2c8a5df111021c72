"""The change itself as lines of the project: what goes out with ``-``, what comes in with ``+``."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage, Role
from basewright.model.candidate import Candidate
from basewright.model.dockerfile import Build, Instruction, Stage
from basewright.recommend.candidates import like_today
from basewright.recommend.situation import Situation
from basewright.recommend.stages_text import lines_of, stages
from basewright.recommend.subject import Subject
from basewright.recommend.succession import stages_on, succession_of

_INSTALLS = re.compile(r"\b(?:apt-get|apt|apk|dnf|yum|microdnf)\s(?:-\S+\s+)*(?:install|add)\s([^&|;\n]*)")
_SERVER_PACKAGES = {"postgres": "postgresql", "mysql": "mysql-server", "mariadb": "mariadb-server"}
"""Service → how the names of its packages begin."""
_SERVER_FILES = re.compile(r"/usr/local/pgsql|/usr/(?:lib|share)/postgresql")


def from_change(situation: Situation, base: BaseImage, subject: Subject | None = None) -> str:
    """Return the FROM (or ``image:``) line before and after; with it the other stages, where `subject` moves on."""
    use = situation.workload.base
    old, new = use.written, _new_text(situation, base)
    line = _from_line(situation)
    if line is None:
        return f"- image: {old}\n+ image: {new}"
    dropped = [f"- {text}" for one in _made_superfluous(situation, base) for text in lines_of(situation, one)]
    along = _moved_along(situation, subject) if subject is not None else ()
    return "\n".join([*along, f"- {line}", f"+ {_replace_base(line, old, new)}", *dropped])


def _moved_along(situation: Situation, subject: Subject) -> Iterator[str]:
    """Yield the FROM lines of other stages on the line that is left."""
    if subject.move is None or situation.build is None:
        return
    stages = {situation.build.location(stage.instruction): stage for stage in situation.build.stages}
    for where, base in stages_on(situation, subject.name, subject.move.old):
        instead = like_today(situation, subject, subject.move.new, today=base)
        if instead is not None:
            line = _one_line(situation.build, stages[where])
            yield f"- {line}"
            yield f"+ {_replace_base(line, stages[where].base.written, str(instead.reference))}"


def _made_superfluous(situation: Situation, base: BaseImage) -> Iterator[Instruction]:
    """Yield what brings a service's own files, by copy or package: an image of the service makes it superfluous."""
    today = situation.base.runtime if situation.base else None
    if base.runtime is None or base.role is not Role.SERVICE or (today and today.name == base.runtime.name):
        return
    for instruction, _ in situation.lines("COPY"):
        if instruction.flag("from") is not None and _SERVER_FILES.search(instruction.text[:4096]):
            yield instruction
    prefix = _SERVER_PACKAGES.get(base.runtime.name)
    for instruction, _ in situation.lines("RUN"):
        names = [word for part in _INSTALLS.findall(instruction.text[:4096]) for word in part.split()]
        packages = [word for word in names if not word.startswith("-")]
        if prefix and packages and all(word.startswith(prefix) for word in packages):
            yield instruction


def stage_change(situation: Situation, subject: Subject, candidate: Candidate) -> str:
    """Return a sketch of the file with a build stage and a runtime stage, in the project's own lines."""
    line = _from_line(situation)
    if line is None or situation.build is None:
        return from_change(situation, candidate.base)
    moved = _moved(situation)
    built_on = _replace_base(line, situation.workload.base.written, str(moved.reference)) if moved else None
    sketch = stages(situation, subject, candidate, line, built_on=built_on)
    return "\n".join([*_moved_along(situation, subject), sketch])


def _moved(situation: Situation) -> BaseImage | None:
    """Return today's base on the next release line, where its own is past its end of life."""
    successor = succession_of(situation, situation.base) if situation.base else None
    if successor is None or successor.move is None:
        return None
    return like_today(situation, successor, successor.move.new)


def _new_text(situation: Situation, base: BaseImage) -> str:
    """Return the new reference, with the project's own variable kept where it still decides the same thing."""
    use = situation.workload.base
    new = str(base.reference)
    if "$" not in use.written or use.reference is None or not use.reference.tag:
        return new
    same_repository = base.reference.repository == use.reference.repository
    if same_repository and new.startswith(f"{use.resolved}-") and use.written.count("$") == 1:
        return use.written + new.removeprefix(use.resolved)
    return new


def _from_line(situation: Situation) -> str | None:
    """Return the FROM of the final chain as written; None for a service that runs an image as it is."""
    if situation.build is None:
        return None
    return _one_line(situation.build, situation.build.final_chain[0])


def _one_line(build: Build, stage: Stage) -> str:
    text = stage.instruction.span.of(build.dockerfile.source).decode("utf-8", "replace")
    return " ".join(text.split())


def _replace_base(line: str, old: str, new: str) -> str:
    return line.replace(old, new, 1) if old in line else f"FROM {new}"
