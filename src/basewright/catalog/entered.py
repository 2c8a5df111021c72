"""Images whose facts were entered by hand, each with its source and day: UBI, .NET, Azure Linux, cloud providers."""

import datetime as dt
from dataclasses import dataclass

from basewright.catalog.measured import users_of
from basewright.catalog.products import Product
from basewright.catalog.records import EnteredRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
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
        return Shelf(product.repository, tuple(sorted(builds, key=lambda build: str(build.reference))), tags)

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
            horizon=horizon,
            notes=(*record.notes, *over),
            provenance={
                **dict.fromkeys(("identity", "config", "users"), source),
                "horizon": self.store.provenance("support"),
            },
        )
