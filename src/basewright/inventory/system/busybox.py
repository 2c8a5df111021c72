"""The banner of BusyBox, by which an image without os-release is known."""

import re
from typing import Final

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest

_BYTES: Final = 8 * 1024 * 1024
_BANNER: Final = re.compile(rb"BusyBox v(\d{1,3}(?:\.\d{1,4}){1,3}(?:[.-]?[a-z0-9]{1,12})?) \(")


class BusyboxAnalyser:
    """Reads the version out of a BusyBox binary, which an archive may call by the first of its applets."""

    name = "busybox"
    version = 1
    interest = Interest(names=frozenset({"busybox", "busybox.static", "["}))
    record = str

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` may be one."""
        return size <= _BYTES and "bin/" in path

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return the whole file, which is small."""
        return (Window(0, size),)

    def read(self, path: str, content: Content) -> str | None:  # noqa: ARG002 - the protocol's shape
        """Return the version, None where the banner is not there."""
        match = _BANNER.search(content.all())
        return match[1].decode("ascii") if match else None
