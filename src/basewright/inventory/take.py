"""From the facts of layers to the inventory of an image."""

from collections.abc import Iterable, Sequence

from basewright.image.interface import Analyser, Layer, LayerFacts
from basewright.image.tree import Tree
from basewright.inventory import executables as programs
from basewright.inventory import hardening, system
from basewright.inventory.coverage import add_up
from basewright.inventory.directories import largest_directories
from basewright.inventory.interface import Cataloger, Catch, Scene, all_packages
from basewright.inventory.languages.sboms import compared
from basewright.inventory.ownership import assign
from basewright.inventory.provisions import provisions_of
from basewright.inventory.shares import byte_shares
from basewright.inventory.system.expected import database_unknowns, program_unknowns
from basewright.inventory.waste import efficiency_of, summarize_layers
from basewright.model.image import ImageConfig
from basewright.model.inventory import Inventory
from basewright.model.unknown import Unknown


def analysers_of(catalogers: Iterable[Cataloger]) -> tuple[Analyser, ...]:
    """Return everything that a pass over a layer has to look for, sorted by name."""
    own = (*system.ANALYSERS, *programs.ANALYSERS, *hardening.ANALYSERS)
    found = [*own, *(one for cataloger in catalogers for one in cataloger.analysers)]
    return tuple(sorted({one.name: one for one in found}.values(), key=lambda one: one.name))


def take(
    layers: Sequence[LayerFacts],
    config: ImageConfig | None,
    *,
    catalogers: Sequence[Cataloger],
    blobs: Sequence[Layer | None] = (),
) -> Inventory:
    """Return the inventory of the image that `layers` (lowest first) make up; everything in it is sorted.

    `blobs` are the transport's layers, for digests and compressed sizes; without them these are not known.
    """
    tree = Tree(layers)
    identity = system.identify(tree)
    scene = Scene(tree, config, identity.os)
    catches = [cataloger.catalog(scene) for cataloger in catalogers]
    extra = {path: owner for catch in catches for path, owner in catch.extra_owned.items()}
    ownership = assign(all_packages(iter(catches)), extra, scene.files)
    found = programs.executables(tree, scene.files, ownership.owners)
    missing = database_unknowns(identity.os, ownership.packages) + program_unknowns(ownership.packages, found)
    totals = add_up(tree, scene.files, ownership.owners)
    site = hardening.Site(scene, ownership.packages, found, ownership.owners)
    return Inventory(
        os=identity.os,
        libc=system.c_libraries(tree, ownership.owners, ownership.by_purl),
        packages=ownership.packages,
        executables=found,
        hardening=hardening.facts_of(site),
        coverage=totals.coverage(found),
        efficiency=efficiency_of(tree),
        layers=summarize_layers(tree, blobs or [None] * len(layers), config),
        claims=compared((claim for catch in catches for claim in catch.claims), ownership.packages),
        directories=largest_directories(scene.files),
        shares=byte_shares(tree, scene.files, ownership.owners),
        bytes=totals.bytes,
        files=totals.files,
        setuid=totals.setuid,
        unknowns=_unknowns(tree, identity, catches, (*missing, *hardening.unknowns_of(site))),
        provisions=provisions_of(site),
    )


def _unknowns(
    tree: Tree, identity: system.Identity, catches: Iterable[Catch], missing: Iterable[Unknown]
) -> tuple[Unknown, ...]:
    """Return everything that could not be looked at, each once, sorted."""
    found = {*tree.unknowns, *identity.unknowns, *missing, *programs.executable_unknowns(tree)}
    for layer in tree.layers:
        found.update(layer.unknowns)
    for catch in catches:
        found.update(catch.unknowns)
    return tuple(sorted(found))
