"""Is it supported today, and for how long."""

import datetime as dt
from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

NEAR_DAYS = 180
"""A support end within these days is told."""


def check(situation: Situation, _: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse what is past its support, warn of what soon will be."""
    ended = end_of_support(base, count_lts=situation.options.count_lts)
    if ended is None:
        if base.libc != "none":
            yield Caution("until when it is supported is not known")
        return
    day, what = ended
    if day <= situation.today:
        yield Obstacle(f"past support since {day}: {what}")
    elif day <= situation.today + dt.timedelta(days=NEAR_DAYS):
        yield Caution(f"support ends on {day}: {what}")


def end_of_support(base: BaseImage, *, count_lts: bool) -> tuple[dt.date, str] | None:
    """Return the earliest end of support and what ends on that day; None where no date is known."""
    horizon = base.horizon
    system_name = f"{base.os.id} {base.os.version or ''}".strip() if base.os else "the distribution"
    runtime_name = f"{base.runtime.name} {base.runtime.cycle or ''}".strip() if base.runtime else "the runtime"
    lts = count_lts and horizon.lts_end is not None
    system_words = f"the {'long-term' if lts else 'security'} support of {system_name}"
    dated = (
        (horizon.lts_end if lts else horizon.security_end, system_words),
        (horizon.runtime_end, f"end of life of {runtime_name}"),
        (horizon.retired, "its publisher dropped the tag"),
        (horizon.publisher_end, "its publisher's own support date"),
    )
    return min(((day, what) for day, what in dated if day is not None), default=None)
