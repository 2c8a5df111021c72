"""Declarations and hints: positives and negatives."""

import pytest
from needing import PYTHON, declared, find, lines, needs_of, values, workload

from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Declaration, Hint
from basewright.needs import misunderstood

TEXT = 'FROM python:3.12\nCMD ["python", "a.py"]\n'


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("shell", NeedKind.SHELL, "sh"),
        ("shell:bash", NeedKind.SHELL, "bash"),
        ("command:curl", NeedKind.COMMAND, "curl"),
        ("library:libpq5", NeedKind.LIBRARY, "libpq5"),
        ("ca-certificates", NeedKind.CA_CERTIFICATES, "ca-certificates"),
    ],
)
def test_a_declared_need_is_certain(text: str, kind: NeedKind, value: str) -> None:
    need = find(needs_of(TEXT, PYTHON, declarations=(declared(text),)), kind)
    assert need is not None
    assert (need.value, need.confidence) == (value, Confidence.CERTAIN)
    assert need.evidence[0].kind is EvidenceKind.DECLARED
    assert lines(need) == ["basewright.toml:4"]
    assert "ops" in need.evidence[0].what


def test_a_declaration_that_the_files_contradict_is_told_and_the_evidence_stays() -> None:
    need = find(
        needs_of("FROM python:3.12\nCMD python a.py $X\n", PYTHON, declarations=(declared("no-shell"),)), NeedKind.SHELL
    )
    assert need is not None
    assert "declared not needed at basewright.toml:4, yet CMD is in shell form" in need.detail
    assert need.confidence is Confidence.CERTAIN


def test_a_declaration_that_the_files_bear_out_changes_nothing() -> None:
    assert needs_of(TEXT, PYTHON, declarations=(declared("no-shell"),)) == needs_of(TEXT, PYTHON)


def test_a_denied_command_leaves_others_alone() -> None:
    text = "FROM python:3.12\nCMD curl x; jq y\n"
    needs = needs_of(text, PYTHON, declarations=(declared("no-command:curl"),))
    curl, jq = find(needs, NeedKind.COMMAND, "curl"), find(needs, NeedKind.COMMAND, "jq")
    assert curl is not None
    assert "declared not needed" in curl.detail
    assert jq is not None
    assert "declared" not in jq.detail


def test_other_keys_declare_no_need() -> None:
    one = Declaration("environment", "shell", "ops", "", Location("basewright.toml", 4))
    assert needs_of(TEXT, PYTHON, declarations=(one,)) == needs_of(TEXT, PYTHON)


def test_a_kind_that_is_none_is_an_unknown() -> None:
    found = misunderstood(workload(TEXT, declarations=(declared("shel"), declared("shell"))))
    assert [one.path for one in found] == ["basewright.toml:4"]
    assert "shel" in found[0].reason


def test_a_runbooks_shell_is_a_weak_hint_of_debugging() -> None:
    hint = Hint("docker compose exec app bash", Location("docs/runbook.md", 12))
    need = find(needs_of(TEXT, PYTHON, hints=(hint,)), NeedKind.DEBUGGING)
    assert need is not None
    assert (need.value, need.confidence) == ("docs/runbook.md", Confidence.LOW)
    assert need.evidence[0].kind is EvidenceKind.DOCUMENT


def test_other_hints_are_no_debugging() -> None:
    hint = Hint("docker compose up --build", Location("README.md", 3))
    assert values(needs_of(TEXT, PYTHON, hints=(hint,)), NeedKind.DEBUGGING) == []
