"""Checks that what stands in a file, a variable or an option has the shape of its setting."""

import difflib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from basewright.cli.settings import Shape, Specification, Value
from basewright.errors import ConfigurationError, InputError

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_MOST_DIGITS = 9

Word = TypeVar("Word", bound=StrEnum)


def from_file(specification: Specification, raw: object, where: str) -> Value:
    """Return the value that a TOML file gives; raise ConfigurationError, led by `where`, for another shape."""
    value = _shaped(specification.shape, raw)
    if value is None:
        raise ConfigurationError(f"{where}: {specification.key} must be a {specification.shape}, not {_named(raw)}")
    return _chosen(specification, value, f"{where}: {specification.key}")


def from_text(specification: Specification, text: str, where: str) -> Value:
    """Return the value that a variable gives; lists and tables are separated by commas."""
    items = tuple(item.strip() for item in text.split(",") if item.strip())
    match specification.shape:
        case Shape.FLAG:
            return _flag(text, where)
        case Shape.NUMBER:
            return _number(text, where)
        case Shape.LIST:
            return _chosen(specification, items, where)
        case Shape.PAIRS:
            return pairs(items, where)
        case Shape.TEXT:
            return _chosen(specification, text, where)


def from_option(specification: Specification, given: object) -> Value:
    """Return the value that the command line gives; it has been parsed by type already."""
    where = specification.option
    if isinstance(given, list | tuple):
        items = tuple(str(one) for one in given)
        return pairs(items, where) if specification.shape is Shape.PAIRS else _chosen(specification, items, where)
    if isinstance(given, bool):
        return given
    if isinstance(given, int):
        return _positive(given, where)
    return _chosen(specification, str(given), where)


def pairs(items: Iterable[str], where: str) -> Mapping[str, str]:
    """Return PREFIX=PREFIX texts as a mapping."""
    found: dict[str, str] = {}
    for item in items:
        left, equals, right = item.partition("=")
        if not equals or not left or not right:
            raise ConfigurationError(f"{where}: not PREFIX=PREFIX: {item[:80]!r}")
        found[left] = right
    return found


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names what is nearest to `name`, or else all of `known`."""
    names = sorted(known)
    near = difflib.get_close_matches(name[:80], names, n=1)
    return f"did you mean {near[0]}?" if near else f"known are: {', '.join(names)}"


def one_of(words: type[Word], given: str | None, where: str) -> Word | None:
    """Return the member of `words` that `given` names, None for None."""
    if given is None:
        return None
    known = [str(word) for word in words]
    if given not in known:
        raise InputError(f"{where}: {given[:80]!r} is not among {', '.join(known)}", hint=did_you_mean(given, known))
    return words(given)


def _shaped(shape: Shape, raw: object) -> Value:
    """Return `raw` as a value of `shape`, None where it has another one."""
    match raw:
        case bool():
            return raw if shape is Shape.FLAG else None
        case int():
            return raw if shape is Shape.NUMBER and 0 < raw < 10**_MOST_DIGITS else None
        case str():
            return raw if shape is Shape.TEXT else None
        case list():
            is_right = shape is Shape.LIST and all(isinstance(one, str) for one in raw)
            return tuple(raw) if is_right else None
        case dict():
            is_right = shape is Shape.PAIRS and all(isinstance(one, str) and one for one in raw.values())
            return dict(sorted(raw.items())) if is_right else None
        case _:
            return None


def _chosen(specification: Specification, value: Value, where: str) -> Value:
    """Return `value` where it is among the choices, or raise ConfigurationError."""
    if not specification.choices:
        return value
    for one in value if isinstance(value, tuple) else (str(value),):
        if one not in specification.choices:
            raise ConfigurationError(
                f"{where}: {one[:80]!r} is not among {', '.join(specification.choices)}",
                hint=did_you_mean(one, specification.choices),
            )
    return value


def _flag(text: str, where: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ConfigurationError(f"{where}: neither true nor false: {text[:80]!r}")


def _number(text: str, where: str) -> int:
    word = text.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS):
        raise ConfigurationError(f"{where}: no whole number above 0: {text[:80]!r}")
    return _positive(int(word), where)


def _positive(number: int, where: str) -> int:
    if not 0 < number < 10**_MOST_DIGITS:
        raise ConfigurationError(f"{where}: no whole number above 0: {number}")
    return number


_NAMES: Mapping[type, str] = {str: "a text", bool: "true or false", list: "a list", dict: "a table"}


def _named(raw: object) -> str:
    return _NAMES.get(type(raw), repr(raw)[:40])
