"""Times as images write them (RFC 3339, section 5.6), often with nanoseconds, zero values and odd years."""

import datetime as dt
import re

_GRAMMAR = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,18}))?\s?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ZERO_YEAR = 1


def parse_time(text: str) -> dt.datetime | None:
    """Return the time in UTC, cut to microseconds; None where `text` is none, or Go's zero time (in year 1).

    A year that the calendar of `datetime` does not have (0, 10000) is no time either.
    """
    found = _GRAMMAR.fullmatch(text)
    if found is None:
        return None
    date, clock, fraction, offset = found.groups()
    shift = "+00:00" if offset in "Zz" else offset
    try:
        time = dt.datetime.fromisoformat(f"{date}T{clock}.{(fraction or '0')[:6]:0<6}{shift}").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return None if time.year == _ZERO_YEAR else time
