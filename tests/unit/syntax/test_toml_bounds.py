"""TOML that costs more than it says is refused at once."""

import time

import pytest

from basewright.errors import SyntaxInputError
from basewright.syntax.toml import LENGTH_LIMIT, load_toml


def test_a_table_is_read():
    assert load_toml('[a.b]\nc = "1.2.3.4"\n') == {"a": {"b": {"c": "1.2.3.4"}}}


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("a." * 200_000 + "b = 1", "too many parts", 1),
        ("\nx = {" + "a . " * 200_000 + "b = 1}", "too many parts", 2),
        ("[" + '"a".' * 200_000 + "b]", "too many parts", 1),
        ("x = " + "[" * 200_000, "nested too deep", 0),
        ("x = " + "9" * 200_000, "too long", 0),
        ("x" * (LENGTH_LIMIT + 1), "more than the", 0),
        ("a" * 1_000_000 + " = ", "not TOML", 0),
        ("x =", "not TOML", 0),
    ],
    ids=["dotted", "inline", "header", "nested", "number", "long", "word", "cut"],
)
def test_what_costs_too_much_or_is_no_toml_is_refused_at_once(text: str, told: str, line: int):
    start = time.monotonic()

    with pytest.raises(SyntaxInputError, match=told) as refused:
        load_toml(text)

    assert refused.value.line == line
    assert time.monotonic() - start < 5
