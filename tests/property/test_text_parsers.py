"""What must hold for any text: spans cover what was written, and hostile text raises nothing but InputError."""

import contextlib

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from basewright.errors import InputError, SyntaxInputError
from basewright.syntax.dotenv import parse_dotenv
from basewright.syntax.interpolation import interpolate
from basewright.syntax.shell import is_plain_command, parse_shell, read_shebang
from basewright.syntax.yaml import YamlMapping, YamlScalar, YamlSequence, compose_yaml, walk

PIECES = [
    *("a", "b c", " ", "\n", ";", "&&", "||", "|", "&", "(", ")", "{ ", " }", "$(", "`", '"', "'", "$X", "${X", "}"),
    *("<<E\n", "E\n", "if ", "then ", "fi", "for x in ", "do ", "done", "case ", "esac", "[[ ", "]]", "((", "))"),
    *(
        "f() ",
        "=",
        "A=1 ",
        "sh -c ",
        "exec ",
        "sudo ",
        "env ",
        "\\",
        "\\\n",
        "#",
        "é",
        "*",
        "~",
        ">",
        "<(",
        "\r\n",
        "\0",
    ),
]
SHELL = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029\ufeff"), max_size=30)
TREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=400) | SHELL.map(str.encode))
@settings(max_examples=300, deadline=None)
def test_shell_text_never_raises_and_its_spans_lie_inside(text: bytes) -> None:
    found = parse_shell(text)

    for one in found.commands:
        assert 0 <= one.span.start < one.span.stop <= len(text)
        assert all(0 <= word.span.start <= word.span.stop <= len(text) for word in (one.name, *one.arguments))
        assert one.line >= 1
    words = is_plain_command(found)
    assert words is None or (words and all(isinstance(word, str) for word in words))


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8), min_size=2, max_size=6
    )
)
def test_a_command_of_plain_words_is_those_words(words: list[str]) -> None:
    text = " ".join(["x", *words])

    found = parse_shell(text)

    (command,) = found.commands
    assert (command.name.text, *(word.text for word in command.arguments)) == ("x", *words)
    assert [word.span.of(text.encode()).decode() for word in command.arguments] == words
    assert is_plain_command(found) == ("x", *words)


@given(TREE, st.sampled_from([None, False, True]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_tree_is_read_as_it_was_written(tree: object, style: bool | None, is_ascii: bool) -> None:
    source = yaml.safe_dump(tree, default_flow_style=style, allow_unicode=not is_ascii, width=40).encode()

    (root,) = compose_yaml(source)

    assert _is(root, tree)
    for node in walk(root):
        written = node.span.of(source)
        assert written == written.lstrip()
        assert node.line == source[: node.span.start].count(b"\n") + 1
        if isinstance(node, YamlScalar) and b"\n" not in written:
            # The bytes of a scalar are the scalar: as the only item of a list they read as the same value.
            (again,) = compose_yaml(b"- " + written + b"\n")
            assert isinstance(again, YamlSequence)
            assert _is(again.items[0], node.value if not node.is_null else None)


def _is(node: object, tree: object) -> bool:
    """Whether a node reads as the value; a text that only YAML 1.2 takes for a number is still that text."""
    if isinstance(node, YamlSequence):
        return isinstance(tree, list) and all(_is(one, two) for one, two in zip(node.items, tree, strict=True))
    if isinstance(node, YamlMapping):
        return (
            isinstance(tree, dict) and {*node.entries} == {*tree} and all(_is(node.get(key), tree[key]) for key in tree)
        )
    assert isinstance(node, YamlScalar)
    if isinstance(tree, str):
        return node.value == tree
    if tree is None:
        return node.is_null
    return (node.as_bool if isinstance(tree, bool) else node.as_int) == tree


@given(st.binary(max_size=200) | st.text("ab:-[]{}&*!|>'\"#%\n <,?é\t", max_size=60).map(str.encode))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_yaml_or_a_syntax_error(source: bytes) -> None:
    with contextlib.suppress(SyntaxInputError):
        for root in compose_yaml(source):
            for node in walk(root):
                assert 0 <= node.span.start <= node.span.stop <= len(source)


@given(st.binary(max_size=200) | st.text("AB=:'\"\\$ {}#\n\texport", max_size=60).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_an_environment_file_or_a_syntax_error(source: bytes) -> None:
    with contextlib.suppress(InputError):
        for entry in parse_dotenv(source).entries:
            written = entry.span.of(source)
            assert written == written.strip() or written[:1] in {b'"', b"'"}
            assert entry.line == source[: entry.span.start].count(b"\n") + 1 or entry.is_inherited


@given(
    st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,5}", fullmatch=True), st.text("abc #'x", max_size=8), max_size=6)
)
def test_quoted_values_come_back_as_they_were(values: dict[str, str]) -> None:
    lines = "".join(f'{name}="{value}"\n' for name, value in values.items())

    assert parse_dotenv(lines.encode()).values == values


@given(st.text("AB${}:-+?x ", max_size=40), st.dictionaries(st.sampled_from(["A", "B", "AB"]), st.text(max_size=5)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_interpolated_or_a_syntax_error(text: str, environment: dict[str, str]) -> None:
    with contextlib.suppress(SyntaxInputError):
        found = interpolate(text, environment)
        assert set(found.unset) | set(found.defaulted) <= set(found.names)


@given(st.text(max_size=60))
def test_an_escaped_text_is_interpolated_to_itself(text: str) -> None:
    assert interpolate(text.replace("$", "$$"), {}).text == text


@given(st.binary(max_size=300))
def test_any_bytes_have_a_first_line_or_none(content: bytes) -> None:
    found = read_shebang(b"#!" + content)

    assert found is None or found
