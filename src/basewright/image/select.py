"""Which image of an index is meant: platforms, and what looks like one and is none.

Variants are matched as containerd's platforms package does it: ``arm64`` is ``arm64/v8``, ``arm`` is ``arm/v7`` and
runs older variants too; an ``amd64`` without a variant is the first one, and only it.
"""

import platform as host_platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from basewright.errors import InputError, InvalidImageError, UnsupportedError
from basewright.image import media_types
from basewright.image.interface import OpenOptions
from basewright.image.limits import Limits
from basewright.image.manifest import Index, Manifest
from basewright.model.digest import Digest
from basewright.model.image import Descriptor
from basewright.model.platform import Platform

REFERENCE_TYPE: Final = "vnd.docker.reference.type"
"""Annotation of what BuildKit attaches to an image (BuildKit, docs/attestations/attestation-storage.md)."""
_OTHERS_TOLD: Final = 40
_DEFAULT_VARIANTS: Final = {"arm64": "v8", "arm": "v7", "amd64": "v1"}
_RUNS: Final = {
    ("arm", "v8"): ("v8", "v7", "v6", "v5"),
    ("arm", "v7"): ("v7", "v6", "v5"),
    ("arm", "v6"): ("v6", "v5"),
    ("amd64", "v4"): ("v4", "v3", "v2", "v1"),
    ("amd64", "v3"): ("v3", "v2", "v1"),
    ("amd64", "v2"): ("v2", "v1"),
}
"""(architecture, variant) → variants that it runs, best first; any other runs itself alone."""

Fetch = Callable[[Descriptor], Index | Manifest]
"""Gives the verified document that a descriptor names."""


@dataclass(frozen=True, slots=True)
class Selected:
    """One image that is meant."""

    descriptor: Descriptor
    platform: Platform | None
    """As the index or, where it is silent, the configuration says; None where neither was asked."""
    note: str = ""
    """How it was chosen, where the caller did not say it."""


@dataclass(frozen=True, slots=True)
class Members:
    """What an index names, nested ones included."""

    images: tuple[Descriptor, ...]
    """In the author's order."""
    attachments: tuple[Descriptor, ...] = ()
    """Attestations and the like, which are no platforms."""


def this_machine() -> Platform:
    """Return the platform of images that this machine runs: Linux, also where another system hosts it."""
    machine = host_platform.machine().lower() or "amd64"
    return Platform.parse(f"linux/{_MACHINES.get(machine, machine)}")


_MACHINES: Final = {"armv7l": "arm/v7", "armv6l": "arm/v6", "armv8l": "arm/v8", "i686": "386", "i586": "386"}


def normalized(platform: Platform) -> Platform:
    """Return `platform` with its default variant spelled out: two that mean the same are then equal."""
    variant = platform.variant or _DEFAULT_VARIANTS.get(platform.architecture)
    return Platform(platform.os, platform.architecture, variant)


def rank(wanted: Platform, offered: Platform) -> int | None:
    """Return how well `offered` serves `wanted`, 0 best; None where it does not run there."""
    ours, theirs = normalized(wanted), normalized(offered)
    if (ours.os, ours.architecture) != (theirs.os, theirs.architecture):
        return None
    runs = _RUNS.get((ours.architecture, ours.variant or ""), (ours.variant,))
    return runs.index(theirs.variant) if theirs.variant in runs else None


def is_attachment(descriptor: Descriptor) -> bool:
    """Whether a member of an index is no image: an attestation, or of the platform ``unknown/unknown``."""
    platform = descriptor.platform
    if REFERENCE_TYPE in descriptor.annotations:
        return True
    return platform is not None and platform.os == "unknown" and platform.architecture == "unknown"


def members(index: Index, fetch: Fetch, where: str, limits: Limits) -> Members:
    """Return every image below `index`, nested indexes walked.

    Raises UnsupportedError where they nest deeper than `Limits.index_depth` or name more than `Limits.index_entries`,
    InvalidImageError where an index contains itself.
    """
    walk = _Walk(fetch, where, limits)
    walk.enter(index, (index.digest,))
    return Members(tuple(walk.images), tuple(walk.attachments))


@dataclass(slots=True)
class _Walk:
    fetch: Fetch
    where: str
    limits: Limits
    images: list[Descriptor] = field(default_factory=list)
    attachments: list[Descriptor] = field(default_factory=list)
    count: int = 0

    def enter(self, index: Index, chain: tuple[Digest, ...]) -> None:
        """Add what `index` names; `chain` are the digests on the way to it, bounded by the depth."""
        for descriptor in index.manifests:
            self.count += 1
            if self.count > self.limits.index_entries:
                raise UnsupportedError(
                    f"{self.where}: more than the {self.limits.index_entries} entries of an index that are read"
                )
            if is_attachment(descriptor):
                self.attachments.append(descriptor)
            elif descriptor.media_type in media_types.INDEXES:
                self.descend(descriptor, chain)
            else:
                self.images.append(descriptor)

    def descend(self, descriptor: Descriptor, chain: tuple[Digest, ...]) -> None:
        if descriptor.digest in chain:
            raise InvalidImageError(f"{self.where}: the index {descriptor.digest} contains itself")
        if len(chain) >= self.limits.index_depth:
            raise UnsupportedError(
                f"{self.where}: indexes nest deeper than the {self.limits.index_depth} that are read"
            )
        document = self.fetch(descriptor)
        if not isinstance(document, Index):
            raise InvalidImageError(f"{self.where}: {descriptor.digest} is no image index")
        self.enter(document, (*chain, descriptor.digest))


def select(
    images: Iterable[Descriptor], where: str, options: OpenOptions, platform_of: Callable[[Descriptor], Platform | None]
) -> tuple[Selected, ...]:
    """Return what `options` ask for: one image, or each of them, sorted by platform.

    `platform_of` is asked for descriptors that name no platform, and only where the answer matters. Raises InputError
    that names the platforms there are, where none is the one that was asked for.
    """
    found = [Selected(one, one.platform) for one in {one.digest: one for one in images}.values()]
    if not found:
        raise InputError(f"{where}: the index names no image")
    if len(found) == 1 and options.platform is None:
        return tuple(found)  # `lone_note` speaks of it when its configuration has been read
    found = [one if one.platform else Selected(one.descriptor, platform_of(one.descriptor)) for one in found]
    if options.all_platforms:
        return tuple(sorted(found, key=lambda one: (str(one.platform), str(one.descriptor.digest))))
    wanted = Platform.parse(options.platform) if options.platform else this_machine()
    best = best_of(wanted, found)
    if best is not None:
        note = "" if options.platform else f"for this machine's platform, {wanted}, of {len(found)}"
        return (Selected(best.descriptor, best.platform, note),)
    raise no_such_platform(where, wanted, (one.platform for one in found), is_asked=options.platform is not None)


def best_of(wanted: Platform, found: Iterable[Selected]) -> Selected | None:
    """Return what serves `wanted` best, the first of equals (image-spec image-index.md, `manifests`)."""
    ranked = [(place, one) for one in found if one.platform and (place := rank(wanted, one.platform)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def no_such_platform(where: str, wanted: Platform, offered: Iterable[Platform | None], *, is_asked: bool) -> InputError:
    """Return the error that names the platforms there are."""
    names = sorted({str(one) if one else "one that does not tell" for one in offered})
    told = ", ".join(names[:_OTHERS_TOLD]) + (" …" if len(names) > _OTHERS_TOLD else "")
    whose = "the platform" if is_asked else "this machine's platform,"
    return InputError(f"{where}: no image for {whose} {wanted}; there are: {told}", hint="choose with --platform")


def lone_note(platform: Platform | None, options: OpenOptions) -> str:
    """Return what is to be said of the only image there is where this machine does not run it; else nothing."""
    host = this_machine()
    if options.platform is not None or options.all_platforms or platform is None or rank(host, platform) is not None:
        return ""
    return f"the only one there is, for {platform}; this machine is {host}"


def differing_note(told: Platform | None, found: Platform | None) -> str:
    """Return what is to be said where an index and the image's own configuration name different platforms."""
    if told is None or found is None or normalized(told) == normalized(found):
        return ""
    return f"its index calls it {told}, its configuration {found}"


def notes_of(selected: Selected | None, platform: Platform | None, options: OpenOptions) -> tuple[str, ...]:
    """Return what is to be said of an image: how an index's was chosen, or a lone one; `platform` as configured."""
    told = (selected.note, differing_note(selected.platform, platform)) if selected else ()
    return tuple(filter(None, told)) or tuple(filter(None, (lone_note(platform, options),)))


def check_platform(where: str, platform: Platform | None, options: OpenOptions) -> None:
    """Raise InputError where a lone image is not of the platform that was asked for."""
    if options.platform is None or options.all_platforms:
        return
    wanted = Platform.parse(options.platform)
    if platform is None or rank(wanted, platform) is None:
        raise no_such_platform(where, wanted, (platform,), is_asked=True)
