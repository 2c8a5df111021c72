"""The change itself as lines of the project: what goes out with ``-``, what comes in with ``+``."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage, Role
from basewright.model.candidate import Candidate
from basewright.model.dockerfile import Instruction
from basewright.recommend.situation import Situation
from basewright.recommend.stages_text import lines_of, stages
from basewright.recommend.subject import Subject

_SERVER_FILES = re.compile(r"/usr/local/pgsql|/usr/(?:lib|share)/postgresql")


def from_change(situation: Situation, base: BaseImage) -> str:
    """Return the FROM (or ``image:``) line before and after."""
    use = situation.workload.base
    old, new = use.written, _new_text(situation, base)
    line = _from_line(situation)
    if line is None:
        return f"- image: {old}\n+ image: {new}"
    dropped = [f"- {text}" for one in _made_superfluous(situation, base) for text in lines_of(situation, one)]
    return "\n".join([f"- {line}", f"+ {_replace_base(line, old, new)}", *dropped])


def _made_superfluous(situation: Situation, base: BaseImage) -> Iterator[Instruction]:
    """Yield the copies of a service's own files, which an image of the service makes superfluous."""
    today = situation.base.runtime if situation.base else None
    if base.runtime is None or base.role is not Role.SERVICE or (today and today.name == base.runtime.name):
        return
    for instruction, _ in situation.lines("COPY"):
        if instruction.flag("from") is not None and _SERVER_FILES.search(instruction.text[:4096]):
            yield instruction


def stage_change(situation: Situation, subject: Subject, candidate: Candidate) -> str:
    """Return a sketch of the file with a build stage and a runtime stage, in the project's own lines."""
    line = _from_line(situation)
    if line is None or situation.build is None:
        return from_change(situation, candidate.base)
    return stages(situation, subject, candidate, line)


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
    instruction = situation.build.final_chain[0].instruction
    text = instruction.span.of(situation.build.dockerfile.source).decode("utf-8", "replace")
    return " ".join(text.split())


def _replace_base(line: str, old: str, new: str) -> str:
    return line.replace(old, new, 1) if old in line else f"FROM {new}"
