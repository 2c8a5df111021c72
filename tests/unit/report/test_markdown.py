"""The report as Markdown, read back by a CommonMark parser."""

import re
from dataclasses import replace

import pytest
from assessments import CASES, HOSTILE, attacked, frontend, shop
from assessments import assessment as make
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from basewright.model.assessment import Assessment
from basewright.report import RenderOptions, render
from basewright.report.document import Code, Column, Document, Paragraph, Section, TableBlock
from basewright.report.inert import line
from basewright.report.markdown import render as render_document

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SECTIONS = (
    "Summary", "Objective", "Scope", "Method", "Current state", "Services and their needs", "Threats",
    "Gap to the ideal", "What to do", "Alternatives", "Drawbacks and how each is met", "Data persistence",
    "Configuration", "Dependencies", "Testing", "Review", "What is not known", "Sources",
)  # fmt: skip


def text_of(assessment: Assessment) -> str:
    return render(assessment, "markdown", options=RenderOptions()).decode()


def tokens(text: str) -> list[Token]:
    return [inner for token in PARSER.parse(text) for inner in (token, *(token.children or ()))]


@pytest.mark.parametrize("name", CASES)
def test_the_report_has_all_its_sections_in_order(name: str) -> None:
    text = text_of(CASES[name]())
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == SECTIONS


@pytest.mark.parametrize("name", CASES)
def test_every_link_leads_to_an_anchor_of_the_document(name: str) -> None:
    text = text_of(CASES[name]())
    links = {token.attrs["href"] for token in tokens(text) if token.type == "link_open"}
    anchors = {f"#{one}" for one in re.findall(r'<a id="([a-z0-9-]+)"></a>', text)}
    assert links
    assert links <= anchors


@pytest.mark.parametrize("name", CASES)
def test_anchors_are_unique(name: str) -> None:
    anchors = re.findall(r'<a id="([^"]+)"></a>', text_of(CASES[name]()))
    assert len(anchors) == len(set(anchors))


def test_hostile_text_is_text() -> None:
    text = text_of(attacked())
    found = tokens(text)
    assert not [token for token in found if token.type == "image"]
    html = [token.content for token in found if token.type in {"html_inline", "html_block"}]
    assert all(re.fullmatch(r'<a id="[a-z0-9-]+">\s*|</a>\s*|<a id="[a-z0-9-]+"></a>\s*', one) for one in html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_a_mention_or_an_issue_reference_stays_text_on_a_forge() -> None:
    spoken = "".join(token.content for token in tokens(text_of(attacked())) if token.type == "text")
    assert "@\u200bsomeone" in spoken
    assert "@someone" not in spoken
    assert "#123" not in spoken
    assert "http:" not in spoken


def test_a_bar_in_a_name_makes_no_cell() -> None:
    for name in CASES:
        for token_row in re.findall(r"(?:^\|.*\|\n)+", text_of(CASES[name]()), re.MULTILINE):
            cells = {len(re.findall(r"(?<!\\)\|", line)) for line in token_row.splitlines()}
            assert len(cells) == 1


def test_a_fence_is_longer_than_any_run_of_backticks_inside() -> None:
    assessed = frontend()
    actions = (replace(assessed.recommendation.actions[0], change="+ ````\n+ # heading\n- ```"),)
    changed = replace(assessed, recommendation=replace(assessed.recommendation, actions=actions))
    fences = [token for token in PARSER.parse(text_of(make(changed))) if token.type == "fence" and token.info == "diff"]
    assert fences[0].content == "+ ````\n+ # heading\n- ```\n"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda text: line(text).strip()))
def test_any_text_in_a_paragraph_a_code_span_or_a_cell_stays_where_it_is(text: str) -> None:
    table = TableBlock("caption", (Column("one"), Column("two")), (((text,), (Code(text),)),))
    section = Section("s", "title", (Paragraph((text,)), Paragraph(("x ", Code(text))), table))
    found = PARSER.parse(render_document(Document("t", ("s",), (), (section,), ("f",))))
    outer = [token.type for token in found]
    assert outer.count("paragraph_open") == 7, "subtitle, contents, anchor, two paragraphs, caption, footer"
    assert outer.count("tr_open") == 2
    assert outer.count("td_open") == 2
    inner = [child.type for token in found for child in token.children or ()]
    assert inner.count("link_open") == 1, "the one of the contents"
    assert "image" not in inner
    assert inner.count("html_inline") == 2, "the anchor"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_still_to_be_read(text: str) -> None:
    letters = re.sub(r"[^a-z]", "", line(text).lower())[:12]
    assert letters in re.sub(r"[^a-z]", "", text_of(attacked()).lower())


def test_no_value_of_an_environment_variable_is_shown() -> None:
    text = text_of(shop())
    assert "do-not-print-me" not in text
    assert "hunter2" not in text


def test_what_was_not_measured_is_said() -> None:
    text = text_of(shop())
    assert "not measured" in text
    assert "No vulnerability data was read" in text
