"""The page of an image as Markdown and HTML: complete, and nothing of the image becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inspections import CASES, attacked, config, empty, incomplete, inspection, inventory, package, successor
from markdown_it import MarkdownIt

from basewright.inventory.compare import compare
from basewright.model.inventory import Inspection
from basewright.report.inspection import render
from basewright.report.interface import RenderOptions

ELEMENTS = frozenset(
    {
        *("html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "p", "dl", "div"),
        *("dt", "dd", "nav", "ol", "ul", "li", "main", "section", "table", "caption", "thead", "tbody", "tr", "th"),
        *("td", "code", "strong", "span", "wbr", "details", "summary", "figure", "figcaption", "svg", "desc", "text"),
        *("rect", "g", "pre", "footer"),
    }
)


class Reader(HTMLParser):
    """Collects elements, attributes and the text of each element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.tooltips: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "wbr"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)
        if self._open[-2:] == ["g", "title"]:
            self.tooltips.append(data)


def html(*inspections: Inspection) -> str:
    return render(inspections, "html", options=RenderOptions()).decode()


def markdown(*inspections: Inspection) -> str:
    return render(inspections, "markdown", options=RenderOptions()).decode()


def compared(format_: str, old: Inspection, new: Inspection) -> str:
    return render([new], format_, options=RenderOptions(), comparison=compare(old, new)).decode()


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_an_image_becomes_markup(name: str) -> None:
    for page in (html(CASES[name]()), html(CASES[name](), inspection()), compared("html", inspection(), CASES[name]())):
        reader = Reader(page)
        assert set(reader.elements) <= ELEMENTS
        assert not [one for one, _ in reader.attributes if one.startswith("on") or one in {"style", "src", "srcset"}]
        links = [value for one, value in reader.attributes if one == "href"]
        assert all(value is not None and value.startswith("#") for value in links)
        policies = [value for one, value in reader.attributes if one == "content" and value and "default-src" in value]
        assert len(policies) == 1
        assert str(policies[0]).startswith("default-src 'none'; style-src 'sha256-")


def test_hostile_names_are_read_as_they_are() -> None:
    reader = Reader(html(attacked()))
    assert "<script>alert(1)</script>" in "".join(reader.texts)
    assert any("<script>alert(1)</script>" in one for one in reader.tooltips)
    assert "\x1b" not in "".join(reader.texts)


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=40)
def test_no_name_of_a_package_becomes_markup(name: str) -> None:
    image = inspection(inventory=inventory(packages=(package(name, name, 10_000_000, kind="npm"),)))
    assert set(Reader(html(image)).elements) <= ELEMENTS


@pytest.mark.parametrize("name", CASES)
def test_the_page_closes_what_it_opens(name: str) -> None:
    page = re.sub(r"<style>.*?</style>", "", html(CASES[name]()), flags=re.DOTALL)
    for element in ("section", "table", "g", "svg", "details", "div", "dl"):
        assert len(re.findall(rf"<{element}[ >]", page)) == page.count(f"</{element}>"), element


@pytest.mark.parametrize("name", CASES)
def test_anchors_are_unique(name: str) -> None:
    for page in (html(CASES[name](), inspection()), compared("html", inspection(), CASES[name]())):
        identifiers = [value for one, value in Reader(page).attributes if one == "id"]
        assert len(identifiers) == len(set(identifiers))


def test_the_treemap_names_what_it_draws_and_has_a_table() -> None:
    reader = Reader(html(inspection()))
    assert "libc6 2.36-9+deb12u10, 40.0 MB, layer 0" in reader.tooltips
    assert "/usr/lib, 20.0 MB, layer 1, no package owns it" in reader.tooltips
    assert any(one.startswith("layer 0, 67.0 MB: ADD file:2c1d0e5") for one in reader.tooltips)
    assert "Bytes by layer and package, as a table" in " ".join(reader.texts)


def test_the_page_says_what_is_incomplete() -> None:
    text = " ".join("".join(Reader(html(incomplete())).texts).split())
    assert "Incomplete: 8 things could not be looked at, so the image may hold more." in text


def test_an_image_without_bytes_has_no_picture_of_them() -> None:
    page = html(empty())
    assert "The image holds no bytes." in page
    assert "<svg" not in page


def test_hardening_facts_have_their_remedy_and_benchmark() -> None:
    for text in ("".join(Reader(html(inspection())).texts), markdown(inspection())):
        assert "Do something about runs-as-root." in text
        assert "CIS Docker Benchmark 1.6.0: 4.1" in text


def test_long_lists_say_that_they_are_cut() -> None:
    many = tuple(package(f"p{number}", "1", 1, kind="npm") for number in range(2_100))
    page = html(inspection(inventory=inventory(packages=many)))
    assert "The first 2000 packages; the JSON document holds all" in page
    assert "p2050" not in page


def test_a_comparison_shows_both_images_and_what_changed() -> None:
    for format_ in ("html", "markdown"):
        text = compared(format_, inspection(), successor()).replace("<wbr>", "")
        for words in ("Side by side", "The new image", "The old image", "Packages of another version", "5.2.21-1"):
            assert words in text, format_


def test_several_platforms_are_sections_of_one_page() -> None:
    arm = replace(inspection(), config=config(), identity=replace(inspection().identity, platform=None))
    page = html(inspection(), arm)
    assert 'id="platform-1-glance"' in page
    assert 'id="platform-2-glance"' in page


@pytest.mark.parametrize("name", CASES)
def test_markdown_renders_without_html_links_or_images_of_the_image(name: str) -> None:
    for text in (markdown(CASES[name]()), compared("markdown", inspection(), CASES[name]())):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
        inline = [child for token in tokens for child in token.children or ()]
        raw = [one.content for one in (*tokens, *inline) if one.type in {"html_inline", "html_block"}]
        assert all(re.fullmatch(r'</?a(?: id="[a-z0-9-]+")?>', one) for one in raw)
        assert not [one for one in inline if one.type == "image"]
        links = [one.attrs["href"] for one in inline if one.type == "link_open"]
        assert all(str(one).startswith("#") for one in links)


def test_markdown_holds_no_mention_and_no_runner_command() -> None:
    text = markdown(attacked())
    inline = [
        child for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text) for child in token.children or ()
    ]
    words = "".join(one.content for one in inline if one.type == "text")  # code mentions nobody
    assert "someone" in words
    assert "@someone" not in words
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
