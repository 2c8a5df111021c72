"""Decoders of one gzip member or one zstd frame: the fast ones where they are to be had."""

import zlib
from collections.abc import Callable
from typing import Any, Protocol


class Decoder(Protocol):
    """One member or frame, as `bz2.BZ2Decompressor` is used."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more compressed bytes are needed to go on."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""
        ...

    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes:
        """Return at most `max_length` next bytes; raises one of DAMAGES."""
        ...


class ZlibMember:
    """A gzip member by the standard library, where `isal` is not to be had."""

    __slots__ = ("_inner", "_left")

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._left = b""

    @property
    def eof(self) -> bool:
        """Whether the member's end was reached."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether more compressed bytes are needed to go on."""
        return not self._left

    @property
    def unused_data(self) -> bytes:
        """What follows the member's end."""
        return self._inner.unused_data

    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes:
        """Return at most `max_length` next bytes."""
        piece = self._inner.decompress(self._left + data if self._left else data, max_length)
        self._left = self._inner.unconsumed_tail
        return piece


_damages: list[type[Exception]] = [zlib.error, EOFError]
try:
    from isal import igzip_lib
except ImportError:  # no wheel for this machine
    new_gzip_member: Callable[[], Decoder] = ZlibMember
else:
    _damages.append(igzip_lib.IsalError)  # type: ignore[arg-type]  # the stub names an instance

    def new_gzip_member() -> Decoder:
        """Return a decoder of one gzip member, checksum and length verified."""
        member: Decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        return member


def _zstd() -> Any:  # noqa: ANN401 - one of two modules with the same interface
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # from 3.14
    except ImportError:
        from backports import zstd
    return zstd


def new_zstd_frame(window_log: int) -> Decoder:
    """Return a decoder of one frame whose window has at most 2 ** `window_log` bytes."""
    zstd = _zstd()
    frame: Decoder = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: window_log})
    return frame


_zstd_error: type[Exception] = _zstd().ZstdError
DAMAGES = (*_damages, _zstd_error)
"""What decoders raise."""
