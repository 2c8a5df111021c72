"""The page on what is found speaks of every cataloger and every runtime's table."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from basewright.inventory import CATALOGERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "what-is-found.md").read_text(encoding="utf-8")
_TYPES = {
    "apk": {"apk"},
    "dpkg": {"deb", "opkg"},
    "rpm": {"rpm"},
    "pacman": {"alpm"},
    "portage": {"ebuild"},
    "nix": {"nix"},
    "python": {"pypi", "conda"},
    "node": {"npm"},
    "java": {"maven"},
    "golang": {"golang"},
    "rust": {"cargo"},
    "ruby": {"gem"},
    "php": {"composer", "pear"},
    "dotnet": {"nuget"},
    "r": {"cran"},
    "lua": {"luarocks"},
    "erlang": {"otp"},
    "wordpress": {"wordpress-plugin"},
    "homebrew": {"brew"},
    "jvm": {"generic"},
    "runtimes": {"generic"},
    "sboms": set[str](),
}
"""Cataloger → the PURL types of what it finds."""
ROWS = json.loads(files("basewright.inventory").joinpath("data/runtimes.json").read_bytes())["rows"]


@pytest.mark.parametrize("name", [one.name for one in CATALOGERS])
def test_what_a_cataloger_finds_is_a_row_of_the_table(name: str) -> None:
    table = PAGE.partition("## What is read")[2].partition("**Runtimes.**")[0]
    told = {word for row in table.splitlines() if row.startswith("| ") for word in re.findall(r"`([a-z-]+)`", row)}

    assert _TYPES[name] <= told


def test_the_number_of_runtimes_is_told_and_those_named_are_in_the_table() -> None:
    runtimes = PAGE.partition("**Runtimes.**")[2].partition("**Owners.**")[0]
    named = set(re.findall(r"`([a-z0-9-]+)`", runtimes))

    assert f"{len(ROWS)} programs" in runtimes
    assert named
    assert named <= {row["name"] for row in ROWS}


def test_the_steps_for_contributors_name_files_that_are_there() -> None:
    steps = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add something about images")[2]
    paths = re.findall(
        r"`((?:inventory|image|pipeline|languages)/[\w/]+\.(?:py|json))`", steps.partition("## Versions")[0]
    )
    source = ROOT / "src" / "basewright"

    assert paths
    assert [path for path in paths if not any((home / path).exists() for home in (source, source / "inventory"))] == []
