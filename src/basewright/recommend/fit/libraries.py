"""Are the libraries and data there that the project installs by name, or can they be."""

from collections.abc import Iterator

from basewright.model.base import BaseImage, Kind
from basewright.model.need import Confidence, Need, NeedKind
from basewright.recommend import references
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.globalization import has_icu, is_switched_off
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject
from basewright.recommend.tools import can_install

_COPY_PLAN = (
    "build a stage of the same distribution that installs it, and copy its files with everything they link against"
)
_CC_PLAN = "take an image with the compilers' runtimes (distroless cc), or link them statically"
_LINKED = {"libgcc_s": ("libgcc-s1", "libgcc", "libgcc1"), "libstdc++": ("libstdc++6", "libstdc++")}
"""Shared library → the packages that bring it: Debian's and Ubuntu's, Alpine's and Wolfi's."""
_DATA_PACKAGES = ("tzdata", "ca-certificates")
"""Packages of plain files that can be copied: the contract tells of time zones and certificates, nothing refuses."""
_FONT_PACKAGES = ("fontconfig", "libfontconfig1", "fonts-dejavu-core", "font-dejavu", "ttf-dejavu")


def check(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse a base where a named library is absent and cannot be installed."""
    for need in situation.of_kind(NeedKind.LIBRARY):
        if not need.value.startswith(_DATA_PACKAGES) and not holds(base, need.value):
            yield from _library(need, base)
    for need in situation.of_kind(NeedKind.DYNAMIC_BINARY):
        yield from _linked(need, base)
    for need in situation.of_kind(NeedKind.ICU):
        if not is_switched_off(base):  # it starts without; the contract tells what falls away
            yield from _data(need, base, has_icu(base), "ICU", references.DOTNET_ICU)
    reference = references.JVM_FONTS if subject.name == "java" else ""
    for need in situation.of_kind(NeedKind.FONTS):
        yield from _data(need, base, _has_any(base, _FONT_PACKAGES), "fonts", reference)
    for need in situation.of_kind(NeedKind.LOCALE):
        yield from _locale(need, base)


def holds(base: BaseImage, package: str) -> bool:
    """Whether the package list of `base` names `package`."""
    # Debian 13 and Ubuntu 24.04 gave libraries with a 64-bit time the suffix t64; they provide the old name.
    names = {package, f"{package}t64", package.removesuffix("t64")}
    # dpkg lists a package that may stand beside itself with its architecture; sizes and lists are of linux/amd64.
    names |= {f"{name}:amd64" for name in names}
    return base.package_list is not None and any(name in base.package_list.names for name in names)


def _linked(need: Need, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse a base without the compilers' runtimes that a binary loads."""
    if base.libc == "none":
        return  # the C library is told already
    missing = [one for one in need.links if _has_linked(base, one) is False]
    open_ones = [one for one in need.links if _has_linked(base, one) is None]
    why = f"{need.evidence[0].what} ({need.evidence[0].where})"
    if missing and can_install(base) is False:
        yield Obstacle(f"{need.value} loads {' and '.join(missing)}, and it is not there: {why}", (need,), _CC_PLAN)
    elif missing:
        yield Caution(f"{need.value} loads {' and '.join(missing)}: install it in the final stage; {why}")
    elif open_ones:
        yield Caution(f"{need.value} loads {' and '.join(open_ones)}; whether it is there is not known")


def _has_linked(base: BaseImage, library: str) -> bool | None:
    if base.package_list is None:
        return None
    if any(holds(base, package) for package in _LINKED.get(library, (library,))):
        return True
    return False if base.package_list.is_complete else None


def _library(need: Need, base: BaseImage) -> Iterator[Obstacle | Caution]:
    absent = base.kind is Kind.SCRATCH or can_install(base) is False
    if absent and need.confidence < Confidence.CERTAIN:
        yield Caution(f"{need.value} cannot be installed there ({need.evidence[0].what}): look whether it is needed")
    elif absent:
        yield Obstacle(
            f"{need.value} is installed by name ({need.evidence[0].where}), and {_why_not(base)}",
            (need,),
            _COPY_PLAN,
        )
    elif can_install(base) is None:
        yield Caution(f"whether {need.value} can be installed there is not known")


def _why_not(base: BaseImage) -> str:
    """Say why no line can install anything in `base`."""
    if base.package_manager is False:
        return "no package manager is there"
    return "its package manager cannot be called by RUN without a shell"


def _data(need: Need, base: BaseImage, present: bool | None, what: str, reference: str) -> Iterator[Obstacle | Caution]:
    if present or need.avoidable:
        return
    why = f"{need.evidence[0].what} ({need.evidence[0].where})"
    if present is False and can_install(base) is False:
        yield Obstacle(f"it has no {what}, and {_why_not(base)}: {why}", (need,), _COPY_PLAN)
    elif present is False:
        yield Caution(f"it has no {what}: install it in the final stage; {why}", reference)
    else:
        yield Caution(f"whether it has {what} is not known: {why}", reference)


def _locale(need: Need, base: BaseImage) -> Iterator[Obstacle | Caution]:
    if need.avoidable or base.libc == "musl":
        return
    if can_install(base) is False and base.family != "wolfi":
        yield Obstacle(
            f"the locale {need.value} ({need.evidence[0].where}) cannot be generated there: only C.UTF-8 is certain",
            (need,),
            "set LANG=C.UTF-8, where sorting and formatting do not depend on a language",
        )


def _has_any(base: BaseImage, prefixes: tuple[str, ...]) -> bool | None:
    if base.kind is Kind.SCRATCH:
        return False
    if base.package_list is None:
        return None
    if any(name.startswith(prefixes) for name in base.package_list.names):
        return True
    return False if base.package_list.is_complete else None
