"""Findings of all services, rule by rule."""

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Finding, Severity
from basewright.report.content import pieces
from basewright.report.content.pieces import code, paragraph, prose, table
from basewright.report.document import Code, Inline, Mark, Section, Tone

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.NOTE: Tone.PLAIN}


def findings(assessment: Assessment) -> Section:
    """Return the section: each rule under which something was found, the worst first, with every place."""
    found: dict[tuple[Severity, str], list[tuple[AssessedWorkload, Finding]]] = {}
    for assessed in pieces.workloads(assessment):
        for one in sorted(assessed.recommendation.findings, key=lambda x: (x.where, x.message)):
            found.setdefault((one.severity, one.rule), []).append((assessed, one))
    if not found:
        return Section("findings", "Findings", (paragraph("Nothing was found that a person should act on."),))
    order = sorted(found, key=lambda one: (list(Severity).index(one[0]), one[1]))
    rows: list[tuple[Inline, ...]] = [
        ((Mark(severity.value, _TONES[severity]),), code(rule), _told(found[severity, rule]))
        for severity, rule in order
    ]
    return Section("findings", "Findings", (table("By severity and rule", ("Severity", "Rule", "What"), rows),))


def _told(members: list[tuple[AssessedWorkload, Finding]]) -> Inline:
    """Return each message once, with the services and lines that it is about."""
    messages: dict[str, list[Inline]] = {}
    for assessed, one in members:
        messages.setdefault(one.message, []).append((f"{assessed.workload.name} ", Code(str(one.where))))
    return pieces.joined(
        ((*prose(message), " (", *pieces.joined(places), ")") for message, places in messages.items()), "; "
    )
