import time

import pytest

from basewright.errors import SyntaxInputError
from basewright.syntax.interpolation import interpolate

ENVIRONMENT = {"FOO": "first", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("$FOO ${FOO} $FOO-x", "first first first-x"),
        ("$$FOO $${FOO}", "$FOO ${FOO}"),
        ("${MISSING}|$MISSING|", "||"),
        ("${MISSING:-d} ${MISSING-d}", "d d"),
        ("${EMPTY:-d} ${EMPTY-d}", "d "),
        ("${FOO:-d} ${FOO-d}", "first first"),
        ("${FOO:+r} ${FOO+r}", "r r"),
        ("${EMPTY:+r}|${EMPTY+r}|${MISSING+r}", "|r|"),
        ("${FOO:?no} ${EMPTY?no}", "first "),
        ("${EMPTY:-/non:-alphanumeric}", "/non:-alphanumeric"),
        ("ok ${UNSET-${FOO} ${EMPTY:-x}}", "ok first x"),
        ("${UNSET-a?b}", "a?b"),
        ("${UNSET:-{json}", "{json"),
        ("${A:-${B:-${C:-deep}}}", "deep"),
        ("${UNSET:-}", ""),
    ],
)
def test_expressions_become_what_compose_makes_of_them(text: str, result: str) -> None:
    assert interpolate(text, ENVIRONMENT).text == result


def test_the_variables_that_took_part_are_told() -> None:
    found = interpolate("${B:-x} $A ${FOO} ${EMPTY:-${C}} ${FOO:-$UNREAD}", ENVIRONMENT)

    assert found.names == ("A", "B", "C", "EMPTY", "FOO")
    assert found.unset == ("A", "C")
    assert found.defaulted == ("B", "EMPTY")


@pytest.mark.parametrize(
    "text", ["${", "$}", "${}", "${ }", "${ FOO}", "${FOO }", "${FOO!}", "$", "a $1", "${FOO:x}", "${A:-${B}"]
)
def test_malformed_expressions_are_refused(text: str) -> None:
    with pytest.raises(SyntaxInputError, match="not a variable expression") as caught:
        interpolate(text, ENVIRONMENT, line=7)
    assert caught.value.line == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${UNSET:?set it to ${FOO}}", "UNSET is missing a value: set it to first"),
        ("${EMPTY:?}", "EMPTY is missing a value"),
        ("${UNSET?bar-baz}", "UNSET is missing a value: bar-baz"),
    ],
)
def test_a_required_variable_without_value_is_an_error(text: str, message: str) -> None:
    with pytest.raises(SyntaxInputError, match=message):
        interpolate(text, ENVIRONMENT)


@pytest.mark.parametrize(
    "text",
    ["${A:-" * 50_000, "${A:-" * 5000 + "}" * 5000, "$X" * 400_000, "x$" * 600_000, "${A" * 300_000],
    ids=["open", "nested", "growing", "long", "broken"],
)
def test_bombs_meet_a_limit_soon(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(SyntaxInputError):
        interpolate(text, {"X": "x" * 1000})
    assert time.monotonic() - start < 5
