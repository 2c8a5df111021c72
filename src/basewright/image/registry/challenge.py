"""What a registry answers who is not known: ``WWW-Authenticate`` (RFC 9110, section 11.6.1). Pure.

A field may hold several challenges, and a value in quotes may hold commas, so it is read letter by letter, in one pass.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from basewright.errors import RemoteError

_LONGEST = 16 * 1024
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SPACE = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"[ \t,]*")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
_CHALLENGES = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to show who asks."""

    scheme: str
    """Lower case: ``bearer``, ``basic``."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; of a name that comes twice, the first value."""


def parse_challenges(fields: Iterable[str]) -> tuple[Challenge, ...]:
    """Read every challenge of the header's `fields`; raise RemoteError where one is malformed or too long."""
    found: list[Challenge] = []
    for text in fields:
        if len(text) > _LONGEST:
            raise RemoteError(f"a challenge of {len(text)} bytes, more than the {_LONGEST} that are read")
        found += _parse(text)
        if len(found) > _CHALLENGES:
            raise RemoteError(f"more than {_CHALLENGES} challenges")
    return tuple(found)


def _parse(text: str) -> list[Challenge]:
    found: list[Challenge] = []
    place = _skip(_BETWEEN, text, 0)
    while place < len(text):
        scheme = _TOKEN.match(text, place)
        if scheme is None:
            raise RemoteError("a malformed challenge: no scheme")
        parameters, place = _parameters(text, _skip(_SPACE, text, scheme.end()))
        found.append(Challenge(scheme[0].lower(), parameters))
        place = _skip(_BETWEEN, text, place)
    return found


def _parameters(text: str, place: int) -> tuple[dict[str, str], int]:
    """Return the parameters at `place` and where the next challenge starts."""
    parameters: dict[str, str] = {}
    if text[place - 1] in " \t" and (lone := _TOKEN68.match(text, place)):
        return parameters, lone.end()  # ``Negotiate abc==``
    while place < len(text):
        name = _TOKEN.match(text, place)
        if name is None:
            break
        equals = _skip(_SPACE, text, name.end())
        if equals >= len(text) or text[equals] != "=":
            break  # the scheme of the next challenge
        value, place = _value(text, _skip(_SPACE, text, equals + 1))
        parameters.setdefault(name[0].lower(), value)
        comma = _skip(_SPACE, text, place)
        if comma < len(text) and text[comma] != ",":
            raise RemoteError("a malformed challenge: no comma between parameters")
        place = _skip(_BETWEEN, text, comma)
    return parameters, place


def _value(text: str, place: int) -> tuple[str, int]:
    if place < len(text) and text[place] == '"':
        return _quoted(text, place + 1)
    plain = _TOKEN.match(text, place)
    if plain is None:
        raise RemoteError("a malformed challenge: a parameter without a value")
    return plain[0], plain.end()


def _quoted(text: str, place: int) -> tuple[str, int]:
    letters: list[str] = []
    while place < len(text):
        letter = text[place]
        if letter == '"':
            return "".join(letters), place + 1
        if letter == "\\" and place + 1 < len(text):
            place += 1
            letter = text[place]
        letters.append(letter)
        place += 1
    raise RemoteError("a malformed challenge: a quote without an end")


def _skip(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
