"""``--fail-on``: whether what was found fails the run that asked for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from basewright.cli.shapes import did_you_mean
from basewright.errors import InputError
from basewright.model.assessment import Assessment
from basewright.model.candidate import Severity

INCOMPLETE = "incomplete"
"""The rule that fails a run when something could not be looked at."""


class GateCode(IntEnum):
    """Exit codes of a gate (docs/reference/exit-codes.md): 1 wins over 7, 7 over 0."""

    PASSED = 0
    FAILED = 1
    CANNOT_TELL = 7


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says, and its reasons for a person."""

    code: GateCode
    reasons: tuple[str, ...] = ()


def check_rules(rules: Sequence[str], known: Iterable[str]) -> None:
    """Raise InputError for a rule that does not exist: a gate with a typing error would pass for ever."""
    words = {*known, *map(str, Severity), INCOMPLETE}
    for rule in rules:
        if rule not in words:
            raise InputError(f"--fail-on: no rule {rule[:80]!r}", hint=did_you_mean(rule, words))


def judge(assessment: Assessment, rules: Sequence[str]) -> Gate:
    """Hold `assessment` against the `rules` that were asked for; with none, it passes.

    A rule is a finding's id, a severity (then every finding at least as severe counts), or ``incomplete``.
    """
    if not rules:
        return Gate(GateCode.PASSED)
    met = tuple(_met(assessment, rules))
    if met:
        return Gate(GateCode.FAILED, met)
    if assessment.is_incomplete or not assessment.workloads:
        return Gate(GateCode.CANNOT_TELL, (_what_is_missing(assessment),))
    return Gate(GateCode.PASSED)


def _met(assessment: Assessment, rules: Sequence[str]) -> Iterable[str]:
    asked = set(rules) | _severities(rules)
    for one in assessment.workloads:
        for finding in one.recommendation.findings:
            if finding.rule in asked or finding.severity in asked:
                yield f"{finding.where}: {finding.rule}: {finding.message}"
    if INCOMPLETE in asked and assessment.is_incomplete:
        yield _what_is_missing(assessment)


def _severities(rules: Sequence[str]) -> set[str]:
    """Return the severities that are at least as severe as one that was asked for."""
    order = [str(one) for one in (Severity.ERROR, Severity.WARNING, Severity.NOTE)]
    asked = [order.index(rule) for rule in rules if rule in order]
    return set(order[: max(asked) + 1]) if asked else set()


def _what_is_missing(assessment: Assessment) -> str:
    if not assessment.workloads:
        return "nothing was found that could be judged"
    unknowns = sorted({*assessment.unknowns, *(u for one in assessment.workloads for u in one.unknowns)})
    first = unknowns[0]
    more = f" (and {len(unknowns) - 1} more)" if len(unknowns) > 1 else ""
    return f"incomplete: {first.path}: {first.reason}{more}"
