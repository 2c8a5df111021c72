"""Measured facts of official images: configuration, sizes, package lists."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from basewright.catalog.records import MeasuredRecord, PackagesRecord
from basewright.model.base import BaseImage, PackageList, Provenance, User


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured of one build."""

    image: MeasuredRecord | None
    packages: PackagesRecord | None


class Measured:
    """The measured tags of one repository."""

    def __init__(self, images: Iterable[MeasuredRecord], packages: Iterable[PackagesRecord]) -> None:
        self.images = {record.tag: record for record in images}
        """Tag → what was measured of it."""
        self._packages = {record.tag: record for record in packages}

    def of(self, tags: Iterable[str]) -> Found:
        """Return the newest measurements of any of a build's `tags`."""
        names = sorted(tags)
        images = [self.images[tag] for tag in names if tag in self.images]
        packages = [self._packages[tag] for tag in names if tag in self._packages]
        return Found(
            max(images, key=lambda record: record.date, default=None),
            max(packages, key=lambda record: record.date or "", default=None),
        )

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield (tag, digest) of every index and amd64 manifest."""
        for tag, record in self.images.items():
            yield from ((tag, digest) for digest in (record.digest, record.amd64_digest) if digest)


def configured(base: BaseImage, record: MeasuredRecord | None) -> BaseImage:
    """Return `base` with the measured configuration and sizes."""
    if record is None:
        return base
    provenance = Provenance(record.source, dt.date.fromisoformat(record.date), record.commit)
    users = users_of(record.users)
    return replace(
        base,
        user=record.user,
        uid=uid_of(record.user, users),
        users=users,
        entrypoint=record.entrypoint,
        command=record.command,
        working_directory=record.working_directory,
        environment=record.environment,
        ports=record.ports,
        volumes=record.volumes,
        stop_signal=record.stop_signal,
        libc=record.libc,
        shell=record.shell is not None,
        package_manager=record.package_manager is not None,
        compressed_bytes=record.compressed_bytes,
        base_layer_compressed_bytes=record.base_layer_compressed_bytes,
        provenance={
            **base.provenance,
            "config": provenance,
            "size": provenance,
            "tools": provenance,
            "users": provenance,
        },
    )


def listed_packages(base: BaseImage, record: PackagesRecord | None) -> BaseImage:
    """Return `base` with a measured package list and what it tells."""
    if record is None:
        return base
    provenance = _list_provenance(base, record)
    packages = PackageList(packages_of(record.packages), is_complete=True, provenance=provenance)
    notes = []
    if record.stale:
        notes.append(f"its package list is stale: read on {provenance.date.isoformat()}")
    if record.derived_from:
        notes.append("its package list is derived: what the lists of images built on it have in common")
    return replace(
        base,
        bytes=record.bytes,
        packages=len(packages.names),
        package_list=packages,
        ca_certificates=carries_certificates(packages.names),
        time_zones="tzdata" in packages.names,
        notes=(*base.notes, *notes),
        provenance={**base.provenance, "packages": provenance},
    )


def _list_provenance(base: BaseImage, record: PackagesRecord) -> Provenance:
    if record.source and record.date:
        return Provenance(record.source, dt.date.fromisoformat(record.date), record.commit)
    known = base.provenance["config"]
    source = ", ".join(record.derived_from) or record.source or known.source
    date = dt.date.fromisoformat(record.date) if record.date else known.date
    return Provenance(source, date, record.commit)


def carries_certificates(names: Iterable[str]) -> bool:
    """Whether one of the packages brings a CA bundle."""
    return not {"ca-certificates", "ca-certificates-bundle"}.isdisjoint(names)


def packages_of(text: str) -> dict[str, str]:
    """Read ``name=version`` texts; the version is "" where only the name is known."""
    return {name: version for name, _, version in (item.partition("=") for item in text.split())}


def users_of(texts: Iterable[str]) -> tuple[User, ...]:
    """Read ``name:uid:gid`` texts; an id that is not known is empty or left off."""
    return tuple(_user(*text.split(":")) for text in texts)


def _user(name: str, uid: str = "", gid: str = "") -> User:
    return User(name, int(uid) if uid else None, int(gid) if gid else None)


def uid_of(user: str, users: Iterable[User]) -> int | None:
    """Return the numeric id of the configured user: written, root's, or one that is known by name."""
    name = user.partition(":")[0]
    if name in {"", "root"}:
        return 0
    if name.isdigit():
        return int(name)
    return next((one.uid for one in users if one.name == name), None)
