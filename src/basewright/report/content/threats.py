"""Threats: the attack surface, what could come of it, and what is not measured."""

from collections.abc import Callable

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.base import BaseImage
from basewright.report import exposure, view, wording
from basewright.report.content import pieces
from basewright.report.content.pieces import paragraph, plain, table
from basewright.report.document import Block, Inline, Note, Section, Tone


def threats(assessment: Assessment) -> Section:
    """Return the section: the attack surface and the threats, today and with every first candidate."""
    found = pieces.workloads(assessment)
    if not found:
        return Section("threats", "Threats", (paragraph("Without a service there is nothing to attack."),))
    note = (
        "No vulnerability data was read for this report. The tables say how much software falls away; how many known "
        "vulnerabilities go with it is not measured."
    )
    blocks: list[Block] = [
        paragraph(
            "An attacker who gets into a service can use what lies in its image, whether or not the service needs it. "
            "Severity is Basewright's judgement of the impact in a container without further protection. Today and "
            "after count the services whose base makes the threat easier; `?` counts those where that is not known."
        ),
        _threat_table(assessment),
        _surface(found),
        Note(Tone.WARN, plain(note)),
    ]
    return Section("threats", "Threats", tuple(blocks))


def _threat_table(assessment: Assessment) -> Block:
    rows: list[tuple[Inline, ...]] = []
    for threat in exposure.THREATS:
        today, after = (exposure.tally(threat, assessment, after=later) for later in (False, True))
        rows.append(
            (
                plain(threat.name),
                plain(threat.severity or wording.NOT_KNOWN),
                plain(threat.impact),
                plain(str(today)),
                plain(str(after)),
                plain(threat.reduced_by),
                plain(threat.not_looked_at),
            )
        )
    heads = ("Threat", "Severity", "Impact", "Today#", "After#", "How it is reduced", "Not looked at")
    return table("Threats before and after", heads, rows)


def _surface(found: tuple[AssessedWorkload, ...]) -> Block:
    def both(assessed: AssessedWorkload, say: Callable[[BaseImage], str]) -> Inline:
        today, candidate = view.current_base(assessed), view.first_candidate(assessed)
        words = say(today) if today else wording.NOT_KNOWN
        after = say(candidate.base) if candidate else words
        return plain(words if words == after else f"{words} → {after}")

    rows = [
        (
            plain(one.workload.name),
            both(one, lambda base: wording.yes_no(base.shell)),
            both(one, lambda base: wording.yes_no(base.package_manager)),
            both(one, lambda base: wording.count(base.packages)),
            _fall_away(one),
            both(one, lambda base: wording.count(base.executables)),
            both(one, lambda base: wording.count(base.setuid)),
            both(one, pieces.user),
        )
        for one in found
    ]
    heads = ("Service", "Shell", "Package manager", "Packages", "Fall away#", "Executables", "Set-uid", "Default user")
    return table("Attack surface of the bases, today → first candidate", heads, rows)


def _fall_away(assessed: AssessedWorkload) -> Inline:
    candidate = view.first_candidate(assessed)
    return plain(wording.count(candidate.expected.packages.saved) if candidate else "nothing else is advised")
