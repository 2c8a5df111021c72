"""Refusals as a person reads them: tags of one repository with one cause in one line, long plans once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Refusal
from basewright.model.span import Location


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """Bases of one repository that were refused for the same causes."""

    references: tuple[str, ...]
    cause: str
    plan: str
    where: tuple[Location, ...]

    @property
    def name(self) -> str:
        """The first reference, the others by their tags alone: ``node:24-alpine, 24-slim``."""
        first, *others = self.references
        return ", ".join([first, *(one[len(_repository(one)) + 1 :] for one in others)])


def group(refusals: Iterable[Refusal]) -> tuple[RefusalGroup, ...]:
    """Return the groups, sorted by their first reference."""
    found: dict[tuple[str, str, str], list[Refusal]] = {}
    for one in sorted(refusals, key=lambda x: (x.reference, x.cause, x.plan)):
        found.setdefault((_repository(one.reference), one.cause, one.plan), []).append(one)
    return tuple(
        RefusalGroup(
            tuple(dict.fromkeys(one.reference for one in members)),
            cause,
            plan,
            tuple(sorted({where for one in members for where in one.where})),
        )
        for (_, cause, plan), members in found.items()
    )


def groups_of(assessed: AssessedWorkload) -> tuple[RefusalGroup, ...]:
    """Return the groups of one workload."""
    return group(assessed.recommendation.refusals)


def shared_plans(assessment: Assessment) -> tuple[str, ...]:
    """Return the plans that stand at more than one line, in the order of their first use."""
    ordered = sorted(assessment.workloads, key=lambda one: one.workload.name)
    used = Counter(one.plan for assessed in ordered for one in groups_of(assessed) if one.plan)
    return tuple(plan for plan, number in used.items() if number > 1)


def _repository(reference: str) -> str:
    """Return a reference without its tag; a name that is no reference (a family) as it is."""
    path, colon, tag = reference.rpartition(":")
    return path if colon and "/" not in tag and "@" not in tag and " " not in reference else reference
