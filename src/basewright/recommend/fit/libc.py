"""Do the binaries that it would carry find the C library they were built against."""

from collections.abc import Iterator

from basewright.model.base import BaseImage
from basewright.model.need import Confidence, Need, NeedKind
from basewright.model.requirement import ECOSYSTEMS
from basewright.recommend import references
from basewright.recommend.assembly import is_assembled
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.versions import numbers


def check(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse a C library that something certain cannot run on; warn where it depends."""
    yield from _linked(situation, subject, base)
    if base.libc == "none":
        for need in situation.of_kind(NeedKind.DYNAMIC_BINARY, NeedKind.NATIVE_EXTENSION):
            yield Obstacle(f"{need.value} needs a C library, and there is none", (need,))
    if base.libc == "musl" and (situation.base is None or situation.base.libc != "musl"):
        yield from _native(situation)
        yield from _musl_traps(situation, subject, base)


def _linked(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    for need in situation.of_kind(NeedKind.LIBC):
        if _brings_its_own(situation, subject, need, base) or base.libc == need.value:
            continue
        first = need.evidence[0]
        why = f"{first.what} ({first.where})"
        if base.libc is None:
            yield Caution(f"its C library is not known, and {need.value} is needed: {why}")
        elif need.confidence is Confidence.LOW and situation.base is not None and situation.base.libc == base.libc:
            yield Caution(f"{base.libc} is there, as it is today, and {need.value} is needed: {why}")
        else:
            there = "it has no C library" if base.libc == "none" else f"its C library is {base.libc}"
            yield Obstacle(f"{there}, and {need.value} is needed: {why}", (need,))


def _brings_its_own(situation: Situation, subject: Subject, need: Need, base: BaseImage) -> bool:
    """Whether the need is of a server's programs, copied in, and `base` is an image of that server."""
    copied = bool(need.image) and is_assembled(situation, subject)
    return copied and base.runtime is not None and base.runtime.name == subject.name


def _native(situation: Situation) -> Iterator[Obstacle | Caution]:
    for need in situation.of_kind(NeedKind.NATIVE_EXTENSION):
        name = f"{need.value} {need.version or ''}".strip()
        if need.musl is False:
            detail = need.detail or "no build for musl is published"
            yield Obstacle(f"{name}: {detail}", (need,), "compile it from source in a build stage of the same Alpine")
        elif need.musl is None:
            yield Caution(
                f"{name}: {need.detail}"
                if need.detail
                else f"{name} holds compiled code; whether a build for musl is published is not known. Without one it "
                "compiles from source, which needs a compiler and headers in the build stage",
                reference_of(situation, need),
            )


def reference_of(situation: Situation, *needs: Need) -> str:
    """Return where builds for musl are documented for the ecosystem of `needs`; "" where it has no such page."""
    files = {one.where.file for need in needs for one in need.evidence}
    ecosystems = {one.ecosystem for one in situation.workload.manifests if one.path in files}
    if not ecosystems:
        ecosystems = {ECOSYSTEMS.get(need.value, "") for need in situation.of_kind(NeedKind.INTERPRETER)}
    return references.MUSL_WHEELS if ecosystems == {"pypi"} else ""


def _musl_traps(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Caution]:
    """Yield what changes with musl for every program that is not a static binary."""
    if subject.kind not in {SubjectKind.RUNTIME, SubjectKind.DYNAMIC}:
        return
    yield Caution(
        "musl gives new threads a small stack (128 KiB) unless the program asks for more: deep recursion may crash",
        references.MUSL,
    )
    if numbers(base.libc_version) < (1, 2, 4):  # () where not known
        told = "musl before 1.2.4 (Alpine 3.18) has no DNS over TCP: long answers are cut"
        yield Caution(told, references.MUSL_RELEASES)
    if situation.of_kind(NeedKind.LOCALE):
        yield Caution("musl knows no locale but C.UTF-8 in sorting and formatting", references.MUSL)
