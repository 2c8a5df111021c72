"""The whole of a recommendation: pool, judgement, contract, order, refusals, findings, gap, actions."""

from basewright.model.base import BaseImage
from basewright.model.candidate import Candidate, Recommendation
from basewright.recommend.actions import actions
from basewright.recommend.candidates import Pool, pool_of
from basewright.recommend.contract import compare
from basewright.recommend.expected import expected
from basewright.recommend.findings import find
from basewright.recommend.fit import Judgement, judge
from basewright.recommend.gap import gap
from basewright.recommend.rank import rank
from basewright.recommend.refusals import is_step_forward, refusals
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, subject_of
from basewright.recommend.suitability import moves_build, suitability
from basewright.recommend.trade_offs import trade_offs


def advise(situation: Situation) -> Recommendation:
    """Return what is advised for the situation's workload."""
    subject = subject_of(situation)
    judged = judgements(situation, subject)
    ranked = _candidates(situation, subject, judged)
    return Recommendation(
        current=situation.current,
        candidates=ranked,
        refusals=refusals(situation, subject, judged),
        gap=gap(situation),
        actions=actions(situation, subject, ranked),
        findings=find(situation),
    )


def judgements(situation: Situation, subject: Subject | None) -> tuple[Judgement, ...]:
    """Judge every base that is weighed."""
    if subject is None or situation.is_scratch:
        return ()
    pool: Pool = pool_of(situation, subject)
    return tuple(judge(situation, subject, base) for base in (*pool.picks, *pool.strays))


def _candidates(situation: Situation, subject: Subject | None, judged: tuple[Judgement, ...]) -> tuple[Candidate, ...]:
    if subject is None:
        return ()
    fitting = [_candidate(situation, subject, one) for one in judged if one.fits]
    options = situation.options
    return rank(
        [one for one in fitting if is_step_forward(situation, subject, one.base)],
        most=options.most_candidates,
        count_lts=options.count_lts,
        prefer=options.prefer,
    )


def _candidate(situation: Situation, subject: Subject, judgement: Judgement) -> Candidate:
    base = judgement.base
    moves = moves_build(situation, subject, base)
    contract = compare(situation, subject, base, moves_build=moves)
    return Candidate(
        base=base,
        rank=0,
        suitability=suitability(contract, moves=moves),
        rank_reason="",
        contract=contract,
        expected=expected(situation.base, base, bandwidth=situation.options.bandwidth_bits_per_second),
        trade_offs=trade_offs(situation, base),
        warnings=tuple(dict.fromkeys(str(one) for one in judgement.cautions)) + base.notes,
        evidence=_evidence(base),
    )


def _evidence(base: BaseImage) -> tuple[str, ...]:
    return tuple(
        f"{group}: {one.source}, {one.date}{f', {one.commit[:12]}' if one.commit else ''}"
        for group, one in sorted(base.provenance.items())
    )
