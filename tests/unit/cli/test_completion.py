"""Shell completion, asked as the shells ask: by the variable that their scripts set."""

import os
import subprocess
import sys

import pytest

from basewright.cli import completing
from basewright.cli.catalog import _KINDS, _ROLES
from basewright.cli.settings import ACCESS, ASSESS_FORMATS, COLORS
from basewright.model.base import Access, Kind, Role
from basewright.recommend.findings import RULES


def offered(*words: str) -> list[str]:
    """Return what bash is offered for the last of `words`."""
    environment = {
        **os.environ,
        "_BASEWRIGHT_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("basewright", *words)),
        "COMP_CWORD": str(len(words)),
    }
    # The console script's own name decides the variable's.
    script = "import sys; sys.argv = ['basewright']; from basewright.__main__ import main; main()"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("assess", "--format", ""), ASSESS_FORMATS),
        (("assess", "--format", "m"), ("markdown",)),
        (("assess", "--color", "a"), ("auto", "always")),
        (("assess", "--access", "f"), ("free",)),
        (("assess", "-o", "h"), ("html=",)),
        (("catalog", "list", "--kind", "d"), ("distroless",)),
        (("catalog", "list", "--role", "s"), ("service",)),
        (("catalog", "show", "--format", ""), ("table", "json")),
    ],
)
def test_an_options_values_are_offered(words: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert offered(*words) == list(expected)


def test_rules_and_severities_are_offered_to_the_gate() -> None:
    found = offered("assess", "--fail-on", "base-")

    assert found == sorted({one.id for one in RULES if one.id.startswith("base-")})
    assert {"error", "warning", "note", "incomplete"} <= set(completing.rule(""))


def test_rules_are_offered_to_be_explained() -> None:
    assert "base-past-support" in offered("explain", "base-")
    assert all(" " not in name for name in completing.explained(""))


def test_what_is_offered_is_what_is_taken() -> None:
    assert tuple(map(str, Kind)) == _KINDS
    assert tuple(map(str, Role)) == _ROLES
    assert tuple(map(str, Access)) == ACCESS
    assert completing.among(COLORS)("") == list(COLORS)
    assert completing.output(ASSESS_FORMATS)("") == [f"{name}=" for name in ASSESS_FORMATS]
    assert completing.among(COLORS)("--") == []
