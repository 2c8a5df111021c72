"""The second runtime of an image, told by its tags."""

from collections.abc import Callable

import pytest

from basewright.catalog import Catalog, facts_of
from basewright.catalog.carried import carried_by, read_carried
from basewright.model.base import Recognition, Runtime

Recognise = Callable[[str], Recognition]


@pytest.mark.parametrize(
    ("image", "carried"),
    [
        ("maven:3.9-eclipse-temurin-21", [("java", "21")]),
        ("maven:3-amazoncorretto-17", [("java", "17")]),
        ("maven:3-ibmjava", [("java", "8")]),
        ("gradle:8-jdk21", [("java", "21")]),
        ("tomcat:10-jdk21-temurin", [("java", "21")]),
        ("tomcat:9-jre11", [("java", "11")]),
        ("jetty:12-jdk21", [("java", "21")]),
        ("clojure:temurin-21-tools-deps", [("java", "21")]),
        ("groovy:jdk17", [("java", "17")]),
        ("jruby:9.4-jdk17", [("java", "17")]),
        ("wordpress:7-php8.4", [("php", "8.4")]),
        ("elixir:1.18-otp-27", [("erlang", "27")]),
        ("dhi.io/maven:3-jdk17-debian13-dev", [("java", "17")]),
        ("eclipse-temurin:21-jre", []),
        ("php:8.4-fpm", []),
        ("node:24-slim", []),
    ],
)
def test_a_tag_tells_the_second_runtime(recognise: Recognise, image: str, carried: list[tuple[str, str]]) -> None:
    assert [(one.name, one.version) for one in recognise(image).base.carries] == carried


def test_a_plain_tag_carries_what_its_other_names_tell(recognise: Recognise) -> None:
    found = recognise("jetty:12")

    assert [one.name for one in found.base.carries] == ["java"]
    assert any(f"jdk{found.base.carries[0].version}" in alias for alias in found.base.aliases)


def test_a_recommended_tag_names_the_line_that_it_carries(recognise: Recognise) -> None:
    assert str(recognise("gradle:8-jdk21").base.reference) == "gradle:8-jdk21-noble"


def test_two_lines_of_one_runtime_contradict_each_other() -> None:
    assert carried_by([("jdk17",), ("jdk21",)], "maven") == ()
    assert carried_by([("jdk17",), ("jdk",), ("php8.4",)], "x") == (Runtime("java", "17"), Runtime("php", "8.4"))


def test_words_that_name_no_line_stay() -> None:
    assert read_carried(("jdk", "noble"), "maven").rest == ("jdk", "noble")
    assert read_carried(("eclipse", "temurin", "21", "x"), "maven").rest == ("eclipse", "x")
    assert read_carried(("jdk21",), "java").runtimes == ()


def test_what_is_carried_is_told_with_its_source(catalog: Catalog, recognise: Recognise) -> None:
    facts = [one for one in facts_of(recognise("maven:3.9-eclipse-temurin-21").base) if one.name == "carries"]

    assert [one.value for one in facts] == ["java 21"]
    assert all(one.carries == () for one in catalog.of_runtime("java"))
