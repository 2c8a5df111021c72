"""Does it keep to what people declared must or must not be."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.need import NeedKind
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.fit.programs import is_own, own_reason
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject

_LIBCS = frozenset({"glibc", "musl"})


def check(situation: Situation, _: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse what a declared constraint rules out; a constraint that is not understood is left to people."""
    for declaration in situation.workload.declarations:
        if declaration.key != "constraints":
            continue
        because = f"declared by {declaration.owner} ({declaration.where}): {declaration.reason}"
        name, colon, value = declaration.value.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if name in _LIBCS and base.libc not in {name, None}:
            yield Obstacle(f"{name} is asked for, {because}")
        elif colon and name == "no-vendor" and value and value in base.vendor.lower():
            yield Obstacle(f"its vendor is ruled out, {because}")
        elif name == "vendor" and value and value not in base.vendor.lower():
            yield Obstacle(f"another vendor is asked for, {because}")
        elif name == "no-family" and value and value == base.family.lower():
            yield Obstacle(f"its distribution is ruled out, {because}")
        elif name == "family" and value and value != base.family.lower():
            yield Obstacle(f"another distribution is asked for, {because}")
        elif name == "no-shell" and base.shell:
            yield Obstacle(f"it has a shell, and none is asked for, {because}{_against(situation, NeedKind.SHELL)}")
        elif name == "no-package-manager" and base.package_manager:
            against = _against(situation, NeedKind.PACKAGE_MANAGER)
            yield Obstacle(f"it has a package manager, and none is asked for, {because}{against}")
        elif name == "non-root" and base.is_root is True and situation.workload.runtime.user is None:
            yield Caution(f"it starts as root unless USER is set, and non-root is asked for, {because}")


def _against(situation: Situation, kind: NeedKind) -> str:
    """Say which line of the project needs what is ruled out; "" where none does, or only one that can be rewritten."""
    needs = [need for need in situation.of_kind(kind) if is_own(need) and not need.avoidable]
    return f"; yet {own_reason(situation, needs[0])}" if needs else ""
