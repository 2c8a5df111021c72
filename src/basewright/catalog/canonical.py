"""Which of a build's tags to recommend.

The tag that names the release line, the variant and the release of the distribution, and no more: not a patch version,
which is never rebuilt for long, and not a channel or a bare line, which move to another release one day
(``node:24-slim`` is Debian 12, ``node:26-slim`` Debian 13). So ``24-bookworm-slim``, ``3.13-slim-trixie`` and
``18-alpine3.24``.
"""

from collections.abc import Callable, Iterable, Mapping

from basewright.catalog.carried import read_carried
from basewright.catalog.tags import TagWords


def canonical_tag(tags: Mapping[str, TagWords], line_of: Callable[[str], str | None], *, by_codename: bool) -> str:
    """Return the tag of one build to recommend; `tags` is not empty.

    `line_of` gives the release line of a version; `by_codename` says that releases are best named by their codename.
    """
    versions = [words.version for words in tags.values() if words.version]
    exact = max(versions, key=_precision, default=None)
    line = (line_of(exact) if exact else None) or _shortest(versions, exact)
    most = max(len(words.rest) for words in tags.values())

    def rank(item: tuple[str, TagWords]) -> tuple[object, ...]:
        tag, words = item
        named = words.system is not None
        codename = named and words.system is not None and words.system.codename is not None
        return (
            by_codename and (not codename or words.version is not None),
            words.version is None and not by_codename,
            words.version != line,
            not words.names_release,
            not named,
            len(words.channels),
            # `jdk` moves to the next Java one day, `jdk21` does not.
            not read_carried(words.rest, "").runtimes,
            abs(len(words.rest) - most),
            -(words.version or "").count("."),
            len(tag),
            tag,
        )

    return min(tags.items(), key=rank)[0]


def exact_version(tags: Iterable[TagWords]) -> str | None:
    """Return the most exact version that the tags of one build name."""
    return max((words.version for words in tags if words.version), key=_precision, default=None)


def _precision(version: str) -> tuple[int, int]:
    return version.count("."), len(version)


def _shortest(versions: Iterable[str], exact: str | None) -> str | None:
    """Without a known release line: the version of two numbers, or what comes nearest to it."""
    if exact is None:
        return None
    candidates = sorted({one for one in versions if exact == one or exact.startswith(f"{one}.")}, key=_precision)
    return next((one for one in candidates if one.count(".") == 1), candidates[0])
