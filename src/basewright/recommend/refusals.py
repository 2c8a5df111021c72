"""What does not fit, each with its cause; no family that a reader expects is silently missing."""

import datetime as dt
from collections.abc import Sequence

from basewright.model.base import BaseImage, Kind
from basewright.model.candidate import Candidate, Refusal
from basewright.recommend.absent import absent
from basewright.recommend.fit import Judgement, judge
from basewright.recommend.fit.support import end_of_support
from basewright.recommend.lineage import footprint
from basewright.recommend.situation import Situation, named, places
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.substitution import build_of, substitutes

_CAUSES = 3
"""Causes that one refusal tells; the needs and places of all of them stay with it."""
_PLAIN_KINDS = frozenset({Kind.FULL, Kind.SLIM, Kind.MINIMAL})
_YEAR = dt.timedelta(days=365)


def refusals(situation: Situation, subject: Subject, judged: tuple[Judgement, ...]) -> tuple[Refusal, ...]:
    """Return the refused bases, and a line for each expected family of which nothing was weighed, by reference."""
    refused = [_refusal(one) for one in judged if not one.fits]
    backwards = [
        Refusal(str(one.base.reference), cause)
        for one in judged
        if one.fits and (cause := step_back(situation, subject, one.base))
    ]
    missing = absent(situation, subject, [one.base for one in judged])
    return tuple(sorted([*refused, *backwards, *missing], key=lambda one: (one.reference, one.cause)))


def surplus(situation: Situation, ordered: list[BaseImage]) -> tuple[Refusal, ...]:
    """Return what fits and is too much: full images beside smaller ones, one more vendor's build of the runtime."""
    full = _no_smaller(situation, ordered)
    left_out = {one.reference for one in full}
    rest = [one for one in ordered if str(one.reference) not in left_out]
    others = [one for one in rest if build_of(one) is not None and substitutes(situation.base, one)]
    more = tuple(
        Refusal(
            str(one.reference),
            f"it fits, and is one more vendor's build of the same runtime ({build_of(one)}): "
            f"{others[0].reference} stands for them",
        )
        for one in others[1:]
    )
    return (*full, *more)


def _no_smaller(situation: Situation, ordered: list[BaseImage]) -> tuple[Refusal, ...]:
    """Return the full images where a full one runs today and something smaller fits."""
    smaller = next((one for one in ordered if one.kind is not None and one.kind is not Kind.FULL), None)
    if situation.base is None or situation.base.kind is not Kind.FULL or smaller is None:
        return ()
    cause = f"it fits, and is no smaller in kind than today's base; {smaller.reference} is, and fits"
    return tuple(Refusal(str(one.reference), cause) for one in ordered if one.kind is Kind.FULL)


def below(candidates: Sequence[Candidate], most: int) -> tuple[Refusal, ...]:
    """Return a line for each candidate that ranks below the `most` that are listed."""
    return tuple(
        Refusal(str(one.base.reference), f"it fits, and ranks below the {most} that are listed") for one in candidates
    )


def is_step_forward(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether `base` brings something: nobody is sent back."""
    return not step_back(situation, subject, base)


def step_back(situation: Situation, subject: Subject, base: BaseImage) -> str:
    """Return in which way `base` is a step back from today's base without bringing anything; "" where it is none."""
    if _is_fuller(situation, subject, base):
        return "it fits, but is larger than today's base and brings nothing for it"
    if _brings_nothing(situation, subject, base):
        return "it fits, but brings neither longer support, hardening nor a smaller size"
    lost = _lost(situation, base)
    return f"it fits, but {lost}, and brings nothing for it" if lost and not _gains(situation, subject, base) else ""


def _is_fuller(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether it is a full image where a smaller one of the same software runs today."""
    today = situation.base
    if today is None or today.kind in {None, Kind.FULL} or base.kind is not Kind.FULL:
        return False
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.SYSTEM}:
        return True
    return today.runtime is not None and today.runtime.name == subject.name


def _brings_nothing(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether it is of today's kind and no better in anything that is known, while today's base still does."""
    today = situation.base
    if today is None or today.kind not in _PLAIN_KINDS or base.kind is not today.kind or _moves(subject):
        return False
    if (base.hardened is not None and today.hardened is None) or (today.is_root and base.is_root is False):
        return False
    old, new = (end_of_support(one, count_lts=situation.options.count_lts) for one in (today, base))
    if new is not None and (old is None or new[0] > old[0]):
        return False
    sizes = today.compressed_bytes, base.compressed_bytes
    if sizes[0] is None or sizes[1] is None or sizes[1] < sizes[0]:
        return False
    return judge(situation, subject, today).fits


def _moves(subject: Subject) -> bool:
    return subject.move is not None and subject.move.is_taken


def _lost(situation: Situation, base: BaseImage) -> str:
    """Return which protection of today's base `base` gives up; "" for none."""
    today = situation.base
    if today is None or base.kind is Kind.SCRATCH:
        return ""
    if today.is_root is False and base.is_root and situation.workload.runtime.user is None:
        return "starts as root where today's base does not"
    if today.shell is False and base.shell:
        return "has a shell where today's base has none"
    if today.hardened is not None and base.hardened is None:
        return f"is not hardened as today's base is ({today.hardened.vendor})"
    same = (today.reference.repository, today.kind) == (base.reference.repository, base.kind)
    return "is the same image for root" if same and today.is_root is False and base.is_root else ""


def _gains(situation: Situation, subject: Subject, base: BaseImage) -> bool:
    """Whether it is smaller in kind, or today's base does not fit, or is to be left within a year."""
    today = situation.base
    if today is None or footprint(base) < footprint(today):
        return True
    moves = _moves(subject)
    ended = end_of_support(today, count_lts=situation.options.count_lts)
    ends_soon = ended is not None and ended[0] < situation.today + _YEAR
    same = today.reference.repository == base.reference.repository and today.kind == base.kind
    return moves or ((ends_soon or not judge(situation, subject, today).fits) and not same)


def _refusal(judgement: Judgement) -> Refusal:
    needs = tuple(need for obstacle in judgement.obstacles for need in obstacle.needs)
    plans = dict.fromkeys(obstacle.plan for obstacle in judgement.obstacles if obstacle.plan)
    return Refusal(
        reference=str(judgement.base.reference),
        cause=_told(list(dict.fromkeys(obstacle.cause for obstacle in judgement.obstacles))),
        needs=tuple(dict.fromkeys(named(need) for need in needs)),
        where=places(*needs),
        plan=" — ".join(plans),
    )


def _told(causes: list[str]) -> str:
    """Return the causes as one sentence: the most decisive ones, and how many more there are."""
    rest = len(causes) - _CAUSES
    return "; ".join([*causes[:_CAUSES], *([f"and {rest} more"] if rest > 0 else [])])
