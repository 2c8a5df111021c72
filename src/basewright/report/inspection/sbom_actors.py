"""People and organizations as package records name them: ``Name <mail>``, ``Name (address)``, a bare name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from basewright.model.package import Package

_LONGEST = 500
_MAIL = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_GROUP = re.compile(
    r"(?i)\b(?:team|maintainers?|developers|packagers|group|project|foundation|inc|ltd|llc|gmbh|corp|corporation|"
    r"company|contributors|authors|debian|ubuntu|fedora|red hat|suse|alpine|wolfi|chainguard)\b"
)
_DISTRIBUTED = frozenset({"apk", "deb", "rpm", "alpm"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made or packaged something, as recorded."""

    name: str
    """On one line; empty where there is only an address."""
    email: str | None
    is_group: bool
    """Whether a word of it says that it is no single person (``Team``, ``Inc.``)."""


@lru_cache(maxsize=4096)
def actor(text: str) -> Actor | None:
    """Return who `text` names; None where it names nobody."""
    line = " ".join(text[: 4 * _LONGEST].split())[:_LONGEST]
    name, opened, rest = line.partition("<")
    mail = rest.partition(">")[0].strip()
    email = mail if opened and len(mail) <= 254 and _MAIL.fullmatch(mail) else None
    if opened and email is None:
        name = line
    if email is None and len(line) <= 254 and _MAIL.fullmatch(line):
        name, email = "", line
    name = name.strip(" ,;")
    return Actor(name, email, bool(_GROUP.search(name))) if name or email else None


def is_packaged(package: Package) -> bool:
    """Whether a distribution made the package: its record names who packages it, others' name who wrote it."""
    return package.type in _DISTRIBUTED
