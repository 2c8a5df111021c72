"""What the bases expose, today and with the first candidates, as far as their facts tell: no advisory is read.

The threats and the numbers of the attack surface are values here; each format says them in its own way.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.report import view, wording

Judge = Callable[[AssessedWorkload, BaseImage, dt.date], bool | None]


@dataclass(frozen=True, slots=True)
class Threat:
    """Something that a base makes easier, and how to tell from its facts."""

    id: str
    name: str
    severity: str | None
    """Our judgement of the impact in a container without further protection; None where it is not judged."""
    impact: str
    reduced_by: str
    not_looked_at: str
    applies: Judge


def _past_support(assessed: AssessedWorkload, base: BaseImage, on: dt.date) -> bool | None:
    del assessed
    supported = view.is_supported(base, on)
    return None if supported is None else not supported


THREATS: tuple[Threat, ...] = (
    Threat(
        "base-past-support",
        "No security updates: the base is past its support",
        "high",
        "Known holes in it stay open for good, and scanners may no longer even report them.",
        "Move to a base with support ahead, and review the choice before that ends.",
        "which known vulnerabilities it has: no advisory was read",
        _past_support,
    ),
    Threat(
        "runs-as-root",
        "The process runs as root",
        "high",
        "Who takes over the process owns every file of the container, and one kernel or mount mistake away, the host.",
        "Set a numeric USER, or take a base that sets one.",
        "what the host adds (user namespaces, seccomp profiles), and whether the process steps down by itself",
        lambda assessed, base, _: view.is_started_as_root(assessed, base),
    ),
    Threat(
        "set-uid-programs",
        "Set-uid programs lie in the image",
        "medium",
        "A user without rights has programs at hand that run with root's.",
        "Take a base without them, or forbid new privileges at run time.",
        "programs that the project's own lines bring: no image was opened",
        lambda _, base, __: None if base.setuid is None else base.setuid > 0,
    ),
    Threat(
        "shell",
        "A shell lies in the image",
        "medium",
        "An injection into a command line, or a file written by an attacker, can be run at once.",
        "Start in exec form, and take a base without a shell.",
        "shells that the project's own lines bring: no image was opened",
        lambda _, base, __: base.shell,
    ),
    Threat(
        "package-manager",
        "A package manager lies in the image",
        "medium",
        "An attacker installs what is missing instead of bringing it along.",
        "Install in a build stage, and run on a base without one.",
        "package managers that the project's own lines bring: no image was opened",
        lambda _, base, __: base.package_manager,
    ),
    Threat(
        "vulnerable-packages",
        "Known vulnerabilities lie in packages that nothing needs",
        None,
        "What is never called can still be called by an attacker, and has to be patched all the same.",
        "Fewer packages: the table below says how many fall away.",
        "vulnerabilities themselves: no advisory was read, so their number is not known, before or after",
        lambda _, __, ___: None,
    ),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many workloads a threat concerns: `names` of those, and of those where it is not known."""

    names: tuple[str, ...]
    unknown: tuple[str, ...]
    of: int

    @property
    def count(self) -> int | None:
        """How many it concerns; None while that is not known of some."""
        return None if self.unknown else len(self.names)

    def __str__(self) -> str:
        if self.of and len(self.unknown) == self.of:
            return wording.NOT_KNOWN
        text = f"{len(self.names)} of {self.of}"
        return f"{text} ({len(self.unknown)} ?)" if self.unknown else text


def tally(threat: Threat, assessment: Assessment, *, after: bool) -> Tally:
    """Return whom `threat` concerns today, or with every first candidate taken."""
    yes, unknown, on = [], [], assessment.created.date()
    for assessed in assessment.workloads:
        base = base_after(assessed) if after else view.current_base(assessed)
        applies = threat.applies(assessed, base, on) if base is not None else None
        if applies is None:
            unknown.append(assessed.workload.name)
        elif applies:
            yes.append(assessed.workload.name)
    return Tally(tuple(sorted(yes)), tuple(sorted(unknown)), len(assessment.workloads))


def base_after(assessed: AssessedWorkload) -> BaseImage | None:
    """Return the first candidate's base, or today's where nothing else is advised."""
    candidate = view.first_candidate(assessed)
    return candidate.base if candidate else view.current_base(assessed)


@dataclass(frozen=True, slots=True)
class Surface:
    """The attack surface of one base or of several; None where not known, and so is a sum with an unknown part."""

    packages: int | None
    executables: int | None
    setuid: int | None
    shells: int | None
    package_managers: int | None
    roots: int | None
    compressed_bytes: int | None
    bytes: int | None


def surface(assessed: AssessedWorkload, base: BaseImage | None) -> Surface:
    """Return the numbers of `base` under this workload; shell, package manager and root are 1 or 0."""
    if base is None:
        return Surface(*(None,) * 8)
    return Surface(
        base.packages,
        base.executables,
        base.setuid,
        _number(base.shell),
        _number(base.package_manager),
        _number(view.is_started_as_root(assessed, base)),
        base.compressed_bytes,
        base.bytes,
    )


def project_surface(assessment: Assessment, *, after: bool) -> Surface:
    """Return the sum over all workloads; each number only where every workload's is known, and none for no workload."""
    parts = [
        surface(assessed, base_after(assessed) if after else view.current_base(assessed))
        for assessed in assessment.workloads
    ]
    return Surface(
        _sum([one.packages for one in parts]),
        _sum([one.executables for one in parts]),
        _sum([one.setuid for one in parts]),
        _sum([one.shells for one in parts]),
        _sum([one.package_managers for one in parts]),
        _sum([one.roots for one in parts]),
        _sum([one.compressed_bytes for one in parts]),
        _sum([one.bytes for one in parts]),
    )


def _number(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _sum(numbers: list[int | None]) -> int | None:
    known = [one for one in numbers if one is not None]
    return sum(known) if known and len(known) == len(numbers) else None
