"""The clock can be held still from outside, and says when it cannot."""

import datetime as dt

import pytest

from basewright.errors import InputError
from basewright.ports.clock import FixedClock, SystemClock


def test_source_date_epoch_wins(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    assert SystemClock().now() == dt.datetime(1970, 1, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize("value", ["yesterday", "1e400", "9" * 40])
def test_an_unusable_epoch_is_an_input_error(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)

    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        SystemClock().now()


def test_the_system_clock_tells_utc_to_the_second(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    now = SystemClock().now()

    assert now.tzinfo is dt.UTC
    assert now.microsecond == 0


def test_a_fixed_clock_stands_still():
    moment = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)

    assert FixedClock(moment).now() is moment
