"""What a build leaves behind, and where an image comes from: positives and negatives."""

import datetime as dt

import pytest
from hardened_images import PROGRAM, config, facts
from layer_facts import Node
from packaged_images import alpine, debian

from basewright.model.candidate import Severity

LARGE = b"x" * 70_000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("var/lib/apt/lists/deb_dists_main_Packages", "apt's lists"),
        ("var/cache/apt/archives/a.deb", "apt's archives"),
        ("var/cache/apk/APKINDEX.tar.gz", "apk's cache"),
        ("var/cache/dnf/x.solv", "dnf's cache"),
        ("root/.cache/pip/http/x", "pip's cache"),
        ("home/app/.npm/_cacache/x", "npm's cache"),
        ("home/app/.cache/go-build/x", "Go's build cache"),
    ],
)
def test_a_cache_is_noted_with_its_bytes(path: str, words: str) -> None:
    (fact,) = facts("package-cache", {path: LARGE})

    assert (fact.severity, fact.path) == (Severity.NOTE, f"/{path}")
    assert fact.reason.startswith(f"{words}: 70,000 bytes")


def test_small_or_needed_files_of_those_folders_are_not_a_cache() -> None:
    nodes: dict[str, Node] = {
        "var/lib/apt/lists/lock": b"",
        "var/cache/apt/archives/partial/.keep": b"",
        "var/cache/debconf/templates.dat": LARGE,
        "var/cache/apt0/x": LARGE,
        "srv/var/cache/apk/x": LARGE,
    }

    assert facts("package-cache", nodes) == []


def test_temporary_files_are_noted() -> None:
    assert facts("temporary-files", {"tmp/x/y": b"12", "var/tmp/z": b"3"})[0].reason.endswith("3 bytes")
    assert facts("temporary-files", {"srv/tmp/x": b"1", "tmp0": b"1"}) == []


def test_a_repository_in_the_image_is_a_warning() -> None:
    (fact,) = facts("repository-in-image", {"srv/app/.git/HEAD": "ref: refs/heads/main\n", ".git/HEAD": "ref"})

    assert (fact.severity, fact.paths) == (Severity.WARNING, ("/.git", "/srv/app/.git"))
    assert facts("repository-in-image", {"srv/HEAD": "x", "srv/.git": "gitdir: ../x\n"}) == []


def test_dumps_and_histories_are_told() -> None:
    nodes: dict[str, Node] = {"srv/core.123": b"x", "srv/hs_err_pid7.log": b"x", "root/.bash_history": b"ls\n"}

    warning, note = facts("dumps-and-histories", nodes)

    assert (warning.severity, warning.paths) == (Severity.WARNING, ("/srv/core.123", "/srv/hs_err_pid7.log"))
    assert (note.severity, note.paths) == (Severity.NOTE, ("/root/.bash_history",))
    assert facts("dumps-and-histories", {"srv/core.py": b"x", "srv/core.": b"x", "srv/hs_err_pid.md": b"x"}) == []


def test_the_publisher_is_told_as_a_claim_and_its_absence_too() -> None:
    labels = {"org.opencontainers.image.vendor": "Example", "org.opencontainers.image.base.name": "debian:13"}

    (told,) = facts("publisher", {}, config=config(labels=labels))
    (silent,) = facts("publisher", {}, config=config())

    assert "'Example'" in told.reason
    assert "claim" in told.reason
    assert "debian:13" in told.reason
    assert "does not say who publishes it" in silent.reason
    assert facts("publisher", {}) == []


@pytest.mark.parametrize(
    ("created", "words"),
    [
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "built on 2026-01-02"),
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "does not tell when"),
        (None, "does not tell when"),
    ],
)
def test_the_day_of_the_build_is_told_where_it_is_one(created: dt.datetime | None, words: str) -> None:
    assert words in facts("built-on", {}, config=config(created=created))[0].reason
    assert facts("built-on", {}) == []


def test_whether_packages_were_verified_is_told_as_unknown_where_the_database_is_silent() -> None:
    nodes = alpine({"musl": ["lib/libc.musl-x86_64.so.1"]}, {"etc/apk/keys/a.rsa.pub": "x"})

    (fact,) = facts("packages-unverified", nodes)

    assert (fact.severity, fact.count) == (Severity.NOTE, 1)
    assert "1 in /etc/apk/keys" in fact.reason
    assert facts("packages-unverified", {"a": "1"}) == [], "no packages, nothing to verify"


def test_packages_that_bring_tools_are_counted() -> None:
    nodes = debian({"curl": ["usr/bin/curl"], "gcc-12": ["usr/bin/gcc-12"], "hello": ["usr/bin/hello"]})
    nodes |= {f"usr/bin/{name}": PROGRAM for name in ("curl", "gcc-12", "hello")}

    (fact,) = facts("packages-unneeded", nodes)

    assert fact.count == 2
    assert "curl, gcc-12 (1 with compilers, 1 with network tools)" in fact.reason
    assert facts("packages-unneeded", debian({"hello": ["usr/bin/hello"]}, {"usr/bin/hello": PROGRAM})) == []
