"""Aspect of accounts: RUN lines that make users and groups, with the programs and on the names that a base has."""

import re
from collections.abc import Iterator

from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.span import Location
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.families import packaging
from basewright.recommend.tools import has_tool

_CALL = re.compile(r"\b(useradd|groupadd|adduser|addgroup)\b([^;&|\n]{0,400})")
_UID = re.compile(r"(?:^|\s)(?:-u|--uid)[= ](\d{1,9})\b")
_BUSYBOX_FLAGS = re.compile(r"\s-[A-Za-z]*[SDH]")
"""Short flags of busybox's adduser and addgroup; Debian's know none of them."""
_SHADOW = frozenset({"useradd", "groupadd"})
_TOLERANT = re.compile(r"\|\|\s*(?:true|:)|\b(?:id|getent)\s")


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield each line that fails: its program is not there, takes other flags, or the name is taken."""
    for text, where in c.run_lines():
        if c.stays(where) and not _TOLERANT.search(text):
            found = next(_failures(c, text, where), None)
            if found is not None:
                yield found


def given_uid(c: Comparison, name: str) -> int | None:
    """Return the number that a RUN line gives to the user `name`; None where it gives none."""
    for text, _ in c.run_lines():
        for _, arguments in _CALL.findall(text):
            found = _UID.search(arguments)
            if found and name in arguments.split():
                return int(found[1])
    return None


def _failures(c: Comparison, text: str, where: Location) -> Iterator[Difference]:
    for program, arguments in _CALL.findall(text):
        words = set(arguments.split())
        if name := next((one.name for one in c.new.users if one.name in words and not _was_there(c, one.name)), None):
            uid = next(one.uid for one in c.new.users if one.name == name)
            told = f" ({uid})" if uid is not None else ""
            why = f"{program} fails: the image has {name}{told} already; remove it from this line"
            yield Difference(Aspect.USER, f"made by {program}", f"{name}{told}", Effect.BREAK, (where,), why)
        elif program in _SHADOW and not _brings_shadow(c, text) and has_tool(c.new, program) is False:
            own = {"useradd": "adduser", "groupadd": "addgroup"}[program]
            why = f"{program} is not there: make the account with {own} (its flags are others), or install shadow"
            yield Difference(Aspect.TOOLS, program, "absent", Effect.BREAK, (where,), why)
        elif program not in _SHADOW and _BUSYBOX_FLAGS.search(arguments) and packaging(c.new) == "apt":
            own = {"adduser": "useradd", "addgroup": "groupadd"}[program]
            why = f"these are the flags of busybox's {program}, and Debian's knows none of them: write it with {own}"
            yield Difference(Aspect.TOOLS, f"{program} of busybox", f"{own} of Debian", Effect.BREAK, (where,), why)


def _was_there(c: Comparison, name: str) -> bool:
    """Whether today's base has the name too: then the line works, or fails, as it does today."""
    return c.old is not None and any(one.name == name for one in c.old.users)


def _brings_shadow(c: Comparison, text: str) -> bool:
    return any(
        re.search(r"\badd\b[^;&|\n]{0,400}\bshadow\b", one) for one in (text, *(run for run, _ in c.run_lines()))
    )
