"""The one place that asks for the time."""

import datetime as dt
import os
import time
from dataclasses import dataclass
from typing import Protocol

from basewright.errors import InputError


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> dt.datetime:
        """Return the present moment, in UTC, to the second."""
        ...


class Waiter(Protocol):
    """Lets time pass: between two tries of a request."""

    def wait(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class SystemWaiter:
    """Waits by the machine's clock."""

    def wait(self, seconds: float) -> None:
        """See `Waiter.wait`."""
        time.sleep(seconds)


class SystemClock:
    """The machine's clock; SOURCE_DATE_EPOCH, where set, wins (reproducible-builds.org/specs/source-date-epoch)."""

    def now(self) -> dt.datetime:
        """Return the present moment, in UTC, to the second; raise InputError for an unusable SOURCE_DATE_EPOCH."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if not epoch:
            return dt.datetime.now(dt.UTC).replace(microsecond=0)
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise InputError(
                f"SOURCE_DATE_EPOCH is no number of seconds: {epoch[:40]!r}", hint="unset it, or set seconds since 1970"
            ) from error


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: for tests, and for asking about another day."""

    moment: dt.datetime

    def now(self) -> dt.datetime:
        """Return the moment it was made with."""
        return self.moment
