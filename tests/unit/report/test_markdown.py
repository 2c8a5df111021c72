"""The report as Markdown, read back by a CommonMark parser."""

import re
from dataclasses import replace

import pytest
from assessments import CASES, HOSTILE, attacked, database, declared, frontend, shop
from assessments import assessment as make
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Action, ActionKind, Refusal
from basewright.report import RenderOptions, render
from basewright.report.document import Code, Column, Document, Paragraph, Section, TableBlock
from basewright.report.inert import line
from basewright.report.markdown import render as render_document

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SECTIONS = (
    "Summary", "What to do", "Objective", "Scope", "Method", "Current state", "Services and their needs", "Findings",
    "Threats", "Gap to the ideal", "Alternatives", "Drawbacks and how each is met", "Data persistence",
    "Configuration", "Dependencies", "Testing", "Review", "What is not known", "Sources",
)  # fmt: skip


def text_of(assessment: Assessment) -> str:
    return render(assessment, "markdown", options=RenderOptions()).decode()


def tokens(text: str) -> list[Token]:
    return [inner for token in PARSER.parse(text) for inner in (token, *(token.children or ()))]


@pytest.mark.parametrize("name", CASES)
def test_the_report_has_all_its_sections_in_order(name: str) -> None:
    text = text_of(CASES[name]())
    found = re.findall(r'^## <a id="[a-z-]+"></a>(.+)$', text, re.MULTILINE)
    assert tuple(found) == (*SECTIONS, "Appendix")[: len(found)]
    assert len(found) >= len(SECTIONS)


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
    assert outer.count("paragraph_open") == 5, "subtitle, contents, two paragraphs, footer"
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


def test_what_is_folded_elsewhere_stands_in_the_appendix_and_is_linked_from_its_place() -> None:
    body, appendix = text_of(shop()).split('## <a id="appendix"></a>', 1)
    assert "Bases that were refused" in appendix
    assert "node:24-alpine" in appendix
    assert "](#more-service-1-db): " in body
    assert "sharp 0.34 has no prebuilt binary" not in body


def test_an_address_of_our_own_is_a_link_and_is_copied_as_it_is() -> None:
    address = "https://docs.docker.com/build/building/multi-stage/"
    text = text_of(make(warned(f"a stage of its own ({address})")))
    assert f"<{address}>" in text
    assert address in {token.attrs["href"] for token in tokens(text) if token.type == "link_open"}
    assert "https\u200b" not in text


def test_a_thread_of_a_forge_is_named_and_not_linked() -> None:
    address = "https://github.com/docker-library/postgres/pull/1259"
    text = text_of(make(warned(f"moved ({address})")))
    assert f"`{address}`" in text
    assert f"<{address}>" not in text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/docs.docker.com/",
        "https://docs.docker.com@evil.example/",
        "https://docs.docker.com.evil.example/",
        "https://github.com/evil/docker-library/",
        "https://github.com/docker-library/../evil",
        "https://docs.docker.com:8443/x",
        "https://docs.docker.com/x?to=evil",
        "http://docs.docker.com/x",
    ],
)
def test_an_address_that_is_not_ours_is_code(address: str) -> None:
    text = text_of(make(warned(f"see ({address}) there")))
    assert f"`{address}`" in text
    assert not [one for one in tokens(text) if one.type == "link_open" and "evil" in str(one.attrs["href"])]
    assert f"<{address}>" not in text


def warned(warning: str) -> AssessedWorkload:
    """Return a service whose first candidate carries a warning."""
    assessed = frontend()
    first, *others = assessed.recommendation.candidates
    changed = (replace(first, warnings=(warning,)), *others)
    return replace(assessed, recommendation=replace(assessed.recommendation, candidates=changed))


def test_what_to_do_comes_right_after_the_summary_with_the_change() -> None:
    text = text_of(shop())
    first = text[text.index('<a id="actions"></a>') : text.index('<a id="objective"></a>')]
    assert "+ FROM node:24-trixie-slim" in first
    assert "`frontend/Dockerfile:" in first


def test_a_step_that_several_services_share_is_said_once() -> None:
    step = Action(9, ActionKind.HARDEN, "make the root filesystem read-only", "nothing stays", "+ read_only: true")
    services = [
        replace(one, recommendation=replace(one.recommendation, actions=(*one.recommendation.actions, step)))
        for one in (frontend(), database())
    ]
    text = text_of(make(*services))
    assert text.count("Make the root filesystem read-only") == 1
    assert "| db, frontend | `+ read_only: true` |" in text


def test_lines_that_stay_are_counted_where_they_are_many() -> None:
    change = "- FROM a\n+ FROM b\n" + "\n".join(f"  RUN step{number}" for number in range(9)) + "\n+ CMD x"
    assessed = frontend()
    actions = (replace(assessed.recommendation.actions[0], change=change),)
    text = text_of(make(replace(assessed, recommendation=replace(assessed.recommendation, actions=actions))))
    assert "… 9 lines stay as they are\n+ CMD x" in text
    assert "step4" not in text


def test_what_people_declare_is_told_with_owner_and_reason() -> None:
    text = text_of(make(declared(frontend())))
    assert "criticality high: declared by Ops because it takes the orders" in text
    assert "the team knows debian, declared by Ops because we patch it" in text
    assert "candidates of it: `node:24-trixie-slim` (rank 1)" in text
    assert "as they were declared" in text


def test_tags_of_one_repository_refused_for_one_cause_are_one_line() -> None:
    refusals = tuple(Refusal(f"node:24-{tag}", "it has no shell") for tag in ("alpine", "trixie"))
    assessed = replace(frontend(), recommendation=replace(frontend().recommendation, refusals=refusals))
    assert "- `node:24-alpine, 24-trixie` · it has no shell." in text_of(make(assessed))


def test_a_plan_that_several_refusals_share_is_told_once() -> None:
    plan = "dump and restore: 1. stop the writers"
    refusals = (Refusal("postgres:16-alpine", "musl", plan=plan), Refusal("cgr.dev/x/postgres", "glibc", plan=plan))
    assessed = replace(database(), recommendation=replace(database().recommendation, refusals=refusals))
    text = text_of(make(assessed))
    assert text.count(plan) == 1
    assert text.count("[plan 1](#plan-1)") == 2
