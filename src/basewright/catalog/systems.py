"""Which release of which distribution a text names: ``slim-bookworm``, ``alpine3.24``, ``8/jdk/ubuntu/noble``."""

import re
from collections.abc import Iterable

from basewright.catalog.records import SystemRecord
from basewright.model.base import OperatingSystem

_BOUNDARY_BEFORE = r"(?:^|(?<=[-/_.]))"
_BOUNDARY_AFTER = r"(?=$|[-/_])"


class Systems:
    """The known releases, found by the words that tags use for them."""

    def __init__(self, records: Iterable[SystemRecord]) -> None:
        self._by_word = {word: record for record in records for word in record.words}
        self._by_id = {(record.id, record.version): record for record in self._by_word.values()}
        words = sorted(self._by_word, key=len, reverse=True)
        alternatives = "|".join(re.escape(word) for word in words)
        # Without words there is nothing to find: (?!) never matches.
        self._pattern = re.compile(f"{_BOUNDARY_BEFORE}(?:{alternatives or '(?!)'}){_BOUNDARY_AFTER}")

    def named_in(self, text: str) -> SystemRecord | None:
        """Return the most exact release that `text` names: one with a version before a family alone."""
        found = [self._by_word[match.group()] for match in self._pattern.finditer(text)]
        return next((one for one in found if one.version), found[0] if found else None)

    def without(self, text: str) -> str:
        """Return `text` without the words for releases, ``-`` between what remains."""
        return "-".join(filter(None, self._pattern.sub("", text).split("-")))

    def get(self, identity: str, version: str | None) -> SystemRecord | None:
        """Return the release by os-release's id and version; ``3.24.2`` finds Alpine 3.24."""
        while version:
            if record := self._by_id.get((identity, version)):
                return record
            version = version.rpartition(".")[0]
        return self._by_id.get((identity, None))


def operating_system(record: SystemRecord) -> OperatingSystem:
    """Return the release as the model has it."""
    return OperatingSystem(record.id, record.version, record.codename)
