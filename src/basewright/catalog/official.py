"""Docker Official Images: one `BaseImage` for each build that the library lists, and for a tag that it dropped."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from basewright.catalog.canonical import canonical_tag, exact_version
from basewright.catalog.carried import carried_by
from basewright.catalog.kinds import footprint
from basewright.catalog.measured import Found, Measured, configured, listed_packages
from basewright.catalog.products import Product, role_of, with_notes, with_rules
from basewright.catalog.records import MeasuredRecord, OfficialRecord, PackagesRecord, RetiredRecord, SystemRecord
from basewright.catalog.shelf import RetiredTags, Shelf
from basewright.catalog.siblings import inherit
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
from basewright.catalog.tags import TagWords, read_tag
from basewright.model.base import BaseImage, OperatingSystem, Provenance, Role, Runtime
from basewright.model.reference import ImageReference

NAMESPACE = "docker.io/library"
VENDOR = "Docker Official Images"
_TOOLS = "docker-library/official-images: its images keep their distribution's shell and package manager"
_REDUCED = frozenset({"slim", "minimal"})


@dataclass(frozen=True, slots=True)
class OfficialReader:
    """Reads the shelves of the official library."""

    store: Store
    systems: Systems
    support: Support

    def shelf(self, product: Product) -> Shelf:
        """Return the repository of `product`."""
        name = product.repository.rpartition("/")[2]
        records = self.store.lines(OfficialRecord, name)
        lines = [line for line in records if not line.windows]
        measured = Measured(self.store.lines(MeasuredRecord, name), self.store.lines(PackagesRecord, name))
        drafts = [self._draft(line, product, measured) for line in lines]
        builds = [
            with_notes(
                with_rules(inherit(one, drafts), product), product, read_tag(str(one.reference.tag), self.systems)
            )
            for one in drafts
        ]
        offered = [one for one in builds if product.channel(str(one.reference.tag)) is None]
        retired = self._retired(name)
        # A tag that two lines share is the first one's: the others are the same release's Windows builds.
        tags = {
            tag: build
            for line, build in reversed(list(zip(lines, builds, strict=True)))
            for tag in (*line.shared_tags, *line.tags)
        }
        listed = tags.keys() | retired.days.keys()
        tags.update(self._measured_alone(product, measured, builds, frozenset(listed)))
        return Shelf(
            repository=product.repository,
            builds=tuple(sorted(offered, key=lambda build: str(build.reference))),
            tags=tags,
            retired=retired,
            windows=frozenset(tag for line in records if line.windows for tag in (*line.tags, *line.shared_tags))
            - tags.keys(),
            digests={digest: tags[tag] for tag, digest in measured.digests() if tag in tags},
        )

    def by_words(self, tag: str, product: Product, shelf: Shelf) -> BaseImage:
        """Return an image of `product` as the words of `tag` alone describe it: no sizes, no packages."""
        words = read_tag(tag, self.systems)
        system = words.system
        if system is None and product.system and words.version:
            system = self.systems.get(product.system, words.version)
        if system is None and (default := product.default_system(is_slim=words.is_slim)):
            system = self.systems.get(default, None)
        base = self._described(product, tag, {tag: words}, system, ())
        if system is None and shelf.builds and all(one.shell and one.package_manager for one in shelf.builds):
            base = self._classified(_keeping_tools(base, package_manager=True), words, "")
        version = words.version or (system.version if system else None)
        live = [one.runtime.version if one.runtime else one.os and one.os.version for one in shelf.builds]
        if product.is_like_today(version, [one for one in live if one], self.support):
            base = inherit(base, shelf.builds)
        return with_notes(with_rules(base, product), product, words)

    def _measured_alone(
        self, product: Product, measured: Measured, builds: list[BaseImage], listed: frozenset[str]
    ) -> dict[str, BaseImage]:
        """Return the tags that were measured and that the library's list, of another day, does not hold."""
        return {
            tag: with_rules(inherit(self._draft(_unlisted(product, image), product, measured), builds), product)
            for tag, image in measured.images.items()
            if tag not in listed
        }

    def _draft(self, line: OfficialRecord, product: Product, measured: Measured) -> BaseImage:
        """Return a build with what its own lines say."""
        names = (*line.tags, *line.shared_tags)
        words = {tag: read_tag(tag, self.systems) for tag in names}
        found = measured.of(names)
        system = self._system(line, words, product, found)
        tag = canonical_tag(
            words, lambda version: product.line(version, self.support), by_codename=product.names_by_codename
        )
        base = self._described(product, tag, words, system, line.architectures, line.directory)
        if found.image is not None and not self._agrees(found.image, system):
            # The tag has moved to another release between the two sources' days.
            found = Found(None, None)
        if found.image is not None and system is None:
            base = replace(base, os=OperatingSystem(found.image.os["id"], found.image.os.get("version")))
        base = listed_packages(configured(base, found.image), found.packages)
        return self._classified(base, words[tag], line.directory)

    def _described(
        self,
        product: Product,
        tag: str,
        words: Mapping[str, TagWords],
        system: SystemRecord | None,
        architectures: tuple[str, ...],
        directory: str = "",
    ) -> BaseImage:
        """Return the image that `tag` names, as its words and its distribution describe it."""
        version = exact_version(words.values())
        is_system = product.role is Role.OS
        horizon, over = self.support.horizon(system, None if is_system else product.support, version)
        is_prerelease = _is_prerelease(words, tag, system) or (
            is_system and any(one.is_prerelease for one in words.values())
        )
        without_system = not system and {"scratch", "hello-world"} & {
            *words[tag].rest,
            *directory.split("/"),
            product.name,
        }
        provenance = {"identity": self.store.provenance("official"), "horizon": self.store.provenance("support")}
        if system is not None:
            provenance["system"] = self.store.provenance("systems")
            provenance["tools"] = replace(provenance["identity"], source=_TOOLS)
        base = BaseImage(
            reference=ImageReference("docker.io", product.repository.removeprefix("docker.io/"), tag),
            aliases=tuple(sorted(words.keys() - {tag})),
            vendor=VENDOR,
            family="none" if without_system else system.family if system else product.own_family,
            role=_role(product, words[tag]),
            runtime=None if is_system else Runtime(product.name, version),
            carries=carried_by((one.rest for one in words.values()), product.name),
            variant=words[tag].variant,
            os=operating_system(system) if system else None,
            libc="none" if without_system else system.libc if system else None,
            libc_version=system.libc_version if system else None,
            icu_major=system.icu if system else None,
            # Every image of these families in the library keeps its distribution's shell and package manager.
            shell=True if system else False if without_system else None,
            package_manager=True if system else False if without_system else None,
            architectures=architectures,
            horizon=horizon,
            prerelease=is_prerelease,
            notes=(*(("a pre-release: not for production",) if is_prerelease else ()), *over),
            provenance=provenance,
        )
        return self._classified(base, words[tag], directory)

    def _classified(self, base: BaseImage, words: TagWords, directory: str) -> BaseImage:
        if base.family == "busybox":
            base = replace(_keeping_tools(base, package_manager=False), libc=base.libc or _busybox_libc(directory))
        is_reduced = words.is_slim or bool(_REDUCED & {*directory.split("/"), *words.rest})
        kind = footprint(
            shell=base.shell,
            package_manager=base.package_manager,
            family=base.family,
            role=base.role,
            is_reduced=is_reduced or "-minimal" in f"{base.reference.tag}",
        )
        return replace(base, kind=kind)

    def _system(
        self, line: OfficialRecord, words: Mapping[str, TagWords], product: Product, found: Found
    ) -> SystemRecord | None:
        """Return the release that a build stands on: by its tags, its directory, its version, its measurement."""
        named = [one.system for one in words.values() if one.system] + [self.systems.named_in(line.directory)]
        known = [one for one in named if one is not None]
        exact = next((one for one in known if one.version), None)
        if exact is None and (codename := product.channel(line.tags[0])):
            exact = self.systems.named_in(codename)
        if exact is None and product.system:
            exact = self.systems.get(product.system, exact_version(words.values()))
        if (exact is None or exact.version is None) and found.image is not None:
            exact = self.systems.get(found.image.os["id"], found.image.os.get("version"))
        return exact or next(iter(known), None)

    def _agrees(self, image: MeasuredRecord, system: SystemRecord | None) -> bool:
        return (
            system is None
            or system.version is None
            or self.systems.get(image.os["id"], image.os.get("version")) in {system, None}
        )

    def _retired(self, name: str) -> RetiredTags:
        source = self.store.provenance("retired")
        records = self.store.lines(RetiredRecord, name)
        return RetiredTags(
            days={tag: record.day for record in records for tag in record.tags},
            provenance={record.day: Provenance(source.source, source.date, record.commit) for record in records},
        )


def _unlisted(product: Product, image: MeasuredRecord) -> OfficialRecord:
    """Return a measured tag in the form of a listed build."""
    platforms = (platform.removeprefix("linux/") for platform in image.platforms if platform.startswith("linux/"))
    architectures = sorted("arm64" if name == "arm64/v8" else name for name in platforms)
    return OfficialRecord(key=product.repository, directory="", tags=(image.tag,), architectures=tuple(architectures))


def _role(product: Product, words: TagWords) -> Role:
    if product.name == "java" and not any(word.startswith(("jre", "sfj")) for word in words.rest):
        return Role.BUILD  # the library's Java images are JDKs unless they say otherwise
    return role_of(product, words.rest)


def _keeping_tools(base: BaseImage, *, package_manager: bool) -> BaseImage:
    has_shell = True
    return replace(base, shell=has_shell, package_manager=package_manager)


def _is_prerelease(words: Mapping[str, TagWords], tag: str, system: SystemRecord | None) -> bool:
    if system is not None and system.unreleased:
        return True
    versioned = [one for one in words.values() if one.version]
    return any(one.is_prerelease for one in versioned) or words[tag].is_prerelease


def _busybox_libc(directory: str) -> str | None:
    return next((libc for libc in ("glibc", "uclibc", "musl") if libc in directory.split("/")), None)
