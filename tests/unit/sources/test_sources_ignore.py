"""Ignore files; the answers are those of `git check-ignore`."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from basewright.sources.ignore import IgnoreRules


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("build", "build/Dockerfile", True),
        ("build", "a/build/Dockerfile", True),
        ("build", "builder/Dockerfile", False),
        ("/build", "a/build/Dockerfile", False),
        ("/build/", "build/x", True),
        ("build/", "build", False),
        ("a/b", "a/b/c", True),
        ("a/b", "x/a/b/c", False),
        ("**/b", "x/a/b/c", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**", "a/b", True),
        ("a/**", "a", False),
        ("*.log", "x/y.log", True),
        ("*.log", "x/y.logs", False),
        ("Dockerfile.*\n!Dockerfile.web", "Dockerfile.web", False),
        ("Dockerfile.*\n!Dockerfile.web", "Dockerfile.api", True),
        ("tmp/\n!tmp/keep", "tmp/keep", True),
        ("tmp/*\n!tmp/keep", "tmp/keep", False),
        ("# comment", "# comment", False),
        (r"\#file", "#file", True),
        (r"\!file", "!file", True),
        ("file  ", "file", True),
        ("fi?e", "file", True),
        ("[a-c].txt", "b.txt", True),
        ("[!a-c].txt", "b.txt", False),
        ("[^a-c].txt", "d.txt", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        ("", "x", False),
        ("/", "x", False),
        ("**", "x/y", True),
    ],
)
def test_a_pattern_means_what_git_means(patterns: str, path: str, ignored: bool, tmp_path: Path) -> None:
    assert IgnoreRules.of([("", patterns)]).ignores(path) is ignored
    git = shutil.which("git")
    if git is not None:
        (tmp_path / ".gitignore").write_text(patterns)
        subprocess.run([git, "init", "-q", tmp_path], check=True)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
        answer = subprocess.run([git, "-C", tmp_path, "check-ignore", "-q", path], check=False)
        assert (answer.returncode == 0) is ignored


def test_a_nearer_ignore_file_wins() -> None:
    rules = IgnoreRules.of([("", "*.yaml"), ("deploy", "!compose.yaml")])

    assert rules.ignores("compose.yaml")
    assert not rules.ignores("deploy/compose.yaml")
    assert rules.ignores("deploy/other.yaml")


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    rules = IgnoreRules.of([("", "*a" * 60 + "b\n" + "**/x/" * 60 + "y")])
    started = time.perf_counter()

    assert not rules.ignores("a" * 250)
    assert not rules.ignores("x/" * 200 + "z")
    assert time.perf_counter() - started < 2
