"""Rules about the present state: each yields findings under an id that docs/reference/rules documents."""

from basewright.model.candidate import Finding, Severity
from basewright.recommend.findings import base_state, content, declared, deployment, identity, layout, pinning, process
from basewright.recommend.findings.rule import Rule
from basewright.recommend.situation import Situation

RULES: tuple[Rule, ...] = (
    *base_state.RULES,
    *pinning.RULES,
    *identity.RULES,
    *process.RULES,
    *content.RULES,
    *layout.RULES,
    *deployment.RULES,
    *declared.RULES,
)
"""Every rule; a new one is a line in its module's tuple and a page in the docs."""
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def find(situation: Situation) -> tuple[Finding, ...]:
    """Return what every rule finds: errors first, then by place and rule; each finding once."""
    found = {_key(one): one for rule in RULES for one in rule.check(situation)}
    return tuple(sorted(found.values(), key=lambda one: (_ORDER[one.severity], one.where, one.rule, one.message)))


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.where, finding.message


__all__ = ["RULES", "Rule", "find"]
