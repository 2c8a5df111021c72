"""The order of candidates: fewest contract breaks, longest support, smallest footprint, name. Pure."""

import datetime as dt
import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from basewright.model.base import BaseImage
from basewright.model.candidate import Candidate
from basewright.model.contract import Aspect, Difference, Effect
from basewright.recommend.fit.support import end_of_support
from basewright.recommend.lineage import footprint
from basewright.recommend.substitution import build_of, substitutes

_OF_LIBC = frozenset({Aspect.LIBC, Aspect.LIBC_VERSION})
_BEYOND_ALL = 2**62
"""Stands for a size that is not known: after every known one."""


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """What decides a candidate's place, in the order in which it decides; smaller is better."""

    breaks: int
    """Differences that break, and those that touch lines and whose outcome is not known: no doubt beats a fact."""
    moving: bool
    """Whether it is had under one moving tag alone, with no line of its own: after all that keep their line."""
    doubts: int
    """Changes of the C library, or to an older release of it, that nothing proves harmless."""
    substitute: bool
    """Whether it is another vendor's build of the same runtime: after the product in use, and its hardened images."""
    horizon: int
    """Minus (1 + whole years of support ahead): weeks do not outweigh a footprint; 0 where not known, so last."""
    footprint: int
    bytes: int
    packages: int
    preference: int
    day: int
    """Minus the day on which support ends; 0 where not known."""
    reference: str


def standing(
    candidate: Candidate,
    *,
    today: dt.date,
    count_lts: bool = False,
    prefer: tuple[str, ...] = (),
    old: BaseImage | None = None,
) -> Standing:
    """Return where `candidate` stands; `old` is today's base."""
    base = candidate.base
    day = support_day(base, count_lts=count_lts)
    return Standing(
        breaks=len(candidate.breaks) + len(_unclear(candidate)),
        moving=is_moving(base),
        doubts=sum(1 for one in candidate.contract if one.aspect in _OF_LIBC and one.effect is Effect.REVIEW),
        horizon=-1 - max(0, (day - today).days // 365) if day else 0,
        substitute=substitutes(old, base),
        footprint=footprint(base),
        bytes=base.compressed_bytes if base.compressed_bytes is not None else _BEYOND_ALL,
        packages=base.packages if base.packages is not None else _BEYOND_ALL,
        preference=_preference(base, prefer),
        day=-day.toordinal() if day else 0,
        reference=str(base.reference),
    )


def rank(
    candidates: Iterable[Candidate],
    *,
    today: dt.date,
    most: int,
    count_lts: bool = False,
    prefer: tuple[str, ...] = (),
    old: BaseImage | None = None,
) -> tuple[Candidate, ...]:
    """Return at most `most` candidates in order, each with its rank and the reason for it."""
    placed = sorted(
        ((standing(one, today=today, count_lts=count_lts, prefer=prefer, old=old), one) for one in candidates),
        key=lambda pair: pair[0],
    )[:most]
    ranked = []
    for index, (place, one) in enumerate(placed):
        before = placed[index - 1] if index else None
        after = placed[index + 1] if index + 1 < len(placed) else None
        ranked.append(replace(one, rank=index + 1, rank_reason=_reason((place, one), before, after)))
    return tuple(ranked)


def is_moving(base: BaseImage) -> bool:
    """Whether nothing in its name keeps a release line: ``chainguard/node:latest``, and not ``ubi10/ubi:latest``."""
    return base.reference.tag == "latest" and not any(sign.isdigit() for sign in base.reference.repository)


def support_day(base: BaseImage, *, count_lts: bool) -> dt.date | None:
    """Return the first day on which some support of `base` ends; None where none is known."""
    ended = end_of_support(base, count_lts=count_lts)
    return ended[0] if ended else None


def _unclear(candidate: Candidate) -> tuple[Difference, ...]:
    return tuple(one for one in candidate.contract if one.effect is Effect.REVIEW and one.new is None and one.touches)


def _preference(base: BaseImage, prefer: tuple[str, ...]) -> int:
    matches = (index for index, glob in enumerate(prefer) if fnmatch.fnmatchcase(base.vendor.lower(), glob.lower()))
    return next(matches, len(prefer))


_Placed = tuple[Standing, Candidate]


def _reason(own: _Placed, before: _Placed | None, after: _Placed | None) -> str:
    place, candidate = own
    told = [_breaks(len(candidate.breaks))]
    if place.substitute:
        told.append(f"changes the vendor to {build_of(candidate.base)}")
    if unclear := len(_unclear(candidate)):
        told.append(f"{unclear} not known, counted as broken")
    if before is not None:
        told.append(f"after {before[1].base.reference}: {_difference(place, before[0])}")
    if after is not None:
        told.append(f"before {after[1].base.reference}: {_advantage(place, after[0])}")
    return "; ".join(told)


def in_groups(groups: Sequence[tuple[str, Sequence[Candidate]]]) -> tuple[Candidate, ...]:
    """Return the candidates of every group in turn, each first one with the words that tell of its group.

    A group is a way of its own (a web server in place of a runtime): breaks are compared within it.
    """
    told = [group for group in groups if group[1]]
    if len(told) == 1:
        return tuple(one for _, members in told for one in members)
    return tuple(replace(one, rank_reason=f"{words}; {one.rank_reason}") for words, members in told for one in members)


def _breaks(number: int) -> str:
    if not number:
        return "nothing breaks"
    return f"{number} contract {'break' if number == 1 else 'breaks'}"


def _difference(place: Standing, better: Standing) -> str:
    return _compare(
        place,
        better,
        (
            "more breaks",
            "one moving tag, whose release changes with the next pull",
            "a change of the C library",
            "another vendor's build",
            "fewer years of support, or unknown",
            "a larger kind",
            "larger or of unknown size",
            "more packages, or their number not known",
            "a less preferred vendor",
            "support ends earlier",
            "the name",
        ),
    )


def _advantage(place: Standing, worse: Standing) -> str:
    return _compare(
        place,
        worse,
        (
            "fewer breaks",
            "a tag that keeps its release line",
            "the C library stays",
            "the product in use",
            "more years of support",
            "a smaller kind",
            "smaller",
            "fewer packages",
            "a preferred vendor",
            "support ends later",
            "the name",
        ),
    )


def _compare(one: Standing, other: Standing, words: tuple[str, ...]) -> str:
    fields = (
        "breaks",
        "moving",
        "doubts",
        "substitute",
        "horizon",
        "footprint",
        "bytes",
        "packages",
        "preference",
        "day",
        "reference",
    )
    pairs = zip(fields, words, strict=True)
    return next((word for name, word in pairs if getattr(one, name) != getattr(other, name)), "equal")
