"""The value that grows along the way; every report, gate and record is a view of it."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

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


class ImageRole(StrEnum):
    """What an image is to a workload."""

    BASE = "base"
    """What it stands on, or runs as it is."""
    BUILT = "built"
    """What its build made earlier; the files may have changed since."""


@dataclass(frozen=True, slots=True)
class ReadImage:
    """An image that was read for an assessment; counts are of the finished image."""

    workload: str
    role: ImageRole
    reference: str
    transport: str
    digest: str | None
    """Of the manifest, or the image ID where the transport has no manifest."""
    created: dt.datetime | None
    system: str | None
    """The distribution's name and release."""
    user: str | None
    """As configured; "" means root. None: the transport has no configuration."""
    bytes: int
    compressed_bytes: int | None
    packages: int
    executables: int
    setuid: int
    wasted_bytes: int
    warnings: tuple[str, ...]
    """Ids of hardening facts of severity warning or error, sorted."""
    is_incomplete: bool


@dataclass(frozen=True, slots=True)
class UnreadImage:
    """An image that would have told more and was not read, and why."""

    workload: str
    role: ImageRole
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImagesSeen:
    """Which images were read, and where none was looked for."""

    read: tuple[ReadImage, ...] = ()
    unread: tuple[UnreadImage, ...] = ()
    note: str = ""
    """Where images were not looked for at all: ``no container engine runs here``."""


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
    images: ImagesSeen = field(default_factory=ImagesSeen)

    @property
    def is_incomplete(self) -> bool:
        """Whether something could not be looked at."""
        return bool(self.unknowns) or any(one.unknowns for one in self.workloads)
