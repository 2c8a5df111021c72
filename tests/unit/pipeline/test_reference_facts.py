"""What the way to an image tells of it."""

import pytest

from basewright.inventory import take_inventory
from basewright.inventory.hardening import interface
from basewright.model.candidate import Severity
from basewright.model.digest import Digest
from basewright.model.image import ImageIdentity
from basewright.pipeline.reference_facts import BENCHMARK, REFERENCE_RULES, reference_facts, with_reference_facts

DIGEST = Digest("sha256", "a" * 64)


def rules(reference: str, transport: str) -> dict[str, Severity]:
    return {one.rule: one.severity for one in reference_facts(ImageIdentity(reference, transport, digest=DIGEST))}


@pytest.mark.parametrize(
    ("reference", "severity"),
    [
        ("python", Severity.WARNING),
        ("docker.io/library/python:latest", Severity.WARNING),
        ("localhost:5000/app", Severity.WARNING),
        ("python:3.14-slim", Severity.NOTE),
    ],
)
def test_a_name_without_a_digest_moves(reference: str, severity: Severity) -> None:
    assert rules(reference, "registry")["moving-reference"] is severity


@pytest.mark.parametrize(
    ("reference", "transport"),
    [
        (f"python@{DIGEST}", "registry"),
        (f"python:3@{DIGEST}", "podman"),
        (f"docker:sha256:{'a' * 64}", "docker"),
        ("oci-dir:layout:latest", "oci-dir"),
        ("dir:/srv/root", "dir"),
    ],
)
def test_a_digest_or_a_file_does_not(reference: str, transport: str) -> None:
    assert "moving-reference" not in rules(reference, transport)


def test_that_signatures_were_not_read_is_told_of_images_and_not_of_folders() -> None:
    assert rules(f"python@{DIGEST}", "registry") == {"signatures-not-read": Severity.NOTE}
    assert rules("dir:/srv/root", "dir") == {}


def test_the_facts_stand_among_those_of_the_inventory_in_order() -> None:
    found = with_reference_facts(take_inventory([], None), ImageIdentity("python", "registry")).hardening

    assert [one.rule for one in found] == list(REFERENCE_RULES)
    assert [section.version for one in found for section in one.benchmark] == [BENCHMARK] * 3
    assert interface.BENCHMARK == BENCHMARK
    assert "sha256:…" in found[0].remedy
