"""What holds of every Dockerfile, and of every sequence of bytes that may or may not be one."""

import importlib.util
from pathlib import Path
from types import ModuleType

from hypothesis import example, given
from hypothesis import strategies as st

from basewright.errors import InputError, SyntaxInputError
from basewright.model.dockerfile import Dockerfile, Instruction
from basewright.syntax.dockerfile import ExpansionError, Style, expand, expansion, parse, resolve, to_bytes


def load_tool() -> ModuleType:
    """Return tools/compare_dockerfiles.py, which holds the comparison with another parser."""
    path = Path(__file__).parents[2] / "tools" / "compare_dockerfiles.py"
    spec = importlib.util.spec_from_file_location("compare_dockerfiles_for_properties", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()
PIECES = [
    "FROM ", "ARG ", "RUN ", "run ", "COPY ", "ADD ", "ENV ", "LABEL ", "CMD ", "ENTRYPOINT ", "ONBUILD ",
    "HEALTHCHECK ", "EXPOSE ", "VOLUME ", "USER ", "WORKDIR ", "SHELL ", "STOPSIGNAL ", "MAINTAINER ", "NONE",
    "AS ", "alpine", "node:20", "scratch", "a", "b=c", "x=", "=", "é", "字", " ", "  ", "\t", "\n", "\n", "\n",
    "\r\n", "\\\n", "\\\r\n", "\\ \n", "`\n", "\\", "`", "\\\\\n", "#", "# c\n", "# escape=`\n", "# syntax=x\n",
    "# check=y\n", "\ufeff", "\u3000", "\x0b", "--from=a ", "--mount=type=cache ", "--link ", "-- ", "--x='y z' ",
    "--", "-", "'", '"', "[", "]", '["a", "b"]', ", ", '"c"', "<<E", "<<-F", "<<'E'", "<< E", "<<<", "<", "E\n",
    "\tF\n", "\nE\n", "\nF\n", "$A", "${A:-b}", "${", "}", "{{", "$", "&& ", "| ", ";", "1", "null",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WORD = st.sampled_from(
    ["a", "b1", "c=d", "--e", "-f", "'g h'", '"i j"', "k\\ l", "$M", "${N:-o}", "é", "&&", "|", "[", "#"]
)
LINE_END = st.sampled_from(["\n", "\r\n", "\n\n", "\n# note\n"])
BREAK = st.sampled_from([" ", "  ", "\t", " \\\n  ", "\\\r\n ", " \\\n# note\n", " \\\n\n "])
KEYWORD = st.sampled_from(
    ["RUN", "CMD", "ENTRYPOINT", "ARG", "EXPOSE", "VOLUME", "USER", "WORKDIR", "SHELL", "COPY", "env"]
)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """Draw a Dockerfile that is mostly right, with continuations, comments, JSON forms and heredocs."""
    parts = [draw(st.sampled_from(["", "\ufeff", "# syntax=x\n", "# escape=\\\n", "# note\n"])), "FROM alpine\n"]
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["words", "json", "pairs", "flags", "heredoc", "health"]))
        words = draw(st.lists(WORD, min_size=1, max_size=5))
        gap = draw(BREAK)
        match kind:
            case "json":
                parts.append(draw(KEYWORD) + gap + "[" + ", ".join(f'"{word[:1]}"' for word in words) + "]")
            case "pairs":
                pairs = [f"{name}={word}" for name, word in zip("abcde", words, strict=False)]
                parts.append(draw(st.sampled_from(["ENV ", "LABEL "])) + gap.join(pairs))
            case "flags":
                parts.append("COPY" + gap + "--from=a" + gap + "--link" + gap + gap.join(words))
            case "heredoc":
                body = draw(st.sampled_from(["", "x\n", "\ty\n", "# z \\\n\n"]))
                mark = draw(st.sampled_from(["<<E", "<<-E", "<<'E'", '<<"E"', "<< E"]))
                parts.append(f"RUN cat {mark} > f\n{body}E")
            case "health":
                parts.append("HEALTHCHECK --interval=1s" + gap + "CMD" + gap + " ".join(words))
            case _:
                parts.append(draw(KEYWORD) + gap + gap.join(words))
        parts.append(draw(LINE_END))
    return "".join(parts)


def check_spans(dockerfile: Dockerfile) -> None:
    """Assert that spans lie in the file, in order, and that every byte of every text is found in it."""
    source, cursor, line = dockerfile.source, 0, 0
    for one in dockerfile.instructions:
        assert cursor <= one.span.start < one.span.stop <= len(source)
        assert line < one.line <= one.end_line
        cursor, line = one.span.stop, one.end_line
        inner: Instruction | None = one
        while inner is not None:
            check_text(inner, source)
            assert one.span.start <= inner.span.start < inner.span.stop <= one.span.stop
            inner = inner.child


def check_text(one: Instruction, source: bytes) -> None:
    """Assert that the text of `one`, its flags and its heredocs stand where their spans say."""
    text = one.text.encode("utf-8", "surrogateescape")
    assert bytes(source[one.file_offset(index)] for index in range(len(text))) == text
    last = one.span.start
    for flag in one.flags:
        assert last <= flag.span.start < flag.span.stop <= one.span.stop
        assert flag.span.of(source).startswith(b"-")
        last = flag.span.stop
    for heredoc in one.heredocs:
        assert last <= heredoc.span.start <= heredoc.span.stop <= one.span.stop
        assert source.count(b"\n", 0, heredoc.span.start) + 1 == heredoc.line
        last = heredoc.span.stop


def parsed(source: bytes) -> Dockerfile | None:
    """Return `source` parsed, None where it is refused; the line of the error must be one of the file."""
    line = 0
    try:
        return parse(source)
    except SyntaxInputError as error:
        line = error.line
    assert 0 <= line <= source.count(b"\n") + 1
    return None


def check_all(source: bytes) -> None:
    """Assert that `source` is refused by the one error, or read and printed back."""
    dockerfile = parsed(source)
    if dockerfile is None:
        return
    assert to_bytes(dockerfile) == source
    assert parse(to_bytes(dockerfile)) == dockerfile
    check_spans(dockerfile)
    try:
        build = resolve("Dockerfile", dockerfile)
    except InputError:
        return
    assert all(stage.base.stage is None or stage.base.stage < stage.index for stage in build.stages)
    assert build.final_chain


@given(st.binary(max_size=200))
@example(b"FROM a\n\\\n")
@example(b"FROM a\nRUN \\\n\xe3\x80\n")
def test_any_bytes_are_read_and_printed_back_or_refused(source: bytes) -> None:
    check_all(source)


@given(TEXTS)
@example("FROM a\nRUN \\\n\\\n b")
@example("\ufeff# escape=`\r\nFROM `\r\n a")
def test_pieces_of_dockerfiles_are_read_and_printed_back_or_refused(text: str) -> None:
    check_all(text.encode())


@given(dockerfiles())
def test_dockerfiles_are_read_and_printed_back(text: str) -> None:
    check_all(text.encode())


@given(dockerfiles())
def test_another_parser_reads_the_same(text: str) -> None:
    found = TOOL.compare(text.encode())

    assert [kind for kind in found if kind.startswith("!")] == []


@given(TEXTS)
def test_another_parser_reads_pieces_the_same(text: str) -> None:
    found = TOOL.compare(("FROM a\n" + text).encode())

    assert [kind for kind in found if kind.startswith("!")] == []


EXPANDABLE = st.lists(
    st.sampled_from([
        "a", "é", " ", "$A", "$B", "$N", "${A}", "${", "}", ":-", "-", ":+", "?", "%", "%%", "#", "##", "/", "//", "*",
        "?", "'", '"', "\\", "<<", "$", "${A:-", "${N-", "${A%", "${A//", "1",
    ]),
    max_size=25,
).map("".join)  # fmt: skip


@given(EXPANDABLE)
def test_a_text_is_expanded_or_refused(text: str) -> None:
    try:
        found = expansion(text, {"A": "alpha.beta", "B": ""})
    except ExpansionError:
        return
    assert found.used <= {"A", "B"}
    assert found.missing <= found.unset
    assert expand(text, {"A": "alpha.beta", "B": ""}) == found.text
    assert "".join("".join(found.words).split()) == "".join(found.text.split())


@given(EXPANDABLE)
def test_another_lexer_expands_the_same(text: str) -> None:
    environment = {"A": "alpha.beta", "B": ""}
    theirs = TOOL.their_expansion(text, environment)
    try:
        ours: str | None = expand(text, environment)
    except ExpansionError:
        ours = None

    assert ours == theirs


@given(EXPANDABLE)
def test_another_lexer_parts_words_the_same(text: str) -> None:
    style = Style(keep_quotes=True, keep_escapes=True, keep_unset=True)
    theirs = TOOL.their_words(text)
    try:
        ours: list[str] | None = list(expansion(text, {}, style=style).words)
    except ExpansionError:
        ours = None

    assert ours == theirs
