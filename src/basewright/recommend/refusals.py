"""What does not fit, each with its cause; no family that a reader expects is silently missing."""

from basewright.model.candidate import Refusal
from basewright.recommend.families import expected_labels, label
from basewright.recommend.fit import Judgement
from basewright.recommend.situation import Situation, named, places
from basewright.recommend.subject import Subject, SubjectKind


def refusals(situation: Situation, subject: Subject | None, judged: tuple[Judgement, ...]) -> tuple[Refusal, ...]:
    """Return the refused bases, and a line for each expected family of which nothing was weighed, by reference."""
    if subject is None:
        return ()
    refused = [_refusal(one) for one in judged if not one.fits]
    weighed = {label(one.base) for one in judged}
    today = label(situation.base) if situation.base else ""
    absent = [_absent(name, subject) for name in expected_labels(subject) if name not in weighed and name != today]
    return tuple(sorted([*refused, *absent], key=lambda one: (one.reference, one.cause)))


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
