"""What reports derive: verdicts, sums, due dates, the words for numbers."""

import datetime as dt
from dataclasses import replace

import pytest
from assessments import GO_FULL, NODE_FULL, NODE_SLIM, database, expected, frontend, pricing, shop, unresolved
from assessments import assessment as make

from basewright.model.assessment import AssessedWorkload
from basewright.model.base import BaseImage, Horizon, Kind
from basewright.model.candidate import Change
from basewright.model.span import Location
from basewright.model.workload import Setting
from basewright.report import verdicts, view, wording


def moving_to(assessed: AssessedWorkload, base: BaseImage) -> AssessedWorkload:
    """Return `assessed` with `base` as its only candidate, without contract differences."""
    candidate = replace(
        assessed.recommendation.candidates[0],
        base=base,
        contract=(),
        expected=expected(view.current_base(assessed), base),
    )
    return replace(assessed, recommendation=replace(assessed.recommendation, candidates=(candidate,)))


def test_each_standing_has_its_sentence() -> None:
    standing = [verdicts.verdict(one).standing for one in (frontend(), database(), unresolved())]
    assert standing == [verdicts.Standing.FITS, verdicts.Standing.STAYS, verdicts.Standing.UNKNOWN]
    broken = replace(
        frontend(),
        recommendation=replace(frontend().recommendation, candidates=frontend().recommendation.candidates[1:]),
    )
    assert verdicts.verdict(broken).standing is verdicts.Standing.CHANGES
    assert "once 2 contract breaks are repaired" in verdicts.verdict(broken).sentence


def test_a_gain_that_is_not_known_is_not_claimed() -> None:
    unknown = replace(NODE_SLIM, compressed_bytes=None, bytes=None)
    assert verdicts.verdict(moving_to(frontend(), unknown)).sentence == "node:24-trixie-slim fits."


def test_a_larger_base_is_said_to_be_larger() -> None:
    larger = replace(NODE_SLIM, compressed_bytes=794_000_000)
    assert verdicts.verdict(moving_to(frontend(), larger)).sentence.endswith("397 MB more to download (+100 %).")


def test_the_size_on_disk_stands_in_where_the_download_is_not_known() -> None:
    unpacked = replace(NODE_SLIM, compressed_bytes=None)
    assert "881 MB less on disk" in verdicts.verdict(moving_to(frontend(), unpacked)).sentence


def test_an_image_is_stored_once_and_a_shared_first_layer_too() -> None:
    twice = view.stored([NODE_FULL, NODE_FULL, GO_FULL], ["a", "b", "c"])
    assert twice.compressed_bytes == 397_000_000 + 308_000_000 - 48_500_000
    assert twice.unknown == ()


def test_layers_of_different_releases_are_not_shared() -> None:
    other = replace(GO_FULL, os=NODE_SLIM.os)
    assert view.stored([NODE_FULL, other], ["a", "b"]).compressed_bytes == 705_000_000


def test_a_size_that_is_not_known_is_left_out_and_named() -> None:
    unknown = view.stored([NODE_FULL, None, replace(GO_FULL, compressed_bytes=None)], ["a", "b", "c"])
    assert (unknown.compressed_bytes, unknown.unknown) == (397_000_000, ("b", "c"))
    sums = view.savings(shop())
    assert (sums.counted, sums.left_out) == (3, ("worker",))


def test_the_review_is_due_after_ninety_days_or_when_support_ends_first() -> None:
    assert view.review(make(frontend())).day == dt.date(2027, 2, 19)
    soon = replace(NODE_SLIM, horizon=Horizon(dt.date(2026, 12, 24)))
    due = view.review(make(pricing(), moving_to(frontend(), soon)))
    assert due.day == dt.date(2026, 12, 24)
    assert "node:24-trixie-slim" in due.because


def test_the_review_is_due_today_when_support_of_what_stays_has_ended() -> None:
    assessed = database()
    ended = replace(frontend(), recommendation=replace(frontend().recommendation, candidates=()))
    due = view.review(make(assessed, ended))
    assert due.day == dt.date(2026, 11, 21)
    assert "has ended on 2026-07-11" in due.because


@pytest.mark.parametrize(
    ("user", "is_root"), [(None, True), ("app", False), ("0", True), ("root:root", True), ("10001:0", False)]
)
def test_what_the_project_sets_as_user_wins_over_the_base(user: str | None, is_root: bool) -> None:
    workload = frontend().workload
    setting = Setting(user, Location("Dockerfile", 3)) if user is not None else None
    assessed = replace(frontend(), workload=replace(workload, runtime=replace(workload.runtime, user=setting)))
    assert view.is_started_as_root(assessed, NODE_FULL) is is_root
    assert view.runs_as(assessed) == (user or "root")


def test_nobody_knows_who_runs_on_a_base_that_is_not_known() -> None:
    assert view.is_started_as_root(unresolved(), None) is None
    assert view.runs_as(unresolved()) is None


def test_smaller_is_judged_by_bytes_and_else_by_kind() -> None:
    by_kind = moving_to(frontend(), replace(NODE_SLIM, compressed_bytes=None, bytes=None))
    assert verdicts.is_smaller(by_kind, by_kind.recommendation.candidates[0])
    neither = moving_to(frontend(), replace(NODE_SLIM, compressed_bytes=None, bytes=None, kind=None))
    assert not verdicts.is_smaller(neither, neither.recommendation.candidates[0])
    assert list(view.FOOTPRINT) == [Kind.FULL, Kind.SLIM, Kind.MINIMAL, Kind.DISTROLESS, Kind.SCRATCH]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "not known"), (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (57_449_999, "57.4 MB"),
        (99_949_999, "99.9 MB"), (99_950_000, "100 MB"), (999_499_999, "999 MB"), (999_500_000, "1.00 GB"),
        (1_112_000_000, "1.11 GB"),
    ],
)  # fmt: skip
def test_sizes_are_worded_in_decimal_units(count: int | None, words: str) -> None:
    assert wording.size(count) == words


@pytest.mark.parametrize(
    ("today", "after", "words"),
    [
        (100, 20, "−80 %"), (100, 130, "+30 %"), (100, 100, "0 %"), (100_000, 1, "−99.9 %"), (1000, 4, "−99 %"),
        (100, 0, "−100 %"), (None, 5, ""), (5, None, ""), (0, 5, ""),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_everything(today: int | None, after: int | None, words: str) -> None:
    assert wording.saved_share(Change(today, after)) == words
