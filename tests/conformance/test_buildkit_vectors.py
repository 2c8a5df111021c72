"""BuildKit's own cases: its parser's s-expressions, what it refuses, and its vectors of word expansion.

The data lie beside the checkout (attributed there), not in it; each test is skipped where they are absent.
"""

from pathlib import Path

import pytest

from basewright.errors import SyntaxInputError
from basewright.model.dockerfile import Instruction
from basewright.syntax.dockerfile import ExpansionError, expand, expand_words, parse, to_bytes

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "conformance" / "buildkit"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="BuildKit's vectors (../shared/data) are not beside this checkout"),
]
POSITIVE = sorted(DATA.glob("testfiles/*/Dockerfile"))
NEGATIVE = sorted(DATA.glob("testfiles-negative/*/Dockerfile"))
_ESCAPES = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", '"': '"', "\\": "\\"}


def quoted(text: str) -> str:
    """Write `text` as Go's ``strconv.Quote``."""
    pieces = []
    for char in text:
        if char in _ESCAPES:
            pieces.append("\\" + _ESCAPES[char])
        elif char.isprintable():
            pieces.append(char)
        else:
            pieces.append(f"\\x{ord(char):02x}" if ord(char) < 0x80 else f"\\u{ord(char):04x}")
    return '"' + "".join(pieces) + '"'


def s_expression(one: Instruction) -> str:
    """Write `one` as BuildKit's ``Node.Dump``."""
    pieces = [one.keyword.lower()]
    if one.flags:
        flags = [f"--{flag.name}" + (f"={flag.value}" if flag.value is not None else "") for flag in one.flags]
        pieces.append("[" + " ".join(map(quoted, flags)) + "]")
    if one.keyword == "ONBUILD" and one.child is not None:
        pieces.append(s_expression(one.child))
    elif one.keyword in {"ENV", "LABEL"}:
        for name, value in zip(one.words[::2], one.words[1::2], strict=True):
            pieces += quoted(name), quoted(value), '""' if one.is_legacy else '"="'
    else:
        pieces += map(quoted, one.words)
    return "(" + " ".join(pieces) + ")"


def test_all_cases_are_there() -> None:
    assert (len(POSITIVE), len(NEGATIVE)) == (33, 4)


@pytest.mark.parametrize("path", POSITIVE, ids=lambda path: path.parent.name)
def test_the_parse_is_that_of_buildkit(path: Path) -> None:
    source = path.read_bytes()

    dockerfile = parse(source)

    expected = (path.parent / "result").read_text("utf-8")
    assert "".join(s_expression(one) + "\n" for one in dockerfile.instructions) == expected
    assert to_bytes(dockerfile) == source


@pytest.mark.parametrize("path", NEGATIVE, ids=lambda path: path.parent.name)
def test_what_buildkit_refuses_is_refused(path: Path) -> None:
    with pytest.raises(SyntaxInputError):
        parse(path.read_bytes())


def word_vectors() -> list[tuple[int, str, str]]:
    """Return (line, word, expected) of envVarTest, those for Windows left out."""
    vectors = []
    lines = (DATA / "envVarTest").read_text("utf-8").split("\n") if DATA.is_dir() else []
    for number, line in enumerate(lines, 1):
        if line.strip() == "" or line.startswith("#"):
            continue
        platform, word, expected = line.split("|")
        if platform != "W":
            vectors.append((number, word.strip(), expected.strip()))
    return vectors


@pytest.mark.parametrize(("line", "word", "expected"), word_vectors(), ids=str)
def test_a_word_expands_as_in_buildkit(line: int, word: str, expected: str) -> None:
    environment = {"PWD": "/home", "SHELL": "bash", "KOREAN": "한국어", "NULL": ""}
    if expected == "error":
        with pytest.raises(ExpansionError):
            expand(word, environment)
    else:
        assert expand(word, environment) == expected, line


def test_words_part_as_in_buildkit() -> None:
    environment: dict[str, str] = {}
    checked = 0
    for line in (DATA / "wordsTest").read_text("utf-8").split("\n"):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("ENV "):
            name, _, value = line[4:].lstrip(" ").partition("=")
            environment[name] = value
            continue
        word, expected = line.split("|")
        word, checked = word.strip(), checked + 1
        if expected.strip() == "error":
            with pytest.raises(ExpansionError):
                expand_words(word, environment)
        else:
            # BuildKit's list writes words with commas between; none of them holds one.
            assert ",".join(expand_words(word, environment)) == expected.lstrip(" "), line
    assert checked == 24
