"""Google's distroless images: exact packages, users and entrypoints from the repository that builds them."""

import calendar
import datetime as dt
from dataclasses import dataclass

from basewright.catalog.kinds import footprint
from basewright.catalog.measured import packages_of, uid_of, users_of
from basewright.catalog.products import Product
from basewright.catalog.records import DistrolessRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
from basewright.model.base import BaseImage, Horizon, PackageList, Role, Runtime
from basewright.model.reference import ImageReference

NAMESPACE = "gcr.io/distroless"
VENDOR = "Google distroless"
_DEBUG_NOTE = "a debug image: BusyBox lies in /busybox; not for production"


@dataclass(frozen=True, slots=True)
class DistrolessReader:
    """Reads the shelves of gcr.io/distroless."""

    store: Store
    systems: Systems
    support: Support

    def shelf(self, product: Product) -> Shelf:
        """Return the repository of `product`; an unsuffixed name shows what it leads to today."""
        name = product.repository.rpartition("/")[2]
        records = self.store.lines(DistrolessRecord, name)
        leads_to = next((record.leads_to for record in records if record.leads_to), None)
        if leads_to:
            records = self.store.lines(DistrolessRecord, leads_to)
        builds = {record.tag: self._build(record, leads_to or name, product) for record in records}
        return Shelf(
            repository=product.repository,
            builds=() if leads_to else tuple(builds[tag] for tag in sorted(builds)),
            tags=builds,
            leads_to=f"{NAMESPACE}/{leads_to}" if leads_to else None,
        )

    def _build(self, record: DistrolessRecord, name: str, product: Product) -> BaseImage:
        system = self.systems.get("debian", record.debian)
        users = users_of(record.users)
        packages = packages_of(record.packages)
        source = self.store.provenance("distroless")
        is_debug = record.tag.startswith("debug")
        is_jdk = record.versions.get("java_kind") == "jdk"
        role = Role.BUILD if is_jdk else product.role
        has_libc = "libc6" in packages
        horizon, notes = self._horizon(record, product)
        return BaseImage(
            reference=ImageReference("gcr.io", f"distroless/{name}", record.tag),
            vendor=VENDOR,
            family="debian",
            role=role,
            runtime=None if product.role is Role.OS else Runtime(product.name, _version(record)),
            variant="-".join(filter(None, (record.versions.get("java_kind"), "debug" if is_debug else ""))) or None,
            os=operating_system(system) if system else None,
            libc="glibc" if has_libc else "none",
            libc_version=system.libc_version if system and has_libc else None,
            icu_major=system.icu if system and any(name.startswith("libicu") for name in packages) else None,
            shell=record.shell is not None,
            package_manager=False,
            kind=footprint(
                shell=record.shell is not None, package_manager=False, family="debian", role=Role.OS, is_reduced=True
            ),
            user=record.user,
            uid=uid_of(record.user, users),
            users=users,
            entrypoint=record.entrypoint,
            command=record.command,
            working_directory=record.working_directory,
            environment=record.environment,
            ports=(),
            volumes=(),
            ca_certificates=record.certificates is not None,
            time_zones="tzdata" in packages,
            architectures=record.architectures,
            packages=len(packages),
            package_list=PackageList(packages, is_complete=True, provenance=source),
            horizon=horizon,
            notes=(*((_DEBUG_NOTE,) if is_debug else ()), *notes),
            provenance={
                **dict.fromkeys(("identity", "config", "users", "packages"), source),
                "horizon": self.store.provenance("support"),
                **({"publisher": source} if record.support_end_month else {}),
            },
        )

    def _horizon(self, record: DistrolessRecord, product: Product) -> tuple[Horizon, tuple[str, ...]]:
        system = self.systems.get("debian", record.debian)
        horizon, over = self.support.horizon(system, product.support, _version(record))
        month = record.support_end_month
        end = _last_day(month) if month else None
        notes = (f"its publisher supports it until {month}",) if month else ()
        return (
            Horizon(horizon.security_end, horizon.lts_end, horizon.runtime_end, publisher_end=end),
            (*notes, *over),
        )


def _version(record: DistrolessRecord) -> str | None:
    """Return the runtime's version: upstream's part of ``3.13.5-2+deb13u4`` and ``17.0.20.1.0+1-0``."""
    text = next((record.versions[name] for name in ("node", "python", "java") if name in record.versions), None)
    return text.partition("-")[0].partition("+")[0] if text else None


def _last_day(month: str) -> dt.date:
    year, number = (int(part) for part in month.split("-"))
    return dt.date(year, number, calendar.monthrange(year, number)[1])
