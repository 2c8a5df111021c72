import time
from pathlib import Path

import pytest

from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_dockerignore
from basewright.sources.context.dockerignore import parse_dockerignore


@pytest.mark.parametrize(
    ("lines", "path", "is_out"),
    [
        ("node_modules", "node_modules", True),
        ("node_modules", "node_modules/a/b.js", True),
        ("node_modules", "web/node_modules", False),
        ("**/node_modules", "web/node_modules/x", True),
        ("**/node_modules", "node_modules", True),
        ("/dist/", "dist/x", True),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/a/README.md", True),
        ("*/*.md", "docs/README.md", True),
        ("*/*.md", "README.md", False),
        ("docs/**", "docs/a/b", True),
        ("docs/**", "docs", False),
        ("**", "anything/at/all", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/b/c/y", False),
        ("*\n!package.json", "package.json", False),
        ("*\n!package.json", "index.js", True),
        ("*\n!src", "src/a/b.js", False),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", True),
        ("*.md\n!README*.md\nREADME-secret.md", "README-x.md", False),
        ("!a\na", "a", True),
        ("# talk\n#x", "#x", False),
        ("  a  \r\n\r\nb", "a", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("./a/../b", "b", True),
        ("../x", "x", False),
        (".", "x", False),
        ("[", "[", False),
        ("temp?", "temp", False),
        ("**foo", "x/barfoo", True),
        (".git*", ".gitignore", True),
        ("a.b", "axb", False),
        ("", "a", False),
        ("\ufeffa", "a", True),
        ("[]a]x", "ax", True),
        ("[[]x", "[x", True),
    ],
)
def test_paths_are_left_out_as_the_builder_leaves_them_out(lines: str, path: str, is_out: bool) -> None:
    assert parse_dockerignore(lines.encode()).matches(path) is is_out


def test_the_ignore_file_of_the_dockerfile_counts_first(tmp_path: Path) -> None:
    (tmp_path / "app" / "docker").mkdir(parents=True)
    (tmp_path / "app" / ".dockerignore").write_text("a\n")
    (tmp_path / "app" / "docker" / "Dockerfile.dockerignore").write_text("b\n")
    files = DirectoryFiles(tmp_path)

    own = read_dockerignore(files, "app", "app/docker/Dockerfile")
    common = read_dockerignore(files, "app", "app/Dockerfile")

    assert (own.path, own.matches("a"), own.matches("b")) == ("app/docker/Dockerfile.dockerignore", False, True)
    assert (common.path, common.matches("a"), common.matches("b")) == ("app/.dockerignore", True, False)


def test_without_an_ignore_file_nothing_is_left_out(tmp_path: Path) -> None:
    ignore = read_dockerignore(DirectoryFiles(tmp_path), ".", "Dockerfile")

    assert ignore.path is None
    assert not ignore.matches("a")


@pytest.mark.parametrize(
    "lines",
    ["*a" * 8 + "b", "**/" * 150 + "b", "\n".join(["**/a*a*a*a*b"] * 5000), "?" * 500, "[" * 500],
    ids=["stars", "deep", "many", "any", "brackets"],
)
def test_hostile_patterns_take_no_long_time(lines: str) -> None:
    ignore = parse_dockerignore(lines.encode())
    start = time.monotonic()
    assert not ignore.matches("/".join(["a" * 60] * 60))
    assert time.monotonic() - start < 10
