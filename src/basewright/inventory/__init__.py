"""What an image holds: its distribution, packages, executables, hardening facts and waste."""

from collections.abc import Sequence

from basewright.image.interface import Analyser, Layer, LayerFacts
from basewright.inventory.apk import Apk
from basewright.inventory.dpkg import Dpkg
from basewright.inventory.interface import Cataloger
from basewright.inventory.languages.dotnet import DotnetCataloger
from basewright.inventory.languages.golang import GoCataloger
from basewright.inventory.languages.java import JavaCataloger
from basewright.inventory.languages.jvm import JvmCataloger
from basewright.inventory.languages.node import NodeCataloger
from basewright.inventory.languages.others import OTHERS
from basewright.inventory.languages.php import PhpCataloger
from basewright.inventory.languages.python import PythonCataloger
from basewright.inventory.languages.ruby import RubyCataloger
from basewright.inventory.languages.runtimes import RuntimeCataloger
from basewright.inventory.languages.rust import RustCataloger
from basewright.inventory.languages.sboms import SbomCataloger
from basewright.inventory.languages.stores import NixCataloger, PacmanCataloger, PortageCataloger
from basewright.inventory.rpm import RpmCataloger
from basewright.inventory.take import analysers_of, take
from basewright.model.image import ImageConfig
from basewright.model.inventory import Inventory

CATALOGERS: tuple[Cataloger, ...] = (
    Apk(),
    Dpkg(),
    RpmCataloger(),
    PacmanCataloger(),
    PortageCataloger(),
    NixCataloger(),
    PythonCataloger(),
    NodeCataloger(),
    JavaCataloger(),
    GoCataloger(),
    RustCataloger(),
    RubyCataloger(),
    PhpCataloger(),
    DotnetCataloger(),
    *OTHERS,
    JvmCataloger(),
    RuntimeCataloger(),
    SbomCataloger(),
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
