"""Licences of Debian's packages as their copyright file records them (Debian policy 12.5; DEP-5)."""

import re
from typing import Final

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import head, head_window, text

COPYRIGHT_BYTES: Final = 1024 * 1024
_LICENSES: Final = 100
"""Names of one package that are kept."""
_FIELD: Final = re.compile(rb"\nLicense:[ \t]*+([^\n]{1,200})(?=\n)", re.IGNORECASE)
_FORMAT: Final = re.compile(rb"\s*+Format(?:-Specification)?:", re.IGNORECASE)
"""How a machine-readable file begins."""
_COMMON: Final = re.compile(rb"/usr/share/common-licenses/([A-Za-z0-9][A-Za-z0-9.+-]{0,60})")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+ ,/()~_-]*")


class CopyrightAnalyser:
    """Reads ``usr/share/doc/PACKAGE/copyright``."""

    name = "dpkg-copyright"
    version = 1
    interest = Interest(names=frozenset({"copyright"}))
    record = tuple[str, ...]

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is a package's copyright file."""
        pieces = path.split("/")
        return len(pieces) >= 5 and pieces[-5:-2] == ["usr", "share", "doc"]

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, COPYRIGHT_BYTES)

    def read(self, path: str, content: Content) -> tuple[str, ...] | None:  # noqa: ARG002 - the protocol's shape
        """Return the licences' names, sorted; None where none is named."""
        return read_licenses(head(content, COPYRIGHT_BYTES)[0]) or None


def read_licenses(data: bytes) -> tuple[str, ...]:
    """Return the short names of a machine-readable copyright file; of another, the common licences it refers to."""
    data = b"\n" + data.replace(b"\r\n", b"\n") + b"\n"
    found = _FIELD.finditer(data) if _FORMAT.match(data) else ()
    names = {name for match in found if _WORD.fullmatch(name := text(match[1].strip())) and name.lower() != "none"}
    if not names:
        names = {text(match[1]).rstrip(".-") for match in _COMMON.finditer(data)}
    return tuple(sorted(names)[:_LICENSES])
