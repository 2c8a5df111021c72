"""The page of an image in a real browser: it loads and runs nothing, and its treemap can be seen, read and printed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PROGRAM, Browser, Page
from inspections import CASES, inspection, successor

from basewright.inventory.compare import compare
from basewright.report.inspection import render
from basewright.report.interface import RenderOptions

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine: the page was not opened in a browser"),
]
NAMES = (*CASES, "compared")
TILES = "[...document.querySelectorAll('.tile:not(.tile-layer)')]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("inspections")
    for name, make in CASES.items():
        (folder / f"{name}.html").write_bytes(render([make()], "html", options=RenderOptions()))
    beside = render([successor()], "html", options=RenderOptions(), comparison=compare(inspection(), successor()))
    (folder / "compared.html").write_bytes(beside)
    return {name: folder / f"{name}.html" for name in NAMES}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.page() as one:
        one.size(1280, 900)
        yield one


@pytest.mark.parametrize("name", NAMES)
def test_the_page_complains_of_nothing_and_loads_nothing(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    assert page.complaints == []
    assert page.requests == [pages[name].as_uri()]


def test_the_policy_stops_a_script_that_gets_in_anyway(page: Page, pages: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    attack = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
    broken.write_text(
        pages["shop"].read_text(encoding="utf-8").replace("<main ", f"{attack}<main ", 1), encoding="utf-8"
    )
    page.open(broken)
    assert page.evaluate("document.title") == "What is inside registry.test/shop/web:1.4"
    assert page.complaints, "the test itself: a violation is seen where there is one"


def test_hostile_names_are_inert(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["attacked"])
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert page.evaluate("[...document.querySelectorAll('*')].filter(one => one.onerror || one.onload).length") == 0
    assert page.evaluate("[...document.links].every(one => one.getAttribute('href').startsWith('#'))") is True
    assert "<script>alert(1)</script>" in page.evaluate("document.body.innerText")


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_there_without_scripts(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    with_scripts = [(one["role"], one["name"]) for one in page.accessibility_tree()]
    page.without_scripts()
    page.open(pages[name])
    assert [(one["role"], one["name"]) for one in page.accessibility_tree()] == with_scripts


def test_the_treemap_is_seen_and_labelled(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["shop"])
    sizes = page.evaluate(f"{TILES}.map(one => [one.getBBox().width, one.getBBox().height])")
    assert len(sizes) == 5
    assert min(min(size) for size in sizes) > 2
    labels = page.evaluate("[...document.querySelectorAll('.tile-label, .tile-title')].filter(one =>"
                           " getComputedStyle(one).display !== 'none').map(one => one.textContent)")  # fmt: skip
    assert "libc6 2.36-9+deb12u10" in labels
    assert any(label.startswith("layer 0, 67.0 MB") for label in labels)
    fills = page.evaluate(f"{TILES}.map(one => getComputedStyle(one).fill)")
    assert len(set(fills)) == 3, "each layer has its colour"
    assert "rgb(0, 0, 0)" not in fills


def test_the_treemap_has_a_name_and_a_table_that_the_keyboard_opens(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["shop"])
    names = [one["name"] for one in page.accessibility_tree() if one["role"] in {"image", "img"}]
    assert any("Bytes by layer and package" in name for name in names)
    page.evaluate("document.querySelector('figure.wide summary').focus()")
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    page.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    assert page.evaluate("document.querySelector('figure.wide details').open") is True
    assert page.evaluate("document.querySelectorAll('figure.wide tbody tr').length") == 5


@pytest.mark.parametrize("width", [320, 700, 1280, 1600])
@pytest.mark.parametrize("name", ["shop", "attacked", "compared"])
def test_labels_stay_inside_of_their_rectangles(page: Page, pages: dict[str, Path], name: str, width: int) -> None:
    page.size(width, 900)
    page.open(pages[name])
    beyond = page.evaluate(
        "[...document.querySelectorAll('.tile-label, .tile-title, .tile-size')].filter(one => {"
        "  const box = one.getBoundingClientRect();"
        "  const tile = one.parentNode.querySelector('rect').getBoundingClientRect();"
        "  return box.width && (box.right > tile.right + 2 || box.bottom > tile.bottom + 2);"
        "}).map(one => one.textContent)"
    )
    assert beyond == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_reaches_beyond_the_window(page: Page, pages: dict[str, Path], name: str, width: int) -> None:
    page.size(width, 800)
    page.open(pages[name])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("media", ["", "print"])
def test_labels_can_be_read_on_every_colour_of_the_treemap(
    page: Page, pages: dict[str, Path], scheme: str, media: str
) -> None:
    page.prefer(scheme, media=media)
    page.open(pages["attacked"])
    pairs = page.evaluate(
        "[...document.querySelectorAll('.tile-label, .tile-title, .tile-size')].map(one => [getComputedStyle(one).fill,"
        " getComputedStyle(one.parentNode.querySelector('rect')).fill])"
    )
    assert len({ground for _, ground in pairs}) == 7, "six colours of layers, and that of their titles"
    assert min(_contrast(*pair) for pair in pairs) >= 4.5


def test_the_keyboard_reaches_the_skip_link_first(page: Page, pages: dict[str, Path]) -> None:
    page.open(pages["shop"])
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize("name", NAMES)
def test_it_prints(page: Page, pages: dict[str, Path], name: str) -> None:
    page.open(pages[name])
    assert page.pdf().startswith(b"%PDF-")
    page.prefer("light", media="print")
    assert page.evaluate(f"{TILES}.every(one => getComputedStyle(one).printColorAdjust === 'exact')") is True
