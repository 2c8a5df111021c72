"""How reports word numbers, days and what is not known: the same words in every format."""

import datetime as dt

from basewright.model.candidate import Change

NOT_KNOWN = "not known"


def size(count: int | None) -> str:
    """Return bytes in decimal units, as registries and Docker do: ``57.4 MB``."""
    if count is None:
        return NOT_KNOWN
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if abs(value) < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or abs(value) >= 99.95 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} GB"


def count(number: int | None) -> str:
    """Return a number with a thin space between thousands."""
    return NOT_KNOWN if number is None else f"{number:,}".replace(",", "\u202f")


def saved_share(change: Change) -> str:
    """Return what is saved in percent: ``−80 %``, ``+3 %``; empty where it is not known."""
    if change.saved is None or not change.today:
        return ""
    share = round(100 * change.saved / change.today)
    if share == 0:
        return "0 %"
    if share == 100 and change.after:
        return "−99.9 %" if change.saved * 1000 >= change.today * 999 else "−99 %"
    return f"−{share} %" if share > 0 else f"+{-share} %"


def day(date: dt.date | None) -> str:
    """Return a day in ISO 8601."""
    return NOT_KNOWN if date is None else date.isoformat()


def yes_no(value: bool | None) -> str:
    """Return yes, no or not known."""
    return NOT_KNOWN if value is None else ("yes" if value else "no")


def download_time(compressed_bytes: int | None, bits_per_second: int) -> str:
    """Return how long the download takes at `bits_per_second`, without waiting and unpacking."""
    if compressed_bytes is None:
        return NOT_KNOWN
    seconds = compressed_bytes * 8 / bits_per_second
    return f"{seconds:.1f} s" if seconds < 99.5 else f"{seconds / 60:.1f} min"


def plural(number: int, one: str, many: str = "") -> str:
    """Return ``1 service`` or ``3 services``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listing(names: list[str], limit: int = 5) -> str:
    """Return names with commas, the end of a long list counted instead of named."""
    head = ", ".join(names[:limit])
    return head if len(names) <= limit else f"{head} and {len(names) - limit} more"
