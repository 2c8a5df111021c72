"""Measured bases over the catalog: who was measured is told as measured, the rest as the catalog has it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from basewright.model.base import BaseImage, Match, Recognition
from basewright.model.catalog import CatalogView, EndOfLife
from basewright.model.reference import ImageReference


class Overlay:
    """`CatalogView` of `inner` in which the images of `measured` are as they were measured.

    A measurement counts for the reference it was taken under, and for every alias of the build that the catalog lists
    under it.
    """

    def __init__(self, inner: CatalogView, measured: Iterable[BaseImage]) -> None:
        self._inner = inner
        self._measured = {_key(one.reference): one for one in measured}

    @property
    def date(self) -> dt.date:
        """See `CatalogView.date`."""
        return self._inner.date

    def recognise(self, reference: ImageReference) -> Recognition | None:
        """See `CatalogView.recognise`."""
        known = self._inner.recognise(reference)
        measured = self._measured.get(_key(reference))
        if measured is not None:
            notes = known.notes if known is not None else ()
            base = merged(known.base, measured) if known is not None else measured
            return Recognition(base, Match.EXACT, notes, is_unpublished=False)
        return replace(known, base=self.over(known.base)) if known is not None else None

    def of_runtime(self, name: str) -> tuple[BaseImage, ...]:
        """See `CatalogView.of_runtime`."""
        return tuple(self.over(one) for one in self._inner.of_runtime(name))

    def systems(self) -> tuple[BaseImage, ...]:
        """See `CatalogView.systems`."""
        return tuple(self.over(one) for one in self._inner.systems())

    def end_of_life(self, product: str, cycle: str) -> EndOfLife | None:
        """See `CatalogView.end_of_life`."""
        return self._inner.end_of_life(product, cycle)

    def over(self, base: BaseImage) -> BaseImage:
        """Return `base` with what was measured of it under any of its tags."""
        for name in (base.reference, *(base.reference.with_tag(alias) for alias in base.aliases)):
            measured = self._measured.get(_key(name))
            if measured is not None:
                return merged(base, measured)
        return base


def merged(known: BaseImage, measured: BaseImage) -> BaseImage:
    """Return `known` with every fact that the measurement has; what an image cannot show stays as it is known."""
    facts: dict[str, object] = {
        name: value for name in _SHOWN if (value := getattr(measured, name)) is not None and value != ""
    }
    facts["architectures"] = known.architectures or measured.architectures
    return replace(known, **facts, provenance={**known.provenance, **measured.provenance})  # type: ignore[arg-type]  # by name


_SHOWN = (
    "family",
    "os",
    "libc",
    "libc_version",
    "shell",
    "package_manager",
    "user",
    "uid",
    "users",
    "entrypoint",
    "command",
    "working_directory",
    "environment",
    "ports",
    "volumes",
    "stop_signal",
    "ca_certificates",
    "time_zones",
    "compressed_bytes",
    "bytes",
    "packages",
    "executables",
    "setuid",
)
"""Facts of a `BaseImage` that an image shows of itself."""


def _key(reference: ImageReference) -> tuple[str, str, str | None, str | None]:
    digest = str(reference.digest) if reference.digest else None
    return reference.registry, reference.repository, reference.effective_tag, digest
