"""What people declare of a workload, and whose turn is first because of it."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.workload import Declaration

_LEVELS = {"high": 0, "critical": 0, "medium": 1, "low": 2}
_ENVIRONMENTS = {
    "production": 0, "prod": 0, "live": 0, "staging": 2, "test": 3, "testing": 3, "development": 3, "dev": 3,
}  # fmt: skip
_NOT_SAID = 1
"""What nobody declared counts as neither urgent nor idle."""


def declarations(assessed: AssessedWorkload) -> tuple[Declaration, ...]:
    """Return what people declared, in a fixed order."""
    return tuple(sorted(assessed.workload.declarations, key=lambda one: (one.key, one.value, one.where, one.owner)))


def urgency(assessed: AssessedWorkload) -> tuple[int, int]:
    """Return an order: production first, then what is critical; what was not declared stands in the middle."""
    return _least(assessed, "environment", _ENVIRONMENTS), _least(assessed, "criticality", _LEVELS)


def is_declared_urgent(assessed: AssessedWorkload) -> bool:
    """Whether a declaration puts it before others."""
    return 0 in urgency(assessed)


def by_urgency(assessment: Assessment) -> tuple[AssessedWorkload, ...]:
    """Return the workloads in the order in which to turn to them; equals by name."""
    return tuple(sorted(assessment.workloads, key=lambda one: (urgency(one), one.workload.name)))


def familiar(assessed: AssessedWorkload) -> tuple[Declaration, ...]:
    """Return what the team is declared to know."""
    return tuple(one for one in declarations(assessed) if one.key == "familiarity")


def _least(assessed: AssessedWorkload, key: str, order: dict[str, int]) -> int:
    words = [one.value.strip().lower() for one in assessed.workload.declarations if one.key == key]
    return min((order.get(word, _NOT_SAID) for word in words), default=_NOT_SAID)
