"""The whole of a recommendation: pool, judgement, contract, order, refusals, findings, gap, actions."""

from dataclasses import replace

from basewright.model.base import BaseImage
from basewright.model.candidate import Candidate, Recommendation, Refusal
from basewright.recommend.absent import unknown_base
from basewright.recommend.actions import actions
from basewright.recommend.assembly import is_assembled
from basewright.recommend.candidates import pool_of
from basewright.recommend.contract import compare
from basewright.recommend.expected import expected
from basewright.recommend.findings import find
from basewright.recommend.fit import Judgement, judge
from basewright.recommend.gap import gap
from basewright.recommend.rank import in_groups, rank
from basewright.recommend.refusals import below, is_step_forward, refusals, surplus
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, is_replaced, subjects_of
from basewright.recommend.succession import succeed
from basewright.recommend.suitability import moves_build, suitability
from basewright.recommend.trade_offs import trade_offs


def advise(situation: Situation) -> Recommendation:
    """Return what is advised for the situation's workload."""
    subjects = () if situation.is_scratch else tuple(succeed(situation, one) for one in subjects_of(situation))
    judged = [(subject, judgements(situation, subject)) for subject in subjects]
    fitting = [(subject, _candidates(situation, subject, found)) for subject, found in judged]
    spare = surplus(situation, [one.base for _, found in fitting for one in _ranked(situation, found)])
    left_out = {one.reference for one in spare}
    kept = [
        (subject, _ranked(situation, [one for one in found if str(one.base.reference) not in left_out]))
        for subject, found in fitting
    ]
    ordered = in_groups([(_way(situation, subject), found) for subject, found in kept])
    most = situation.options.most_candidates
    ranked = tuple(replace(one, rank=number) for number, one in enumerate(ordered[:most], 1))
    findings = find(situation)
    return Recommendation(
        current=situation.current,
        candidates=ranked,
        refusals=_refusals(situation, judged, (*spare, *below(ordered[most:], most)), ranked),
        gap=gap(situation),
        actions=actions(situation, _chosen(subjects, ranked), ranked, findings),
        findings=findings,
    )


def _refusals(
    situation: Situation,
    judged: list[tuple[Subject, tuple[Judgement, ...]]],
    others: tuple[Refusal, ...],
    ranked: tuple[Candidate, ...],
) -> tuple[Refusal, ...]:
    """Return what is not offered, each reference once, sorted."""
    found: dict[str, Refusal] = {}
    for subject, judgements_of_it in judged:
        for one in refusals(situation, subject, judgements_of_it):
            found.setdefault(one.reference, one)
    for one in (*others, *unknown_base(situation)):
        found.setdefault(one.reference, one)
    offered = {str(one.base.reference) for one in ranked}
    return tuple(found[name] for name in sorted(found) if name not in offered)


def _way(situation: Situation, subject: Subject) -> str:
    """Say what taking a base for `subject` means, where there is more than one way."""
    if is_replaced(situation, subject):
        return f"{subject.name} serves the built files, and the runtime goes altogether"
    return f"{subject.name} goes on serving the files: fewer changes, and a runtime that stays to be patched"


def _chosen(subjects: tuple[Subject, ...], ranked: tuple[Candidate, ...]) -> Subject | None:
    """Return the subject that the first candidate was chosen for."""
    runtime = ranked[0].base.runtime if ranked else None
    named = (one for one in subjects if runtime is not None and runtime.name == one.name)
    return next(named, subjects[0] if subjects else None)


def judgements(situation: Situation, subject: Subject) -> tuple[Judgement, ...]:
    """Judge every base that is weighed for `subject`."""
    pool = pool_of(situation, subject)
    return tuple(judge(situation, subject, base) for base in (*pool.picks, *pool.strays, *pool.ended))


def _candidates(situation: Situation, subject: Subject, judged: tuple[Judgement, ...]) -> list[Candidate]:
    fitting = [one for one in judged if one.fits and is_step_forward(situation, subject, one.base)]
    return [_candidate(situation, subject, one) for one in fitting]


def _ranked(situation: Situation, candidates: list[Candidate]) -> tuple[Candidate, ...]:
    options = situation.options
    return rank(
        candidates,
        today=situation.today,
        most=len(candidates),
        count_lts=options.count_lts,
        prefer=options.prefer,
        old=situation.base,
    )


def _candidate(situation: Situation, subject: Subject, judgement: Judgement) -> Candidate:
    base = judgement.base
    moves = moves_build(situation, subject, base)
    contract = compare(situation, subject, base, moves_build=moves)
    return Candidate(
        base=base,
        rank=0,
        suitability=suitability(contract, moves=moves, assembled=is_assembled(situation, subject)),
        rank_reason="",
        contract=contract,
        expected=expected(situation.base, base, bandwidth=situation.options.bandwidth_bits_per_second),
        trade_offs=trade_offs(situation, base),
        warnings=tuple(dict.fromkeys([*map(str, judgement.cautions), *base.notes])),
        evidence=_evidence(base),
    )


def _evidence(base: BaseImage) -> tuple[str, ...]:
    return tuple(
        f"{group}: {one.source}, {one.date}{f', {one.commit[:12]}' if one.commit else ''}"
        for group, one in sorted(base.provenance.items())
    )
