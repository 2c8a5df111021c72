"""What does not fit, each with its cause; no family that a reader expects is silently missing."""

from basewright.model.base import BaseImage, Kind
from basewright.model.candidate import Refusal
from basewright.recommend.families import expected_labels, label
from basewright.recommend.fit import Judgement
from basewright.recommend.situation import Situation, named, places
from basewright.recommend.subject import Subject, SubjectKind


def refusals(situation: Situation, subject: Subject, judged: tuple[Judgement, ...]) -> tuple[Refusal, ...]:
    """Return the refused bases, and a line for each expected family of which nothing was weighed, by reference."""
    refused = [_refusal(one) for one in judged if not one.fits]
    weighed = {label(one.base) for one in judged}
    carries = situation.base is not None and situation.base.runtime is not None
    carries = carries or subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC}
    today = label(situation.base) if situation.base and carries else ""
    absent = [_absent(name, subject) for name in expected_labels(subject) if name not in weighed and name != today]
    backwards = [_backward(one) for one in judged if one.fits and not is_step_forward(situation, subject, one.base)]
    return tuple(sorted([*refused, *backwards, *absent], key=lambda one: (one.reference, one.cause)))


def is_step_forward(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether `base` is no full image where a smaller one of the same software runs today: nobody is sent back."""
    today = situation.base
    if today is None or today.kind in {None, Kind.FULL} or base.kind is not Kind.FULL:
        return True
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.SYSTEM}:
        return False
    return today.runtime is None or today.runtime.name != subject.name


def _backward(judgement: Judgement) -> Refusal:
    return Refusal(str(judgement.base.reference), "it fits, but is larger than today's base and brings nothing for it")


def _refusal(judgement: Judgement) -> Refusal:
    needs = tuple(need for obstacle in judgement.obstacles for need in obstacle.needs)
    plans = dict.fromkeys(obstacle.plan for obstacle in judgement.obstacles if obstacle.plan)
    return Refusal(
        reference=str(judgement.base.reference),
        cause="; ".join(dict.fromkeys(obstacle.cause for obstacle in judgement.obstacles)),
        needs=tuple(dict.fromkeys(named(need) for need in needs)),
        where=places(*needs),
        plan=" — ".join(plans),
    )


def _absent(name: str, subject: Subject) -> Refusal:
    if name == "scratch" and subject.kind is not SubjectKind.STATIC:
        cause = f"{subject.name} needs a C library and files of its own; scratch has neither"
        return Refusal(name, cause, _needs(subject))
    return Refusal(name, f"the catalog knows no image of this family with {subject}", _needs(subject))


def _needs(subject: Subject) -> tuple[str, ...]:
    return (named(subject.need),) if subject.need else ()
