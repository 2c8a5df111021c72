"""Which published tags are near to one that is not: for «did you mean»."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from basewright.catalog.systems import Systems
from basewright.catalog.tags import read_tag
from basewright.model.base import BaseImage

_SHOWN = 3
_COMPARED = 400


def nearest(tag: str, builds: Iterable[BaseImage], systems: Systems) -> tuple[BaseImage, ...]:
    """Return up to three builds whose tags are nearest to `tag`: same family, variant and slimness before likeness."""
    words = read_tag(tag[:128], systems)
    wanted_family = words.system.family if words.system else None

    def rank(build: BaseImage) -> tuple[object, ...]:
        name = str(build.reference.tag)
        own = read_tag(name, systems)
        return (
            build.prerelease,
            own.is_slim != words.is_slim,
            wanted_family is not None and build.family != wanted_family,
            wanted_family is None and build.family == "alpine",
            own.rest != words.rest,
            _distance(words.version, own.version),
            words.system is not None and own.system != words.system,
            -SequenceMatcher(None, tag[:128], name).ratio(),
            name,
        )

    candidates = list(builds)[:_COMPARED]
    return tuple(sorted(candidates, key=rank)[:_SHOWN])


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
