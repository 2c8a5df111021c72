"""A Dockerfile as written (lossless, with byte spans) and as meant (stages, resolved references).

The grammar is BuildKit's (frontend/dockerfile/parser, instructions); `basewright.syntax.dockerfile` produces these
values. Offsets are bytes of the file, half open; lines count from 1. Text was decoded as UTF-8 with
``surrogateescape``, so that any bytes survive.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.model.reference import ImageReference
from basewright.model.span import Location, Span


@dataclass(frozen=True, slots=True)
class Flag:
    """``--name=value`` of an instruction; `value` is None for a bare ``--name``."""

    name: str
    value: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document of RUN, COPY or ADD."""

    name: str
    content: str
    """The body as BuildKit hands it on (tabs chomped for ``<<-``)."""
    expand: bool
    """False when the name was quoted."""
    chomp: bool
    """True for ``<<-``."""
    span: Span
    """The body, without the terminator line."""
    line: int
    """First line of the body."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continuation lines and heredocs included."""

    keyword: str
    """Upper case: ``RUN``."""
    span: Span
    """First byte of the keyword to the end of the last line (its line ending not included)."""
    line: int
    end_line: int
    flags: tuple[Flag, ...]
    text: str
    """The logical line after keyword and flags: continuations joined, comments inside dropped, outer blanks trimmed."""
    offsets: tuple[tuple[int, int], ...]
    """Maps `text` to the file: pairs (byte offset in ``text`` encoded, byte offset in file), ascending, one per run of
    bytes that stand together in the file. See `file_offset`."""
    words: tuple[str, ...]
    """What BuildKit's parser hands on for this keyword, quotes and variables unresolved: the JSON words of the exec
    form; one whole text for the shell form; ``("node:24", "AS", "build")`` for FROM; for ENV and LABEL name and value
    in turn (as written, quotes kept); for ARG each ``name[=default]``."""
    is_json: bool
    """Whether the exec (JSON) form was used."""
    heredocs: tuple[Heredoc, ...] = ()
    child: "Instruction | None" = None
    """What ONBUILD wraps; for HEALTHCHECK the CMD inside (keyword ``CMD``; ``NONE`` for HEALTHCHECK NONE). What ONBUILD
    wraps holds the here-documents too."""
    is_legacy: bool = False
    """Whether ENV or LABEL stands in the old form, ``ENV name value``."""

    def flag(self, name: str) -> str | None:
        """Return the value of the last flag `name` (without dashes), "" for a bare one, None where absent."""
        found = [flag.value or "" for flag in self.flags if flag.name == name]
        return found[-1] if found else None

    def file_offset(self, text_offset: int) -> int:
        """Return where byte `text_offset` of ``text`` (as UTF-8, surrogateescape) stands in the file."""
        if not self.offsets:
            return self.span.start + text_offset
        run = max(bisect_right(self.offsets, text_offset, key=lambda pair: pair[0]) - 1, 0)
        in_text, in_file = self.offsets[run]
        return in_file + text_offset - in_text


@dataclass(frozen=True, slots=True)
class Directive:
    """A parser directive in the head of the file: ``syntax``, ``escape`` or ``check``."""

    name: str
    value: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A parsed file; `source` is the file, to the byte."""

    source: bytes
    directives: tuple[Directive, ...]
    instructions: tuple[Instruction, ...]
    warnings: tuple[tuple[int, str], ...] = ()
    """(line, text) of what BuildKit accepts but warns about."""

    def directive(self, name: str) -> str | None:
        """Return the value of the directive `name`, None where absent."""
        return next((one.value for one in self.directives if one.name == name), None)


class BaseKind(StrEnum):
    """What a FROM names."""

    IMAGE = "image"
    STAGE = "stage"
    SCRATCH = "scratch"
    UNRESOLVED = "unresolved"
    """A variable without a value, or a text that is no reference."""


@dataclass(frozen=True, slots=True)
class StageBase:
    """The base of a stage, resolved with the build arguments at hand."""

    kind: BaseKind
    written: str
    """As the file has it, variables unresolved."""
    resolved: str
    """After expansion; equals `written` where it holds no variable."""
    reference: ImageReference | None = None
    stage: int | None = None
    """Index of the stage that it names."""
    platform: str | None = None
    """Value of ``--platform``, expanded."""
    reason: str = ""
    """Why it is unresolved."""
    arguments: tuple[str, ...] = ()
    """Names of the build arguments that took part."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One build stage: its FROM and what follows."""

    index: int
    name: str | None
    base: StageBase
    instruction: Instruction
    """The FROM."""
    instructions: tuple[Instruction, ...]
    """What follows the FROM, in order."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """ENV and ARG as they stand at the end of the stage (inherited from a named base stage included), expanded. A
    variable that only the base image can know stays as written: ``/app/bin:$PATH``."""
    problems: tuple[tuple[int, str], ...] = ()
    """(line, text) of each ENV or ARG whose value cannot be expanded; its name is then not in `environment`."""


@dataclass(frozen=True, slots=True)
class Build:
    """A Dockerfile with its build arguments and target: what one `docker build` would do."""

    file: str
    """Path relative to the project's root (POSIX)."""
    dockerfile: Dockerfile
    stages: tuple[Stage, ...]
    target: int
    """Index of the stage that becomes the image."""
    context: str | None = None
    """Build context relative to the project's root (``.`` for the root itself); None: not known or remote."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Build arguments given from outside (Compose, Bake)."""

    @property
    def final_chain(self) -> tuple[Stage, ...]:
        """The stages whose content becomes the image: the one whose base is no stage first, the target last."""
        chain = [self.stages[self.target]]
        while chain[-1].base.kind is BaseKind.STAGE and chain[-1].base.stage is not None:
            chain.append(self.stages[chain[-1].base.stage])
        return tuple(reversed(chain))

    def location(self, instruction: Instruction) -> Location:
        """Return where `instruction` stands."""
        return Location(self.file, instruction.line)
