"""What an image holds: its distribution, packages, executables, hardening facts and waste."""

from collections.abc import Sequence

from basewright.image.interface import Analyser, Layer, LayerFacts
from basewright.inventory.apk import Apk
from basewright.inventory.dpkg import Dpkg
from basewright.inventory.interface import Cataloger
from basewright.inventory.languages.golang import GoCataloger
from basewright.inventory.languages.java import JavaCataloger
from basewright.inventory.languages.node import NodeCataloger
from basewright.inventory.languages.python import PythonCataloger
from basewright.inventory.languages.rust import RustCataloger
from basewright.inventory.rpm import RpmCataloger
from basewright.inventory.take import analysers_of, take
from basewright.model.image import ImageConfig
from basewright.model.inventory import Inventory

CATALOGERS: tuple[Cataloger, ...] = (
    Apk(),
    Dpkg(),
    RpmCataloger(),
    PythonCataloger(),
    NodeCataloger(),
    JavaCataloger(),
    GoCataloger(),
    RustCataloger(),
)
"""Every kind of package that is found, one line each."""

ANALYSERS: tuple[Analyser, ...] = analysers_of(CATALOGERS)
"""What a layer's reader has to know for `take_inventory`."""


def take_inventory(
    layers: Sequence[LayerFacts], config: ImageConfig | None, *, blobs: Sequence[Layer | None] = ()
) -> Inventory:
    """Return the inventory of an image whose layers were read with `ANALYSERS`; see `take`."""
    return take(layers, config, catalogers=CATALOGERS, blobs=blobs)


__all__ = ["ANALYSERS", "CATALOGERS", "take_inventory"]
