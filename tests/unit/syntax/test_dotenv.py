import contextlib
import time

import pytest

from basewright.errors import SyntaxInputError
from basewright.syntax.dotenv import parse_dotenv


@pytest.mark.parametrize(
    ("source", "values"),
    [
        (b"A=1\n", {"A": "1"}),
        (b"\xef\xbb\xbfA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        (b"  # talk\n\nexport A = 1  # note\nB=x#y\n", {"A": "1", "B": "x#y"}),
        (b"A: yaml style\n", {"A": "yaml style"}),
        (b"A=\nB=2", {"A": "", "B": "2"}),
        (b"A='$B #x \\n'\n", {"A": "$B #x \\n"}),
        (b'A="line\\nnext\\t\\$B" # note\nC=d\n', {"A": "line\nnext\t$B", "C": "d"}),
        (b'A="first\nsecond"\nB=2\n', {"A": "first\nsecond", "B": "2"}),
        (b'A="say \\"hi\\" \\\\"\n', {"A": 'say "hi" \\'}),
        (b"A='it\\'s'\n", {"A": "it's"}),
        (
            b'TAG=16\nIMAGE=postgres:${TAG}\nOTHER="$IMAGE-${NONE:-x}"\n',
            {"TAG": "16", "IMAGE": "postgres:16", "OTHER": "postgres:16-x"},
        ),
        (b"A=${HOME}/x\n", {"A": "/root/x"}),
        (b"HOME=mine\nA=$HOME\n", {"HOME": "mine", "A": "/root"}),
        (b"HOME\nNOBODY\n", {"HOME": "/root"}),
        (b"HOME", {"HOME": "/root"}),
        (b"A=1\nA=2\n", {"A": "2"}),
        (b"exported=1\n", {"exported": "1"}),
        (b"a.b-c[0]=1\n", {"a.b-c[0]": "1"}),
        ("ÄÖ=ü\n".encode(), {"ÄÖ": "ü"}),
        (b"", {}),
        (b"# only talk", {}),
        (b'A="\\c\\061\\q"\n', {"A": "\\c1\\q"}),
    ],
)
def test_values_are_those_that_compose_reads(source: bytes, values: dict[str, str]) -> None:
    assert parse_dotenv(source, {"HOME": "/root"}).values == values


def test_every_value_knows_its_line_and_its_bytes() -> None:
    source = b"# talk\nA='x\ny'\nexport TAG=16-alpine   # pinned\n"

    entries = parse_dotenv(source).entries

    assert [(entry.name, entry.line, entry.span.of(source)) for entry in entries] == [
        ("A", 2, b"'x\ny'"),
        ("TAG", 4, b"16-alpine"),
    ]


def test_the_entry_that_counts_is_the_last() -> None:
    entry = parse_dotenv(b"A=1\nA=2\n").get("A")

    assert entry is not None
    assert (entry.value, entry.line) == ("2", 2)
    assert parse_dotenv(b"").get("A") is None


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"A=1\nB C=2\n", 2),
        (b"A='open\nB=1\n", 1),
        (b"=1\n", 1),
        (b"A=1\n\nB=${", 3),
        (b"A=1\nB=\xff\n", 2),
        (b"A=1\nB=\0\n", 2),
        (b"A!=1\n", 1),
    ],
)
def test_what_compose_refuses_is_refused_with_its_line(source: bytes, line: int) -> None:
    with pytest.raises(SyntaxInputError) as caught:
        parse_dotenv(source)
    assert caught.value.line == line


@pytest.mark.parametrize("source", [b"A\n" * 500_000, b"'" * 500_000, b'A="' + b"\\" * 2_000_000, b"#\n" * 1_000_000])
def test_long_files_take_no_long_time(source: bytes) -> None:
    start = time.monotonic()
    with contextlib.suppress(SyntaxInputError):
        parse_dotenv(source)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("tail", [b"", b"B=$A15\n" * 10_000], ids=["doubled", "repeated"])
def test_values_that_hold_values_meet_a_limit(tail: bytes) -> None:
    levels = 15 if tail else 60
    source = b"A0=xxxxxxxxxx\n" + b"".join(b"A%d=$A%d$A%d\n" % (n, n - 1, n - 1) for n in range(1, levels + 1)) + tail

    with pytest.raises(SyntaxInputError):
        parse_dotenv(source)
