"""Inspect: an image opened, its layers read side by side, squashed, and told as an inventory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from basewright.image.interface import Image, LayerFacts, LayerReader, OpenOptions
from basewright.image.limits import DEFAULT_LIMITS, Limits
from basewright.image.naming import parse_name
from basewright.model.catalog import EndOfLife
from basewright.model.inventory import Inspection, OsFacts
from basewright.pipeline import remembered
from basewright.pipeline.reference_facts import with_reference_facts
from basewright.ports.clock import Clock

if TYPE_CHECKING:
    from basewright.model.platform import Platform


@dataclass(frozen=True, slots=True)
class InspectRequest:
    """What to inspect; the defaults are those of the command line."""

    image: str
    """A reference, or a transport and a place (contract: `IMAGE`)."""
    platform: "Platform | None" = None
    all_platforms: bool = False
    is_offline: bool = False
    limits: Limits = field(default=DEFAULT_LIMITS)


@dataclass(frozen=True, slots=True)
class ImageServices:
    """The doors to the outside that inspecting uses."""

    clock: Clock
    open_images: Callable[[str, OpenOptions], tuple[Image, ...]]
    new_reader: Callable[[], LayerReader]
    """Called when a layer has to be read: an image whose inventory is remembered needs none."""
    end_of_life: Callable[[str, str], EndOfLife | None]
    """The support dates of a distribution's release, by os-release's ID and VERSION_ID."""
    progress: Callable[[str], None]
    store: remembered.Store | None = None
    """Where inventories are kept; None: nowhere."""


def inspect(request: InspectRequest, services: ImageServices) -> tuple[Inspection, ...]:
    """Return the inspection of each platform that was asked for, sorted by platform; mostly one."""
    parse_name(request.image)  # first: a reference with a login in it is refused before it is shown
    services.progress(f"opening {request.image}")
    options = OpenOptions(
        platform=str(request.platform) if request.platform else None,
        all_platforms=request.all_platforms,
        is_offline=request.is_offline,
        limits=request.limits,
    )
    images = services.open_images(request.image, options)
    try:
        inspections = [_inspect_one(image, services) for image in images]
    finally:
        for image in images:
            image.close()
    return tuple(sorted(inspections, key=lambda one: str(one.identity.platform or "")))


def _inspect_one(image: Image, services: ImageServices) -> Inspection:
    key = remembered.key_of(image) if services.store is not None else None
    inventory = remembered.recall(services.store, key, image.layers) if services.store is not None and key else None
    cached = len(image.layers)
    if inventory is None:
        from basewright.inventory import take_inventory

        layers = image.read_layers(services.new_reader(), services.progress)
        services.progress("taking the inventory")
        cached = sum(layer.is_from_cache for layer in layers)
        inventory = take_inventory(layers, image.config, blobs=image.layers)
        if services.store is not None and key and _is_whole(layers, image):
            remembered.keep(services.store, key, inventory)
    if image.identity.compressed_bytes is None:
        inventory = replace(
            inventory, layers=tuple(replace(layer, compressed_bytes=None) for layer in inventory.layers)
        )
    return Inspection(
        created=services.clock.now(),
        identity=image.identity,
        config=image.config,
        inventory=with_reference_facts(inventory, image.identity),
        end_of_life=_end_of_life(inventory.os, services),
        unknowns=image.unknowns,
        cached_layers=cached,
        diff_ids=image.config.diff_ids if image.config else (),
    )


def _is_whole(layers: Sequence[LayerFacts], image: Image) -> bool:
    """Whether each layer was read to its end: what the diff IDs stand for is then what was seen."""
    named = image.config.diff_ids if image.config else ()
    return tuple(layer.diff_id for layer in layers) == named


def _end_of_life(os: OsFacts | None, services: ImageServices) -> EndOfLife | None:
    """Return the support dates of the distribution's release, where the catalog knows it."""
    if os is None or os.version_id is None:
        return None
    return services.end_of_life(os.id, os.version_id)
