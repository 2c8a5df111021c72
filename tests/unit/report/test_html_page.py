"""The page, read by a parser: nothing of the project becomes markup."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from assessments import CASES, HOSTILE, attacked, shop, unresolved
from assessments import assessment as make
from hypothesis import given
from hypothesis import strategies as st

from basewright.model.assessment import Assessment
from basewright.report import RenderOptions, inert, render
from basewright.report.document import (
    Code,
    CodeBlock,
    Column,
    Document,
    Facts,
    Link,
    Mark,
    Paragraph,
    Section,
    Strong,
    TableBlock,
)
from basewright.report.html import render as render_document

VOID = frozenset({"meta", "wbr", "link", "img", "br", "input"})
KNOWN = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "dl",
        "div",
        "dt",
        "dd",
        "nav",
        "ol",
        "ul",
        "li",
        "main",
        "section",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "strong",
        "span",
        "wbr",
        "details",
        "summary",
        "figure",
        "figcaption",
        "svg",
        "desc",
        "text",
        "rect",
        "circle",
        "line",
        "path",
        "pre",
        "footer",
    ]
)
ATTRIBUTES = frozenset(
    [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "href",
        "id",
        "aria-labelledby",
        "aria-label",
        "tabindex",
        "role",
        "scope",
        "data-label",
        "width",
        "height",
        "x",
        "y",
        "dx",
        "rx",
        "r",
        "cx",
        "cy",
        "x1",
        "x2",
        "y1",
        "y2",
        "d",
        "text-anchor",
    ]
)


class Reader(HTMLParser):
    """Collects elements, attributes and text, and checks that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.style = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)


def page(assessment: Assessment) -> str:
    return render(assessment, "html", options=RenderOptions()).decode()


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_made_of_known_elements_and_attributes_and_all_are_closed(name: str) -> None:
    reader = Reader(page(CASES[name]()))
    assert reader.open == []
    assert {tag for tag, _ in reader.elements} <= KNOWN
    assert {attribute for _, attributes in reader.elements for attribute in attributes} <= ATTRIBUTES


@pytest.mark.parametrize("name", CASES)
def test_names_of_elements_are_unique_and_every_reference_finds_its_element(name: str) -> None:
    elements = Reader(page(CASES[name]())).elements
    names = Counter(attributes["id"] for _, attributes in elements if "id" in attributes)
    assert [one for one, number in names.items() if number > 1] == []
    for tag, attributes in elements:
        if tag == "a":
            assert (attributes["href"] or "").startswith("#")
            assert (attributes["href"] or "")[1:] in names
        for reference in (attributes.get("aria-labelledby") or "").split():
            assert reference in names


@pytest.mark.parametrize("name", CASES)
def test_headings_are_in_order(name: str) -> None:
    levels = [int(tag[1]) for tag, _ in Reader(page(CASES[name]())).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_policy_allows_the_stylesheet_and_nothing_else() -> None:
    reader = Reader(page(shop()))
    (policy,) = [
        attributes["content"]
        for tag, attributes in reader.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(reader.style.encode()).digest()).decode()
    assert policy is not None
    assert policy.split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_to_be_read_and_nothing_more(text: str) -> None:
    spoken = "".join(Reader(page(attacked())).words)
    assert inert.line(text) in spoken


def test_no_character_steers_the_reader_and_no_line_a_runner() -> None:
    text = page(attacked())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_no_value_of_an_environment_variable_is_shown() -> None:
    text = page(shop())
    assert "do-not-print-me" not in text
    assert "hunter2" not in text


def test_a_picture_says_not_known_and_draws_no_bar_of_nothing() -> None:
    text = page(make(unresolved(), *shop().workloads[:1]))
    pictures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert pictures
    assert all("not known" in one for one in pictures[:2])
    assert not re.search(r'<rect[^>]* width="0(\.0*)?%"', text)


def test_a_project_of_which_nothing_is_known_has_no_chart_of_nothing() -> None:
    text = page(make(unresolved()))
    assert "Download of each base" not in text
    assert "Kinds of base" in text


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_text_in_any_place_is_read_back_as_it_is(text: str) -> None:
    clean = inert.line(text)
    everywhere = (text, Code(text), Strong(text), Mark(text), Link(text, "s"))
    table = TableBlock(text, (Column(text), Column("two", is_number=True)), ((everywhere, everywhere),), is_folded=True)
    blocks = (Paragraph(everywhere), Facts(((text, everywhere),)), CodeBlock(text, "diff"), table)
    reader = Reader(
        render_document(Document(text, everywhere, ((text, text),), (Section("s", text, blocks),), (text,)))
    )
    assert reader.open == []
    assert {tag for tag, _ in reader.elements} <= KNOWN
    assert "".join(reader.words).count(clean) >= 20
    assert {attributes["data-label"] for _, attributes in reader.elements if "data-label" in attributes} == {"two"}
