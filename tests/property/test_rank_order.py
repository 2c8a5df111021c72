"""Ranking is a total, deterministic order, and a need only ever takes candidates away."""

import datetime as dt
import itertools
from dataclasses import replace

from advising import IMAGES, NODE, TODAY, CatalogDouble, advice, need, references
from hypothesis import given, settings
from hypothesis import strategies as st
from needing import workload

from basewright.model.base import BaseImage, Horizon, Kind
from basewright.model.candidate import Candidate, Suitability
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.reference import ImageReference
from basewright.recommend.expected import expected
from basewright.recommend.fit import judge
from basewright.recommend.rank import rank, standing
from basewright.recommend.situation import Situation
from basewright.recommend.subject import subject_of

_APP = workload('FROM node:24-trixie\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n')
_NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")
_days = st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)))


@st.composite
def _candidates(draw: st.DrawFn) -> list[Candidate]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        base = BaseImage(
            ImageReference.parse(f"example:{number}"),
            kind=draw(st.one_of(st.none(), st.sampled_from(Kind))),
            compressed_bytes=draw(st.one_of(st.none(), st.integers(0, 10))),
            packages=draw(st.one_of(st.none(), st.integers(0, 3))),
            vendor=draw(st.sampled_from(["a", "b"])),
            horizon=Horizon(security_end=draw(_days)),
        )
        breaks = draw(st.integers(0, 2))
        contract = tuple(Difference(Aspect.USER, None, str(index), Effect.BREAK) for index in range(breaks))
        found.append(Candidate(base, 0, Suitability.IN_PLACE, "", contract, expected(None, base, bandwidth=1), ()))
    return found


@given(_candidates(), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_input(candidates: list[Candidate], random: object) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives random.Random

    assert rank(candidates, today=TODAY, most=10) == rank(shuffled, today=TODAY, most=10)


@given(_candidates())
def test_ranks_count_from_one_and_never_put_more_breaks_first(candidates: list[Candidate]) -> None:
    ranked = rank(candidates, today=TODAY, most=10, prefer=("b",))

    assert [one.rank for one in ranked] == list(range(1, len(candidates) + 1))
    assert [len(one.breaks) for one in ranked] == sorted(len(one.breaks) for one in candidates)
    assert all(one.rank_reason for one in ranked)


@given(_candidates(), st.integers(0, 6))
def test_a_cut_keeps_the_best(candidates: list[Candidate], most: int) -> None:
    assert [one.base for one in rank(candidates, today=TODAY, most=most)] == [
        one.base for one in rank(candidates, today=TODAY, most=10)[:most]
    ]


@given(_candidates())
def test_a_known_horizon_stands_before_an_unknown_one(candidates: list[Candidate]) -> None:
    places = [standing(one, today=TODAY) for one in rank(candidates, today=TODAY, most=10)]

    for first, second in itertools.pairwise(places):
        if (first.breaks, first.doubts) == (second.breaks, second.doubts):
            assert first.horizon <= second.horizon


_VALUES = {
    NeedKind.SHELL: ("sh", "bash"),
    NeedKind.COMMAND: ("curl", "gosu", "npm"),
    NeedKind.PACKAGE_MANAGER: ("apt",),
    NeedKind.LIBRARY: ("libvips42", "tzdata"),
    NeedKind.NATIVE_EXTENSION: ("bcrypt",),
    NeedKind.LIBC: ("glibc", "musl"),
    NeedKind.ICU: ("icu",),
    NeedKind.FONTS: ("fonts",),
    NeedKind.LOCALE: ("de_DE.UTF-8",),
    NeedKind.USER: ("node", "1000"),
    NeedKind.PRIVILEGED_PORT: ("80",),
    NeedKind.TIME_ZONES: ("Europe/Berlin",),
}


@st.composite
def _needs(draw: st.DrawFn) -> Need:
    kind = draw(st.sampled_from(sorted(_VALUES)))
    return need(
        kind,
        draw(st.sampled_from(_VALUES[kind])),
        line=draw(st.integers(1, 5)),
        confidence=draw(st.sampled_from(Confidence)),
        musl=draw(st.sampled_from([None, True, False])),
        avoidable=draw(st.sampled_from(["", "write it otherwise"])),
    )


@given(st.lists(_needs(), max_size=3), _needs())
@settings(max_examples=60, deadline=None)
def test_adding_a_need_never_adds_a_candidate(needs: list[Need], one_more: Need) -> None:
    before = set(references(advice(_APP, _NODE_NEED, *needs, most_candidates=100)))
    after = set(references(advice(_APP, _NODE_NEED, *needs, one_more, most_candidates=100)))

    assert after <= before


@given(st.lists(_needs(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_candidate_has_an_obstacle_and_every_refusal_has_a_cause(needs: list[Need]) -> None:
    from basewright.recommend import RecommendOptions

    situation = Situation.of(
        _APP, (_NODE_NEED, *needs), CatalogDouble(), today=TODAY, options=RecommendOptions(most_candidates=100)
    )
    subject = subject_of(situation)
    assert subject is not None
    found = advice(_APP, _NODE_NEED, *needs, most_candidates=100)

    assert all(judge(situation, subject, one.base).fits for one in found.candidates)
    assert all(one.cause for one in found.refusals)
    assert not {str(one.base.reference) for one in found.candidates} & {one.reference for one in found.refusals}


def test_the_preference_decides_among_equals_only() -> None:
    one = replace(NODE, reference=ImageReference.parse("a:1"), vendor="A")
    two = replace(NODE, reference=ImageReference.parse("b:1"), vendor="B")
    candidates = [
        Candidate(base, 0, Suitability.IN_PLACE, "", (), expected(None, base, bandwidth=1), ()) for base in (one, two)
    ]

    assert [str(c.base.reference) for c in rank(candidates, today=TODAY, most=5, prefer=("b",))] == ["b:1", "a:1"]
    assert len(IMAGES) > 10
