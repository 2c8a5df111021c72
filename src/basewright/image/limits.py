"""How much of an image is read at most. What exceeds a limit becomes an `Unknown`; the result is then incomplete."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one image. Bytes unless the name says otherwise."""

    manifest: int = 4 * MIB
    config: int = 8 * MIB
    layers: int = 1024
    index_depth: int = 3
    index_entries: int = 512
    entries: int = 2_000_000
    """Tar entries of all layers together."""
    path: int = 4096
    path_depth: int = 128
    symlink_hops: int = 40
    pax_header: int = 1 * MIB
    whole_file: int = 32 * MIB
    """Of a larger file only windows are kept."""
    window: int = 80 * MIB
    """Bytes of windows of one file that are kept at once."""
    looks: int = 5
    """How often one layer is read again for windows that were wished for."""
    layer_bytes: int = 16 * GIB
    image_bytes: int = 64 * GIB
    ratio: int = 1000
    """Uncompressed bytes a compressed byte may become, once `ratio_after` bytes came out."""
    ratio_after: int = 64 * MIB
    zstd_window: int = 128 * MIB
    json_depth: int = 64
    findings: int = 2_000_000
    """Records of all analysers together."""


DEFAULT_LIMITS = Limits()
