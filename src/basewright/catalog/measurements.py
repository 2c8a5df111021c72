"""The file that keeps measured bases: written by `catalog refresh`, read by whatever asks the catalog."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from basewright.errors import InputError
from basewright.model.base import BaseImage

LIMIT: Final = 64 * 1024 * 1024
"""Bytes of such a file that are read at most."""


class Measurements(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file: one base for each reference, sorted by it."""

    schema: Literal["basewright/measured/1"]
    images: tuple[BaseImage, ...]

    def with_images(self, images: Iterable[BaseImage]) -> "Measurements":
        """Return these measurements with `images` in the place of older ones of the same reference."""
        by_name = {str(one.reference): one for one in (*self.images, *images)}
        return Measurements(schema=self.schema, images=tuple(by_name[name] for name in sorted(by_name)))


def none() -> Measurements:
    """Return the measurements of a file that is not there yet."""
    return Measurements(schema="basewright/measured/1", images=())


def read(content: bytes, where: str) -> Measurements:
    """Return what a file's `content` says; raise InputError where it is none of these files."""
    try:
        return msgspec.json.decode(content, type=Measurements)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(
            f"{where}: no file of measured bases: {str(error)[:200]}",
            hint="remove it, and measure again with `basewright catalog refresh IMAGE`",
        ) from error


def write(measurements: Measurements) -> bytes:
    """Return the file's content: the same measurements, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(measurements), indent=1) + b"\n"
