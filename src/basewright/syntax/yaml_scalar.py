"""What a plain YAML scalar means: the resolution of yaml.v3, which Compose and Kubernetes tools are built on.

``yes``, ``on`` and ``22:22`` are text; ``true`` is a boolean; ``0777`` and ``0o777`` are octal; ``3.10`` is the number
3.1.
"""

import re
from decimal import Decimal

PREFIX = "tag:yaml.org,2002:"
"""What ``!!`` stands for."""
STR, NULL, BOOL, INT, FLOAT, MERGE = (PREFIX + name for name in ("str", "null", "bool", "int", "float", "merge"))

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(?:0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START = frozenset("+-.0123456789")
_NUMBER_LENGTH = 64
"""Characters beyond which digits stay text: no 64-bit number is that long."""


def resolve(text: str) -> str:
    """Return the tag of a plain scalar without one."""
    if text in _NULLS:
        return NULL
    if text in _BOOLEANS:
        return BOOL
    if text == "<<":
        return MERGE
    if text[0] in _NUMBER_START and len(text) <= _NUMBER_LENGTH:
        digits = text.replace("_", "")
        if _INT.fullmatch(digits) and _fits(digits):
            return INT
        if _FLOAT.fullmatch(digits) or _SPECIAL_FLOAT.fullmatch(text):
            return FLOAT
    return STR


def boolean(text: str) -> bool | None:
    """Return the boolean that `text` is."""
    return _BOOLEANS.get(text)


def integer(text: str) -> int | None:
    """Return the integer that `text` is, None where it is none."""
    digits = text.replace("_", "")
    if len(digits) > _NUMBER_LENGTH or not _INT.fullmatch(digits):
        return None
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        kind = digits[1].lower()
        base = {"b": 2, "o": 8, "x": 16}.get(kind, 8)
        return sign * int(digits[2 if kind.isalpha() else 1 :], base)
    return sign * int(digits)


def float_text(text: str) -> str:
    """Return how Go prints the float that `text` is: ``3.10`` becomes ``3.1``."""
    digits = text.replace("_", "").lower()
    if digits.endswith("inf"):
        return "-Inf" if digits.startswith("-") else "+Inf"
    if digits.endswith("nan"):
        return "NaN"
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        return text
    exponent = Decimal(repr(number)).adjusted() if number else 0
    if exponent < -4 or exponent >= 21:  # strconv.FormatFloat's 'g' with the shortest precision
        return repr(number)
    written = format(Decimal(repr(number)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _fits(digits: str) -> bool:
    number = integer(digits)
    return number is not None and -(2**63) <= number < 2**64
