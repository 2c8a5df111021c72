"""How the tags of one repository are made, learned from all the tags that it has or had."""

from functools import cached_property

from basewright.catalog.shelf import Shelf
from basewright.catalog.systems import Systems
from basewright.catalog.tags import TagWords, read_tag


class Scheme:
    """The words and lines of a repository's tags; learned when first asked, since most questions never ask."""

    def __init__(self, shelf: Shelf, systems: Systems) -> None:
        self._shelf = shelf
        self._systems = systems

    def allows(self, words: TagWords) -> bool:
        """Whether a tag of these words could have been published: every word known, of a line that exists."""
        if words.is_slim and not self._has_slim:
            return False
        if words.version is None and not words.names_release:
            return False
        return self._has_line(words.version) and self._vocabulary.issuperset(words.rest)

    def _has_line(self, version: str | None) -> bool:
        """Whether the major version is not newer than the newest known one; nothing is asked of a mere release."""
        return version is None or (bool(self._majors) and int(version.partition(".")[0]) <= max(self._majors))

    @cached_property
    def _known(self) -> tuple[TagWords, ...]:
        tags = (*self._shelf.tags, *(self._shelf.retired.days if self._shelf.retired else ()))
        return tuple(read_tag(tag, self._systems) for tag in tags)

    @cached_property
    def _majors(self) -> frozenset[int]:
        listed = {int(words.version.partition(".")[0]) for words in self._known if words.version}
        return self._shelf.lines | listed

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(word for words in self._known for word in words.rest)

    @cached_property
    def _has_slim(self) -> bool:
        return any(words.is_slim for words in self._known)
