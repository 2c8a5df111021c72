"""Candidates, refusals and recommendations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from basewright.model.base import BaseImage, Recognition
from basewright.model.contract import Difference, Effect
from basewright.model.span import Location


class TradeOffKind(StrEnum):
    """What a choice costs, or gives, beyond bytes."""

    DEBUGGING = "debugging"
    COMPATIBILITY = "compatibility"
    MAINTENANCE = "maintenance"
    LOCK_IN = "vendor-lock-in"
    ENTITLEMENT = "entitlement"
    PERFORMANCE = "performance"
    LEARNING = "learning"


@dataclass(frozen=True, slots=True)
class TradeOff:
    """One trade-off of a candidate and how it is met."""

    kind: TradeOffKind
    what: str
    met_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A number today and after; None where not known, and so is the difference."""

    today: int | None
    after: int | None

    @property
    def saved(self) -> int | None:
        """Return today minus after, None unless both are known."""
        return None if self.today is None or self.after is None else self.today - self.after


@dataclass(frozen=True, slots=True)
class Seconds:
    """A duration today and after, in seconds; None where not known."""

    today: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a candidate; each number of the base image itself, not of the application."""

    compressed_bytes: Change
    bytes: Change
    packages: Change
    executables: Change
    setuid: Change
    download: Seconds = Seconds(None, None)
    """Time to pull the compressed bytes at `bandwidth_bits_per_second`, nothing of it being there yet."""
    bandwidth_bits_per_second: int | None = None
    beyond_first_layer: Change = Change(None, None)
    """Compressed bytes without the first layer, which images of one distribution build share and a store keeps once."""


class Suitability(StrEnum):
    """How a candidate is proposed."""

    IN_PLACE = "in-place"
    """Another FROM of the same shape."""
    MULTI_STAGE = "multi-stage"
    """As the base of a runtime stage; today's base stays to build."""
    WITH_CHANGES = "with-changes"
    """Contract breaks with known repairs stand between."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A base that fits, with what it would change."""

    base: BaseImage
    rank: int
    """From 1."""
    suitability: Suitability
    rank_reason: str
    """Why it stands here: breaks, horizon, footprint against its neighbours."""
    contract: tuple[Difference, ...]
    expected: Expected
    trade_offs: tuple[TradeOff, ...]
    warnings: tuple[str, ...] = ()
    """Traps that warn, each with its reference."""
    evidence: tuple[str, ...] = ()
    """Sources and dates of the facts that decided."""

    @property
    def breaks(self) -> tuple[Difference, ...]:
        """The differences that break something of this project."""
        return tuple(one for one in self.contract if one.effect is Effect.BREAK)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A base (or a whole family) that does not fit, and why."""

    reference: str
    """``python:3.12-alpine``, or a family: ``distroless/python3``."""
    cause: str
    needs: tuple[str, ...] = ()
    """``kind:value`` of the needs that it would break."""
    where: tuple[Location, ...] = ()
    plan: str = ""
    """What it would take, where it is possible at all: the dump-and-restore plan."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One line of the distance to the ideal."""

    what: str
    ideal: str
    now: str
    is_met: bool | None
    """None: not known."""


class ActionKind(StrEnum):
    """What sort of step it is."""

    CHANGE_BASE = "change-base"
    ADD_STAGE = "add-stage"
    HARDEN = "harden"
    PIN = "pin"
    REPAIR = "repair"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Action:
    """One step, in the order in which to take them."""

    rank: int
    kind: ActionKind
    what: str
    why: str
    change: str = ""
    """The change itself, as lines: ``- FROM node:24`` / ``+ FROM node:24-slim``."""
    where: Location | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What is advised for one workload."""

    current: Recognition | None
    """None when the base is not in the catalog (or is scratch, or not resolved)."""
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]
    gap: tuple[Gap, ...]
    actions: tuple[Action, ...]
    findings: tuple["Finding", ...] = ()


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about the workload that a person should act on, under a documented rule."""

    rule: str
    """Kebab-case id, such as ``base-past-support``; documented in docs/reference/rules."""
    severity: Severity
    message: str
    where: Location
    remedy: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
