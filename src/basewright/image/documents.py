"""Reading the JSON documents of images: bounded before it is decoded, and told where it is not what it should be.

Readers of one document must not see two images. So what JSON leaves open and parsers settle in different ways is
refused: a key that is named twice, a byte order mark, another encoding than UTF-8 (RFC 8259, sections 4 and 8.1).
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from basewright.errors import InvalidImageError, UnsupportedError

_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_LARGEST: Final = 2**63 - 1
_QUOTED: Final = 80
_EMPTY: Final[Mapping[str, Any]] = {}
_T = TypeVar("_T")


def decode(data: bytes, where: str, *, limit: int, depth: int) -> dict[str, Any]:
    """Return the object that `data` holds.

    Raises UnsupportedError where it exceeds `limit` bytes or nests deeper than `depth`, InvalidImageError where it is
    no JSON object or leaves open what it says.
    """
    document = decode_any(data, where, limit=limit, depth=depth)
    if not isinstance(document, dict):
        raise InvalidImageError(f"{where}: not a JSON object")
    return document


def decode_any(data: bytes, where: str, *, limit: int, depth: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what `data` holds; see `decode`."""
    if len(data) > limit:
        raise UnsupportedError(f"{where}: {len(data)} bytes, more than the {limit} that are read")
    _check_depth(data, where, depth)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidImageError(f"{where}: not UTF-8 at byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise InvalidImageError(f"{where}: starts with a byte order mark, which JSON does not allow")
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InvalidImageError(f"{where}: not JSON at byte {error.pos}: {error.msg}") from error
    except ValueError as error:  # ours, or a number with thousands of digits
        reason = str(error) if isinstance(error, _AmbiguousError) else "a number that is too long"
        raise InvalidImageError(f"{where}: {reason}") from error
    return _without_surrogates(document) if b"\\ud" in data or b"\\uD" in data else document


def _check_depth(data: bytes, where: str, depth: int) -> None:
    """Refuse what nests deeper than `depth` before a recursive parser meets it."""
    if data.count(b"[") + data.count(b"{") <= depth:
        return
    level = 0
    for bracket in _BRACKETS.finditer(_TEXTS.sub(b"", data)):
        level += 1 if bracket[0] in b"[{" else -1
        if level > depth:
            raise UnsupportedError(f"{where}: nests deeper than the {depth} levels that are read")


class _AmbiguousError(ValueError):
    """JSON that parsers read in different ways."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _AmbiguousError(f"names {twice[:_QUOTED]!r} twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _AmbiguousError(f"{name} is no JSON")


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return `value` with halves of surrogate pairs as U+FFFD, which can be written; its depth was checked."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_without_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(one) for key, one in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object, field by field; an absent field and ``null`` are the same.

    A field that holds something else than is asked for raises InvalidImageError; with `noted` the complaint is put
    there instead and the field counts as absent.
    """

    document: Mapping[str, Any]
    where: str
    """What is read, for messages."""
    known: frozenset[str] = field(default=frozenset(), repr=False)
    """The names this object's format has."""
    noted: list[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Complain of keys that differ from a known one by case alone: some readers take them for it, we do not."""
        folded = {name.casefold() for name in self.known}
        for key in self.document:
            if key not in self.known and key.casefold() in folded:
                self._complain(f"readers differ on the field {key[:_QUOTED]!r}, a known one in another case")

    def text(self, name: str) -> str:
        """Return a text; empty where there is none."""
        value = self.document.get(name)
        if isinstance(value, str):
            return value
        return self._otherwise(name, "a text", "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        value = self.document.get(name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        return self._otherwise(name, "a list of texts", ())

    def number(self, name: str) -> int | None:
        """Return a whole number that fits 64 bits; None where there is none."""
        value = self.document.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST - 1 <= value <= _LARGEST:
            return value
        return self._otherwise(name, "a whole number of 64 bits", None)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return an object; empty where there is none."""
        value = self.document.get(name)
        if isinstance(value, dict):
            return value
        return self._otherwise(name, "an object", _EMPTY)

    def text_mapping(self, name: str) -> Mapping[str, str]:
        """Return an object of texts, sorted by key; empty where there is none."""
        value = self.mapping(name)
        if all(isinstance(one, str) for one in value.values()):
            return dict(sorted(value.items()))
        return self._otherwise(name, "an object of texts", _EMPTY)

    def objects(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return a list of objects; empty where there is none."""
        value = self.document.get(name)
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return tuple(value)
        return self._otherwise(name, "a list of objects", ())

    def has(self, name: str) -> bool:
        """Whether the field is there, whatever it holds."""
        return self.document.get(name) is not None

    def _otherwise(self, name: str, expected: str, value: _T) -> _T:
        if self.has(name):
            self._complain(f"{name!r} is not {expected}")
        return value

    def _complain(self, complaint: str) -> None:
        if self.noted is None:
            raise InvalidImageError(f"{self.where}: {complaint}")
        self.noted.append(f"{self.where}: {complaint}")
