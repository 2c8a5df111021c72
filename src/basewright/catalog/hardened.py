"""Docker Hardened Images: what their definitions declare. Declared packages are not the closure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from basewright.catalog.canonical import canonical_tag, exact_version
from basewright.catalog.carried import carried_by
from basewright.catalog.kinds import footprint
from basewright.catalog.measured import carries_certificates, packages_of, users_of
from basewright.catalog.products import Product, role_of
from basewright.catalog.records import HardenedRecord, SystemRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
from basewright.catalog.tags import TagWords, read_tag
from basewright.model.base import Access, BaseImage, Hardened, PackageList, Provenance, Role, Runtime
from basewright.model.reference import ImageReference

NAMESPACE = "dhi.io"
VENDOR = "Docker Hardened Images"
_RUNTIME_BASIS = "definition of a runtime variant: runs as {user}, declares {absent}"
_UNCALLABLE = "declares {managers} and no shell: a RUN line in shell form cannot call it"
_NO_INSTALLERS = frozenset({"dpkg", "rpm"})
"""They unpack a package that is at hand, and fetch none from a repository."""
_DEV_BASIS = "definition of a dev variant, to build with: keeps shell and package manager"


@dataclass(frozen=True, slots=True)
class HardenedReader:
    """Reads the shelves of dhi.io."""

    store: Store
    systems: Systems
    support: Support

    def shelf(self, product: Product) -> Shelf:
        """Return the repository of `product`."""
        name = product.repository.rpartition("/")[2]
        tags: dict[str, BaseImage] = {}
        builds = []
        for record in self.store.lines(HardenedRecord, name):
            build = self._build(record, name, product)
            builds.append(build)
            tags.update(dict.fromkeys(record.tags, build))
        return Shelf(product.repository, tuple(sorted(builds, key=lambda build: str(build.reference))), tags)

    def _build(self, record: HardenedRecord, name: str, product: Product) -> BaseImage:
        words = {tag: read_tag(tag, self.systems) for tag in record.tags}
        tag = canonical_tag(
            words, lambda version: product.line(version, self.support), by_codename=product.names_by_codename
        )
        identity, _, version = record.os.partition(" ")
        system = self.systems.get(identity, version)
        base = self._described(record, product, ImageReference(NAMESPACE, name, tag), words, system)
        return self._dated(base, record, product, system)

    def _described(
        self,
        record: HardenedRecord,
        product: Product,
        reference: ImageReference,
        words: Mapping[str, TagWords],
        system: SystemRecord | None,
    ) -> BaseImage:
        own = words[str(reference.tag)]
        rest = tuple(word for word in own.rest if word != "dev")
        role = Role.BUILD if record.dev else role_of(product, rest)
        users = users_of(record.users)
        packages = packages_of(record.packages)
        shell, managers = bool(record.shells), installers(record.package_managers)
        source = replace(
            self.store.provenance("hardened"),
            source=f"docker-hardened-images/catalog {reference.repository}/{record.definition}",
        )
        is_system = product.role is Role.OS
        # The vendor tells `static` from its variants with a C library by declaring one in those.
        is_static = product.name == "static" and {"libc6", "musl"}.isdisjoint(packages)
        return BaseImage(
            reference=reference,
            aliases=tuple(sorted(words.keys() - {reference.tag})),
            vendor=VENDOR,
            family=system.family if system else "",
            role=role,
            runtime=None if is_system else Runtime(product.name, exact_version(words.values())),
            carries=carried_by((one.rest for one in words.values()), product.name),
            variant=product.variant((*rest, *(("dev",) if record.dev else ()))),
            os=operating_system(system) if system else None,
            libc="none" if is_static else system.libc if system else None,
            libc_version=system.libc_version if system and not is_static else None,
            icu_major=system.icu if system and not is_static else None,
            shell=shell,
            # What no shell can call installs nothing in a RUN line, though its files are there.
            package_manager=shell and bool(managers),
            kind=footprint(
                shell=shell,
                package_manager=bool(record.package_managers),
                family=system.family if system else "",
                role=role,
                is_reduced=True,
            ),
            hardened=_hardened(record),
            user=record.user,
            uid=record.uid,
            users=users,
            entrypoint=record.entrypoint or (),
            command=record.command or (),
            working_directory=record.working_directory or "",
            environment=record.environment,
            ports=record.ports or (),
            stop_signal=record.stop_signal,
            ca_certificates=True if carries_certificates(packages) else None,
            time_zones=True if "tzdata" in packages else None,
            architectures=record.architectures,
            access=Access.LOGIN,
            package_list=PackageList(packages, is_complete=False, provenance=source),
            notes=(
                "declared packages, not their dependencies: what those bring is not counted",
                *((_UNCALLABLE.format(managers=" and ".join(managers)),) if managers and not shell else ()),
            ),
            provenance=dict.fromkeys(("identity", "config", "users", "packages"), source),
        )

    def _dated(
        self, base: BaseImage, record: HardenedRecord, product: Product, system: SystemRecord | None
    ) -> BaseImage:
        version = base.runtime.version if base.runtime else None
        horizon, over = self.support.horizon(system, product.support if base.runtime else None, version)
        end = dt.date.fromisoformat(record.end_of_life) if record.end_of_life else None
        sources: dict[str, Provenance] = {**base.provenance, "horizon": self.store.provenance("support")}
        if system is not None:
            sources["system"] = self.store.provenance("systems")
        if end is not None:
            sources["publisher"] = base.provenance["identity"]
        return replace(
            base, horizon=replace(horizon, publisher_end=end), notes=(*base.notes, *over), provenance=sources
        )


def installers(managers: Iterable[str]) -> tuple[str, ...]:
    """Return those of the declared package managers that install from a repository: apt, not dpkg alone."""
    return tuple(name for name in managers if name not in _NO_INSTALLERS)


def _hardened(record: HardenedRecord) -> Hardened:
    if record.dev:
        return Hardened("Docker", _DEV_BASIS)
    absent = [
        word
        for word, declared in (("no shell", record.shells), ("no package manager", record.package_managers))
        if not declared
    ]
    return Hardened("Docker", _RUNTIME_BASIS.format(user=record.user, absent=" and ".join(absent) or "a shell"))
