"""`explain`: the documentation's own words."""

import io

from basewright.cli import run
from basewright.cli.explain import _as_text
from basewright.cli.pages import sections, sections_of
from basewright.ports.terminal import Terminal

_PAGE = """# Rules

Intro.

## `one-rule`

About one.

### Details

More.

```sh
# no heading
```

## two

About two.
"""


def explained(thing: str) -> tuple[int, str, str]:
    raw, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, "utf-8")
    code = run(["explain", thing], Terminal(out, err, {}))
    return code, raw.getvalue().decode(), err.getvalue()


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    found = {one.name: one.text for one in sections_of(_PAGE, "rules.md")}

    assert list(found) == ["rules", "one-rule", "details", "two"]
    assert found["one-rule"].startswith("## `one-rule`\n")
    assert found["one-rule"].endswith("# no heading\n```\n")
    assert found["two"] == "## two\n\nAbout two.\n"


def test_links_within_the_pages_read_as_words() -> None:
    assert _as_text("see [this](../x.md#y) and [that](https://example.org/z)") == (
        "see this and [that](https://example.org/z)"
    )


def test_a_word_of_the_glossary_is_explained() -> None:
    code, out, err = explained("Refusal")

    assert (code, err) == (0, "")
    assert out.startswith("## Refusal\n")


def test_a_word_that_is_not_known_is_an_error_with_the_nearest() -> None:
    code, out, err = explained("refusl")

    assert (code, out) == (2, "")
    assert "did you mean refusal" in err


def test_a_word_that_is_like_nothing_names_the_way_to_all_and_not_all() -> None:
    code, out, err = explained("UNKNOWN-NAME")

    assert (code, out) == (2, "")
    assert "all names are listed by: basewright explain" in err
    assert len(err) < 400


def test_without_a_word_every_name_is_listed_on_a_line_of_its_own() -> None:
    code, out, err = explained("")

    assert (code, err) == (0, "")
    assert {"base-past-support", "native-extension", "refusal"} <= set(out.splitlines())
    assert all(" " not in line for line in out.splitlines())


def test_every_kind_of_need_and_of_image_is_explained() -> None:
    from basewright.model.base import Kind
    from basewright.model.need import NeedKind

    known = {one.name for one in sections()}
    assert [str(kind) for kind in (*NeedKind, *Kind) if kind not in known] == []


def test_every_rule_is_explained() -> None:
    from basewright.recommend.findings import RULES

    known = {one.name for one in sections()}
    assert [rule.id for rule in RULES if rule.id not in known] == []
