"""Release lines against what manifests ask."""

import pytest

from basewright.model.requirement import asked_version, satisfies


@pytest.mark.parametrize(
    ("version", "requirement", "answer"),
    [
        ("3.12", ">=3.11", True),
        ("3.12", ">=3.11,<3.13", True),
        ("3.13", ">=3.11,<3.13", False),
        ("3.12", ">=3.12.4", True),
        ("3.12.3", ">=3.12.4", False),
        ("3.12", "<3.12.4", True),
        ("3.12", "~=3.11", True),
        ("3.12", "~=3.11.2", False),
        ("3.12", "==3.12.*", True),
        ("3.12", "!=3.12.*", False),
        ("24", "^22 || ^24", True),
        ("24", "20 || 22", False),
        ("24", "20.x", False),
        ("24", ">= 20 < 23", False),
        ("24", "18 - 22", False),
        ("22.1.0", "v22", True),
        ("24", ">22", True),
        ("22", ">22", False),
        ("8.0", "net8.0", True),
        ("6.0", "net8.0", False),
        ("9.0", "net8.0", False),
        ("24", "", None),
        ("24", "lts/*", None),
        ("latest", ">=3", None),
        ("24", "1" * 5000, None),
    ],
)
def test_a_line_meets_a_requirement_or_does_not(version: str, requirement: str, answer: bool | None) -> None:
    assert satisfies(version, requirement) is answer


@pytest.mark.parametrize(
    ("requirement", "version"),
    [(">=3.12,<4", "3.12"), ("net8.0", "8.0"), ("^20.1.0", "20.1.0"), ("*", None), ("lts/iron", None)],
)
def test_a_requirement_names_a_version(requirement: str, version: str | None) -> None:
    assert asked_version(requirement) == version
