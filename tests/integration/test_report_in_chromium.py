"""The HTML report in a real browser: it loads nothing, runs nothing, can be read, printed and used on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from assessments import CASES
from chromium import PROGRAM, Browser, Page

from basewright.report import RenderOptions, render

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine: the page was not opened in a browser"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, make in CASES.items():
        (folder / f"{name}.html").write_bytes(render(make(), "html", options=RenderOptions()))
    return {name: folder / f"{name}.html" for name in CASES}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.page() as one:
        one.size(1280, 900)
        yield one


@pytest.mark.parametrize("name", CASES)
def test_the_page_complains_of_nothing_and_loads_nothing(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    assert page.complaints == []
    assert page.requests == [pages[name].as_uri()]
    assert page.evaluate("document.compatMode") == "CSS1Compat"


def test_the_stylesheet_is_applied_under_its_own_policy(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["shop"])
    assert page.evaluate("getComputedStyle(document.querySelector('.mark')).borderTopLeftRadius") == "999px"


def test_the_policy_stops_a_script_and_a_load_that_get_in_anyway(
    page: Page, pages: dict[str, Path], tmp_path: Path
) -> None:
    html = pages["shop"].read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    attack = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
    broken.write_text(html.replace("<main ", f"{attack}<main ", 1), encoding="utf-8")
    page.open(broken)
    assert page.evaluate("document.title") == "Base images of examples/shop"
    assert page.complaints, "the test itself: a violation is seen where there is one"


def test_hostile_names_are_inert(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["attacked"])
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.images.length") == 0
    assert page.evaluate("[...document.querySelectorAll('*')].filter(one => one.onerror || one.onload).length") == 0
    assert page.evaluate("[...document.links].every(one => one.getAttribute('href').startsWith('#'))") is True
    assert "<script>alert(1)</script>" in page.evaluate("document.body.innerText")


@pytest.mark.parametrize("name", CASES)
def test_everything_is_there_without_scripts(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    with_scripts = [(one["role"], one["name"]) for one in page.accessibility_tree()]
    page.without_scripts()
    page.open(pages[name])
    assert [(one["role"], one["name"]) for one in page.accessibility_tree()] == with_scripts
    assert page.complaints == []


def test_a_screen_reader_finds_headings_landmarks_tables_and_pictures_by_name(
    page: Page, pages: dict[str, Path]
) -> None:
    page.open(pages["shop"])
    tree = page.accessibility_tree()
    for role in ("heading", "table", "navigation", "main", "banner", "contentinfo"):
        assert [one for one in tree if one["role"] == role], role
    assert all(one["name"] for one in tree if one["role"] in {"heading", "table", "navigation", "link", "region"})
    pictures = [one for one in tree if one["role"] in {"image", "img"}]
    assert len(pictures) == 4
    assert all(one["name"] for one in pictures)
    assert {"columnheader", "rowheader", "cell"} <= {one["role"] for one in tree}


def test_tables_stay_tables_on_a_phone(page: Page, pages: dict[str, Path]) -> None:
    page.size(320, 640)
    page.open(pages["shop"])
    roles = {one["role"] for one in page.accessibility_tree()}
    assert {"table", "row", "rowheader", "cell", "columnheader"} <= roles


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_reaches_beyond_the_window(page: Page, pages: dict[str, Path], name: str, width: int) -> None:
    page.size(width, 800)
    page.open(pages[name])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    beyond = page.evaluate(
        "[...document.querySelectorAll('main *, header *')].filter(one => {"
        "  const box = one.getBoundingClientRect();"
        "  return box.width && box.right > innerWidth + 1 && !one.closest('thead') && !one.closest('svg');"
        "}).map(one => one.outerHTML.slice(0, 120)).slice(0, 5)"
    )
    assert beyond == []


def _contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


COLORS = """[...document.querySelectorAll('main *, header *, nav *, footer *')].filter(one =>
    !one.closest('svg') && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
).map(one => {
    let ground = one;
    while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    return [getComputedStyle(one).color, getComputedStyle(ground || document.body).backgroundColor].join('|');
}).concat([...document.querySelectorAll('svg text')].map(one =>
    [getComputedStyle(one).fill, getComputedStyle(document.body).backgroundColor].join('|')
))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(page: Page, pages: dict[str, Path], scheme: str) -> None:
    page.prefer(scheme)
    page.open(pages["shop"])
    pairs = sorted(set(page.evaluate(COLORS)))
    assert len(pairs) > 8
    weak = {pair: round(_contrast(*pair.split("|")), 2) for pair in pairs if _contrast(*pair.split("|")) < 4.5}
    assert weak == {}


def test_dark_mode_is_dark(page: Page, pages: dict[str, Path]) -> None:
    page.prefer("dark")
    page.open(pages["shop"])
    assert _contrast(page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(0, 0, 0)") < 1.5


def test_the_keyboard_reaches_the_skip_link_first_and_sees_where_it_is(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["shop"])
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0") is True


@pytest.mark.parametrize("name", CASES)
def test_it_prints(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= (3 if name == "shop" else 1)


def test_what_is_folded_is_printed_unless_a_picture_says_it(page: Page, pages: dict[str, Path]) -> None:
    page.prefer("light", media="print")
    page.open(pages["shop"])
    heights = "[...document.querySelectorAll('{} details table')].map(one => one.offsetHeight)"
    assert min(page.evaluate(heights.format("section >"))) > 0
    assert set(page.evaluate(heights.format("figure"))) == {0}
    assert page.evaluate("getComputedStyle(document.querySelector('.contents')).display") == "none"
