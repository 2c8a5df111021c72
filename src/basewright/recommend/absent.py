"""A row for each family that a reader expects and of which nothing was weighed: what is true of it, and no more."""

from collections.abc import Iterable

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.candidate import Refusal
from basewright.model.need import NeedKind
from basewright.recommend.candidates import images_of
from basewright.recommend.families import expected_labels, label, packaging
from basewright.recommend.situation import Situation, named, places
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.tools import can_install
from basewright.recommend.versions import is_pre_release, is_same_line, line_text, numbers

_OF_ONE_VENDOR = frozenset({"chainguard", "docker-hardened-images"})
_MOST = 4
"""Names that one row tells at most."""
_VARIANTS = {
    "fpm": "it answers FastCGI alone and needs a web server beside it",
    "zts": "its PHP is built for threads: extensions are built anew for it",
    "cli": "it serves nothing by itself",
}


def absent(situation: Situation, subject: Subject, weighed: Iterable[BaseImage]) -> tuple[Refusal, ...]:
    """Return a row for each expected family with nothing among `weighed`, in the order of their names."""
    bases = tuple(weighed)
    missing = [name for name in expected_labels(subject) if not any(_is_of(one, name) for one in bases)]
    today = situation.base
    carries = today is not None and (today.runtime is not None or subject.kind is SubjectKind.SYSTEM)
    carries = carries or subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC}
    missing = [name for name in missing if not (carries and today is not None and _is_of(today, name))]
    if subject.kind is SubjectKind.SYSTEM:
        return tuple(_other_system(situation, name) for name in sorted(missing))
    asked = [name for name in missing if name != "scratch"]
    images = [one for one in images_of(situation, subject) if asked and _is_to_run(one)]
    return tuple(_row(situation, subject, name, images, bases) for name in sorted(missing))


def unknown_base(situation: Situation) -> tuple[Refusal, ...]:
    """Return what to do about a base that the catalog does not know; nothing is guessed from its name."""
    use = situation.workload.base
    if situation.current is not None or situation.is_scratch or use.reference is None:
        return ()
    return (
        Refusal(
            str(use.reference),
            "the catalog does not know it, and nothing is guessed from its name: what it runs, and what could take its "
            "place, is read from the project's own lines alone",
            where=(use.where,),
            plan="where it is a public image behind a mirror, name its origin (--mirror PREFIX=ORIGIN, or [mirrors]); "
            "where it is your own, declare what runs and what it needs ([workload.NAME], needs)",
        ),
    )


def _is_of(base: BaseImage, name: str) -> bool:
    """Whether a reader finds `base` under the family `name`."""
    own = label(base)
    if own == name:
        return True
    if own in _OF_ONE_VENDOR:
        return False
    return (name == "alpine" and base.family == "alpine") or (name == "distroless" and base.kind is Kind.DISTROLESS)


def _is_to_run(base: BaseImage) -> bool:
    tag = base.reference.tag or ""
    builds = base.role is Role.BUILD or tag.endswith("-dev") or "debug" in tag.split("-")
    return not builds and not base.prerelease and not is_pre_release(tag) and base.horizon.retired is None


def _row(
    situation: Situation, subject: Subject, name: str, images: list[BaseImage], weighed: tuple[BaseImage, ...]
) -> Refusal:
    needs = (named(subject.need),) if subject.need else ()
    if name == "scratch":
        return Refusal(name, f"{subject.name} needs a C library and files of its own; scratch has neither", needs)
    own = [one for one in images if _is_of(one, name)]
    of_line = [one for one in own if not subject.line or _same(subject, one) is not False]
    if of_line:
        return Refusal(name, _of_another_variant(situation, subject, of_line), needs)
    if own:
        lines = sorted({line_text(subject.name, _version(one)) for one in own}, key=numbers, reverse=True)
        told = ", ".join(one for one in lines[:_MOST] if one)
        return Refusal(
            name, f"its images of {subject.name} are of {told or 'no told release'}; {subject} is needed", needs
        )
    other = next((one for one in weighed if name == "distroless" and one.kind is Kind.DISTROLESS), None)
    beside = f"; {other.reference} is one without a shell, of another vendor" if other is not None else ""
    return Refusal(name, f"the catalog knows no image of this family with {subject.name}{beside}", needs)


def _of_another_variant(situation: Situation, subject: Subject, images: list[BaseImage]) -> str:
    """Say which images there are, and what keeps them from being weighed: the variant, or being no step forward."""
    today = situation.base
    wanted = today.variant if today is not None and today.runtime and today.runtime.name == subject.name else None
    others = [one for one in images if one.variant != wanted]
    serving = [one for one in others if (one.variant or "").startswith("fpm")] if wanted == "apache" else []
    shown = min(serving or others or images, key=lambda one: (len(one.reference.tag or ""), str(one.reference)))
    if not others:
        return f"{shown.reference} is there, and is of the kind and release of today's base or of an older one"
    hint = _VARIANTS.get((shown.variant or "").split("-")[0], "")
    variant = f"the variant {shown.variant}" if shown.variant else "the plain one"
    in_use = f"{wanted} is in use" if wanted else "the plain one is in use"
    return f"no image of this variant ({in_use}); {shown.reference} is of {variant}{f': {hint}' if hint else ''}"


def _same(subject: Subject, base: BaseImage) -> bool | None:
    return is_same_line(subject.name, subject.version, _version(base))


def _version(base: BaseImage) -> str | None:
    return base.runtime.version if base.runtime else None


def _other_system(situation: Situation, name: str) -> Refusal:
    """Return why nothing of another distribution is weighed where a plain one runs what its packages bring."""
    today = situation.base
    family = (today.family if today is not None else "") or "today's distribution"
    needs = situation.of_kind(NeedKind.LIBRARY)
    if needs:
        names = sorted({need.value for need in needs})
        told = ", ".join(names[:_MOST]) + (" …" if len(names) > _MOST else "")
        bare = name in {"distroless", "scratch"}
        why = "nothing can be installed there" if bare else "another family has them in other releases, if at all"
        return Refusal(
            name,
            f"what runs comes from packages of {family} ({told}), and {why}",
            tuple(sorted({named(need) for need in needs}))[:_MOST],
            places(*needs),
            "take the image of what runs, where there is one, or build it in a stage and copy it",
        )
    manager = packaging(today) if today is not None and can_install(today) else None
    by = f" ({manager})" if manager else ""
    return Refusal(
        name,
        f"nothing tells what runs, so only images of {family}{by} can stand in for today's",
        plan="declare what it needs in the configuration ([workload.NAME], needs), or name the program in CMD",
    )
