"""The page for the terminal."""

import re
from dataclasses import replace

import pytest
from assessments import CASES, attacked, declared, empty, frontend, on_scratch, pricing, shop
from assessments import assessment as make

from basewright.model.assessment import Assessment
from basewright.model.candidate import Refusal
from basewright.report import RenderOptions, render

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def page(assessment: Assessment, **options: object) -> str:
    return render(assessment, "table", options=RenderOptions(**options)).decode()  # type: ignore[arg-type] # shorthand


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(name: str, width: int, verbose: bool) -> None:
    text = page(CASES[name](), width=width, verbose=verbose)
    assert max(len(line) for line in text.splitlines()) <= width


def test_a_terminal_without_a_width_worth_the_name_gets_a_page() -> None:
    assert "node:24-trixie-slim" in page(make(frontend()), width=0)


@pytest.mark.parametrize("name", CASES)
def test_without_colour_there_is_no_escape_sequence(name: str) -> None:
    assert "\x1b" not in page(CASES[name]())


@pytest.mark.parametrize("name", CASES)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    colored = page(CASES[name](), color=True)
    assert ESCAPES.search(colored)
    assert [line.rstrip() for line in ESCAPES.sub("", colored).splitlines()] == page(CASES[name]()).splitlines()


@pytest.mark.parametrize("name", CASES)
def test_ascii_only_is_ascii(name: str) -> None:
    assert page(CASES[name](), ascii_only=True).isascii()


@pytest.mark.parametrize("options", [{}, {"verbose": True}, {"width": 50}, {"ascii_only": True}])
def test_hostile_text_cannot_steer_the_terminal(options: dict[str, object]) -> None:
    text = page(attacked(), **options)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "\\x1b[31mred" in text.replace("\n", "")
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text


def test_the_environment_does_not_change_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    before = page(shop())
    for name, value in {"COLUMNS": "33", "FORCE_COLOR": "1", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert page(shop()) == before


def test_the_page_says_what_to_do_first_and_why() -> None:
    text = page(make(frontend()))
    assert "node:24-trixie-slim fits: 318 MB less to download (−80 %)." in text
    assert "- FROM node:24-bookworm" in text
    assert "+ FROM node:24-trixie-slim" in text
    assert "no contract break; supported until 2028-04-30" in text
    assert "sharp 0.34 has no prebuilt binary for musl" in text


def test_what_is_not_known_is_no_zero() -> None:
    row = next(line for line in page(shop()).splitlines() if line.startswith(" today") and "golang:1.25" in line)
    assert "?" in row.split()
    assert "0" not in row.split()


def test_verbose_shows_every_difference_and_refusal() -> None:
    short, long = page(shop()), page(shop(), verbose=True)
    assert "docker-entrypoint.sh" not in short
    assert "docker-entrypoint.sh" in long
    assert len(long.splitlines()) > len(short.splitlines())


def test_shared_layers_are_counted_once() -> None:
    # 397.0 + 308.0 + 152.0 MB, of which frontend's and pricing's images share a first layer of 48.5 MB
    assert "808 MB to download today" in page(shop()).replace("\n           ", " ")


def test_an_empty_project_is_said_to_be_empty() -> None:
    assert "none was found" in page(empty())


def test_no_value_of_an_environment_variable_is_shown() -> None:
    text = page(shop(), verbose=True)
    assert "do-not-print-me" not in text
    assert "hunter2" not in text


def test_scratch_is_said_to_be_scratch() -> None:
    text = page(make(on_scratch()))
    assert "today      scratch" in text
    assert "no base is smaller" in text
    assert "nothing is known" not in text


def test_what_was_declared_stands_beside_its_service_and_decides_who_is_first() -> None:
    text = page(make(frontend(), declared(pricing())))
    assert "criticality high  by Ops: it takes the orders" in text
    assert "first      pricing (high, production): Add a runtime stage" in text


def test_refused_tags_of_one_repository_share_a_line() -> None:
    refusals = tuple(Refusal(f"node:24-{tag}", "it has no shell") for tag in ("alpine", "trixie"))
    assessed = replace(frontend(), recommendation=replace(frontend().recommendation, refusals=refusals))
    assert "node:24-alpine, 24-trixie: it has no shell" in page(make(assessed))


def test_the_counts_are_the_words_of_every_format() -> None:
    counted = "1 fit as they are, 1 after named changes, 1 stay, 1 not known"
    assert counted in page(shop())
    assert f"{counted}." in render(shop(), "markdown", options=RenderOptions()).decode()
    assert f"{counted}." in render(shop(), "html", options=RenderOptions()).decode().replace("<wbr>", "")
