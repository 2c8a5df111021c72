"""Raw deflate streams and CRC-32 of members of archives, by igzip where it is to be had: some ten times as fast."""

from typing import Any

try:
    import isal.isal_zlib as _found
except ImportError:
    import zlib as _found  # type: ignore[no-redef]  # the same functions

_library: Any = _found

_RAW = -15
"""The window of raw deflate, without any header (RFC 1951)."""


class DeflateError(ValueError):
    """Bytes that are no deflate stream."""


def inflate(packed: bytes | memoryview, limit: int) -> bytes:
    """Return at most `limit` bytes of the stream `packed`; raise DeflateError where it is damaged."""
    decoder: Any = _library.decompressobj(_RAW)
    try:
        data: bytes = decoder.decompress(packed, limit)
    except _library.error as error:
        raise DeflateError(str(error)) from error
    return data


def crc32(data: bytes | memoryview) -> int:
    """Return the CRC-32 of `data` (ISO 3309)."""
    return int(_library.crc32(data))
