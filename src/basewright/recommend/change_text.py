"""The change itself as lines of the project: what goes out with ``-``, what comes in with ``+``."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage, Role
from basewright.model.candidate import Candidate
from basewright.model.dockerfile import Instruction
from basewright.model.need import NeedKind
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind

_STARTS = frozenset({"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "VOLUME", "USER", "LABEL"})
"""What belongs to the stage that runs."""
_LONGEST = 6000
_SERVER_FILES = re.compile(r"/usr/local/pgsql|/usr/(?:lib|share)/postgresql")
_ABSENT_PATHS = ("dist", "build", "out", "public")


def from_change(situation: Situation, base: BaseImage) -> str:
    """Return the FROM (or ``image:``) line before and after."""
    use = situation.workload.base
    old, new = use.written, _new_text(situation, base)
    line = _from_line(situation)
    if line is None:
        return f"- image: {old}\n+ image: {new}"
    dropped = [f"- {text}" for one in _made_superfluous(situation, base) for text in _lines_of(situation, one)]
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
    name = _stage_name(line)
    instructions = [one for _, one in situation.final_instructions]
    built = [one for one in instructions if one.keyword not in _STARTS]
    lines = [f"  {line}"] if name else [f"- {line}", f"+ {line} AS build"]
    lines += [f"  {text}" for one in built for text in _lines_of(situation, one)]
    lines += ["+", f"+ FROM {candidate.base.reference}"]
    lines += [f"+ {text}" for text in _runtime_lines(situation, subject, candidate, name or "build")]
    lines += [f"  {text}" for one in instructions if one.keyword in _STARTS for text in _lines_of(situation, one)]
    return "\n".join(lines)[:_LONGEST]


def _runtime_lines(situation: Situation, subject: Subject, candidate: Candidate, stage: str) -> list[str]:
    """Return what the runtime stage takes over: environment, work directory, and the built result."""
    environment = [text for one, _ in situation.lines("ENV") for text in _lines_of(situation, one)]
    directory = _work_directory(situation)
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC}:
        path = subject.name if subject.name.startswith("/") else f"{directory}/{subject.name}".replace("//", "/")
        return [*environment, f"COPY --from={stage} {path} {path}"]
    if subject.kind is SubjectKind.CONTENT:
        return [f"COPY --from={stage} {_built_path(situation, directory)} /usr/share/nginx/html"]
    lines = [*environment, f"WORKDIR {directory}"] if directory != "/" else environment
    owner = f"--chown={candidate.base.uid} " if candidate.base.uid and situation.workload.runtime.user is None else ""
    return [*lines, f"COPY --from={stage} {owner}{directory} {directory}"]


def _built_path(situation: Situation, directory: str) -> str:
    """Return where the built files lie: what the need tells, else the first usual folder that its evidence names."""
    for need in situation.of_kind(NeedKind.STATIC_CONTENT):
        text = " ".join([need.detail, *(one.what for one in need.evidence)])
        for name in _ABSENT_PATHS:
            if re.search(rf"(?<![\w-]){name}(?![\w-])", text):
                return f"{directory}/{name}".replace("//", "/")
    return f"{directory}/dist".replace("//", "/")


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


def _stage_name(line: str) -> str:
    found = re.search(r"\s[aA][sS]\s+(\S+)\s*$", line)
    return found.group(1) if found else ""


def _work_directory(situation: Situation) -> str:
    directory = "/"
    for instruction, _ in situation.lines("WORKDIR"):
        path = instruction.text.strip().strip("\"'")
        directory = path if path.startswith("/") else f"{directory.rstrip('/')}/{path}"
    return directory


def _lines_of(situation: Situation, instruction: Instruction) -> list[str]:
    if situation.build is None:
        return []
    text = instruction.span.of(situation.build.dockerfile.source).decode("utf-8", "replace")
    return [line.rstrip() for line in text.splitlines()]
