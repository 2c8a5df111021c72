"""Aspects of the distribution: C library, shell, package manager, CA store, time zones, locale."""

import re
from collections.abc import Iterator

from basewright.model.base import BaseImage, Kind
from basewright.model.contract import Aspect, Difference, Effect
from basewright.model.need import EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.recommend import references
from basewright.recommend.contract.comparison import Comparison
from basewright.recommend.families import manager_programs, packaging
from basewright.recommend.fit.libc import reference_of
from basewright.recommend.fit.programs import is_health_check_only, is_own
from basewright.recommend.linkage import built_on
from basewright.recommend.situation import places
from basewright.recommend.subject import SubjectKind, is_replaced
from basewright.recommend.tools import can_install
from basewright.recommend.versions import numbers

_LOCALES = re.compile(r"\b(?:localedef|locale-gen|language-pack-[a-z]{2,3})\b")
_NATIVE = (NeedKind.NATIVE_EXTENSION, NeedKind.DYNAMIC_BINARY)


def differences(c: Comparison) -> Iterator[Difference]:
    """Yield what changes with the distribution."""
    yield from _libc(c)
    yield from _libc_version(c)
    yield from _shell(c)
    yield from _package_manager(c)
    yield from _certificates(c)
    yield from _time_zones(c)
    yield from _locale(c)


def _libc(c: Comparison) -> Iterator[Difference]:
    old = c.old.libc if c.old else None
    if old == c.new.libc or c.new.libc is None or c.subject.kind is SubjectKind.STATIC:
        return
    native = c.situation.of_kind(*_NATIVE)
    if not native:
        ready = c.subject.kind in {SubjectKind.CONTENT, SubjectKind.SERVICE}
        effect = Effect.NONE if ready else Effect.REVIEW
        why = "the image brings its own programs" if ready else "nothing native is known; run the tests on it"
        yield Difference(
            Aspect.LIBC, old, c.new.libc, effect, (), why, references.MUSL if "musl" in {old, c.new.libc} else ""
        )
        return
    names = ", ".join(sorted({need.value for need in native})[:6])
    why = f"{names} must be installed again for {c.new.libc}: the build stage has to stand on the same C library"
    yield Difference(
        Aspect.LIBC,
        old,
        c.new.libc,
        Effect.BREAK if c.moves_build else Effect.REVIEW,
        places(*native),
        why,
        reference_of(c.situation, *native),
    )


def _libc_version(c: Comparison) -> Iterator[Difference]:
    """Yield another release of the same C library: what was linked on a newer one may not start on an older one."""
    new = c.new.libc_version
    if new is None or c.subject.kind is SubjectKind.STATIC or is_replaced(c.situation, c.subject):
        return
    built = built_on(c.situation, c.new.libc)
    if built is not None and numbers(new) < numbers(built.version):
        binaries = c.situation.of_kind(NeedKind.DYNAMIC_BINARY)
        needs = binaries or c.situation.of_kind(NeedKind.NATIVE_EXTENSION)
        if needs:
            names = ", ".join(sorted({need.value for need in needs})[:6])
            why = (
                f"{names}: what is built on {c.new.libc} {built.version} ({built.reference}) may not start on {new}: "
                f"build on a base with {new} or older"
            )
            effect = Effect.BREAK if binaries else Effect.REVIEW
            touches = tuple(sorted({built.where, *places(*needs)}))
            yield Difference(Aspect.LIBC_VERSION, built.version, new, effect, touches, why)
            return
    if c.old is None or c.old.libc != c.new.libc or not c.old.libc_version or c.old.libc_version == new:
        return
    is_older = numbers(new) < numbers(c.old.libc_version)
    why = "no compiled code of this project is known to be linked on the newer release"
    why = why if is_older else "what was built on the older release runs on the newer one"
    yield Difference(Aspect.LIBC_VERSION, c.old.libc_version, new, Effect.NONE, explanation=why)


def _shell(c: Comparison) -> Iterator[Difference]:
    if c.new.shell is not False or (c.old is not None and c.old.shell is False):
        return
    touches: set[Location] = set()
    for need in c.situation.of_kind(NeedKind.SHELL):
        if is_own(need) and (need.avoidable or is_health_check_only(c.situation, need)):
            touches.update(_own_places(need))
    if is_replaced(c.situation, c.subject):
        touches.clear()
    else:
        touches.update(one.where for one in c.situation.processes if one.is_shell_form)
    test = c.situation.workload.runtime.health_check
    if test is not None and test.test is not None and test.test.is_shell_form:
        touches.add(test.test.where)
    runs = tuple(where for _, where in c.run_lines())
    if touches:
        why = 'these lines start through a shell: write them in exec form, ["program", "argument"]'
        yield Difference(Aspect.SHELL, "yes", "no", Effect.BREAK, tuple(sorted(touches)), why, references.SHELL_FORM)
    elif runs:
        why = "RUN needs a shell: these lines move to a build stage, and their result is copied"
        yield Difference(Aspect.SHELL, "yes", "no", Effect.REVIEW, runs, why, references.MULTI_STAGE)
    else:
        why = "nothing of this project needs one; to look inside, use the debug variant or a debug container"
        yield Difference(Aspect.SHELL, _yes_no(c.old.shell if c.old else None), "no", Effect.NONE, explanation=why)


def _package_manager(c: Comparison) -> Iterator[Difference]:
    if c.old is None or can_install(c.old) is False:
        return  # no line uses what is not there; a finding tells of those that try
    old, new = packaging(c.old), packaging(c.new)
    none = can_install(c.new) is False
    if old is None or (old == new and not none):
        return
    programs = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, manager_programs(old)), key=len, reverse=True))})\b")
    touches = c.lines_with(programs, "RUN")
    new_text = "none" if c.new.package_manager is False else "not usable without a shell" if none else new
    effect, reference = Effect.BREAK, ""
    if not touches:
        effect, why = Effect.NONE, "no line of the final stage uses it"
    elif c.moves_build and not c.situation.of_kind(NeedKind.LIBRARY):
        effect, why, reference = Effect.REVIEW, "these lines move to the build stage", references.MULTI_STAGE
    elif none:
        why = "nothing can be installed there: install in a build stage and copy the result"
        reference = references.MULTI_STAGE
    else:
        way = new or "the package manager of this image"
        why = f"{old} is not there; install with {way}, under the names that the packages have there"
    yield Difference(Aspect.PACKAGE_MANAGER, old, new_text, effect, touches, why, reference)


def _certificates(c: Comparison) -> Iterator[Difference]:
    yield from _data_file(
        c,
        Aspect.CA_CERTIFICATES,
        (c.old.ca_certificates if c.old else None, c.new.ca_certificates),
        NeedKind.CA_CERTIFICATES,
        "copy /etc/ssl/certs/ca-certificates.crt from the build stage, or install ca-certificates",
    )


def _time_zones(c: Comparison) -> Iterator[Difference]:
    yield from _data_file(
        c,
        Aspect.TIME_ZONES,
        (c.old.time_zones if c.old else None, c.new.time_zones),
        NeedKind.TIME_ZONES,
        "copy /usr/share/zoneinfo from the build stage, or install tzdata",
    )


def _data_file(
    c: Comparison, aspect: Aspect, sides: tuple[bool | None, bool | None], kind: NeedKind, remedy: str
) -> Iterator[Difference]:
    old, new = sides
    if new is None and c.new.kind is Kind.SCRATCH:
        new = False
    needs = c.situation.of_kind(kind)
    if new or old == new or (not needs and new is None):
        return
    effect = Effect.NONE if not needs else Effect.BREAK if new is False else Effect.REVIEW
    if needs and can_install(c.new) and _is_installed(c, kind):
        yield Difference(aspect, _yes_no(old), _yes_no(new), Effect.NONE, (), "a line of the project installs them")
        return
    why = remedy if needs else f"nothing of this project is known to need them; if it does: {remedy}"
    yield Difference(aspect, _yes_no(old), _yes_no(new), effect, places(*needs), why)


def _is_installed(c: Comparison, kind: NeedKind) -> bool:
    """Whether the project installs them by name, with the package manager that the candidate has too."""
    name = {NeedKind.TIME_ZONES: "tzdata", NeedKind.CA_CERTIFICATES: "ca-certificates"}[kind]
    by_name = any(need.value.startswith(name) for need in c.situation.of_kind(NeedKind.LIBRARY))
    return by_name and c.old is not None and packaging(c.old) == packaging(c.new)


def _locale(c: Comparison) -> Iterator[Difference]:
    needs = c.situation.of_kind(NeedKind.LOCALE)
    if not needs or not _differs(c.old, c.new):
        return
    wanted = ", ".join(sorted({need.value for need in needs}))
    if made := _makes_locale(c):
        why = f"a line of the project makes it ({made})"
        yield Difference(Aspect.LOCALE, wanted, wanted, Effect.NONE, explanation=why)
        return
    why = f"{wanted} must be there: generate it where the base allows it; musl has C.UTF-8 only"
    reference = references.MUSL if c.new.libc == "musl" else ""
    yield Difference(Aspect.LOCALE, wanted, None, Effect.REVIEW, places(*needs), why, reference)


def _makes_locale(c: Comparison) -> Location | None:
    """Return the line that makes a locale and can run there too; None for none."""
    same = c.old is not None and packaging(c.old) == packaging(c.new) == "apt"
    if not same or not can_install(c.new):
        return None
    return next((where for text, where in c.run_lines() if _LOCALES.search(text) and c.stays(where)), None)


def _differs(old: BaseImage | None, new: BaseImage) -> bool:
    return old is None or (old.family, old.kind) != (new.family, new.kind)


def _own_places(need: Need) -> set[Location]:
    return {one.where for one in need.evidence if one.kind is not EvidenceKind.CATALOG}


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
