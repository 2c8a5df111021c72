"""On which line each key of a TOML file stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewright.cli.toml_places import places_of

_TEXT = '''# a comment with [brackets] and = signs
format = "json"
"quoted.key" = 1
a.b.c = 1.5
text = """
x = 1
[no table]
"""
literal = \'\'\'
[[nor]] this\'\'\'
when = 1979-05-27 07:32:00
[workload.db]
needs = [
  { value = "shell", owner = "x" },
  # between
  { value = "bash",
    owner = "y" },
]
criticality = { value = "high", list = [1, 2], z = 1 }
[[w.list]]
a = 1
[[w.list]]
a = 2
[w.list.sub]
b = 1
["caf\\u00e9" . x]
y = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("format",), 2),
        (("quoted.key",), 3),
        (("a", "b", "c"), 4),
        (("text",), 5),
        (("when",), 11),
        (("workload", "db"), 12),
        (("workload", "db", "needs", 0), 14),
        (("workload", "db", "needs", 1, "owner"), 17),
        (("workload", "db", "criticality", "z"), 19),
        (("w", "list", 1, "a"), 23),
        (("w", "list", 1, "sub", "b"), 25),
        (("café", "x", "y"), 27),
    ],
)
def test_a_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert places_of(_TEXT)[path] == line


def test_windows_line_ends_count_once() -> None:
    assert places_of('a = 1\r\nb = """\r\n"""\r\nc = 2\r\n') == {("a",): 1, ("b",): 2, ("c",): 4}


def test_what_stands_in_strings_is_no_key() -> None:
    assert set(places_of('a = """\nb = 1\n"""\nc = \'d = 2\'\n')) == {("a",), ("c",)}


_KEY = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=5)
_LEAF = st.one_of(st.booleans(), st.integers(0, 99), st.sampled_from(["", "a = 1", "[x]", "#", "{", '\\"']))
_VALUE = st.recursive(_LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEY, inner, max_size=3))


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_written(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[ " + ", ".join(map(_written, value)) + " ]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {found for key, one in inner for found in _paths(one, (*path, key))}


@given(st.dictionaries(_KEY, _VALUE, max_size=5))
def test_every_path_of_a_tree_has_the_line_of_its_statement(tree: dict[str, object]) -> None:
    text = "".join(f"{key} = {_written(value)}\n" for key, value in tree.items())
    assert set(tomllib.loads(text)) == set(tree)
    expected = {path: line for line, key in enumerate(tree, 1) for path in _paths(tree[key], (key,))}

    assert places_of(text) == expected
