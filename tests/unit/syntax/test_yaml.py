import time

import pytest

from basewright.errors import SyntaxInputError
from basewright.syntax.yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence, compose_yaml, walk


def mapping(source: bytes) -> YamlMapping:
    (node,) = compose_yaml(source)
    assert isinstance(node, YamlMapping)
    return node


def scalar(node: YamlNode | None) -> YamlScalar:
    assert isinstance(node, YamlScalar)
    return node


def test_a_scalar_knows_its_bytes_and_its_line() -> None:
    source = "services:\n  café:\n    image: 'postgres:16' # the database\n".encode()

    services = mapping(source).get("services")
    assert isinstance(services, YamlMapping)
    cafe = services.get("café")
    assert isinstance(cafe, YamlMapping)
    image = scalar(cafe.get("image"))

    assert image.value == "postgres:16"
    assert image.span.of(source) == b"'postgres:16'"
    assert image.line == 3
    assert image.style == "'"


def test_a_byte_order_mark_shifts_the_spans() -> None:
    source = "\ufeffa: b\nc: é\nd: e\n".encode()

    node = mapping(source)

    assert [scalar(node.get(key)).span.of(source) for key in "acd"] == [b"b", "é".encode(), b"e"]


def test_anchors_and_tags_are_no_part_of_a_span() -> None:
    source = b"a: &x nginx\nb: !reset null\nc: &m !!map {k: v}\nd: &s\n  # talk\n  - one\n  - two\n\n# end\ne: *x\n"

    node = mapping(source)
    spans = {key: value.span.of(source) for key, (_, value) in node.entries.items()}

    assert spans["a"] == spans["e"] == b"nginx"
    assert spans["b"] == b"null"
    assert spans["c"] == b"{k: v}"
    assert spans["d"] == b"- one\n  - two"
    assert node.get("e") is node.get("a")


def test_custom_tags_stay_text_and_construct_nothing() -> None:
    node = mapping(b"a: !reset null\nb: !override [x]\nc: !!python/object/apply:os.system ['true']\n")

    assert scalar(node.get("a")).tag == "!reset"
    assert [value.tag for _, value in node.pairs[1:]] == [
        "!override",
        "tag:yaml.org,2002:python/object/apply:os.system",
    ]


@pytest.mark.parametrize(
    ("written", "text", "boolean", "integer"),
    [
        ("yes", "yes", None, None),
        ("on", "on", None, None),
        ("no", "no", None, None),
        ("true", "true", True, None),
        ("False", "false", False, None),
        ("'true'", "true", None, None),
        ("22:22", "22:22", None, None),
        ("5432", "5432", None, 5432),
        ("1_000", "1000", None, 1000),
        ("0777", "511", None, 511),
        ("0o17", "15", None, 15),
        ("-0x1F", "-31", None, -31),
        ("0", "0", None, 0),
        ("08", "8", None, None),
        ("3.10", "3.1", None, None),
        ("1e3", "1000", None, None),
        ("1e21", "1e+21", None, None),
        (".inf", "+Inf", None, None),
        ("-.5", "-0.5", None, None),
        ('"3.10"', "3.10", None, None),
        ("~", None, None, None),
        ("", None, None, None),
        ("!!str 3.10", "3.10", None, None),
        ("! 12", "12", None, None),
        ("3.10.1", "3.10.1", None, None),
        ("99999999999999999999", "100000000000000000000", None, None),
        ("2026-01-01", "2026-01-01", None, None),
    ],
)
def test_scalars_mean_what_compose_reads(
    written: str, text: str | None, boolean: bool | None, integer: int | None
) -> None:
    node = scalar(mapping(f"k: {written}\n".encode()).get("k"))

    assert (node.as_text, node.as_bool, node.as_int) == (text, boolean, integer)
    assert node.is_null == (text is None)


def test_merge_keys_give_way_to_own_keys_and_earlier_ones_win() -> None:
    node = mapping(
        b"x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\nchain:\n  <<: &w\n    <<: *y\n    d: 3\n"
    )

    z, chain = node.get("z"), node.get("chain")
    assert isinstance(z, YamlMapping)
    assert isinstance(chain, YamlMapping)
    assert {key: z.text(key) for key in z.entries} == {"a": "0", "b": "1", "c": "2"}
    assert {key: chain.text(key) for key in chain.entries} == {"d": "3", "b": "2", "c": "2"}


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert mapping(b"'<<': x\n").text("<<") == "x"


def test_a_key_given_twice_is_told_and_the_last_counts() -> None:
    node = mapping(b"a: 1\nb: 2\na: 3\n")

    assert [(key.value, key.line) for key in node.duplicates] == [("a", 3)]
    assert node.text("a") == "3"


def test_each_document_has_its_own_anchors() -> None:
    one, two = compose_yaml(b"a: &x 1\n---\n- 2\n")
    assert isinstance(one, YamlMapping)
    assert isinstance(two, YamlSequence)
    with pytest.raises(SyntaxInputError, match="unknown anchor"):
        compose_yaml(b"a: &x 1\n---\n- *x\n")


def test_nothing_is_no_document() -> None:
    assert compose_yaml(b"") == ()
    assert compose_yaml(b"# only talk\n") == ()


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (b"a: [1\nb: 2\n", "not YAML", 2),
        (b"a: b\n\tc: d\n", "not YAML", 2),
        (b"a: *nobody\n", "unknown anchor", 1),
        (b"a: &x [*x]\n", "contains itself", 1),
        (b"a: 1\n<<: text\n", "merge key", 2),
        ("a: b\n".encode("utf-16"), "UTF-16", 1),
        (b"a: b\nc: \xff\n", "not UTF-8", 2),
        (b"a: \x00\n", "not YAML", 0),
    ],
)
def test_what_cannot_be_read_names_its_line(source: bytes, message: str, line: int) -> None:
    with pytest.raises(SyntaxInputError, match=message) as caught:
        compose_yaml(source)
    assert caught.value.line == line


def bomb(levels: int, width: int) -> bytes:
    lines = (f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels))
    return "\n".join(["a0: &a0 [x, x]", *lines]).encode()


@pytest.mark.parametrize(
    "source",
    [
        bomb(30, 9),
        b"[" * 1_000_000,
        b"{a: " * 1_000_000,
        b"- " * 1_000_000,
        b"? " * 1_000_000,
        b"\n".join([b"a0: &a0 {k: v}", *(b"a%d: &a%d {n: *a%d}" % (n, n, n - 1) for n in range(1, 5000))]),
        b"\n".join(
            [b"a0: &a0 {k: v}", *(b"a%d: &a%d {<<: [*a%d, *a%d]}" % (n, n, n - 1, n - 1) for n in range(1, 60))]
        ),
        b"%TAG !a! x\n" * 200_000,
    ],
    ids=["aliases", "sequences", "mappings", "block", "keys", "chain", "merges", "directives"],
)
def test_bombs_meet_a_limit_soon(source: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(SyntaxInputError):
        compose_yaml(source)
    assert time.monotonic() - start < 10


def test_many_aliases_are_no_bomb() -> None:
    source = b"x: &x {a: 1, b: [1, 2, 3]}\n" + b"".join(b"k%d: *x\n" % n for n in range(5000))

    assert len(mapping(source).pairs) == 5001


def test_a_walk_visits_keys_before_values_in_order() -> None:
    (root,) = compose_yaml(b"a: [b, {c: d}]\n")

    assert [node.value for node in walk(root) if isinstance(node, YamlScalar)] == ["a", "b", "c", "d"]
