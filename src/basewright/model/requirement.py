"""What a manifest asks of a language runtime's version, and whether a release line answers it. Pure."""

import re
from collections.abc import Mapping
from typing import Final

_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")
_CLAUSE = re.compile(r"(>=|<=|==|~=|!=|>|<|=|\^|~|~>)?\s*v?(\d{1,6}(?:\.(?:\d{1,6}|x|X|\*)){0,3})")
_TARGET_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d{1,2}\.\d)")


def asked_version(requirement: str) -> str | None:
    """Return the line that `requirement` starts from: ``3.12`` of ``>=3.12,<4``; None where it names none."""
    framework = _TARGET_FRAMEWORK.fullmatch(requirement.strip())
    if framework:
        return framework[1]
    found = _VERSION.search(requirement)
    return found[0] if found else None


def satisfies(version: str, requirement: str) -> bool | None:
    """Tell whether the release line `version` can meet `requirement`; None where either is not understood.

    Compared as far as `version` goes: the line ``3.12`` meets ``>=3.12.4``, as some release of it does.
    """
    framework = _TARGET_FRAMEWORK.fullmatch(requirement.strip())
    if framework:
        # A program for one major line does not start on another, unless it asks to roll forward.
        requirement = f"~={framework[1]}"
    have = _numbers(version)
    if not have or not requirement.strip() or len(requirement) > 400:
        return None
    answers = [_meets_all(have, part) for part in requirement.split("||")]
    if True in answers:
        return True
    return None if None in answers else False


def _meets_all(have: tuple[int, ...], part: str) -> bool | None:
    bounds = re.fullmatch(r"\s*v?([\d.]+)\s+-\s+v?([\d.]+)\s*", part)
    if bounds:
        part = f">={bounds[1]} <={bounds[2]}"
    clauses = _CLAUSE.findall(part)
    if not clauses:
        return None
    return all(_meets(have, operator, wanted) for operator, wanted in clauses)


def _meets(have: tuple[int, ...], operator: str, text: str) -> bool:
    """Compare on the numbers that both have: the rest of the line is open."""
    wanted = _numbers(text)
    shared = min(len(have), len(wanted))
    left, right = have[:shared], wanted[:shared]
    if operator in {">=", "<="}:
        return left >= right if operator == ">=" else left <= right
    if operator == "<":
        # The line 3.12 holds releases below 3.12.4, and none below 3.12.
        return left < right or (left == right and len(wanted) > shared and any(wanted[shared:]))
    if operator == ">":
        return left >= right if len(wanted) > shared or len(have) > shared else left > right
    if operator == "!=":
        return not (left == right and len(wanted) <= shared and "*" in text)
    if operator == "^":
        return left >= right and left[:1] == right[:1]
    if operator in {"~=", "~>", "~"}:
        kept = max(1, len(wanted) - 1) if operator != "~" else min(2, len(wanted))
        return left >= right and left[:kept] == right[:kept]
    return left == right


def _numbers(text: str) -> tuple[int, ...]:
    found = _VERSION.match(text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


ECOSYSTEMS: Final[Mapping[str, str]] = {
    "python": "pypi", "node": "npm", "java": "maven", "php": "composer", "dotnet": "nuget", "ruby": "gem",
}  # fmt: skip
"""Runtime → PURL type of the manifests that say which version of it they ask for."""


def asks(product: str, requirement: str) -> str:
    """Return what `requirement` means for `product`: what a Java build targets runs on every later release."""
    if product == "java" and requirement[:1].isdigit():
        return f">={asked_version(requirement)}"
    return requirement
