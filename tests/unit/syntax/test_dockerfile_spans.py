"""The way back from the text of an instruction to the bytes of the file."""

import dataclasses

import pytest

from basewright.model.dockerfile import Dockerfile, Instruction
from basewright.model.span import Span
from basewright.syntax.dockerfile import BrokenSpansError, parse, to_bytes

CASES: dict[str, bytes] = {
    "one line": b"RUN apt-get update && curl x\n",
    "continuation": b"RUN apt-get update \\\n && curl x\n",
    "CRLF": b"FROM a\r\nRUN apt-get update \\\r\n && \\\r\n   curl x\r\n",
    "comments and blank lines inside": b"RUN apt-get \\\n# one\n\n   # two\n update \\\n && curl x",
    "blanks behind the escape character": b"RUN apt-get \\ \t\n update &&\\  \n curl x",
    "backtick": b"# escape=`\r\nRUN dir C:\\ `\r\n`\r\n && curl `\r\n x",
    "flags before": b"RUN --mount=type=cache,target=/c \\\n  --network=none \\\n apt-get \\\n update && curl x",
    "letters of several bytes": "RUN echo é \\\n ü && \\\n echo 字 \\\n curl x".encode(),
    "a letter cut in two": b"RUN caf\xc3\\\n\xa9 && curl x",
    "bytes that are no UTF-8": b"RUN \xff\xfe \\\n\xfd curl x",
    "BOM": b"\xef\xbb\xbfRUN a \\\n curl x",
    "keyword cut in two": b"R\\\nUN a \\\n curl x",
    "a continuation that holds nothing": b"RUN \\\n\\\n\\\n a\\\n\\\n curl x",
    "heredoc behind": b"RUN curl x \\\n <<EOF\nbody\nEOF\n",
}


def bytes_at(source: bytes, one: Instruction) -> list[tuple[int, int]]:
    """Return each byte of the text with the byte of the file that it maps to."""
    text = one.text.encode("utf-8", "surrogateescape")
    return [(byte, source[one.file_offset(index)]) for index, byte in enumerate(text)]


@pytest.mark.parametrize("name", CASES)
def test_every_byte_of_the_text_is_found_in_the_file(name: str) -> None:
    source = CASES[name]

    dockerfile = parse(source)

    one = dockerfile.instructions[-1]
    pairs = bytes_at(source, one)
    assert pairs
    assert all(ours == theirs for ours, theirs in pairs)
    places = [one.file_offset(index) for index in range(len(pairs))]
    assert places == sorted(set(places))
    assert to_bytes(dockerfile) == source


@pytest.mark.parametrize("name", CASES)
def test_a_command_of_the_text_is_found_in_the_file(name: str) -> None:
    source = CASES[name]
    one = parse(source).instructions[-1]
    at = one.text.encode("utf-8", "surrogateescape").find(b"curl")
    if at < 0:
        pytest.fail("each case has a curl")

    start = one.file_offset(at)

    assert source[start : start + 4] == b"curl"


def test_offsets_are_one_pair_for_each_run() -> None:
    source = b"RUN aa \\\n# no\nbb \\\r\ncc"

    one = parse(source).instructions[0]

    assert one.text == "aa bb cc"
    assert one.offsets == ((0, 4), (3, 14), (6, 20))
    assert [source[one.file_offset(index)] for index in (0, 3, 6, 7)] == list(b"abcc")


def test_a_child_has_its_own_way_back() -> None:
    source = b"ONBUILD RUN a \\\n b\nHEALTHCHECK CMD \\\n c \\\n d"

    dockerfile = parse(source)

    for one in dockerfile.instructions:
        assert one.child is not None
        assert all(ours == theirs for ours, theirs in bytes_at(source, one.child))


def test_spans_cover_keyword_to_last_line() -> None:
    source = b"# c\n  FROM a  \r\n\r\nRUN b \\\n # c\n\n d \nCMD e"

    spans = [one.span.of(source) for one in parse(source).instructions]

    assert spans == [b"FROM a  ", b"RUN b \\\n # c\n\n d ", b"CMD e"]


def test_an_instruction_without_arguments_has_no_runs() -> None:
    one = parse(b"FROM a\nRUN\n").instructions[1]

    assert (one.text, one.offsets) == ("", ())
    assert one.file_offset(0) == 7


def broken(change: str) -> Dockerfile:
    """Return a parse with one value out of its place."""
    dockerfile = parse(b"# syntax=x\nFROM a\nRUN b\n")
    first, second = dockerfile.instructions
    match change:
        case "overlap":
            second = dataclasses.replace(second, span=first.span)
        case "outside":
            second = dataclasses.replace(second, span=Span(second.span.start, 99))
        case "text":
            second = dataclasses.replace(second, text="c")
        case "offsets":
            second = dataclasses.replace(second, offsets=((0, 0),))
        case _:
            return dataclasses.replace(
                dockerfile, directives=(dataclasses.replace(dockerfile.directives[0], span=Span(5, 2)),)
            )
    return dataclasses.replace(dockerfile, instructions=(first, second))


@pytest.mark.parametrize("change", ["overlap", "outside", "text", "offsets", "directive"])
def test_spans_that_do_not_fit_are_not_printed(change: str) -> None:
    with pytest.raises(BrokenSpansError):
        to_bytes(broken(change))
