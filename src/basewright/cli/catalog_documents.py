"""The catalog's facts as JSON documents."""

import datetime as dt
from collections.abc import Iterable

from basewright import __version__
from basewright.cli import documents as shape
from basewright.model.base import BaseImage, Recognition
from basewright.ports.clock import SystemClock
from basewright.report.json_shapes import HardenedShape, Tool


def list_document(images: Iterable[BaseImage], catalog_date: dt.date) -> shape.CatalogListDocument:
    """Return what `catalog list` prints."""
    return shape.CatalogListDocument(
        schema="basewright/catalog-list/1",
        tool=Tool(name="basewright", version=__version__),
        created=SystemClock().now(),
        input=shape.CatalogInput(catalog_date=catalog_date, image=None),
        unknowns=[],
        incomplete=False,
        images=[image_shape(image) for image in images],
    )


def image_document(asked: str, recognition: Recognition, catalog_date: dt.date) -> shape.CatalogImageDocument:
    """Return what `catalog show` prints."""
    return shape.CatalogImageDocument(
        schema="basewright/catalog-image/1",
        tool=Tool(name="basewright", version=__version__),
        created=SystemClock().now(),
        input=shape.CatalogInput(catalog_date=catalog_date, image=asked),
        unknowns=[],
        incomplete=False,
        match=str(recognition.match),
        unpublished=recognition.is_unpublished,
        notes=list(recognition.notes),
        image=image_shape(recognition.base),
    )


def image_shape(base: BaseImage) -> shape.Image:
    """Return the facts of one image in the shape of the documents."""
    return shape.Image(
        reference=str(base.reference),
        aliases=sorted(base.aliases),
        vendor=base.vendor or None,
        hardened=HardenedShape(vendor=base.hardened.vendor, basis=base.hardened.basis) if base.hardened else None,
        access=str(base.access),
        role=str(base.role),
        runtime=base.runtime.name if base.runtime else None,
        runtime_version=base.runtime.version if base.runtime else None,
        carries=[shape.CarriedRuntime(name=one.name, version=one.version) for one in base.carries],
        variant=base.variant,
        family=base.family or None,
        os=base.os.id if base.os else None,
        os_version=base.os.version if base.os else None,
        kind=str(base.kind) if base.kind else None,
        libc=base.libc,
        libc_version=base.libc_version,
        icu_major=base.icu_major,
        shell=base.shell,
        package_manager=base.package_manager,
        ca_certificates=base.ca_certificates,
        time_zones=base.time_zones,
        contract=_contract(base),
        architectures=list(base.architectures),
        compressed_bytes=base.compressed_bytes,
        bytes=base.bytes,
        packages=base.packages,
        executables=base.executables,
        setuid=base.setuid,
        horizon=shape.CatalogHorizon(
            security_end=base.horizon.security_end,
            lts_end=base.horizon.lts_end,
            runtime_end=base.horizon.runtime_end,
            retired=base.horizon.retired,
            publisher_end=base.horizon.publisher_end,
            earliest=base.horizon.earliest(),
        ),
        notes=list(base.notes),
        sources=[
            shape.Source(facts=group, source=one.source, date=one.date, commit=one.commit)
            for group, one in sorted(base.provenance.items())
        ],
    )


def _contract(base: BaseImage) -> shape.ImageContract:
    return shape.ImageContract(
        user=base.user,
        uid=base.uid,
        users=[shape.ImageUser(name=one.name, uid=one.uid, gid=one.gid) for one in base.users],
        working_directory=base.working_directory,
        entrypoint=_listed(base.entrypoint),
        command=_listed(base.command),
        environment=dict(sorted(base.environment.items())),
        ports=_listed(base.ports),
        volumes=_listed(base.volumes),
        stop_signal=base.stop_signal,
    )


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)
