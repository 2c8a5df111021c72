"""Images whose facts were entered by hand, each with its source and day: UBI, .NET, Azure Linux, cloud providers."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from basewright.catalog.measured import users_of
from basewright.catalog.products import Product
from basewright.catalog.records import EnteredRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.siblings import inherit
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
from basewright.catalog.tags import TagWords, read_tag
from basewright.model.base import (
    Access,
    BaseImage,
    Hardened,
    Kind,
    OperatingSystem,
    Provenance,
    Role,
    Runtime,
)
from basewright.model.reference import ImageReference

_BARE = frozenset({"chiseled", "distroless"})
"""Words of tags without shell and package manager; the kind says so, so the variant need not."""
_ARCHITECTURES = {"amd64": "amd64", "arm64v8": "arm64", "arm32v7": "arm/v7"}
_ONE_ARCHITECTURE = re.compile(f"(?P<plain>.+)-(?P<architecture>{'|'.join(_ARCHITECTURES)})")
"""A tag of one architecture's image, beside the index that the plain tag names: ``10.0.11-noble-arm64v8``."""
_DATED = re.compile(r"([0-9]{1,3}(?:\.[0-9a-z]{1,3})?)\.20[0-9]{2}(?:\.[0-9]{2}){3}")
"""A line, and the hour of its build: ``3.13.2025.01.02.14``, as Lambda's images have them."""


@dataclass(frozen=True, slots=True)
class EnteredReader:
    """Reads the shelves of hand-entered images."""

    store: Store
    systems: Systems
    support: Support

    def shelf(self, product: Product) -> Shelf:
        """Return the repository of `product`."""
        tags: dict[str, BaseImage] = {}
        builds = []
        for record in self.store.lines(EnteredRecord, product.repository):
            build = self._build(record, product)
            builds.append(build)
            tags.update(dict.fromkeys(record.tags, build))
        return Shelf(
            repository=product.repository,
            builds=tuple(sorted(builds, key=lambda build: str(build.reference))),
            tags=tags,
            lines=self._lines(product, builds),
        )

    def _lines(self, product: Product, builds: Iterable[BaseImage]) -> frozenset[int]:
        """Return the major versions that unlisted tags may have: the distribution's, or also a build's own count."""
        systems = frozenset(_major(build.os.version) for build in builds if build.os)
        if product.is_one_line:
            return systems | {1}
        return systems if product.system else frozenset()

    def by_words(self, tag: str, product: Product, shelf: Shelf) -> BaseImage | None:
        """Return an unlisted tag's image: a listed one of the same line and words, or what the words alone say."""
        reference = shelf.builds[0].reference.with_tag(tag)
        if (single := _ONE_ARCHITECTURE.fullmatch(tag)) is not None:
            plain = single["plain"]
            whole = shelf.tags.get(plain) or self.by_words(plain, product, shelf)
            architecture = _ARCHITECTURES[single["architecture"]]
            return replace(_renamed(whole, reference), architectures=(architecture,)) if whole else None
        words = read_tag(tag, self.systems)
        if words.version is None:
            return None
        if product.is_one_line:
            return _renamed(shelf.builds[0], reference)
        if (dated := _DATED.fullmatch(tag)) and (listed := shelf.tags.get(dated.group(1))):
            return _renamed(listed, reference)
        if product.system:
            return next((_renamed(one, reference) for one in shelf.builds if _is_of(one, words.version)), None)
        line = ".".join(words.version.split(".")[:2])
        listed = shelf.tags.get(line + tag[tag.index(words.version) + len(words.version) :])
        if listed is not None and listed.runtime is not None:
            return replace(_renamed(listed, reference), runtime=Runtime(listed.runtime.name, words.version))
        return self._dropped(reference, words, product, shelf)

    def _dropped(self, reference: ImageReference, words: TagWords, product: Product, shelf: Shelf) -> BaseImage | None:
        """Return what the words of a line that is no longer listed say; the publisher's scheme has not changed."""
        model = shelf.builds[0]
        if model.runtime is None or product.support is None:
            return None
        system = words.system
        if system is None and (default := product.default_system(is_slim=words.is_slim)):
            system = self.systems.get(default, None)
        horizon, over = self.support.horizon(system, product.support, words.version)
        bare = not _BARE.isdisjoint(words.rest)
        variant = ((model.variant or "").partition("-")[0], *(word for word in words.rest if word not in _BARE))
        base = BaseImage(
            reference=reference,
            vendor=model.vendor,
            family=system.family if system else "",
            role=model.role,
            runtime=Runtime(model.runtime.name, words.version),
            variant="-".join(filter(None, variant)) or None,
            os=operating_system(system) if system else None,
            libc=system.libc if system else None,
            libc_version=system.libc_version if system else None,
            shell=False if bare else None,
            package_manager=False if bare else None,
            kind=Kind.DISTROLESS if bare else None,
            horizon=horizon,
            notes=over,
            provenance={
                "identity": model.provenance["identity"],
                "horizon": self.support.provenance(system),
            },
        )
        if words.version is not None and product.is_same_since(words.version):
            alike = next((one for one in shelf.builds if one.family == base.family), None)
            base = inherit(base, shelf.builds)
            if alike is not None:
                base = replace(base, shell=alike.shell, package_manager=alike.package_manager, kind=alike.kind)
        return base

    def _build(self, record: EnteredRecord, product: Product) -> BaseImage:
        registry, _, path = record.key.partition("/")
        identity, _, release = record.os.partition(" ")
        system = self.systems.get(identity, release) if identity else None
        source = Provenance(record.source, dt.date.fromisoformat(record.date), record.commit)
        horizon, over = self.support.horizon(system, product.support if record.runtime else None, record.version)
        named = operating_system(system) if system else OperatingSystem(identity, release or None) if identity else None
        return BaseImage(
            reference=ImageReference(registry, path, record.tags[0]),
            aliases=tuple(sorted(record.tags[1:])),
            vendor=record.vendor,
            family=record.family,
            role=Role(record.role),
            runtime=Runtime(record.runtime, record.version) if record.runtime else None,
            variant=record.variant,
            os=named,
            libc=record.libc or (system.libc if system else None),
            libc_version=system.libc_version if system else None,
            icu_major=system.icu if system and record.icu is not False else None,
            stop_signal=record.stop_signal,
            shell=record.shell,
            package_manager=record.package_manager,
            kind=Kind(record.kind) if record.kind else None,
            hardened=Hardened(**record.hardened) if record.hardened else None,
            user=record.user,
            uid=record.uid,
            users=users_of(record.users),
            entrypoint=record.entrypoint,
            command=record.command,
            working_directory=record.working_directory,
            environment=record.environment,
            ports=record.ports,
            volumes=record.volumes,
            ca_certificates=record.ca_certificates,
            time_zones=record.time_zones,
            architectures=record.architectures,
            access=Access(record.access),
            horizon=replace(
                horizon, publisher_end=dt.date.fromisoformat(record.publisher_end) if record.publisher_end else None
            ),
            notes=(*record.notes, *over),
            provenance={
                **dict.fromkeys(("identity", "config", "users"), source),
                **({"publisher": source} if record.publisher_end else {}),
                "horizon": self.support.provenance(system),
            },
        )


def _major(version: str | None) -> int:
    return int((version or "0").partition(".")[0])


def _is_of(build: BaseImage, version: str) -> bool:
    return build.os is not None and _major(build.os.version) == _major(version)


def _renamed(build: BaseImage, reference: ImageReference) -> BaseImage:
    return replace(build, reference=reference, aliases=())
