"""Licences as records name them, held against the SPDX License List and the grammar of licence expressions.

What a record says is told as it stands. Only a text that is an expression by SPDX 2.3, Annex D, with nothing in it but
identifiers of the list, counts as one; the spelling of its identifiers is then the list's, since they match without
regard to case. Nothing is guessed: ``GPLv2``, ``Expat`` and ``Apache License 2.0`` stay names.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_LONGEST = 1000
"""Characters of a text that may be an expression; a licence's whole text is longer."""
_DEEPEST = 32
_TOKEN = re.compile(r"[()]|[A-Za-z0-9.+-]+")
_NOT_IN_AN_EXPRESSION = re.compile(r"[^A-Za-z0-9.+() \t-]")


@dataclass(frozen=True, slots=True)
class License:
    """A licence as a record names it."""

    text: str
    """As recorded."""
    expression: str | None
    """The same as a licence expression; None where the text is none."""
    is_identifier: bool
    """Whether the expression is one identifier of the list and no more."""


@dataclass(frozen=True, slots=True)
class _List:
    version: str
    licenses: Mapping[str, str]
    """Identifiers by their lower-case form."""
    exceptions: Mapping[str, str]


@cache
def _spdx_list() -> _List:
    data = resources.files("basewright.report.inspection") / "data" / "spdx-licenses.json"
    read = json.loads(data.read_bytes())
    return _List(
        read["version"],
        {one.lower(): one for one in read["licenses"]},
        {one.lower(): one for one in read["exceptions"]},
    )


def list_version() -> str:
    """Return the version of the SPDX License List that texts are held against."""
    return _spdx_list().version


@lru_cache(maxsize=4096)
def license_of(text: str) -> License:
    """Return what is known of the licence that a record names `text`."""
    expression = _expression(text)
    is_identifier = expression is not None and expression.lower() in _spdx_list().licenses
    return License(text, expression, is_identifier)


def _expression(text: str) -> str | None:
    """Return `text` with the list's spelling, or None where it is no expression (Annex D.1 to D.5)."""
    if not text or len(text) > _LONGEST or _NOT_IN_AN_EXPRESSION.search(text):
        return None
    written: list[str] = []
    depth, wants_operand, may_have_exception = 0, True, False
    words = iter(_TOKEN.findall(text))
    for word in words:
        known: str | None = word
        if wants_operand and word == "(" and depth < _DEEPEST:
            depth += 1
        elif wants_operand:
            known, wants_operand, may_have_exception = _identifier(word), False, True
        elif word == ")" and depth:
            depth, may_have_exception = depth - 1, False
        elif word in {"AND", "OR"}:
            wants_operand = True
        elif word == "WITH" and may_have_exception:
            exception = _spdx_list().exceptions.get(next(words, "").lower())
            known, may_have_exception = exception and f"WITH {exception}", False
        else:
            known = None
        if known is None:
            return None
        written.append(known)
    if wants_operand or depth:
        return None
    return " ".join(written).replace("( ", "(").replace(" )", ")")


def _identifier(token: str) -> str | None:
    """Return a licence's identifier as the list spells it, with the ``+`` of «or a later version»."""
    known = _spdx_list().licenses
    found = known.get(token.lower())
    if found is None and token.endswith("+") and token[:-1].lower() in known:
        return f"{known[token[:-1].lower()]}+"
    return found
