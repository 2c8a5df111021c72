"""How each workload stands, in one sentence, and all of them in one line: the same words in every format."""

from dataclasses import dataclass
from enum import StrEnum

from basewright.model.assessment import AssessedWorkload, Assessment
from basewright.model.candidate import Action, ActionKind, Candidate, Change, Finding, Severity, Suitability
from basewright.report import view, wording


class Standing(StrEnum):
    """How a workload stands, in one word."""

    FITS = "fits"
    """A better base fits as it is: another name in the FROM or `image:` line."""
    CHANGES = "changes"
    """One fits once named lines are changed."""
    STAYS = "stays"
    """No other base is advised."""
    UNKNOWN = "unknown"
    """Today's base is not known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A workload's standing with a sentence that says it."""

    standing: Standing
    sentence: str


_CANNOT_STAY = ("tag-unpublished", "base-past-support", "base-retired", "runtime-past-support")
"""Errors of the base itself: with one of them, staying is no answer, even where nothing else fits yet."""

LABELS = {
    Standing.FITS: "fit as they are",
    Standing.CHANGES: "after named changes",
    Standing.STAYS: "stay",
    Standing.UNKNOWN: "not known",
}
"""What a count of workloads is called; the line of `standings` and the headline of a document share it."""


def verdict(assessed: AssessedWorkload) -> Verdict:
    """Say in one sentence how the workload stands."""
    candidate = view.first_candidate(assessed)
    if candidate is None:
        return _without_candidate(assessed)
    moves = [one for one in _in_order(assessed) if one.kind in {ActionKind.CHANGE_BASE, ActionKind.ADD_STAGE}]
    if len(moves) > 1:  # another base of today's kind comes first: the next line of its runtime
        return Verdict(Standing.CHANGES, f"{_capital(moves[0].what)}. Then {_fits(candidate).sentence}")
    return _fits(candidate)


def _fits(candidate: Candidate) -> Verdict:
    name, gain = str(candidate.base.reference), gain_sentence(candidate)
    if candidate.breaks:
        breaks = wording.plural(len(candidate.breaks), "contract break is", "contract breaks are")
        stage = " in a runtime stage of its own" if candidate.suitability is Suitability.MULTI_STAGE else ""
        return Verdict(Standing.CHANGES, f"{name} fits{stage} once {breaks} repaired{gain}.")
    if candidate.suitability is Suitability.MULTI_STAGE:
        return Verdict(Standing.CHANGES, f"{name} fits once the build has a stage of its own{gain}.")
    if candidate.suitability is Suitability.WITH_CHANGES:
        return Verdict(Standing.CHANGES, f"{name} fits after named changes{gain}.")
    return Verdict(Standing.FITS, f"{name} fits{gain}.")


def _without_candidate(assessed: AssessedWorkload) -> Verdict:
    if view.current_base(assessed) is None:
        reason = assessed.workload.base.reason or "the catalog does not know it"
        return Verdict(Standing.UNKNOWN, f"Nothing can be advised: {reason}.")
    steps = _in_order(assessed)
    if steps and steps[0].kind is ActionKind.CHANGE_BASE:
        return Verdict(Standing.CHANGES, f"{_capital(steps[0].what)}.")
    if view.is_scratch(assessed):
        errors = sum(one.severity is Severity.ERROR for one in assessed.recommendation.findings)
        if errors:
            found = wording.plural(errors, "finding says", "findings say")
            return Verdict(Standing.STAYS, f"It stands on scratch, yet {found} that it lacks what it needs.")
        return Verdict(Standing.STAYS, "It stands on scratch, which is empty: no base is smaller.")
    refusals = assessed.recommendation.refusals
    refused = wording.plural(len({one.reference for one in refusals}), "base was", "bases were")
    looked = f"{refused} looked at and refused" if refusals else "no other base is known that fits"
    if forced := [one for one in assessed.recommendation.findings if one.rule in _CANNOT_STAY and _is_error(one)]:
        return Verdict(Standing.CHANGES, f"It cannot stay where it is: {forced[0].message}; {looked}.")
    return Verdict(Standing.STAYS, f"It stays where it is: {looked}.")


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def _in_order(assessed: AssessedWorkload) -> list[Action]:
    return sorted(assessed.recommendation.actions, key=lambda one: one.rank)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".")


def gain_sentence(candidate: Candidate) -> str:
    """Return ``: 317 MB less to download (−80 %)``; empty where no number is known or nothing changes."""
    change, unit = download_or_size(candidate)
    if not change.saved:
        return ""
    if change.saved > 0:
        return f": {wording.size(change.saved)} less {unit} ({wording.saved_share(change)})"
    return f": {wording.size(-change.saved)} more {unit} ({wording.saved_share(change)})"


def download_or_size(candidate: Candidate) -> tuple[Change, str]:
    """Return the change of the download, or of the unpacked size where only that is known on both sides."""
    change = candidate.expected.compressed_bytes
    if change.saved is None and candidate.expected.bytes.saved is not None:
        return candidate.expected.bytes, "on disk"
    return change, "to download"


def is_smaller(assessed: AssessedWorkload, candidate: Candidate) -> bool:
    """Whether a candidate is known to be smaller, by bytes or else by kind."""
    change, _ = download_or_size(candidate)
    if change.saved is not None:
        return change.saved > 0
    today = view.current_base(assessed)
    if today is None or today.kind is None or candidate.base.kind is None:
        return False
    return view.FOOTPRINT[candidate.base.kind] < view.FOOTPRINT[today.kind]


def counts(assessment: Assessment) -> tuple[tuple[Standing, int], ...]:
    """Return how many workloads stand how; what is not known only where there is such a one."""
    found = [verdict(one).standing for one in assessment.workloads]
    return tuple((one, found.count(one)) for one in Standing if one is not Standing.UNKNOWN or one in found)


def standings(assessment: Assessment) -> str:
    """Return how many workloads stand how, in a line: ``2 fit as they are, 4 after named changes, 0 stay``."""
    if not assessment.workloads:
        return "none was found"
    return ", ".join(f"{number} {LABELS[one]}" for one, number in counts(assessment))
