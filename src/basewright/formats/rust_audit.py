"""The packages that a Rust program was made of, as cargo-auditable records them in section ``.dep-v0``.

Source: cargo-auditable's PARSING.md and its JSON schema: zlib-compressed JSON.
"""

import zlib

import msgspec

from basewright.formats.content import MalformedError, OutsideWindowsError
from basewright.formats.elf_layout import ElfLayout

COMPRESSED_BYTES = 8 * 1024 * 1024
AUDIT_BYTES = 8 * 1024 * 1024
"""The longest JSON text that is inflated; one of 300 packages has 30 KiB."""
SECTION = b".dep-v0"


class RustPackage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One package."""

    name: str
    version: str
    source: str
    """``crates.io``, ``git``, ``local``, ``registry``, or what later writers name."""
    kind: str = "runtime"
    """``runtime`` or ``build``: used while building alone, and not in the program."""
    root: bool = False
    """Whether it is the program's own."""
    dependencies: tuple[int, ...] = ()
    """Indices of other packages."""


class RustAudit(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a Rust program says of its making."""

    packages: tuple[RustPackage, ...]


_DECODER = msgspec.json.Decoder(RustAudit)


def read_audit(layout: ElfLayout) -> RustAudit | None:
    """Return the audit data of the object; None where it has none.

    Raises MalformedError where there is some that cannot be read, OutsideWindowsError where more bytes are needed.
    """
    section = layout.section(SECTION)
    data = None
    if section is not None:
        if section.size > COMPRESSED_BYTES:
            raise MalformedError(f"Rust audit data of {section.size} bytes")
        data = layout.peek(section.offset, section.size)
    if layout.lacks_bytes:
        raise OutsideWindowsError("some of the Rust audit data is not kept")
    return parse_audit(data) if data is not None else None


def parse_audit(data: bytes) -> RustAudit:
    """Read the content of the section."""
    try:
        return _DECODER.decode(_inflate(data))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"Rust audit data is not of its form: {error}") from error


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, AUDIT_BYTES + 1)
    except zlib.error as error:
        raise MalformedError(f"Rust audit data cannot be inflated: {error}") from error
    if len(text) > AUDIT_BYTES:
        raise MalformedError(f"Rust audit data inflates to more than {AUDIT_BYTES} bytes")
    if not inflater.eof:
        raise MalformedError("Rust audit data is cut off")
    return text
