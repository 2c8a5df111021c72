"""Two images side by side: what the new one brings, drops and changes. All values are new minus old where signed."""

from dataclasses import dataclass

from basewright.model.hardening import HardeningFact
from basewright.model.inventory import Inspection
from basewright.model.package import Package


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package (type and name, at most one version each) of which the images hold different versions."""

    type: str
    name: str
    old: tuple[str, ...]
    """Versions in the old image, sorted as text."""
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one image that are laid side by side."""

    bytes: int
    compressed_bytes: int | None
    files: int
    layers: int
    packages: int
    executables: int
    """ELF programs and scripts that somebody may run; shared objects apart."""
    shared_objects: int
    setuid: int
    shells: int | None
    wasted_bytes: int
    hardening: int
    """Hardening facts of severity warning or error."""


@dataclass(frozen=True, slots=True)
class SharedLayers:
    """Layers that both images have, from the lowest on."""

    count: int
    bytes: int | None
    """Of the files they carry; None where a layer of them could not be read."""
    is_whole_old: bool
    """Whether the new image contains every layer of the old one: it was built on it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`new` seen against `old`."""

    old: Inspection
    new: Inspection
    old_figures: Figures
    new_figures: Figures
    shared: SharedLayers
    added_packages: tuple[Package, ...]
    removed_packages: tuple[Package, ...]
    changed_packages: tuple[PackageChange, ...]
    added_executables: tuple[str, ...]
    removed_executables: tuple[str, ...]
    added_hardening: tuple[HardeningFact, ...]
    removed_hardening: tuple[HardeningFact, ...]
    config_changes: tuple[tuple[str, str | None, str | None], ...]
    """(aspect, old, new): user, entrypoint, command, work directory, ports, volumes, stop signal, health check …"""
    added_setuid: tuple[str, ...] = ()
    removed_setuid: tuple[str, ...] = ()
