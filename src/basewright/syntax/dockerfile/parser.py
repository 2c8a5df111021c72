"""From bytes to instructions with spans, in BuildKit's grammar (frontend/dockerfile/parser/parser.go)."""

from dataclasses import dataclass

from basewright.errors import SyntaxInputError
from basewright.model.dockerfile import Dockerfile, Flag, Heredoc, Instruction
from basewright.model.span import Span
from basewright.syntax.dockerfile.directives import DirectiveReader
from basewright.syntax.dockerfile.heredocs import opened_by, read_body
from basewright.syntax.dockerfile.lines import LineReader, LogicalLine, next_logical_line
from basewright.syntax.dockerfile.spaces import BLANKS, SPACES
from basewright.syntax.dockerfile.words import RULES, flags_of

SIZE_LIMIT = 1024 * 1024
"""Bytes of a Dockerfile that are parsed at most."""
INSTRUCTION_LIMIT = 25_000
"""Instructions that are parsed at most; the largest public files have some hundreds."""
_BOM = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEREDOC_KEYWORDS = frozenset({"ADD", "COPY", "RUN"})
_ASSIGNING = frozenset({"ENV", "LABEL"})
_TEMPLATE_SIGNS = ("{{", "{%", "{#", "<%", "%%", "@", "$")


def parse(source: bytes) -> Dockerfile:
    """Read a Dockerfile; raise SyntaxInputError, with the line, for what BuildKit's parser refuses.

    Instructions that BuildKit does not know are refused too, as its next step does; whether an instruction has the
    number of arguments that it needs is not looked at.
    """
    _check(source)
    reader = LineReader(source, len(_BOM) if source.startswith(_BOM) else 0)
    directives = DirectiveReader()
    instructions: list[Instruction] = []
    warnings: list[tuple[int, str]] = []
    while (line := next_logical_line(reader, directives)) is not None:
        if line.has_blank_line:
            warnings.append((line.end_line, f"empty continuation line in {line.text.strip(SPACES)[:80]!r}"))
        try:
            instructions.append(_instruction(line, reader, chr(directives.escape)))
        except SyntaxInputError as error:
            if error.line:
                raise
            raise SyntaxInputError(str(error), line=line.line, hint=error.hint) from error
        if len(instructions) > INSTRUCTION_LIMIT:
            raise SyntaxInputError(f"the file has more than {INSTRUCTION_LIMIT} instructions", line=line.line)
    if not instructions:
        raise SyntaxInputError("the file has no instructions")
    return Dockerfile(source, tuple(directives.found), tuple(instructions), tuple(warnings))


def _check(source: bytes) -> None:
    """Raise SyntaxInputError for what is no text of a sensible size."""
    if len(source) > SIZE_LIMIT:
        raise SyntaxInputError(f"the file has {len(source)} bytes, more than the {SIZE_LIMIT} that are parsed")
    if source.startswith(_WIDE_MARKS):
        raise SyntaxInputError("the file is UTF-16", line=1, hint="save it as UTF-8")
    if (at := source.find(b"\0")) >= 0:
        line = source.count(b"\n", 0, at) + 1
        raise SyntaxInputError("the file holds a NUL byte: it is binary, or UTF-16", line=line, hint="save it as UTF-8")


@dataclass(slots=True)
class _Statement:
    """A keyword with its arguments, as characters ``[start, stop)`` of a logical line."""

    keyword: str
    start: int
    flags: list[tuple[str, int, int]]
    text_start: int
    text_stop: int
    words: tuple[str, ...]
    is_json: bool
    child: "_Statement | None" = None
    is_legacy: bool = False


def _instruction(line: LogicalLine, reader: LineReader, escape: str) -> Instruction:
    text = line.text
    stop = len(text.rstrip(SPACES))
    statement = _statement(text, len(text) - len(text.lstrip(SPACES)), stop, escape)
    heredocs: tuple[Heredoc, ...] = ()
    holder = statement.child if statement.keyword == "ONBUILD" else statement
    if "<<" in text and holder is not None and holder.keyword in _HEREDOC_KEYWORDS and not holder.is_json:
        heredocs = tuple([read_body(reader, opening) for opening in opened_by(text)])
        if heredocs:
            line.end_line = reader.number
            line.stop = reader.start + len(reader.source[reader.start : reader.stop].rstrip(b"\r\n"))
    return _placed(statement, line, heredocs)


def _statement(text: str, start: int, stop: int, escape: str, outer: str = "") -> _Statement:
    blank = BLANKS.search(text, start, stop)
    written = text[start : blank.start() if blank is not None else stop]
    keyword = written.upper()
    rule = RULES.get(keyword)
    if rule is None or not written.isascii():
        raise _unknown_instruction(written)
    if keyword == outer == "ONBUILD":
        raise SyntaxInputError("ONBUILD cannot wrap another ONBUILD")
    flags: list[tuple[str, int, int]] = []
    text_start = stop
    if blank is not None:
        text_start = blank.end()
        if text.startswith("-", text_start) or text[text_start] in SPACES:
            flags, text_start = flags_of(text[:stop], text_start, escape)
            text_start = min(stop, text_start)
        text_start = stop - len(text[text_start:stop].lstrip(SPACES))
    rest = text[text_start:stop]
    words, is_json = rule(rest, escape)
    child = None
    if keyword == "ONBUILD" and rest:
        child = _statement(text, text_start, stop, escape, keyword)
    elif keyword == "HEALTHCHECK" and words and words[0].upper() in {"CMD", "NONE"}:
        behind = stop - len(text[text_start + len(words[0]) : stop].lstrip(SPACES))
        child = _Statement(words[0].upper(), text_start, [], behind, stop, words[1:], is_json)
    is_legacy = keyword in _ASSIGNING and len(words) == 2 and not rest.startswith(words[0] + "=")
    return _Statement(keyword, start, flags, text_start, stop, words, is_json, child, is_legacy)


def _unknown_instruction(written: str) -> SyntaxInputError:
    hint = ""
    if written.startswith(_TEMPLATE_SIGNS):
        hint = "this looks like a template: parse what it renders to"
    return SyntaxInputError(f"unknown instruction {written[:80]!r}", hint=hint)


def _placed(statement: _Statement, line: LogicalLine, heredocs: tuple[Heredoc, ...]) -> Instruction:
    """Return `statement` with its spans."""
    flags: list[Flag] = []
    for flag, start, stop in statement.flags:
        name, equals, value = flag[2:].partition("=")
        flags.append(Flag(name, value if equals else None, Span(line.file(start), line.file_behind(stop))))
    return Instruction(
        statement.keyword,
        Span(line.file(statement.start), line.stop),
        line.line,
        line.end_line,
        tuple(flags),
        line.text[statement.text_start : statement.text_stop],
        line.runs(statement.text_start, statement.text_stop),
        statement.words,
        statement.is_json,
        heredocs,
        _placed(statement.child, line, heredocs) if statement.child is not None else None,
        statement.is_legacy,
    )
