"""The real doors to images: transports, cache and catalog of this machine, put together for a pipeline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from basewright.image.interface import Image, LayerReader, OpenOptions
from basewright.image.naming import parse_name
from basewright.image.open import Doors, Engine, open_images
from basewright.image.registry.settings import RegistrySettings
from basewright.model.catalog import EndOfLife
from basewright.model.reference import ImageReference
from basewright.pipeline.inspecting import ImageServices
from basewright.ports.clock import SystemClock

if TYPE_CHECKING:
    from basewright.ports.cache import Cache


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the composition root knows of this machine and this run."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    registry: RegistrySettings = field(default_factory=RegistrySettings)
    user_id: int = 0
    """Of this process: rootless engines keep their sockets under it."""
    cache_directory: Path | None = None
    """None: nothing is remembered."""
    progress: Callable[[str], None] = lambda _: None
    told: Callable[[str], None] = lambda _: None
    """Hears what the caller should know: mirrors, waits, a cache that cannot be written."""


def image_services(surroundings: Surroundings) -> ImageServices:
    """Return the doors that `inspect` takes."""
    cache = None
    if surroundings.cache_directory is not None:
        from basewright.ports.cache import Cache

        cache = Cache(surroundings.cache_directory, told=surroundings.told)
    return ImageServices(
        clock=SystemClock(),
        open_images=partial(_open, surroundings),
        new_reader=partial(_new_reader, cache),
        end_of_life=_end_of_life,
        progress=surroundings.progress,
        store=cache,
    )


def _new_reader(cache: "Cache | None") -> LayerReader:
    from basewright.image.layer_reader import PassReader
    from basewright.inventory import ANALYSERS

    store = None
    if cache is not None:
        from basewright.image.fact_store import FactStore

        store = FactStore(cache)
    return PassReader(ANALYSERS, store=store)


def engines_there(surroundings: Surroundings) -> tuple[str, ...]:
    """Return the transports of the local engines that there is something to ask of; none is asked yet."""
    return tuple(one.transport for one in _engines(surroundings) if one.is_there())


def _engines(surroundings: Surroundings) -> tuple[Engine, ...]:
    from basewright.image.engine import local_engines
    from basewright.image.engine_endpoints import Host

    return local_engines(Host(surroundings.environment, surroundings.user_id))


def _open(surroundings: Surroundings, text: str, options: OpenOptions) -> tuple[Image, ...]:
    engines = () if parse_name(text).is_file else _engines(surroundings)
    doors = Doors(registry=partial(_open_registry, surroundings), engines=engines)
    return open_images(text, options, doors)


def _open_registry(surroundings: Surroundings, reference: ImageReference, options: OpenOptions) -> tuple[Image, ...]:
    from basewright.image.registry.image import open_registry

    return open_registry(reference, options, settings=surroundings.registry, told=surroundings.told)


def _end_of_life(product: str, cycle: str) -> EndOfLife | None:
    from basewright.catalog import end_of_life

    return end_of_life(product, cycle)
