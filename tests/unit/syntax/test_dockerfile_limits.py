"""Hostile Dockerfiles: each is read, or refused by one clear error, and soon.

The processor time allowed is far above what they take (milliseconds, half a second for some), and far below what
quadratic work would take.
"""

import time
from collections.abc import Callable

import pytest

from basewright.errors import InputError
from basewright.syntax.dockerfile import SIZE_LIMIT, parse, resolve, to_bytes

SECONDS = 4.0
BOMBS: dict[str, Callable[[], bytes]] = {
    "a line of a megabyte": lambda: b"FROM a\nRUN " + b"x" * 1_000_000,
    "a file over the limit": lambda: b"#" * (SIZE_LIMIT + 1),
    "a hundred thousand continuations": lambda: b"FROM a\nRUN x" + b"\\\n x" * 100_000,
    "continuations of several bytes a letter": lambda: b"FROM a\nCOPY" + " --a=é\\\n".encode() * 80_000 + b" x y",
    "blank lines in a continuation": lambda: b"FROM a\nRUN x\\\n" + b"\n" * 900_000,
    "comments in a continuation": lambda: b"FROM a\nRUN x\\\n" + b"#\n" * 450_000,
    "a heredoc that does not end": lambda: b"FROM a\nRUN <<E\n" + b"x\n" * 450_000,
    "two thousand heredocs": lambda: (
        b"FROM a\nRUN " + b" ".join(b"<<E%d" % i for i in range(2000)) + b"\n"
        + b"".join(b"x\nE%d\n" % i for i in range(2000))
    ),
    "heredoc after heredoc": lambda: b"FROM a\n" + b"RUN <<'E'\nE\n" * 20_000,
    "signs of heredocs": lambda: b"FROM a\nRUN " + b"<< " * 20_000,
    "twenty thousand stages": lambda: b"".join(b"FROM a%d AS a%d\n" % (i, i + 1) for i in range(20_000)),
    "stages that inherit more and more": lambda: b"".join(
        b"FROM a%d AS a%d\nENV b%d=1\n" % (i, i + 1, i) for i in range(12_000)
    ),
    "more instructions than anyone writes": lambda: b"FROM a\n" * 140_000,
    "open substitutions": lambda: b"FROM " + b"${A:-" * 13_000,
    "nested substitutions": lambda: b"FROM " + b"${A:-" * 6_000 + b"x" + b"}" * 6_000,
    "nested substitutions before a heredoc": lambda: (
        b"FROM a\nRUN <<E " + b"${A:-" * 6_000 + b"}" * 6_000 + b"\nE\n"
    ),
    "nested ONBUILD": lambda: b"FROM a\n" + b"ONBUILD \\\n" * 20_000 + b"RUN x\n",
    "ONBUILD after ONBUILD": lambda: b"FROM a\n" + b"ONBUILD RUN x\n" * 20_000,
    "an array in an array": lambda: b"FROM a\nRUN " + b"[" * 60_000,
    "an array in an array, closed": lambda: b"FROM a\nRUN " + b"[" * 30_000 + b"]" * 30_000,
    "a long number": lambda: b"FROM a\nRUN [" + b"1" * 60_000 + b"]",
    "an array that goes wrong at its end": lambda: b"FROM a\nRUN [" + b'"a\\n",' * 9_000,
    "quotes and escapes": lambda: b"FROM a\nENV a=" + b"'\"\\" * 20_000,
    "flags and quotes": lambda: b"FROM a\nCOPY " + b"--'\" " * 12_000,
    "blanks in a directive": lambda: b"# escape= " + b" " * 60_000 + b"x\nFROM a",
    "blanks before a name": lambda: b"FROM a\nRUN <<" + b" " * 60_000,
    "a value that doubles": lambda: b"FROM a\nENV A=xxxxxxxx\n" + b"ENV A=$A$A\n" * 20_000,
    "an argument that doubles": lambda: b"ARG A=xxxxxxxx\n" + b"ARG A=$A$A\n" * 20_000 + b"FROM a\n",
    "a long value, many times": lambda: b"FROM a\nENV A=" + b"x" * 60_000 + b"\n" + b"ENV B=$A\n" * 20_000,
    "arguments of arguments": lambda: (
        b"".join(b"ARG A%d=$A%d$B\n" % (i + 1, i) for i in range(20_000)) + b"FROM $A20000\n" * 100
    ),
    "patterns that go back and forth": lambda: (
        b"ARG A=" + b"a" * 60_000 + b"\n" + b"ARG B=${A//*a*a*b/x}${A%%*a*b}\n" * 10_000 + b"FROM a\nENV C=${A#*b}"
    ),
    "a long pattern": lambda: (
        b"ARG A=" + b"a" * 60_000 + b"\nARG B=${A#*" + b"a?" * 30_000 + b"b}\nFROM a"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_soon(name: str) -> None:
    source = BOMBS[name]()[: SIZE_LIMIT + 1]
    started = time.process_time()

    message = what_is_said_of(source)

    assert time.process_time() - started < SECONDS
    assert len(message) < 400


def what_is_said_of(source: bytes) -> str:
    """Return the error of `source`, "" where it is read to the end."""
    try:
        dockerfile = parse(source)
        assert to_bytes(dockerfile) == source
        resolve("Dockerfile", dockerfile)
    except InputError as error:
        return str(error)
    return ""


LARGE = ["twenty thousand stages", "two thousand heredocs", "a hundred thousand continuations"]


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_and_right_is_read(name: str) -> None:
    source = BOMBS[name]()

    assert to_bytes(parse(source)) == source


def test_twenty_thousand_stages_are_a_chain() -> None:
    build = resolve("Dockerfile", parse(BOMBS["twenty thousand stages"]()))

    assert len(build.final_chain) == 20_000
