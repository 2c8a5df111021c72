"""The catalog as this person has it: what the package brings, and over it the bases that were measured here."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from basewright.cli.session import Session

if TYPE_CHECKING:
    from basewright.catalog.measurements import Measurements
    from basewright.catalog.overlay import Overlay
    from basewright.cli.settings import Settings
    from basewright.model.base import BaseImage

_NAME = "measured.json"


def catalog_file(settings: "Settings", environment: Mapping[str, str]) -> Path:
    """Return where measured bases are kept."""
    if named := settings.text("catalog-file"):
        return Path(named)
    data_home = environment.get("XDG_DATA_HOME", "")
    if data_home and Path(data_home).is_absolute():
        return Path(data_home) / "basewright" / _NAME
    from platformdirs import user_data_path

    return user_data_path("basewright", appauthor=False) / _NAME


def measured_bases(
    settings: "Settings", environment: Mapping[str, str], *, is_first: bool = False
) -> tuple["BaseImage", ...]:
    """Return the bases that were measured here; none where none was.

    A file that was named has to be there, unless it `is_first` to be written.
    """
    file = catalog_file(settings, environment)
    if not file.exists() and (is_first or not settings.text("catalog-file")):
        return ()
    return _read(file).images


def overlaid_catalog(session: Session, settings: "Settings", *, is_first: bool = False) -> "Overlay":
    """Return the catalog with the measured bases over it; see `measured_bases`."""
    from basewright.catalog import load
    from basewright.catalog.overlay import Overlay

    measured = measured_bases(settings, session.environment, is_first=is_first)
    return Overlay(load(mirrors=settings.pairs("mirrors")), measured)


def keep_measured(file: Path, images: Iterable["BaseImage"]) -> None:
    """Add `images` to the file, in the place of older measurements; other processes wait meanwhile."""
    from basewright.catalog import measurements
    from basewright.ports.files import held, write_atomically

    with held(file):
        old = _read(file) if file.exists() else measurements.none()
        write_atomically(file, measurements.write(old.with_images(images)))


def _read(file: Path) -> "Measurements":
    from basewright.catalog import measurements
    from basewright.ports.files import DirectoryFiles

    return measurements.read(DirectoryFiles(file.parent).read(file.name, limit=measurements.LIMIT), str(file))
