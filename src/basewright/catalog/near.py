"""Which published tags are near to one that is not: for «did you mean»."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from operator import itemgetter

from basewright.catalog.systems import Systems
from basewright.catalog.tags import read_tag
from basewright.model.base import BaseImage

_SHOWN = 3
_COMPARED = 400


def nearest(tag: str, builds: Iterable[BaseImage], systems: Systems) -> tuple[BaseImage, ...]:
    """Return up to three builds whose tags are nearest to `tag`: same family, variant and slimness before likeness."""
    words = read_tag(tag[:128], systems)
    wanted_family = words.system.family if words.system else None

    def likeness(build: BaseImage) -> tuple[object, ...]:
        own = read_tag(str(build.reference.tag), systems)
        return (
            build.prerelease,
            own.is_slim != words.is_slim,
            wanted_family is not None and build.family != wanted_family,
            wanted_family is None and build.family == "alpine",
            own.rest != words.rest,
            _distance(words.version, own.version),
            words.system is not None and own.system != words.system,
        )

    def spelling(build: BaseImage) -> tuple[float, str]:
        name = str(build.reference.tag)
        return (-SequenceMatcher(None, tag[:128], name).ratio(), name)

    ranked = sorted(((likeness(build), build) for build in list(builds)[:_COMPARED]), key=itemgetter(0))
    # Spelling only orders what is otherwise alike, and costs the most: it is compared where it can matter.
    near = [(meant, build) for meant, build in ranked if meant <= ranked[min(_SHOWN, len(ranked)) - 1][0]]
    near.sort(key=lambda one: (one[0], spelling(one[1])))
    return tuple(build for _, build in near[:_SHOWN])


def _distance(wanted: str | None, own: str | None) -> tuple[int, ...]:
    """Order lines by nearness: the same, the next newer ones, older ones; the newest first where none is wanted."""
    numbers = [int(part) for part in (own or "0").split(".")[:2]]
    if wanted is None:
        return (0, *(-number for number in numbers))
    asked = [int(part) for part in wanted.split(".")[:2]]
    length = min(len(asked), len(numbers))
    if numbers[:length] == asked[:length]:
        return (0,)
    return (1, *numbers) if numbers > asked else (2, *(-number for number in numbers))
