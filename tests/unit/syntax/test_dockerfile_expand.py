"""Quotes, escapes and variables, in our own cases; expected values follow BuildKit's lexer."""

import pytest

from basewright.errors import InputError
from basewright.syntax.dockerfile import ExpansionError, Style, expand, expand_words, expansion

ENVIRONMENT = {"A": "alpha", "EMPTY": "", "V": "3.20.1", "P": "/usr/local/lib/x.tar.gz", "S": " one  two ", "ÄB": "ä"}
CASES: list[tuple[str, str]] = [
    ("plain text", "plain text"),
    ("$A-${A}-$A$A", "alpha-alpha-alphaalpha"),
    ("$AB ${AB}", " "),
    ("$A_ $A.b", " alpha.b"),
    ("${ÄB}$ÄB", "ää"),
    ("$", "$"),
    ("a$ b", "a$ b"),
    ("$1$12x$@y$$z", "xyz"),
    ("'$A' \"$A\" \\$A", "$A alpha $A"),
    ("\"a'b\" 'a\"b'", "a'b a\"b"),
    ('"\\"\\$\\\\\\n"', '"$\\\\n'),
    ("a\\", "a"),
    ("<a <<b <<< c", "<a <<b <<< c"),
    ("${A:-x}|${EMPTY:-x}|${N:-x}", "alpha|x|x"),
    ("${A-x}|${EMPTY-x}|${N-x}", "alpha||x"),
    ("${A:+x}|${EMPTY:+x}|${N:+x}", "x||"),
    ("${A+x}|${EMPTY+x}|${N+x}", "x|x|"),
    ("${A:?e}|${A?e}|${EMPTY?e}", "alpha|alpha|"),
    ("${N:-${M:-$A}}", "alpha"),
    ("${N:-'a}b'}", "a}b"),
    ('${N:-"a $A"}', "a alpha"),
    ("${N:-a\\}b}", "a}b"),
    ("${V%.*}|${V%%.*}", "3.20|3"),
    ("${V#*.}|${V##*.}", "20.1|1"),
    ("${P##*/}|${P%/*}", "x.tar.gz|/usr/local/lib"),
    ("${P%.tar.gz}|${P#/usr}", "/usr/local/lib/x|/local/lib/x.tar.gz"),
    ("${V#3}|${V#x}|${V#}", ".20.1|3.20.1|3.20.1"),
    ("${V#?.}|${V%??}", "20.1|3.20"),
    ("${V##*}|${V#*}", "|3.20.1"),
    ("${V/./-}|${V//./-}", "3-20.1|3-20-1"),
    ("${V/2*/x}|${V//?/x}", "3.x|xxxxxx"),
    ("${V//[0-9]/x}", "3.20.1"),
    ("${P//\\//_}", "_usr_local_lib_x.tar.gz"),
    ("${A//a/}|${A/a/\\}}", "lph|\\}lpha"),
    ("${A//*/x}", "x"),
    ("${A/${N:-l}/-}", "a-pha"),
    ("${N#a}${N/a/b}", ""),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_text_is_expanded(text: str, expected: str) -> None:
    assert expand(text, ENVIRONMENT) == expected


REFUSED = [
    "'a", '"a', '"a\\"', "${", "${A", "${A:-", "${A:", "${}", "${:-a}", "${{A}}", "${A:=b}", "${A=b}", "${A!b}",
    "${A^}", "${A.b}", "${N:?}", "${N?why}", "${EMPTY:?}", "${A:#b}", "${A:%b}", "${A/b}", "${A/b/c", "${A/b",
    "${A#\\a}", "${A%'}", "${A-'}",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_expanded_is_an_error(text: str) -> None:
    with pytest.raises(ExpansionError):
        expand(text, ENVIRONMENT)


def test_a_demanded_variable_gives_its_message() -> None:
    with pytest.raises(ExpansionError, match="N: give it a value"):
        expand("${N:?give it a value}", {})
    with pytest.raises(ExpansionError, match="N: is not allowed to be unset"):
        expand("${N?}", {})
    with pytest.raises(ExpansionError, match="N: is not allowed to be empty"):
        expand("${N:?}", {"N": ""})


def test_the_escape_character_can_be_another_one() -> None:
    assert expand("C:\\a`$A", {"A": "x"}, escape="`") == "C:\\a$A"
    assert expand("a`", {}, escape="`") == "a"


WORDS: list[tuple[str, tuple[str, ...]]] = [
    ("a  b\tc", ("a", "b", "c")),
    ("a' 'b \"c d\"", ("a b", "c d")),
    ("x${S}y", ("x", "one", "two", "y")),
    ('x"${S}"y', ("x one  two y",)),
    ("a\\ b '' \"\"", ("a b",)),
    ("<< EOF <<-\tX", ("<< EOF", "<<-", "X")),
    ("he${N:-a b}xx", ("hea", "bxx")),
    ("", ()),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_part_at_white_space_outside_of_quotes(text: str, words: tuple[str, ...]) -> None:
    assert expand_words(text, ENVIRONMENT) == words


def test_the_variables_that_took_part_are_told() -> None:
    found = expansion("$A ${N:-$M} ${EMPTY:+$A} ${O%x} ${Q+y}", ENVIRONMENT)

    assert found.used == {"A", "EMPTY"}
    assert found.unset == {"N", "M", "O", "Q"}
    assert found.missing == {"M", "O"}


@pytest.mark.parametrize("text", ["${A:-$N}", "${A-$N}", "${N:+$M}", "${A:?$N}", "${EMPTY:+$N}", "${A:-${N:-$M}}"])
def test_a_word_that_is_not_used_misses_nothing(text: str) -> None:
    assert expansion(text, ENVIRONMENT).missing == frozenset()


@pytest.mark.parametrize("text", ["${EMPTY:-$N}", "${N-$N}", "${A:+$N}", "${A+x$N}"])
def test_a_word_that_is_used_misses_what_it_asks_for(text: str) -> None:
    assert expansion(text, ENVIRONMENT).missing == {"N"}


def test_unset_variables_can_stay_as_written() -> None:
    text = "$A:$N:${N}:${N:-$A}:${N%.*}:${N//a/b}:${N/a/b}"

    found = expansion(text, ENVIRONMENT, style=Style(keep_unset=True))

    assert found.text == "alpha:$N:${N}:${N:-alpha}:${N%.*}:${N//a/b}:${N/a/b}"


def test_quotes_and_escapes_can_stay_as_written() -> None:
    style = Style(keep_quotes=True, keep_escapes=True)

    assert expansion('\'a\' "b\\"" c\\d', {}, style=style).text == '\'a\' "b\\"" c\\d'


def test_nesting_is_followed_to_its_limit_only() -> None:
    assert expand("${N:-" * 60 + "x" + "}" * 60, {}) == "x"
    with pytest.raises(ExpansionError, match="nested") as caught:
        expand("${N:-" * 70 + "x" + "}" * 70, {})
    assert caught.value.is_limit


def test_growth_is_followed_to_its_limit_only() -> None:
    for text in ("$A" * 10, "${A//a/$A}"):
        with pytest.raises(ExpansionError, match="grows") as caught:
            expand(text, {"A": "a" * 10_000})
        assert caught.value.is_limit


def test_a_pattern_cannot_run_away() -> None:
    with pytest.raises(ExpansionError, match="too long") as caught:
        expand("${A//*a*a*a*a*b/x}", {"A": "a" * 5_000})
    assert caught.value.is_limit
    assert expand("${A##*a*a*a*a*b}", {"A": "a" * 5_000}) == "a" * 5_000


def test_a_star_stops_at_a_line_end() -> None:
    assert expand("${A##*}", {"A": "a\nb"}) == "\nb"
    assert expand("${A%%?b}", {"A": "a\nb"}) == "a\nb"


def test_every_error_of_the_lexer_is_the_callers_input() -> None:
    assert issubclass(ExpansionError, InputError)
