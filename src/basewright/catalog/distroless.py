"""Google's distroless images: exact packages, users and entrypoints from the repository that builds them."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace

from basewright.catalog.kinds import footprint
from basewright.catalog.measured import packages_of, uid_of, users_of
from basewright.catalog.products import Product
from basewright.catalog.records import DistrolessRecord, SystemRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.systems import Systems, operating_system
from basewright.model.base import BaseImage, Horizon, Kind, PackageList, Role, Runtime
from basewright.model.reference import ImageReference

NAMESPACE = "gcr.io/distroless"
VENDOR = "Google distroless"
_TAGS = ("debug", "debug-nonroot", "latest", "nonroot")
_DROPPED = re.compile(
    r"(?P<image>static|base|base-nossl|cc|(?P<language>java|nodejs|python)(?:-base)?(?P<version>[0-9]{0,2}(?:\.[0-9]{1,2})?))"
    r"(?:-debian(?P<release>[0-9]{1,2}))?"
)
_LANGUAGES = {"java": "java", "nodejs": "node", "python": "python"}
_SUPPORT = {"java": "eclipse-temurin", "node": "nodejs", "python": "python"}
_POLICY = {"java": "2026-01-31", "node": "2026-01-31", "python": "2026-04-30", "os": "2026-09-30"}
"""Last day of support of the Debian 12 images, by runtime (SUPPORT_POLICY.md)."""
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
        # Each image also stands under its tag with an architecture behind it (README.md).
        one_platform = {f"{record.tag}-{name}": record.tag for record in records for name in record.architectures}
        return Shelf(
            repository=product.repository,
            builds=() if leads_to else tuple(builds[tag] for tag in sorted(builds)),
            tags={**{name: builds[tag] for name, tag in one_platform.items()}, **builds},
            leads_to=f"{NAMESPACE}/{leads_to}" if leads_to else None,
        )

    def dropped(self, name: str) -> Shelf | None:
        """Return a repository that distroless once published, as its name describes it; None for another name.

        «Any other tags are considered deprecated and are no longer updated» (README.md, What images are available).
        """
        match = _DROPPED.fullmatch(name)
        if match is None:
            return None
        image, language, release = match.group("image"), match.group("language"), match.group("release")
        system = self.systems.get("debian", release) if release else self.systems.get("debian", None)
        if system is None or (release and system.version is None):
            return None
        product = Product(_LANGUAGES.get(language or "", image), f"{NAMESPACE}/{name}", Role.OS, None)
        tags = {tag: self._dropped_build(name, tag, match, system) for tag in _TAGS}
        reason = f"{NAMESPACE}/{name} is no longer published or updated"
        return Shelf(repository=product.repository, builds=tuple(tags.values()), tags=tags, dropped=reason)

    def _dropped_build(self, name: str, tag: str, match: re.Match[str], system: SystemRecord) -> BaseImage:
        runtime = _LANGUAGES.get(match.group("language") or "")
        version = match.group("version") or None
        horizon, over = self.support.horizon(system, _SUPPORT.get(runtime or ""), version)
        ends = _POLICY.get(runtime or "os") if match.group("release") == "12" else None
        is_debug = tag.startswith("debug")
        source = self.store.provenance("distroless")
        uid = 65532 if tag.endswith("nonroot") else 0
        is_static = match.group("image") == "static"
        return BaseImage(
            reference=ImageReference("gcr.io", f"distroless/{name}", tag),
            vendor=VENDOR,
            family="debian",
            role=Role.RUNTIME if runtime else Role.OS,
            runtime=Runtime(runtime, version) if runtime else None,
            variant="debug" if is_debug else None,
            os=operating_system(system),
            libc="none" if is_static else "glibc",
            libc_version=None if is_static else system.libc_version,
            shell=is_debug,
            package_manager=False,
            kind=Kind.MINIMAL if is_debug else Kind.DISTROLESS,
            user=str(uid),
            uid=uid,
            users=users_of(("root:0", "nobody:65534", "nonroot:65532")),
            entrypoint=None if runtime or is_debug else (),
            ca_certificates=True,
            time_zones=True,
            horizon=replace(horizon, publisher_end=dt.date.fromisoformat(ends) if ends else None),
            notes=(*((_DEBUG_NOTE,) if is_debug else ()), *over),
            provenance={
                **dict.fromkeys(("identity", "config", "users"), source),
                "horizon": self.store.provenance("support"),
                "system": self.store.provenance("systems"),
            },
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
                shell=record.shell is not None, package_manager=False, family="debian", role=role, is_reduced=True
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
        return (
            Horizon(horizon.security_end, horizon.lts_end, horizon.runtime_end, publisher_end=end),
            over,
        )


def _version(record: DistrolessRecord) -> str | None:
    """Return the runtime's version: upstream's part of ``3.13.5-2+deb13u4`` and ``17.0.20.1.0+1-0``."""
    text = next((record.versions[name] for name in ("node", "python", "java") if name in record.versions), None)
    return text.partition("-")[0].partition("+")[0] if text else None


def _last_day(month: str) -> dt.date:
    year, number = (int(part) for part in month.split("-"))
    return dt.date(year, number, calendar.monthrange(year, number)[1])
