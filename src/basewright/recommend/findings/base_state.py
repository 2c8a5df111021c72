"""Rules about the base itself: is it known, published, supported."""

import datetime as dt
from collections.abc import Iterator

from basewright.model.base import BaseImage, Match, Recognition
from basewright.model.candidate import Finding, Severity
from basewright.model.dockerfile import BaseKind
from basewright.model.reference import ImageReference
from basewright.model.span import Location
from basewright.recommend.findings.rule import Rule
from basewright.recommend.fit.support import NEAR_DAYS, end_of_support
from basewright.recommend.situation import Situation


def _unresolved(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    if use.reference is not None or situation.is_scratch:
        return
    yield Finding(
        "base-unresolved",
        Severity.WARNING,
        f"which base {use.written} names cannot be told: {use.reason or 'it does not resolve to an image reference'}",
        use.where,
        "give the build argument a default, or name its value in Compose or in the configuration",
    )


def _unknown(situation: Situation) -> Iterator[Finding]:
    use = situation.workload.base
    if use.reference is None:
        return
    if situation.current is None:
        yield Finding(
            "base-unknown",
            Severity.NOTE,
            f"{use.resolved} is not in the catalog: nothing is known of what it holds",
            use.where,
            "name the public image that it is built on, or configure its registry as a mirror",
        )
    elif situation.current.match is Match.REPOSITORY and not situation.current.is_unpublished and use.reference.tag:
        yield Finding(
            "base-unknown",
            Severity.NOTE,
            _sentence(
                f"the tag {use.reference.tag} of {use.reference.familiar_name} is not in the catalog", situation.current
            ),
            use.where,
            f"use a listed tag of {use.reference.familiar_name}",
        )


def _unpublished(situation: Situation) -> Iterator[Finding]:
    for reference, recognition, where in bases(situation):
        if recognition.is_unpublished and reference.is_official and reference.tag and not reference.digest:
            yield Finding(
                "tag-unpublished",
                Severity.ERROR,
                "; ".join(recognition.notes) or f"{reference} is no published tag",
                where,
                "use a tag that is published, such as one with the release in its name",
                {"reference": str(reference)},
            )


def _retired(situation: Situation) -> Iterator[Finding]:
    for reference, recognition, where in bases(situation):
        day = recognition.base.horizon.retired
        if day is not None and day <= situation.today:
            yield Finding(
                "base-retired",
                Severity.ERROR,
                f"{reference} was dropped by its publisher on {day}: it still pulls, and is never rebuilt",
                where,
                "move to a tag that is rebuilt",
                {"retired": day.isoformat()},
            )


def _past_support(situation: Situation) -> Iterator[Finding]:
    for reference, recognition, where in bases(situation):
        ended = _system_end(recognition.base, situation) or _retired_end(recognition.base, situation)
        if ended is not None and ended[0] <= situation.today:
            day, what = ended
            lts = recognition.base.horizon.lts_end
            still = f"; long-term support lasts until {lts}" if lts and lts > situation.today else ""
            yield Finding(
                "base-past-support",
                Severity.WARNING if still else Severity.ERROR,
                f"{reference} is past support since {day} ({what}){still}",
                where,
                "move to a release that is supported",
                {"ended": day.isoformat()},
            )


def _near_end(situation: Situation) -> Iterator[Finding]:
    base = situation.base
    ended = end_of_support(base, count_lts=situation.options.count_lts) if base else None
    if ended is not None and situation.today < ended[0] <= situation.today + dt.timedelta(days=NEAR_DAYS):
        yield Finding(
            "base-near-support-end",
            Severity.WARNING,
            f"{situation.workload.base.resolved} is supported until {ended[0]} only ({ended[1]})",
            situation.workload.base.where,
            "plan the move to a later release now",
            {"ends": ended[0].isoformat()},
        )


def _runtime_past_support(situation: Situation) -> Iterator[Finding]:
    found = [one for one in bases(situation) if _runtime_ended(one[1].base, situation)]
    told: set[tuple[str, str | None]] = set()
    for reference, recognition, where in found:
        base = recognition.base
        day = base.horizon.runtime_end
        if base.runtime is None or day is None or _line(base) in told:
            continue
        told.add(_line(base))
        also = ", ".join(str(place) for _, other, place in found if place != where and _line(other.base) == _line(base))
        yield Finding(
            "runtime-past-support",
            Severity.ERROR,
            f"{base.runtime.name} {base.runtime.cycle or ''} of {reference} reached its end of life on {day}"
            f"{f' (also at {also})' if also else ''}",
            where,
            f"move to a supported release of {base.runtime.name}",
            {"ended": day.isoformat()},
        )


def _line(base: BaseImage) -> tuple[str, str | None]:
    return (base.runtime.name, base.runtime.cycle) if base.runtime else ("", None)


def _runtime_ended(base: BaseImage, situation: Situation) -> bool:
    day = base.horizon.runtime_end
    return base.runtime is not None and day is not None and day <= situation.today


def is_unpublished(situation: Situation) -> bool:
    """Whether today's base names a tag that an official image does not have."""
    reference, current = situation.workload.base.reference, situation.current
    if reference is None or current is None or not reference.tag or reference.digest is not None:
        return False
    return current.is_unpublished is True and reference.is_official


def bases(situation: Situation) -> Iterator[tuple[ImageReference, Recognition, Location]]:
    """Yield each base that is known, with its place: what runs first, then the build stages' ones."""
    use = situation.workload.base
    if use.reference is not None and situation.current is not None:
        yield use.reference, situation.current, use.where
    if situation.build is None:
        return
    final = {stage.index for stage in situation.build.final_chain}
    for stage in situation.build.stages[: situation.build.target]:
        if stage.index in final or stage.base.kind is not BaseKind.IMAGE or stage.base.reference is None:
            continue
        recognition = situation.catalog.recognise(stage.base.reference)
        if recognition is not None:
            yield stage.base.reference, recognition, situation.build.location(stage.instruction)


def _system_end(base: BaseImage, situation: Situation) -> tuple[dt.date, str] | None:
    """Return the end of the distribution's or the publisher's support; the runtime has a rule of its own."""
    horizon = base.horizon
    name = f"{base.os.id} {base.os.version or ''}".strip() if base.os else "the distribution"
    system = (horizon.lts_end or horizon.security_end) if situation.options.count_lts else horizon.security_end
    dated = ((system, f"support of {name}"), (horizon.publisher_end, "its publisher's own date"))
    return min(((day, what) for day, what in dated if day is not None), default=None)


def _retired_end(base: BaseImage, situation: Situation) -> tuple[dt.date, str] | None:
    """Return the end of what a dropped tag is for, where its distribution's release is not known."""
    day, dropped = base.horizon.runtime_end, base.horizon.retired
    if base.runtime is None or day is None or dropped is None or dropped > situation.today:
        return None
    return day, f"nobody fixes {base.runtime.name} {base.runtime.cycle or ''} any more, nor what it was built on"


def _sentence(start: str, recognition: Recognition) -> str:
    return ": ".join([start, "; ".join(recognition.notes)]) if recognition.notes else start


RULES = (
    Rule("base-unresolved", _unresolved),
    Rule("base-unknown", _unknown),
    Rule("tag-unpublished", _unpublished),
    Rule("base-retired", _retired),
    Rule("base-past-support", _past_support),
    Rule("base-near-support-end", _near_end),
    Rule("runtime-past-support", _runtime_past_support),
)
