"""What both SBOM formats stand on: names, people, bounds, bytes."""

import datetime as dt
import json
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from inspections import digest, inspection, package
from sboms import large

from basewright.model.image import ImageIdentity
from basewright.model.platform import Platform
from basewright.report.inspection import render, sbom_paths
from basewright.report.inspection import sbom_identity as identity
from basewright.report.inspection.sbom_actors import Actor, actor
from basewright.report.inspection.sbom_encoding import UNNAMED, encode, timestamp
from basewright.report.inspection.sbom_licenses import list_version
from basewright.report.interface import RenderOptions


class Sheet(msgspec.Struct):
    name: str
    texts: list[str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe <jane@example.org>", Actor("Jane Doe", "jane@example.org", False)),
        (
            "Debian GCC Maintainers <gcc@lists.example.org>",
            Actor("Debian GCC Maintainers", "gcc@lists.example.org", True),
        ),
        ("jane@example.org", Actor("", "jane@example.org", False)),
        ("Sindre Sorhus", Actor("Sindre Sorhus", None, False)),
        ("Red Hat, Inc. <http://example.test>", Actor("Red Hat, Inc. <http://example.test>", None, True)),
        ("a\n\tb", Actor("a b", None, False)),
        ("x <a..b@c.de>", Actor("x <a..b@c.de>", None, False)),
        ("", None),
        ("  \n", None),
    ],
)
def test_people_are_read_as_they_are_recorded(text: str, expected: Actor | None) -> None:
    assert actor(text) == expected


def test_a_long_supplier_is_cut_and_costs_no_time() -> None:
    found = actor("a" * 1_000_000 + " <" + "b." * 500_000 + "@c.de>")
    assert found is not None
    assert len(found.name) == 500


def test_a_name_depends_on_purl_and_location_alone() -> None:
    one, other = package("a", "1", 1), package("b", "1", 1)
    (alone,) = identity.package_names([one])
    assert identity.package_names([other, replace(one, bytes=7, layer=3)])[1] == alone
    assert identity.package_names([replace(one, location="elsewhere")]) != [alone]
    assert identity.package_names([one, one]) == [alone, f"{alone}-2"]


@pytest.mark.parametrize("name", ["", "../..", "a b", "@s/x", "ü\udcff", "x" * 10_000, "\0"])
def test_a_name_has_only_letters_digits_dots_and_hyphens(name: str) -> None:
    (made,) = identity.package_names([package(name, "1", 1)])
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
    assert len(made) < 120


def test_an_image_of_a_registry_has_a_purl() -> None:
    assert identity.image_purl(inspection().identity) == (
        f"pkg:oci/web@sha256:{'d' * 64}?arch=amd64&repository_url=registry.test%2Fshop%2Fweb&tag=1.4"
    )


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (ImageIdentity("oci-dir:/x/python:latest", "oci-dir", digest=digest("a")), None),
        (ImageIdentity("dir:/", "dir"), None),
        (ImageIdentity("app:1", "docker"), None),
        (ImageIdentity("Not A Name", "registry", digest=digest("a")), None),
        (
            ImageIdentity("docker:node:24", "docker", Platform("linux", "arm64"), digest("a")),
            f"pkg:oci/node@sha256:{'a' * 64}?arch=arm64&repository_url=docker.io%2Flibrary%2Fnode&tag=24",
        ),
        (
            ImageIdentity("node:24", "podman", repository_digests=(f"quay.io/x/node@{digest('b')}",)),
            f"pkg:oci/node@sha256:{'b' * 64}?repository_url=quay.io%2Fx%2Fnode",
        ),
    ],
)
def test_an_image_has_a_purl_only_where_repository_and_digest_are_known(
    about: ImageIdentity, expected: str | None
) -> None:
    assert identity.image_purl(about) == expected


@pytest.mark.parametrize(
    ("kind", "name", "group", "title"),
    [
        ("maven", "org.slf4j:api", "org.slf4j", "api"),
        ("maven", "api", None, "api"),
        ("npm", "@types/node", None, "@types/node"),
        ("golang", "example.org/a/b", None, "example.org/a/b"),
    ],
)
def test_the_group_of_maven_stands_apart_from_the_name(kind: str, name: str, group: str | None, title: str) -> None:
    assert identity.group_of(package(name, "1", 1, kind=kind)) == (group, title)


def sized(*counts: int) -> list[object]:
    return [package(f"p{number}", "1", 1, files=("f",) * count) for number, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "most", "each"),
    [((), 10, 0), ((3, 4), 10, 4), ((1, 2, 100), 10, 7), ((50, 50), 10, 5), ((9, 9, 9), 2, 1), ((0, 0, 5), 10, 5)],
)
def test_packages_with_few_files_leave_room_to_the_others(counts: tuple[int, ...], most: int, each: int) -> None:
    assert sbom_paths.paths_for_each(sized(*counts), most) == each  # type: ignore[arg-type] # packages
    assert sum(min(count, each) for count in counts) <= max(most, len(counts))


def test_the_bounds_are_documented() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "sbom.md").read_text(encoding="utf-8")
    assert f"| paths of owned files in one document | about {sbom_paths.MOST_PATHS:,} |" in page
    assert f"| executables that no package explains | {sbom_paths.MOST_FILES:,} |" in page
    assert f"| unknowns, and SBOMs in the image | {sbom_paths.MOST_UNKNOWNS:,} each |" in page
    assert f"SPDX License List ({list_version()})" in page


@pytest.mark.parametrize("name", ["cyclonedx", "spdx"])
def test_thousands_of_packages_take_no_second(name: str) -> None:
    one = large(3_800)
    start = time.process_time()
    render([one], name, options=RenderOptions())
    assert time.process_time() - start < 1  # 0.06 s on an idle machine; what grows with the square takes minutes


def test_a_document_is_named_by_its_contents() -> None:
    one, same, other = (encode(Sheet(UNNAMED, [text])) for text in "aab")
    assert one == same
    assert json.loads(one)["name"] != json.loads(other)["name"] != UNNAMED
    assert json.loads(encode(Sheet(UNNAMED, [UNNAMED])))["texts"] == [UNNAMED]


@pytest.mark.parametrize(
    "text", ["\x7f", "\x80", "\xad", "\u061c", "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041"]
)
def test_what_would_steer_a_reader_is_escaped_and_stays_the_same_text(text: str) -> None:
    data = encode(Sheet("x", [f"é{text}"]))
    assert text not in data.decode()
    assert json.loads(data)["texts"] == [f"é{text}"]


def test_a_command_of_a_runner_is_escaped() -> None:
    data = encode(Sheet("x", ["##[error]x ##vso[y]"]))
    assert b"##[" not in data
    assert b"##vso[" not in data
    assert json.loads(data)["texts"] == ["##[error]x ##vso[y]"]


def test_bytes_that_are_no_text_are_told_visibly() -> None:
    assert json.loads(encode(Sheet("x", ["a\udcffb", "ü"])))["texts"] == ["a\\xffb", "ü"]


def test_a_moment_is_told_in_utc_to_the_second() -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert timestamp(moment) == "2026-01-02T01:04:05Z"
