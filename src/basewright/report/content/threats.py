"""Threats: the attack surface, what could come of it, and what is not measured."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.model.candidate import Change
from basewright.report import view, wording
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, table
from basewright.report.document import Block, Inline, Note, Section, Tone

NOT_MEASURED = "not measured"

Judge = Callable[[AssessedWorkload, BaseImage, dt.date], bool | None]


@dataclass(frozen=True, slots=True)
class Threat:
    """Something that a base makes easier, and how to tell from its facts."""

    name: str
    severity: str
    impact: str
    applies: Judge


def _past_support(assessed: AssessedWorkload, base: BaseImage, on: dt.date) -> bool | None:
    del assessed
    supported = view.is_supported(base, on)
    return None if supported is None else not supported


THREATS: tuple[Threat, ...] = (
    Threat(
        "No security updates: the base is past its support",
        "high",
        "Known holes in it stay open for good, and scanners may no longer even report them.",
        _past_support,
    ),
    Threat(
        "The process runs as root",
        "high",
        "Who takes over the process owns every file of the container, and one kernel or mount mistake away, the host.",
        lambda assessed, base, _: view.is_started_as_root(assessed, base),
    ),
    Threat(
        "Set-uid programs lie in the image",
        "medium",
        "A user without rights has programs at hand that run with root's.",
        lambda _, base, __: None if base.setuid is None else base.setuid > 0,
    ),
    Threat(
        "A shell lies in the image",
        "medium",
        "An injection into a command line, or a file written by an attacker, can be run at once.",
        lambda _, base, __: base.shell,
    ),
    Threat(
        "A package manager lies in the image",
        "medium",
        "An attacker installs what is missing instead of bringing it along.",
        lambda _, base, __: base.package_manager,
    ),
)


def threats(assessment: Assessment) -> Section:
    """Return the section: the attack surface and the threats, today and with every first candidate."""
    found = pieces.workloads(assessment)
    if not found:
        return Section("threats", "Threats", (paragraph("Without a service there is nothing to attack."),))
    note = (
        "No vulnerability data was read for this report. The table says how much software falls away; how many known "
        "vulnerabilities go with it is not measured."
    )
    blocks: list[Block] = [
        paragraph(
            "An attacker who gets into a service can use what lies in its image, whether or not the service needs it."
        ),
        _threat_table(assessment),
        paragraph(
            "Severity is Basewright's judgement of the impact in a container without further protection. Today and "
            "after count the services whose base makes the threat easier; `?` counts those where that is not known."
        ),
        _surface(found),
        Note(Tone.WARN, plain(note)),
        _unnecessary(found),
    ]
    return Section("threats", "Threats", tuple(blocks))


def _threat_table(assessment: Assessment) -> Block:
    on = assessment.created.date()
    rows: list[tuple[Inline, ...]] = []
    for threat in THREATS:
        today = [_judge(threat, one, view.current_base(one), on) for one in assessment.workloads]
        after = [_judge(threat, one, _after(one), on) for one in assessment.workloads]
        rows.append(
            (
                plain(threat.name),
                plain(threat.severity),
                plain(threat.impact),
                plain(_tally(today)),
                plain(_tally(after)),
            )
        )
    return table("Threats before and after", ("Threat", "Severity", "Impact", "Today#", "After#"), rows)


def _after(assessed: AssessedWorkload) -> BaseImage | None:
    candidate = view.first_candidate(assessed)
    return candidate.base if candidate else view.current_base(assessed)


def _judge(threat: Threat, assessed: AssessedWorkload, base: BaseImage | None, on: dt.date) -> bool | None:
    return threat.applies(assessed, base, on) if base is not None else None


def _tally(judgements: list[bool | None]) -> str:
    unknown = judgements.count(None)
    text = f"{judgements.count(True)} of {len(judgements)}"
    return f"{text} ({unknown} ?)" if unknown else text


def _surface(found: tuple[AssessedWorkload, ...]) -> Block:
    def both(assessed: AssessedWorkload, say: Callable[[BaseImage], str]) -> Inline:
        today, candidate = view.current_base(assessed), view.first_candidate(assessed)
        words = say(today) if today else wording.NOT_KNOWN
        return plain(f"{words} → {say(candidate.base)}" if candidate else words)

    rows = [
        (
            plain(one.workload.name),
            both(one, lambda base: wording.yes_no(base.shell)),
            both(one, lambda base: wording.yes_no(base.package_manager)),
            both(one, lambda base: wording.count(base.executables)),
            both(one, lambda base: wording.count(base.setuid)),
            both(one, pieces.user),
        )
        for one in found
    ]
    heads = ("Service", "Shell", "Package manager", "Executables", "Set-uid files", "Default user")
    return table("Attack surface of the bases, today → first candidate", heads, rows)


def _unnecessary(found: tuple[AssessedWorkload, ...]) -> Block:
    rows = []
    for assessed in found:
        base, candidate = view.current_base(assessed), view.first_candidate(assessed)
        packages = candidate.expected.packages if candidate else Change(base.packages if base else None, None)
        falls_away = wording.count(packages.saved) if candidate else "none, as no other base is advised"
        rows.append(
            (
                plain(assessed.workload.name),
                plain(wording.count(packages.today)),
                plain(falls_away),
                plain(NOT_MEASURED),
                plain(NOT_MEASURED),
            )
        )
    heads = ("Service", "Packages in the base#", "Fall away#", "Vulnerable today#", "Vulnerable after#")
    return table("Vulnerabilities in packages that are not needed", heads, rows)
