"""A sketch of a file with a build stage and a runtime stage, in the project's own lines."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.candidate import Candidate
from basewright.model.dockerfile import Instruction
from basewright.model.need import Need, NeedKind
from basewright.recommend.contract.content import routes
from basewright.recommend.contract.process import interpreter_path
from basewright.recommend.families import packaging
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind, is_replaced
from basewright.recommend.tools import can_install
from basewright.recommend.versions import line_text

_STARTS = frozenset({"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "VOLUME", "USER", "LABEL"})
"""What belongs to the stage that runs."""
_REPLACED = frozenset({"CMD", "ENTRYPOINT", "EXPOSE"})
"""What goes where a web server takes the process's place."""
_LONGEST = 8000
_BUILT_FOLDERS = ("dist", "build", "out", "public")
_PIP = re.compile(r"(?<![\w/])pip3?\s+install\b(?!.*--target)")
_VENV = re.compile(r"(?:-m\s+venv|\bvirtualenv|\buv\s+venv)\s+(?:-\S+\s+)*(/[\w./-]+)")
_LIBRARIES = {("libpq", "apt"): "libpq5", ("libmariadb", "apt"): "libmariadb3"}
"""Names of libraries per package manager, where the need names the project only."""
_INSTALLS = {
    "apt": "RUN apt-get update && apt-get install -y --no-install-recommends {} && rm -rf /var/lib/apt/lists/*",
    "apk": "RUN apk add --no-cache {}",
    "dnf": "RUN dnf install -y {} && dnf clean all",
}


def stages(
    situation: Situation, subject: Subject, candidate: Candidate, from_line: str, *, built_on: str | None = None
) -> str:
    """Return the sketch as lines that stay (`` ``), go (``-``) and come (``+``).

    `built_on` is the FROM of the build stage where it must not stay as it is: its release line is past its end.
    """
    name = _stage_name(from_line)
    instructions = [one for _, one in situation.final_instructions]
    new = built_on or _built_on(situation, candidate.base, from_line)
    if name:
        lines = [f"- {from_line}", f"+ {built_on}"] if built_on else [f"  {from_line}"]
    else:
        lines = [f"- {from_line}", f"+ {new} AS build"]
    lines += [f"  {text}" for one in instructions if one.keyword not in _STARTS for text in lines_of(situation, one)]
    lines += ["+", f"+ FROM {candidate.base.reference}"]
    lines += [f"+ {text}" for text in _runtime_lines(situation, subject, candidate.base, name or "build")]
    replaced = is_replaced(situation, subject)
    for one in instructions:
        if one.keyword in _STARTS:
            sign = "-" if replaced and one.keyword in _REPLACED else " "
            lines += [f"{sign} {text}" for text in lines_of(situation, one)]
    return "\n".join(lines)[:_LONGEST]


def _built_on(situation: Situation, base: BaseImage, from_line: str) -> str:
    """Return the FROM of the build stage: today's, unless native code has to be built on the candidate's C library."""
    native = situation.of_kind(NeedKind.NATIVE_EXTENSION, NeedKind.DYNAMIC_BINARY)
    other = situation.base is not None and base.libc in {"glibc", "musl"} and base.libc != situation.base.libc
    return f"FROM {base.reference}" if native and other and can_install(base) else from_line


def lines_of(situation: Situation, instruction: Instruction) -> list[str]:
    """Return an instruction as the file has it, line by line."""
    if situation.build is None:
        return []
    text = instruction.span.of(situation.build.dockerfile.source).decode("utf-8", "replace")
    return [line.rstrip() for line in text.splitlines()]


def _runtime_lines(situation: Situation, subject: Subject, base: BaseImage, stage: str) -> Iterator[str]:
    """Yield what the runtime stage takes over."""
    directory = _work_directory(situation)
    if subject.kind is SubjectKind.CONTENT:
        yield f"COPY --from={stage} {_built_path(situation, directory)} /usr/share/nginx/html"
        if is_replaced(situation, subject) and subject.name == "nginx":
            yield from _server_block(situation, base)
        return
    for instruction, _ in situation.lines("ENV"):
        yield from lines_of(situation, instruction)
    yield from _libraries(situation, base)
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC}:
        path = subject.name if subject.name.startswith("/") else f"{directory}/{subject.name}".replace("//", "/")
        yield f"COPY --from={stage} {path} {path}"
        return
    if directory != "/":
        yield f"WORKDIR {directory}"
        yield f"COPY --from={stage} {_owner(situation, base)}{directory} {directory}"
    yield from _site_packages(situation, subject, base, stage)
    for instruction, _ in situation.lines("RUN"):
        for path in _VENV.findall(instruction.text[:4096]):
            yield f"COPY --from={stage} {path} {path}"
    yield from _elsewhere(situation, base, directory)


def _server_block(situation: Situation, base: BaseImage) -> Iterator[str]:
    """Yield the configuration by which nginx answers as the program did that served the files."""
    port = next((one.partition("/")[0] for one in sorted(base.ports or ())), "80")
    yield "COPY <<'EOF' /etc/nginx/conf.d/default.conf"
    yield "server {"
    yield f"    listen {port};"
    yield "    root /usr/share/nginx/html;"
    yield f"    location / {{ {routes(situation)} }}"
    yield "}"
    yield "EOF"


def _owner(situation: Situation, base: BaseImage) -> str:
    is_default = base.uid and situation.workload.runtime.user is None
    return f"--chown={base.uid} " if is_default else ""


def _libraries(situation: Situation, base: BaseImage) -> Iterator[str]:
    """Yield the line that installs what runs, where the build's own line installed it among other things."""
    manager = packaging(base)
    moved = [need for need in situation.of_kind(NeedKind.LIBRARY) if _is_moved(situation, need)]
    names = sorted({_LIBRARIES.get((need.value, manager or ""), need.value) for need in moved})
    if names and manager in _INSTALLS and can_install(base):
        yield _INSTALLS[manager].format(" ".join(names))


def _is_moved(situation: Situation, need: Need) -> bool:
    built = [(one.where.file, one.where.line) for tool in situation.build_needs for one in tool.evidence]
    return any((one.where.file, one.where.line) in built for one in need.evidence) or not _stays(situation, need)


def _stays(situation: Situation, need: Need) -> bool:
    """Whether a RUN that builds nothing installs it: that line goes over as it is."""
    spans = [(one.line, one.end_line) for one, _ in situation.lines("RUN") if not _builds(situation, one)]
    return any(start <= one.where.line <= stop for one in need.evidence for start, stop in spans)


def _builds(situation: Situation, instruction: Instruction) -> bool:
    lines = {one.where.line for need in situation.build_needs for one in need.evidence}
    return any(instruction.line <= line <= instruction.end_line for line in lines)


def _site_packages(situation: Situation, subject: Subject, base: BaseImage, stage: str) -> Iterator[str]:
    """Yield the copy of what pip installed beside the interpreter of the build stage."""
    if subject.name != "python" or not any(_PIP.search(one.text[:4096]) for one, _ in situation.lines("RUN")):
        return
    folder = f"/usr/local/lib/python{line_text('python', subject.version)}/site-packages"
    if interpreter_path(situation.base, "python") == interpreter_path(base, "python"):
        yield f"COPY --from={stage} {folder} {folder}"
        yield f"COPY --from={stage} /usr/local/bin /usr/local/bin"
    else:
        yield f"COPY --from={stage} {folder} /opt/site-packages"
        yield "ENV PYTHONPATH=/opt/site-packages"


def _elsewhere(situation: Situation, base: BaseImage, directory: str) -> Iterator[str]:
    """Yield the lines that work outside the work directory and build nothing."""
    for instruction, _ in situation.lines("COPY", "ADD", "RUN"):
        if instruction.keyword == "RUN":
            if base.shell and not _builds(situation, instruction):
                yield from lines_of(situation, instruction)
            continue
        words = instruction.words if len(instruction.words) > 1 else tuple(instruction.text.split())
        target = words[-1].strip("\"'") if words else ""
        inside = directory != "/" and (not target.startswith("/") or f"{target}/".startswith(f"{directory}/"))
        if not inside:
            yield from lines_of(situation, instruction)


def _built_path(situation: Situation, directory: str) -> str:
    """Return where the built files lie: the first usual folder that the need's evidence names."""
    for need in situation.of_kind(NeedKind.STATIC_CONTENT):
        text = " ".join([need.detail, *(one.what for one in need.evidence)])
        for name in _BUILT_FOLDERS:
            if re.search(rf"(?<![\w-]){name}(?![\w-])", text):
                return f"{directory}/{name}".replace("//", "/")
    return f"{directory}/dist".replace("//", "/")


def _stage_name(line: str) -> str:
    found = re.search(r"\s[aA][sS]\s+(\S+)\s*$", line)
    return found.group(1) if found else ""


def _work_directory(situation: Situation) -> str:
    directory = "/"
    for instruction, _ in situation.lines("WORKDIR"):
        path = instruction.text.strip().strip("\"'")
        directory = path if path.startswith("/") else f"{directory.rstrip('/')}/{path}"
    return directory.rstrip("/") or "/"
