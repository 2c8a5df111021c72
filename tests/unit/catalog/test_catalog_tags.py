"""Tags, releases and the choice of the one to recommend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewright.catalog.canonical import canonical_tag
from basewright.catalog.kinds import footprint
from basewright.catalog.store import Store
from basewright.catalog.systems import Systems
from basewright.catalog.tags import read_tag
from basewright.model.base import Kind, Role

SYSTEMS = Systems(Store().systems)


@pytest.mark.parametrize(
    ("tag", "version", "release", "is_slim", "rest"),
    [
        ("24-slim", "24", None, True, ()),
        ("24.19.0-bookworm-slim", "24.19.0", "12", True, ()),
        ("3.13-slim-trixie", "3.13", "13", True, ()),
        ("1.31-alpine3.24-slim", "1.31", "3.24", True, ()),
        ("8.4-fpm-alpine3.24", "8.4", "3.24", False, ("fpm",)),
        ("21.0.12_8-jre-alpine-3.24", "21.0.12", "3.24", False, ("jre",)),
        ("8u502-b07-jdk-noble", "8", "24.04", False, ("jdk",)),
        ("9-jdk21-ubi9-minimal", "9", "9", False, ("jdk21", "minimal")),
        ("lts-krypton", None, None, False, ()),
        ("bookworm-20260803-slim", None, "12", True, ()),
        ("v3.7.11", "3.7.11", None, False, ()),
        ("24-debian13-dev", "24", "13", False, ("dev",)),
        ("3-eclipse-temurin-21", "3", None, False, ("eclipse", "temurin", "21")),
        ("2023", "2023", None, False, ()),
        ("20260805", None, None, False, ()),
        ("stretch", None, "9", False, ()),
        ("trixiesque", None, None, False, ("trixiesque",)),
        ("17-al2023", "17", "2023", False, ()),
        ("sha-abcdef", None, None, False, ("sha", "abcdef")),
    ],
)
def test_a_tag_is_read_by_its_words(
    tag: str, version: str | None, release: str | None, is_slim: bool, rest: tuple[str, ...]
) -> None:
    words = read_tag(tag, SYSTEMS)

    assert words.version == version
    assert (words.system.version if words.system else None) == release
    assert words.is_slim is is_slim
    assert words.rest == rest


@pytest.mark.parametrize(
    "tag", ["3.15.0rc1", "19beta3-trixie", "27-rc-jdk", "28-ea-11-jdk", "tip", "edge", "3.5-dev5", "13.0.1-resolute-rc"]
)
def test_a_pre_release_is_recognised(tag: str) -> None:
    assert read_tag(tag, SYSTEMS).is_prerelease


@pytest.mark.parametrize("tag", ["24-dev", "base-devel", "3.13", "architecture", "beautiful", "8u502", "search-1"])
def test_what_only_looks_like_a_pre_release_is_none(tag: str) -> None:
    assert not read_tag(tag, SYSTEMS).is_prerelease


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(tag: str) -> None:
    words = read_tag(tag, SYSTEMS)

    assert words == read_tag(tag, SYSTEMS)
    assert words.version is None or words.version[0].isdigit()


@pytest.mark.parametrize(
    ("tags", "line", "expected"),
    [
        (
            ["24-slim", "24-bookworm-slim", "24.19-bookworm-slim", "krypton-bookworm-slim", "lts-slim"],
            "24",
            "24-bookworm-slim",
        ),
        (["18.6", "18", "latest", "18.6-trixie", "18-trixie", "trixie"], "18", "18-trixie"),
        (["8.4-trixie", "8.4-cli-trixie", "8.4-cli", "8.4", "cli"], "8.4", "8.4-cli-trixie"),
        (["3.1.1", "3.1", "3", "latest"], None, "3.1"),
        (["6.0.1", "6", "latest"], None, "6"),
        (["latest"], None, "latest"),
    ],
)
def test_the_recommended_tag_names_line_variant_and_release(tags: list[str], line: str | None, expected: str) -> None:
    words = {tag: read_tag(tag, SYSTEMS) for tag in tags}

    assert canonical_tag(words, lambda _: line, by_codename=False) == expected


def test_a_distribution_is_best_named_by_its_codename() -> None:
    words = {tag: read_tag(tag, SYSTEMS) for tag in ("13-slim", "trixie-slim", "trixie-20260803-slim", "13.6-slim")}

    assert canonical_tag(words, lambda _: "13", by_codename=True) == "trixie-slim"


def test_the_order_of_tags_does_not_matter() -> None:
    names = ["24-slim", "24-bookworm-slim", "24.19-bookworm-slim", "lts-slim"]
    words = {tag: read_tag(tag, SYSTEMS) for tag in names}
    turned = {tag: words[tag] for tag in reversed(names)}

    assert canonical_tag(words, lambda _: "24", by_codename=False) == canonical_tag(
        turned, lambda _: "24", by_codename=False
    )


@pytest.mark.parametrize(
    ("shell", "package_manager", "family", "role", "is_reduced", "kind"),
    [
        (False, False, "debian", Role.OS, True, Kind.DISTROLESS),
        (False, False, "none", Role.BUILD, False, Kind.DISTROLESS),
        (True, True, "alpine", Role.RUNTIME, False, Kind.MINIMAL),
        (True, True, "alpine", Role.BUILD, False, Kind.SLIM),
        (True, False, "debian", Role.SERVICE, True, Kind.MINIMAL),
        (True, False, "debian", Role.BUILD, True, Kind.SLIM),
        (True, True, "debian", Role.OS, True, Kind.SLIM),
        (True, True, "debian", Role.OS, False, Kind.FULL),
        (None, None, "", Role.SERVICE, False, None),
        (None, None, "", Role.SERVICE, True, None),
    ],
)
def test_the_footprint_follows_the_facts(
    shell: bool | None, package_manager: bool | None, family: str, role: Role, is_reduced: bool, kind: Kind | None
) -> None:
    assert (
        footprint(shell=shell, package_manager=package_manager, family=family, role=role, is_reduced=is_reduced) is kind
    )


@pytest.mark.parametrize(
    ("identity", "version", "expected"),
    [
        ("alpine", "3.24.2", "3.24"),
        ("debian", "12", "12"),
        ("ubuntu", "24.04", "24.04"),
        ("ol", "9.4", "9"),
        ("debian", None, None),
    ],
)
def test_a_release_is_found_by_os_release(identity: str, version: str | None, expected: str | None) -> None:
    record = SYSTEMS.get(identity, version)

    assert record is not None
    assert record.version == expected


def test_an_unknown_release_is_the_family_alone() -> None:
    record = SYSTEMS.get("debian", "99")

    assert record is not None
    assert record.version is None
    assert SYSTEMS.get("plan9", "4") is None
