"""Aspect of the environment: variables that an image sets, and ICU, which one of them switches off for .NET."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage, Role
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import NeedKind
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.globalization import INVARIANT, has_icu, is_switched_off
from basewright.recommend.situation import places
from basewright.recommend.subject import is_replaced

_TOLD_APART = frozenset({"PATH", "PGDATA", INVARIANT})
_WATCHED = ("JAVA_HOME", "LANG", "PYTHONHOME", "PYTHONPATH", "PYTHONUTF8", "SSL_CERT_FILE")
"""Variables that change what a program does without any line naming them."""
_DECIDE = frozenset({"PYTHONHOME", "PYTHONPATH"})
_LONGEST_SCRIPT = 1024 * 1024


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield the variables that are lost or changed and matter, then the folders that leave PATH, then ICU."""
    if is_replaced(c.situation, c.subject):
        return
    if c.old is not None:
        yield from _used(c, c.old)
        yield from _watched(c, c.old)
        yield from _path(c, c.old)
    yield from _icu(c)


def _used(c: Comparison, old: BaseImage) -> Iterator[Difference]:
    for name in sorted(_changed(c, old) - _TOLD_APART):
        used = re.compile(rf"\${{?{re.escape(name)}\b")
        touches = c.lines_with(used, "RUN", "ENV", "COPY", "CMD", "ENTRYPOINT", "WORKDIR", "USER")
        scripts = [
            one.path
            for one in c.situation.workload.scripts
            if used.search(one.content[:_LONGEST_SCRIPT].decode("utf-8", "replace"))
        ]
        if touches or scripts:
            where = f" (also used in {', '.join(sorted(scripts))})" if scripts else ""
            now = c.new.environment.get(name)
            other = f", and there it is {now}" if now is not None else ""
            why = f"{name} is set by today's base and used here{where}{other}: set it with ENV"
            yield Difference(Aspect.ENVIRONMENT, name, now, Effect.REVIEW, touches, why)


def _changed(c: Comparison, old: BaseImage) -> set[str]:
    """Return the variables of today's base that the project does not set and that are lost or others there."""
    own = c.situation.workload.runtime.environment
    new = c.new.environment
    return {name for name, value in old.environment.items() if name not in own and new.get(name) != value}


def _watched(c: Comparison, old: BaseImage) -> Iterator[Difference]:
    if not old.environment or not c.new.environment:
        return  # what is not read is not known
    own = c.situation.workload.runtime.environment
    for name in _WATCHED:
        before, after = old.environment.get(name), c.new.environment.get(name)
        if before == after or name in own:
            continue
        reads_bytes = name == "LANG" and c.subject.name == "ruby" and after is None
        matters = name in _DECIDE or reads_bytes
        why = f"{name} is {'not set' if after is None else after} there, and {before or 'not set'} today"
        why += ": set it with ENV" if matters else "; nothing of this project is known to depend on it"
        effect = Effect.REVIEW if matters else Effect.NONE
        yield Difference(Aspect.ENVIRONMENT, _setting(name, before), _setting(name, after), effect, explanation=why)


def _setting(name: str, value: str | None) -> str:
    return f"{name} not set" if value is None else f"{name}={value}"


def _path(c: Comparison, old: BaseImage) -> Iterator[Difference]:
    before, after = (base.environment.get("PATH", "").split(":") for base in (old, c.new))
    gone = [folder for folder in before if folder and folder not in after]
    if not gone or after == [""] or old.role is Role.BUILD:
        return
    why = f"{', '.join(gone)} is not on the PATH there: programs in such a folder are called by their whole path"
    shown = ":".join(gone)
    yield Difference(Aspect.ENVIRONMENT, f"PATH with {shown}", "PATH without", Effect.NONE, explanation=why)


def _icu(c: Comparison) -> Iterator[Difference]:
    needs = c.situation.of_kind(NeedKind.ICU)
    old, new = (has_icu(base) if base is not None else None for base in (c.old, c.new))
    off = is_switched_off(c.new)
    if INVARIANT in c.situation.workload.runtime.environment or new or (new is old is False):
        return
    before = "ICU" if old else "no ICU" if old is False else None
    after = f"{INVARIANT}=true" if off else "no ICU" if new is False else None
    if not needs:
        if off:
            why = "nothing of this project is known to need ICU"
            yield Difference(Aspect.ENVIRONMENT, before, after, Effect.NONE, explanation=why)
        return
    way = "take the -extra variant" if c.new.vendor == "Microsoft" else "take an image that has it"
    if c.new.package_manager and c.new.shell:
        way += f", or install ICU there{f' and set {INVARIANT}=false' if off else ''}"
    if new is None:
        what = "whether it has ICU is not known"
    elif off:
        what = (
            "without ICU every culture behaves like the invariant one: sorting, formats and names of time zones "
            "change, and asking for a culture fails"
        )
    else:
        what = "without ICU the program stops at its start"
    why = f"{what}: {way}, or set InvariantGlobalization where nothing depends on a culture"
    effect = Effect.REVIEW if new is None else Effect.BREAK
    yield Difference(Aspect.ENVIRONMENT, before, after, effect, places(*needs), why, references.DOTNET_ICU)
