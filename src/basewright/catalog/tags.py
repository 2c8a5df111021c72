"""Tags read by their words: ``3.13-slim-bookworm`` is version 3.13, slim, on Debian 12."""

import re
from dataclasses import dataclass
from functools import lru_cache

from basewright.catalog.records import SystemRecord
from basewright.catalog.systems import Systems

_VERSION = re.compile(r"v?([0-9]{1,6}(?:\.[0-9]{1,12}){0,6})")
_SUFFIX = re.compile(
    r"(?:[-._]?(rc|beta|alpha|ea|dev(?=[0-9]))[-.]?[0-9]{0,6}|u[0-9]{1,6}|[_+][0-9]{1,6})?(?=$|[-_+])", re.IGNORECASE
)
"""What may follow the numbers: a pre-release, an update (``8u502``) or a build (``21.0.12_8``)."""
_PRERELEASE = re.compile(
    r"^(?:tip|devel|edge|nightly|preview|experimental|rawhide|kitten)(?:-|$)"
    r"|(?:^|[-.0-9_])(?:rc|alpha|beta|ea|kitten)(?:[-.0-9_]|$)",
    re.IGNORECASE,
)
_MOVING = frozenset(
    {
        *(
            "latest",
            "lts",
            "current",
            "mainline",
            "stable",
            "oldstable",
            "oldoldstable",
            "testing",
            "rolling",
            "innovation",
        ),
        *(
            "fresh",
            "old",
            "argon",
            "boron",
            "carbon",
            "dubnium",
            "erbium",
            "fermium",
            "gallium",
            "hydrogen",
            "iron",
            "jod",
        ),
        "krypton",
    }
)
"""Words that name a channel, not a version."""
_DATE = re.compile(r"[0-9]{8}(?:\.[0-9]{1,8}){0,2}")
_BUILD_NUMBER = re.compile(r"[br]?[0-9]{1,12}(?:\.[0-9]{9,12})?")
"""A build's number, and the second in which it was rebuilt (``1-72.1724040033``)."""


@dataclass(frozen=True, slots=True)
class TagWords:
    """What the words of one tag say."""

    version: str | None
    """``3.13.5``; None where the tag begins with no version."""
    system: SystemRecord | None
    """The release or family that it names."""
    is_slim: bool
    is_prerelease: bool
    rest: tuple[str, ...]
    """What remains: ``fpm``, ``jre``, ``management``; channel words and dates left out."""
    channels: tuple[str, ...]
    """Channel words: ``lts``, ``mainline``."""

    @property
    def variant(self) -> str | None:
        """The remaining words as one, None where there are none."""
        return "-".join(self.rest) or None

    @property
    def names_release(self) -> bool:
        """Whether it says which release of a distribution it builds on."""
        return self.system is not None and self.system.version is not None


@lru_cache(maxsize=16_384)
def read_tag(tag: str, systems: Systems) -> TagWords:
    """Read `tag`; never fails, since a tag may say anything."""
    version, is_prerelease, tail = _split_version(tag)
    words = [word for word in systems.without(tail).strip("-_").split("-") if word]
    rest = [word for word in words if word != "slim" and word not in _MOVING and not _DATE.fullmatch(word)]
    return TagWords(
        version=version,
        system=systems.named_in(tag),
        is_slim="slim" in words,
        is_prerelease=is_prerelease or bool(_PRERELEASE.search(tag)),
        rest=tuple(rest[1:] if rest and _BUILD_NUMBER.fullmatch(rest[0]) else rest),
        channels=tuple(word for word in words if word in _MOVING),
    )


def _split_version(tag: str) -> tuple[str | None, bool, str]:
    """Return (version, whether it is a pre-release, the rest of the tag)."""
    if (match := _VERSION.match(tag)) and (suffix := _SUFFIX.match(tag, match.end())):
        return match.group(1), suffix.group(1) is not None, tag[suffix.end() :]
    return None, False, tag
