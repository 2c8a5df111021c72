"""Small rules of the values: what unknown means for sums, users and horizons."""

import datetime as dt

import pytest

from basewright.model.base import BaseImage, Horizon, Runtime
from basewright.model.candidate import Change
from basewright.model.reference import ImageReference

NODE = ImageReference.parse("node:24")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_saving_is_known_only_when_both_sides_are():
    assert Change(10, 4).saved == 6
    assert Change(None, 4).saved is None
    assert Change(10, None).saved is None
    assert Change(0, 0).saved == 0


@pytest.mark.parametrize(
    ("user", "uid", "is_root"),
    [(None, None, None), ("", None, True), ("root", None, True), ("0:0", None, True), ("node", None, False),
     ("65532", None, False), ("nonroot", 65532, False), ("toor", 0, True)],
)  # fmt: skip
def test_root_is_told_from_name_or_id_and_unknown_stays_unknown(user, uid, is_root):
    assert BaseImage(NODE, user=user, uid=uid).is_root is is_root


def test_the_earliest_horizon_counts_and_long_term_support_only_when_asked():
    horizon = Horizon(security_end=day("2026-07-11"), lts_end=day("2028-06-30"), runtime_end=day("2028-04-30"))

    assert horizon.earliest() == day("2026-07-11")
    assert horizon.earliest(count_lts=True) == day("2028-04-30")
    assert Horizon().earliest() is None


@pytest.mark.parametrize(
    ("name", "version", "cycle"),
    [("node", "24.19.0", "24"), ("python", "3.13.15", "3.13"), ("postgres", "18.4", "18"), ("go", None, None),
     ("java", "21.0.12", "21"), ("php", "8.4.25", "8.4")],
)  # fmt: skip
def test_the_release_line_of_a_runtime_is_the_one_that_dates_are_given_for(name, version, cycle):
    assert Runtime(name, version).cycle == cycle
