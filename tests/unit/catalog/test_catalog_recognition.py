"""From a reference to an answer, and what the answer admits."""

import datetime as dt
from collections.abc import Callable

import pytest

from basewright.catalog import Catalog, load
from basewright.errors import ConfigurationError, InputError
from basewright.model.base import Kind, Match, Recognition
from basewright.model.digest import Digest
from basewright.model.reference import ImageReference

Recognise = Callable[[str], Recognition]


def test_debian_slim_and_ubuntu_slim_are_no_published_tags(recognise: Recognise) -> None:
    debian, ubuntu = recognise("debian:slim"), recognise("ubuntu:slim")

    assert debian.match is Match.REPOSITORY
    assert debian.notes == ("`debian:slim` is no published tag; nearest: trixie-slim, bookworm-slim, bullseye-slim",)
    assert debian.base.os is None
    assert debian.base.kind is None
    assert ubuntu.match is Match.REPOSITORY
    assert "is no published tag" in ubuntu.notes[0]


def test_a_retired_tag_says_its_day_and_what_comes_nearest(recognise: Recognise) -> None:
    found = recognise("python:3.9-slim")

    assert found.match is Match.RETIRED
    assert found.base.horizon.retired == dt.date(2025, 11, 3)
    assert found.base.family == "debian"
    assert found.base.os is not None
    assert found.base.os.version is None
    assert found.base.kind is Kind.SLIM
    assert any("3.10-slim" in note for note in found.notes)
    assert any("names no release of debian" in note for note in found.notes)
    assert found.base.provenance["retirement"].commit is not None


def test_a_retired_tag_with_a_release_keeps_it(recognise: Recognise) -> None:
    base = recognise("node:16-bullseye-slim").base

    assert base.os is not None
    assert base.os.version == "11"
    assert base.compressed_bytes is None
    assert base.packages is None
    assert base.horizon.runtime_end == dt.date(2023, 9, 11)


def test_a_repository_with_nothing_but_pre_releases_says_so(recognise: Recognise) -> None:
    found = recognise("openjdk:17-jdk-slim")

    assert found.match is Match.RETIRED
    assert found.base.family == "debian"
    assert "its repository lists only pre-releases today" in found.notes


def test_an_unlisted_version_follows_the_scheme(recognise: Recognise) -> None:
    found = recognise("python:3.11.4-slim-bookworm")

    assert found.match is Match.VERSION
    assert found.base.runtime is not None
    assert found.base.runtime.version == "3.11.4"
    assert found.base.os is not None
    assert found.base.os.codename == "bookworm"
    assert found.base.compressed_bytes is None
    assert found.base.package_list is None
    assert found.base.horizon.runtime_end == dt.date(2027, 10, 31)
    assert found.base.command == ("python3",)


@pytest.mark.parametrize("tag", ["99", "99-slim", "24-nonsense", "slimm", "24-slim-fpm", "_", "24.-", "v", "0" * 128])
def test_a_tag_outside_the_scheme_is_only_a_repository(recognise: Recognise, tag: str) -> None:
    found = recognise(f"node:{tag}")

    assert found.match in {Match.REPOSITORY, Match.VERSION}
    if tag != "0" * 128:
        assert found.match is Match.REPOSITORY
    assert found.base.compressed_bytes is None


def test_a_windows_tag_is_said_to_be_one(recognise: Recognise) -> None:
    found = recognise("golang:1.27-windowsservercore")

    assert found.match is Match.REPOSITORY
    assert "Windows" in found.notes[0]


def test_a_shared_tag_is_the_linux_build(recognise: Recognise) -> None:
    assert str(recognise("golang:1.27").base.reference) == "golang:1.27-trixie"
    assert recognise("mongo:8.0").base.family == "ubuntu"


@pytest.mark.parametrize(
    "spelling",
    ["redis:7", "docker.io/redis:7", "docker.io/library/redis:7", "library/redis:7", "index.docker.io/library/redis:7"],
)
def test_every_spelling_of_an_official_image_is_the_same(recognise: Recognise, spelling: str) -> None:
    found = recognise(spelling)

    assert found.match is Match.EXACT
    assert str(found.base.reference) == "redis:7.4-bookworm"


@pytest.mark.parametrize(
    ("mirror", "origin"),
    [
        ("mirror.gcr.io/library/redis:7", "redis:7.4-bookworm"),
        ("public.ecr.aws/docker/library/redis:7", "redis:7.4-bookworm"),
        ("amd64/redis:7", "redis:7.4-bookworm"),
        ("registry.redhat.io/ubi9/ubi-minimal", "registry.access.redhat.com/ubi9/ubi-minimal:latest"),
        ("redhat/ubi9-minimal", "registry.access.redhat.com/ubi9/ubi-minimal:latest"),
        ("registry.access.redhat.com/ubi8:latest", "registry.access.redhat.com/ubi8/ubi:latest"),
    ],
)
def test_a_well_known_mirror_is_seen_through(recognise: Recognise, mirror: str, origin: str) -> None:
    found = recognise(mirror)

    assert found.match is Match.MIRROR
    assert str(found.base.reference) == origin
    assert "is a mirror of" in found.notes[0]


def test_a_configured_mirror_is_seen_through() -> None:
    catalog = load({"registry.example:5000/hub/": "docker.io", "proxy.example": "docker.io/library"})

    found = catalog.recognise(ImageReference.parse("registry.example:5000/hub/library/node:24-slim"))
    assert found is not None
    assert found.match is Match.MIRROR
    short = catalog.recognise(ImageReference.parse("registry.example:5000/hub/node:24-slim"))
    assert short is not None
    assert str(short.base.reference) == "node:24-bookworm-slim"
    assert catalog.recognise(ImageReference.parse("proxy.example/node:24-slim")) is not None
    assert catalog.recognise(ImageReference.parse("registry.example:5000/hubble/node")) is None


def test_a_mirror_of_a_retired_tag_says_both(recognise: Recognise) -> None:
    found = recognise("mirror.gcr.io/library/python:3.9-slim")

    assert found.match is Match.MIRROR
    assert "recognised by retired" in found.notes
    assert found.base.horizon.retired == dt.date(2025, 11, 3)


@pytest.mark.parametrize("prefix", ["", "not a host", "node", "UPPER/case"])
def test_a_prefix_that_is_none_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="not a registry prefix"):
        load({prefix: "docker.io"})
    with pytest.raises(ConfigurationError, match="not a registry prefix"):
        load({"registry.example": prefix})


@pytest.mark.parametrize(
    "unknown",
    [
        "bitnami/redis:7",
        "mycorp/node:24-slim",
        "registry.example/library/node",
        "gcr.io/distroless/foo",
        "quay.io/node",
    ],
)
def test_an_unknown_namespace_is_not_guessed(catalog: Catalog, unknown: str) -> None:
    assert catalog.recognise(ImageReference.parse(unknown)) is None
    assert catalog.near_tags(ImageReference.parse(unknown)) == ()


def test_a_digest_alone_is_only_a_repository(recognise: Recognise) -> None:
    found = recognise("node@sha256:" + "a" * 64)

    assert found.match is Match.REPOSITORY
    assert "digest without a tag" in found.notes[0]
    assert found.base.family in {"", "debian"}
    assert found.base.user is None


def test_a_measured_digest_is_recognised(recognise: Recognise) -> None:
    found = recognise("redis@sha256:8a1efc5f479551822b47424ccae982026b633f28818eab0387348120a61e10e2")

    assert found.match is Match.EXACT
    assert str(found.base.reference) == "redis:8.10-trixie"


def test_a_digest_beside_a_tag_is_noted(recognise: Recognise) -> None:
    found = recognise("node:24-slim@sha256:" + "b" * 64)

    assert found.match is Match.EXACT
    assert any("pinned by digest" in note for note in found.notes)


def test_no_digest_is_ever_proposed(catalog: Catalog) -> None:
    assert all(base.reference.digest is None for base in catalog.of_runtime("node"))


def test_scratch_has_no_tags(recognise: Recognise) -> None:
    assert recognise("scratch").match is Match.EXACT
    assert recognise("scratch").base.bytes == 0
    assert recognise("scratch:latest").match is Match.REPOSITORY


@pytest.mark.parametrize(
    "reference",
    [
        ImageReference("docker.io", "library/../../etc/passwd", "latest"),
        ImageReference("docker.io", 'library/node"}\n{"key":"x', "latest"),
        ImageReference("", "", None),
        ImageReference("gcr.io", "distroless/" + "a" * 5000, "x" * 5000),
        ImageReference("gcr.io", "distroless/java" + "9" * 3000 + "-debian12", "latest"),
        ImageReference("docker.io", "library/" + "\0", "\0"),
    ],
)
def test_a_hostile_reference_is_unknown(catalog: Catalog, reference: ImageReference) -> None:
    assert catalog.recognise(reference) is None


@pytest.mark.parametrize(
    "tag", ["-" * 100, "1" * 5000, "24" + ".1" * 2000, "a-" * 3000, "\n", "٣.١٣-slim", "24-slim\0"]
)
def test_a_hostile_tag_gets_an_answer(catalog: Catalog, tag: str) -> None:
    found = catalog.recognise(ImageReference("docker.io", "library/node", tag))

    assert found is not None
    assert found.match is Match.REPOSITORY


def test_a_hostile_digest_beside_nothing_gets_an_answer(catalog: Catalog) -> None:
    found = catalog.recognise(ImageReference("docker.io", "library/node", None, Digest("sha256", "x" * 64)))

    assert found is not None
    assert found.match is Match.REPOSITORY


def test_near_tags_are_references_to_recommend(catalog: Catalog) -> None:
    near = catalog.near_tags(ImageReference.parse("node:24-slm"))

    assert len(near) == 3
    assert all(name.startswith("node:24-") for name in near)
    assert "node:24-bookworm-slim" in catalog.near_tags(ImageReference.parse("node:24-slim-bookworm"))


def test_the_same_question_gets_the_same_answer(catalog: Catalog) -> None:
    reference = ImageReference.parse("postgres:16-alpine")

    assert catalog.recognise(reference) == load().recognise(reference)


def test_the_catalog_reads_nothing_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise InputError("the data was read")

    monkeypatch.setattr("basewright.catalog.store.Store._table", refuse)
    monkeypatch.setattr("basewright.catalog.store.Store._document", refuse)

    load()


def test_one_question_decodes_one_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    from basewright.catalog import store

    asked: list[str] = []
    original = store.Store.lines

    def counting(self: store.Store, kind: type, key: str) -> object:
        asked.append(key)
        return original(self, kind, key)

    monkeypatch.setattr(store.Store, "lines", counting)
    load().recognise(ImageReference.parse("node:24-slim"))

    assert set(asked) <= {"node", "debian", "alpine-linux", "nodejs"}


def test_a_digest_of_a_name_with_a_release_is_of_that_release(recognise: Recognise) -> None:
    found = recognise("gcr.io/distroless/static-debian12@sha256:" + "c" * 64)

    assert found.match is Match.REPOSITORY
    assert found.base.os is not None
    assert found.base.os.version == "12"
    assert found.base.horizon.publisher_end == dt.date(2026, 9, 30)
    assert found.base.uid is None
    assert found.base.package_manager is False
    assert found.base.shell is None


def test_a_release_without_a_version_is_recognised(recognise: Recognise) -> None:
    old, dated = recognise("buildpack-deps:stretch-curl"), recognise("debian:bullseye-20220328-slim")

    assert old.match is Match.VERSION
    assert dated.match is Match.RETIRED or dated.match is Match.VERSION
    assert dated.base.os is not None
    assert dated.base.os.codename == "bullseye"
    assert dated.base.kind is Kind.SLIM


def test_an_unknown_release_of_a_distribution_is_only_a_repository(recognise: Recognise) -> None:
    assert recognise("alpine:0.0").match is Match.REPOSITORY
    assert recognise("ubuntu:12.04").match is Match.VERSION


def test_a_measured_tag_that_the_list_does_not_hold_is_known(recognise: Recognise) -> None:
    found = recognise("mongo:8")

    assert found.match is Match.EXACT
    assert found.base.ports == ("27017/tcp",)
    assert found.base.compressed_bytes == 302698543
    assert recognise("mongo:latest").notes[0].startswith("`mongo:latest` is not in the list of today's tags")


@pytest.mark.parametrize(
    "reference",
    [
        "mcr.microsoft.com/dotnet/aspnet:no-such-tag",
        "mcr.microsoft.com/openjdk/jdk:latest",
        "registry.access.redhat.com/ubi9/ubi:8.4",
        "mcr.microsoft.com/azurelinux/base/core:2.0",
        "cgr.dev/chainguard/node:22",
        "dhi.io/node:1",
    ],
)
def test_an_unlisted_tag_without_a_scheme_is_only_a_repository(recognise: Recognise, reference: str) -> None:
    assert recognise(reference).match is Match.REPOSITORY


def test_a_configured_prefix_keeps_its_path() -> None:
    catalog = load({"https://registry.example/a/b/": "docker.io/library", "localhost": "docker.io"})

    assert catalog.recognise(ImageReference.parse("registry.example/a/b/node:24")) is not None
    assert catalog.recognise(ImageReference.parse("localhost/node:24")) is not None
    with pytest.raises(ConfigurationError):
        load({"registry.example/Upper": "docker.io"})
