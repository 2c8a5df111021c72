"""What may be said of a tag that is not in the list of a day: only a known history can say that it never was."""

from collections.abc import Callable

import pytest

from basewright.model.base import Match, Recognition

Recognise = Callable[[str], Recognition]


@pytest.mark.parametrize("image", ["debian:slim", "ubuntu:slim", "node:wat", "python:3.13-slim-fpm"])
def test_a_tag_that_a_known_history_never_had_is_unpublished(recognise: Recognise, image: str) -> None:
    found = recognise(image)

    assert found.match is Match.REPOSITORY
    assert found.is_unpublished is True
    assert "is no published tag" in found.notes[0]


@pytest.mark.parametrize("image", ["sonarqube:lts", "maven:nonsense", "mongo:latest", "dhi.io/node:1", "haproxy:wat"])
def test_without_a_history_a_missing_tag_is_not_said_to_be_unpublished(recognise: Recognise, image: str) -> None:
    found = recognise(image)

    assert found.match is Match.REPOSITORY
    assert found.is_unpublished is None
    assert "is not in the list of today's tags (of 2026-08-2" in found.notes[0]
    assert "whether it was published before or since is not known" in found.notes[0]


def test_a_line_newer_than_the_list_may_have_come_since(recognise: Recognise) -> None:
    found = recognise("postgres:20")

    assert found.match is Match.REPOSITORY
    assert found.is_unpublished is None


@pytest.mark.parametrize("image", ["node:24-slim", "python:3.9-slim", "golang:1.16-buster", "golang:1.27-nanoserver"])
def test_a_tag_that_is_or_was_listed_is_published(recognise: Recognise, image: str) -> None:
    assert recognise(image).is_unpublished is False


def test_what_follows_the_scheme_is_neither_known_nor_denied(recognise: Recognise) -> None:
    assert recognise("mongo:4.4").is_unpublished is None


def test_a_mirror_passes_the_answer_of_its_origin_on(recognise: Recognise) -> None:
    assert recognise("mirror.gcr.io/library/debian:slim").is_unpublished is True
    assert recognise("mirror.gcr.io/library/sonarqube:lts").is_unpublished is None


def test_a_digest_alone_says_nothing_of_a_tag(recognise: Recognise) -> None:
    assert recognise("node@sha256:" + "a" * 64).is_unpublished is None


@pytest.mark.parametrize(
    ("image", "java"),
    [
        ("maven:3.8-jdk-11", "11"),
        ("maven:3-openjdk-17", "17"),
        ("maven:3.6-jdk-8-slim", "8"),
        ("maven:3.8.6-openjdk-18-slim", "18"),
        ("tomcat:9-jdk8-openjdk-slim", "8"),
        ("gradle:5.6-jdk8", "8"),
    ],
)
def test_an_older_spelling_is_recognised_by_its_words(recognise: Recognise, image: str, java: str) -> None:
    found = recognise(image)

    assert found.match is Match.VERSION
    assert [(one.name, one.version) for one in found.base.carries] == [("java", java)]
    assert found.base.compressed_bytes is None


def test_a_line_of_busybox_is_recognised_by_its_version(recognise: Recognise) -> None:
    found = recognise("busybox:1.36")

    assert found.match is Match.VERSION
    assert found.base.shell is True
    assert found.base.package_manager is False
    assert found.base.libc is None
    assert recognise("busybox:1.36-wat").match is Match.REPOSITORY


@pytest.mark.parametrize("image", ["maven:3-jdk-99", "node:24-jdk21", "maven:3-wat-17"])
def test_words_that_a_repository_never_used_are_not_believed(recognise: Recognise, image: str) -> None:
    assert recognise(image).match is Match.REPOSITORY
