"""The value that grows along the way; every report, gate and record is a view of it."""

import datetime as dt
from dataclasses import dataclass

from basewright.model.candidate import Recommendation
from basewright.model.need import Need
from basewright.model.unknown import Unknown
from basewright.model.workload import Workload


@dataclass(frozen=True, slots=True)
class AssessedWorkload:
    """One workload with everything found out about it."""

    workload: Workload
    needs: tuple[Need, ...]
    recommendation: Recommendation
    unknowns: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class ExcludedInput:
    """Something that was found and on purpose not looked at."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The state of a project on one day."""

    target: str
    created: dt.datetime
    """UTC, from the clock port."""
    workloads: tuple[AssessedWorkload, ...]
    inputs: tuple[tuple[str, str], ...]
    """(path, SHA-256 in hex) of every file that was read, sorted."""
    catalog_date: dt.date
    unknowns: tuple[Unknown, ...] = ()
    excluded: tuple[ExcludedInput, ...] = ()
    bandwidth_bits_per_second: int = 100_000_000
    """What download times are told for."""

    @property
    def is_incomplete(self) -> bool:
        """Whether something could not be looked at."""
        return bool(self.unknowns) or any(one.unknowns for one in self.workloads)
