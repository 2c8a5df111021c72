"""The expected change in numbers; each is None unless its source tells it."""

from basewright.model.base import BaseImage
from basewright.model.candidate import Change, Expected, Seconds


def expected(old: BaseImage | None, new: BaseImage, *, bandwidth: int) -> Expected:
    """Return what changes from `old` to `new`; `bandwidth` in bits per second."""
    return Expected(
        compressed_bytes=Change(old.compressed_bytes if old else None, new.compressed_bytes),
        bytes=Change(old.bytes if old else None, new.bytes),
        packages=Change(old.packages if old else None, new.packages),
        executables=Change(old.executables if old else None, new.executables),
        setuid=Change(old.setuid if old else None, new.setuid),
        download=Seconds(_seconds(old, bandwidth), _seconds(new, bandwidth)),
        bandwidth_bits_per_second=bandwidth,
        beyond_first_layer=Change(_own_layers(old), _own_layers(new)),
    )


def _seconds(base: BaseImage | None, bandwidth: int) -> float | None:
    if base is None or base.compressed_bytes is None or bandwidth <= 0:
        return None
    return round(base.compressed_bytes * 8 / bandwidth, 1)


def _own_layers(base: BaseImage | None) -> int | None:
    if base is None or base.compressed_bytes is None or base.base_layer_compressed_bytes is None:
        return None
    return base.compressed_bytes - base.base_layer_compressed_bytes
