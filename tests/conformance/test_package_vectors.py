"""Vectors of other scanners' tests: file names, manifests and pieces of programs, each with its source beside it."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from packaged_images import inventory

from basewright.inventory.languages.java_texts import read_manifest, split_file_name
from basewright.inventory.languages.marks import candidates

VECTORS = Path(__file__).parent / "vectors"
MANIFESTS = json.loads((VECTORS / "package-manifests.json").read_text())["vectors"]
SNIPPETS = json.loads((VECTORS / "binary-snippets.json").read_text())["vectors"]
ARCHIVES = json.loads((VECTORS / "java-archives.json").read_text())
JAVA = [one for one in SNIPPETS if one["class"].startswith("java")]
"""Java's own programs: the release file beside them is read instead."""


def content(vector: Mapping[str, Any]) -> bytes:
    return base64.b64decode(vector["base64"]) if "base64" in vector else vector["text"].encode()


@pytest.mark.parametrize("vector", MANIFESTS, ids=lambda one: one["path"].rpartition("/")[2])
def test_a_metadata_file_tells_the_agreed_packages(vector: Mapping[str, Any]) -> None:
    found = inventory({vector["at"]: content(vector)})

    told = [[one.purl, list(one.licenses)] for one in found.packages if not one.is_runtime]
    assert told == vector["packages"]
    assert bool(told) != bool([one for one in found.unknowns if one.path == vector["at"]]) or not vector["unknowns"]
    assert [one.reason for one in found.unknowns if one.path == vector["at"]] == vector["unknowns"]


@pytest.mark.parametrize(
    "vector", [one for one in SNIPPETS if one not in JAVA], ids=lambda one: f"{one['class']}-{one['version']}"
)
def test_a_piece_of_a_program_shows_its_version(vector: Mapping[str, Any]) -> None:
    data = base64.b64decode(vector["bytes"])
    path = vector["file"] if candidates(vector["file"]) else f"usr/local/bin/{vector['file'].rpartition('/')[2]}"

    shown = {told[0] for mark in candidates(path) if (told := mark.find(path, data)) is not None}

    assert vector["version"] in shown


@pytest.mark.parametrize("row", ARCHIVES["file_names"], ids=lambda row: row[0].rpartition("/")[2])
def test_a_java_archives_file_name_is_split_as_agreed(row: list[str]) -> None:
    name, artifact, version = row

    assert split_file_name(name) == (artifact, version)


@pytest.mark.parametrize("row", ARCHIVES["manifests"], ids=lambda row: row["name"])
def test_a_java_manifest_is_read_as_agreed(row: Mapping[str, Any]) -> None:
    assert dict(read_manifest(row["text"].encode())) == row["main"]
