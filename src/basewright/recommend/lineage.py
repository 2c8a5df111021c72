"""How images of a distribution follow one another: one publisher's, of one release or the next, smaller or larger."""

from basewright.model.base import BaseImage, Kind
from basewright.recommend.fit.support import end_of_support
from basewright.recommend.situation import Situation
from basewright.recommend.versions import numbers

_FOOTPRINT = {Kind.SCRATCH: 0, Kind.DISTROLESS: 1, Kind.MINIMAL: 2, Kind.SLIM: 3, Kind.FULL: 4}


def footprint(base: BaseImage) -> int:
    """Return how large the kind of `base` is among the kinds, 5 where not known."""
    return _FOOTPRINT.get(base.kind, 5) if base.kind else 5


def succeeds(situation: Situation, other: BaseImage) -> bool:
    """Whether `other` is of the same vendor and release of the distribution, or of a later one where today's has ended.

    What a plain distribution runs comes from its packages, and another release brings other versions of them.
    """
    today = situation.base
    if today is None or today.vendor != other.vendor or other.reference.repository.endswith("-init"):
        return today is None
    if product(today) != product(other) and not _is_less(today, other):
        return False
    if not numbers(today.os.version if today.os else None) or release(today) == release(other):
        return True
    ended = end_of_support(today, count_lts=situation.options.count_lts)
    is_later = numbers(other.os.version if other.os else None) > numbers(today.os.version if today.os else None)
    return is_later and ended is not None and ended[0] <= situation.today


def product(base: BaseImage) -> str:
    """Return the name that a publisher gives the image, without the release: ``static`` of ``static-debian12``."""
    return base.reference.repository.rsplit("/", 1)[-1].rsplit("-debian", 1)[0]


def _is_less(today: BaseImage, other: BaseImage) -> bool:
    """Whether `other` holds less than `today`, as far as its kind and the number of its packages tell."""
    if footprint(other) != footprint(today):
        return footprint(other) < footprint(today)
    return other.packages is not None and today.packages is not None and other.packages < today.packages


def is_step_back(situation: Situation, base: BaseImage) -> bool:
    """Whether it differs from today's base in nothing but an older or equal distribution release."""
    today = situation.base
    if today is None or (base.vendor, base.family, base.kind, base.variant) != (
        today.vendor,
        today.family,
        today.kind,
        today.variant,
    ):
        return False
    old, new = today.horizon.security_end, base.horizon.security_end
    return old is not None and new is not None and new < old


def keeps_release(today: BaseImage | None, base: BaseImage) -> bool:
    """Whether both are of one release of one distribution."""
    return today is not None and today.os is not None and base.os is not None and release(today) == release(base)


def release(base: BaseImage) -> tuple[str, tuple[int, ...]]:
    """Return the distribution and its release: two numbers, one for Debian."""
    name = base.os.id if base.os else ""
    return name, numbers(base.os.version if base.os else None)[: 1 if name == "debian" else 2]
