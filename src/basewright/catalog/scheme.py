"""How the tags of one repository are made, learned from all the tags that it has or had."""

from collections.abc import Iterable
from functools import cached_property

from basewright.catalog.carried import CarriedWords, read_carried
from basewright.catalog.shelf import Shelf
from basewright.catalog.systems import Systems
from basewright.catalog.tags import TagWords, read_tag


class Scheme:
    """The words and lines of a repository's tags; learned when first asked, since most questions never ask."""

    def __init__(self, shelf: Shelf, systems: Systems, product: str, *, former_words: Iterable[str] = ()) -> None:
        self._shelf = shelf
        self._systems = systems
        self._product = product
        self._former = frozenset(former_words)

    def allows(self, words: TagWords) -> bool:
        """Whether a tag of these words could have been published: every word known, of a line that exists."""
        if words.is_slim and not self._has_slim:
            return False
        carried = read_carried(words.rest, self._product)
        if words.version is None and not words.names_release and not carried.runtimes:
            return False
        return (
            self._has_line(words.version) and self._has_carried(carried) and self._vocabulary.issuperset(carried.rest)
        )

    def is_newer(self, words: TagWords) -> bool:
        """Whether a tag names a line newer than every known one: it may have come after the list was made."""
        return words.version is not None and bool(self._majors) and not self._has_line(words.version)

    def _has_carried(self, carried: CarriedWords) -> bool:
        """Whether second runtimes are ones that the repository's images bring, of lines that exist."""
        return all(
            one.name in self._carried and _major(one.version) <= self._carried[one.name] for one in carried.runtimes
        )

    def _has_line(self, version: str | None) -> bool:
        """Whether the major version is not newer than the newest known one; nothing is asked of a mere release."""
        return version is None or (bool(self._majors) and _major(version) <= max(self._majors))

    @cached_property
    def _known(self) -> tuple[TagWords, ...]:
        tags = (*self._shelf.tags, *(self._shelf.retired.days if self._shelf.retired else ()))
        return tuple(read_tag(tag, self._systems) for tag in tags)

    @cached_property
    def _majors(self) -> frozenset[int]:
        listed = {_major(words.version) for words in self._known if words.version}
        return self._shelf.lines | listed

    @cached_property
    def _carried(self) -> dict[str, int]:
        """Name of a second runtime → its newest known line."""
        newest: dict[str, int] = {}
        for words in self._known:
            for one in read_carried(words.rest, self._product).runtimes:
                newest[one.name] = max(newest.get(one.name, 0), _major(one.version))
        return newest

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return self._former | {word for words in self._known for word in words.rest}

    @cached_property
    def _has_slim(self) -> bool:
        return "slim" in self._former or any(words.is_slim for words in self._known)


def _major(version: str | None) -> int:
    return int((version or "0").partition(".")[0])
