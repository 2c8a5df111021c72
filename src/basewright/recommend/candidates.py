"""Which bases are weighed for a subject: the best of each group, so that families are compared and not tags."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from basewright.model.base import BaseImage, Kind, Role
from basewright.model.need import NeedKind
from basewright.recommend.assembly import writer
from basewright.recommend.families import expected_labels, label
from basewright.recommend.fit.support import end_of_support
from basewright.recommend.globalization import has_icu
from basewright.recommend.lineage import footprint, is_step_back, keeps_release, product, release, succeeds
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject, SubjectKind
from basewright.recommend.versions import is_pre_release, is_same_line, numbers

_SMALL = frozenset({Kind.SCRATCH, Kind.DISTROLESS, Kind.MINIMAL})
_PLAIN_VARIANTS = {"java": frozenset({None, "jre"})}
_SYSTEM_NAMES = {
    SubjectKind.STATIC: frozenset({"static", "scratch", "alpine"}),
    SubjectKind.DYNAMIC: frozenset(
        {
            "base",
            "base-nossl",
            "cc",
            "debian",
            "debian-base",
            "alpine",
            "glibc-dynamic",
            "wolfi-base",
            "chainguard-base",
        }
        | {"ubi-minimal", "ubi-micro", "ubuntu"}
    ),
}


@dataclass(frozen=True, slots=True)
class Pool:
    """What is weighed."""

    picks: tuple[BaseImage, ...]
    """The best of each group, of the release line that is needed."""
    strays: tuple[BaseImage, ...]
    """For each expected family that has no image of that line, its nearest image: it is judged, and refused by its
    version."""
    ended: tuple[BaseImage, ...] = ()
    """The best of each group of the line that is left because it is past its end of life: refused, with the day."""


def pool_of(situation: Situation, subject: Subject) -> Pool:
    """Return the bases to weigh for `subject`, sorted by reference."""
    fits = _variants(situation, subject)
    images = [
        one
        for one in images_of(situation, subject)
        if fits(one.variant) and not _is_today(situation, one) and not is_step_back(situation, one)
    ]
    if subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.SYSTEM}:
        return Pool(tuple(_best(situation, subject, images)), ())
    of_line = [one for one in images if not subject.line or _same_line(subject, one) is True]
    if not subject.line and subject.kind is not SubjectKind.CONTENT:
        of_line = []
    picks = tuple(_best(situation, subject, of_line))
    present = {label(one) for one in picks}
    # Where the line that runs is pinned though it has ended, the next one is told of every family.
    expected = frozenset(expected_labels(subject)) if subject.move is None else {label(one) for one in images}
    strays = _strays(situation, subject, [one for one in images if label(one) in expected - present])
    return Pool(picks, strays, _ended(situation, subject, images, picks=(*picks, *strays)))


def _ended(
    situation: Situation, subject: Subject, images: list[BaseImage], *, picks: tuple[BaseImage, ...]
) -> tuple[BaseImage, ...]:
    if subject.move is None or not subject.move.is_taken:
        return ()
    old = replace(subject, version=subject.move.old)
    of_line = [one for one in images if _same_line(old, one) is True and one not in picks]
    return tuple(_best(situation, old, of_line))


def images_of(situation: Situation, subject: Subject) -> Iterable[BaseImage]:
    """Return every image that the catalog has for `subject`, of all lines and variants, sorted by reference."""
    catalog = situation.catalog
    if subject.kind in {SubjectKind.RUNTIME, SubjectKind.SERVICE, SubjectKind.CONTENT}:
        return catalog.of_runtime(subject.name)
    if subject.kind is SubjectKind.SYSTEM:
        return [one for one in catalog.systems() if one.family == subject.name and succeeds(situation, one)]
    names = _SYSTEM_NAMES[subject.kind]
    small = subject.kind is SubjectKind.STATIC
    return [one for one in catalog.systems() if _is_named(one, names) and (not small or one.kind in _SMALL)]


def _is_named(base: BaseImage, names: frozenset[str]) -> bool:
    return base.reference.repository.rsplit("/", 1)[-1] in names or product(base) in names


def _is_today(situation: Situation, base: BaseImage) -> bool:
    today = situation.base
    return today is not None and (base is today or base.reference == today.reference)


def _variants(situation: Situation, subject: Subject) -> Callable[[str | None], bool]:
    """Return what tells whether a variant is one to weigh for `subject`: today's, or a plain one."""
    today = situation.base
    is_same_thing = today is not None and today.runtime is not None and today.runtime.name == subject.name
    wanted = today.variant if is_same_thing and today is not None and today.role is not Role.BUILD else None
    plain = {wanted, *_PLAIN_VARIANTS.get(subject.name, ())}
    if subject.kind is SubjectKind.CONTENT:
        plain |= {None, "slim"}
    return lambda variant: variant in plain or _plain_variant(variant) == wanted


def _plain_variant(variant: str | None) -> str | None:
    """Return a variant without the mark of the images that hold ICU and time zones beside it (.NET's ``-extra``)."""
    return variant.removesuffix("-extra") if variant else variant


def _same_line(subject: Subject, base: BaseImage) -> bool | None:
    return is_same_line(subject.name, subject.version, base.runtime.version if base.runtime else None)


def _best(situation: Situation, subject: Subject, images: Iterable[BaseImage]) -> Iterator[BaseImage]:
    """Yield the best image of each group, and beside it the best that keeps today's distribution release."""
    groups: dict[tuple[object, ...], list[BaseImage]] = {}
    for image in images:
        groups.setdefault(_group(subject, image), []).append(image)
    chosen: dict[str, BaseImage] = {}
    today = writer(situation, subject.name)
    for members in groups.values():
        ordered = sorted(members, key=lambda one: _quality(situation, subject, one))
        keeping = [one for one in ordered if keeps_release(today, one)]
        for one in (ordered[0], *keeping[:1]):
            chosen[str(one.reference)] = one
    yield from (chosen[name] for name in sorted(chosen))


def _group(subject: Subject, base: BaseImage) -> tuple[object, ...]:
    by_name = subject.kind in {SubjectKind.STATIC, SubjectKind.DYNAMIC, SubjectKind.SYSTEM}
    system = product(base) if by_name else ""
    plain = base.variant in _PLAIN_VARIANTS.get(subject.name, frozenset())
    variant = "" if plain else _plain_variant(base.variant) or ""
    # The packages of each release of a distribution are others: each is weighed for itself.
    own_release = release(base) if subject.kind is SubjectKind.SYSTEM else ()
    return (base.vendor, base.family, base.kind or "", variant, base.access, system, own_release)


def _quality(situation: Situation, subject: Subject, base: BaseImage) -> tuple[object, ...]:
    """Return a sorting key: what runs, before what builds; then supported longest, non-root, newest, simplest name."""
    tag = base.reference.tag or ""
    ended = end_of_support(base, count_lts=situation.options.count_lts)
    horizon = ended[0] if ended else dt.date.min
    newest = tuple(-number for number in numbers(base.runtime.version if base.runtime else None))
    return (
        base.role is Role.BUILD or tag.endswith("-dev") or "debug" in tag.split("-") or is_pre_release(tag),
        any(one not in base.architectures for one in situation.options.architectures),
        horizon <= situation.today,
        _is_without_icu(situation, base),
        (base.variant or "").endswith("-extra") and not situation.of_kind(NeedKind.ICU, NeedKind.TIME_ZONES),
        base.reference.repository.rsplit("/", 1)[-1] not in _usual(situation, subject),
        not _is_exact(subject, base),
        -horizon.toordinal(),
        base.is_root is not False and not _needs_root(situation),
        newest,
        base.compressed_bytes if base.compressed_bytes is not None else 2**62,
        len(tag),
        str(base.reference),
    )


def _is_without_icu(situation: Situation, base: BaseImage) -> bool:
    return has_icu(base) is False and bool(situation.of_kind(NeedKind.ICU))


def _is_exact(subject: Subject, base: BaseImage) -> bool:
    """Whether a service keeps its minor release; where none is asked for, whether it is a stable one."""
    if subject.kind not in {SubjectKind.SERVICE, SubjectKind.CONTENT}:
        return True
    wanted, found = numbers(subject.version), numbers(base.runtime.version if base.runtime else None)
    if not wanted:
        # nginx numbers its stable lines evenly (nginx.org, download page).
        return subject.name != "nginx" or (len(found) > 1 and found[1] % 2 == 0)
    return found[: min(2, len(wanted))] == wanted[:2]


def _usual(situation: Situation, subject: Subject) -> frozenset[str]:
    """Return the repositories to prefer among those of one vendor: today's, or the best known one for Java."""
    today = situation.base.reference.repository.rsplit("/", 1)[-1] if situation.base else ""
    usual = {"java": "eclipse-temurin"}.get(subject.name, "")
    return frozenset({today}) if _is_same_thing(situation, subject) else frozenset({usual})


def _is_same_thing(situation: Situation, subject: Subject) -> bool:
    """Whether today's base is an image of what runs, and still rebuilt."""
    base = situation.base
    if base is None or base.runtime is None or base.horizon.retired is not None:
        return False
    return base.runtime.name == subject.name


def _needs_root(situation: Situation) -> bool:
    return any(need.value.partition(":")[0] in {"0", "root"} for need in situation.of_kind(NeedKind.USER))


def _strays(situation: Situation, subject: Subject, images: list[BaseImage]) -> tuple[BaseImage, ...]:
    """Return, of each family, the best image of the release line nearest to the one that is needed."""
    families: dict[str, list[BaseImage]] = {}
    for image in images:
        families.setdefault(label(image), []).append(image)
    nearest = (
        min(members, key=lambda one: (_distance(subject, one), _quality(situation, subject, one)))
        for members in families.values()
    )
    return tuple(sorted(nearest, key=lambda one: str(one.reference)))


def _distance(subject: Subject, base: BaseImage) -> tuple[bool, int, int]:
    """Return how far the release of `base` is from the one needed."""
    wanted, found = numbers(subject.version), numbers(base.runtime.version if base.runtime else None)
    if not wanted or not found:
        return True, 0, 0
    return False, abs(wanted[0] - found[0]), abs((*wanted, 0)[1] - (*found, 0)[1])


def like_today(
    situation: Situation, subject: Subject, version: str, *, today: BaseImage | None = None
) -> BaseImage | None:
    """Return the image of release line `version` that is most like `today` (None: today's base).

    None where none is to be had.
    """
    today = today or situation.base
    if today is None or today.runtime is None or today.runtime.name != subject.name:
        return None
    moved = replace(subject, version=version)
    images = [
        one
        for one in situation.catalog.of_runtime(subject.name)
        if _same_line(moved, one) is True
        and one.vendor == today.vendor
        and one.access in situation.options.access
        and one.variant == today.variant
        and (one.role is Role.BUILD) == (today.role is Role.BUILD)
        and not is_pre_release(one.reference.tag or "")
        and (one.horizon.earliest() or dt.date.max) > situation.today
    ]
    return min(
        images,
        key=lambda one: (
            one.reference.repository != today.reference.repository,
            one.kind != today.kind,
            one.family != today.family,
            *_quality(situation, moved, one),
        ),
        default=None,
    )


__all__ = ["Pool", "footprint", "images_of", "like_today", "pool_of"]
