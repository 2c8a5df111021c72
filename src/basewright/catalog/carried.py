"""The second runtime of an image, told by its tag's words: ``maven:3.9-eclipse-temurin-21`` brings Java 21.

Only spellings that name a line are read: ``jdk`` alone moves from one Java to the next and tells none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from basewright.model.base import Runtime

_JOINED = (
    (re.compile(r"(?:jdk|jre|openjdk|java)([0-9]{1,2})(?:u[0-9]{1,4})?"), "java"),
    (re.compile(r"php([0-9](?:\.[0-9]{1,2})?)"), "php"),
    (re.compile(r"otp([0-9]{2})"), "erlang"),
    (re.compile(r"python([0-9](?:\.[0-9]{1,2})?)"), "python"),
    (re.compile(r"node([0-9]{1,2}(?:\.[0-9]{1,3})?)"), "node"),
)
"""One word that names runtime and line: ``jdk21``, ``php8.3``."""
_BUILDS_OF_JAVA = frozenset(
    {
        *("jdk", "jre", "openjdk", "temurin", "amazoncorretto", "corretto", "semeru", "sapmachine", "ibmjava"),
        *("adoptopenjdk", "azulzulu", "libericaopenjdk"),
    }
)
_APART = {**dict.fromkeys(_BUILDS_OF_JAVA, "java"), "otp": "erlang"}
"""Words that the line follows as a word of its own: ``temurin-21``, ``otp-27``."""
_LINE = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class CarriedWords:
    """What a tag's words say of second runtimes."""

    runtimes: tuple[Runtime, ...]
    """Sorted by name."""
    rest: tuple[str, ...]
    """The words that say something else."""


def read_carried(words: Sequence[str], product: str) -> CarriedWords:
    """Read the words that `read_tag` left of a tag of `product`; its own runtime is not carried."""
    found: list[Runtime] = []
    rest: list[str] = []
    number = 0
    while number < len(words):
        runtime, length = _at(words, number)
        if runtime is None or runtime.name == product:
            rest.append(words[number])
            number += 1
        else:
            found.append(runtime)
            number += length
    return CarriedWords(_agreed(found), tuple(rest))


def carried_by(tags: Iterable[Sequence[str]], product: str) -> tuple[Runtime, ...]:
    """Return the second runtimes that the tags of one build tell together."""
    return _agreed(runtime for words in tags for runtime in read_carried(words, product).runtimes)


def _at(words: Sequence[str], number: int) -> tuple[Runtime | None, int]:
    """Return the runtime that is named at a place, and how many words name it."""
    word = words[number].lower()
    for pattern, name in _JOINED:
        if match := pattern.fullmatch(word):
            return Runtime(name, match.group(1)), 1
    if word in _APART and number + 1 < len(words) and _LINE.fullmatch(words[number + 1]):
        return Runtime(_APART[word], words[number + 1]), 2
    return None, 1


def _agreed(runtimes: Iterable[Runtime]) -> tuple[Runtime, ...]:
    """Return one runtime of each name, sorted; two lines of one name contradict each other, and none is told."""
    lines: dict[str, set[str | None]] = {}
    for one in runtimes:
        lines.setdefault(one.name, set()).add(one.version)
    return tuple(Runtime(name, *versions) for name, versions in sorted(lines.items()) if len(versions) == 1)
