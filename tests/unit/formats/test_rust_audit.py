"""Rust audit data, as cargo-auditable writes it."""

import json
import zlib

import pytest
from elf_objects import Elf

from basewright.formats.content import Content, MalformedError
from basewright.formats.elf_layout import read_layout
from basewright.formats.rust_audit import RustAudit, RustPackage, parse_audit, read_audit

AUDIT = {
    "packages": [
        {"name": "adler", "version": "1.0.2", "source": "crates.io"},
        {"name": "cc", "version": "1.0.79", "source": "registry", "kind": "build"},
        {
            "name": "tool",
            "version": "0.1.0",
            "source": "local",
            "dependencies": [0, 1],
            "root": True,
            "features": ["x"],
        },
    ],
    "format": 1,
}


def section(document: object) -> bytes:
    return zlib.compress(json.dumps(document).encode())


@pytest.mark.parametrize(("bits", "order"), [(64, "<"), (32, ">")])
def test_the_packages_of_the_section_are_read(bits: int, order: str) -> None:
    elf = Elf(bits=bits, order=order, sections={".dep-v0": section(AUDIT)})

    assert read_audit(read_layout(Content.whole(elf.build()))) == RustAudit(
        (
            RustPackage("adler", "1.0.2", "crates.io"),
            RustPackage("cc", "1.0.79", "registry", "build"),
            RustPackage("tool", "0.1.0", "local", root=True, dependencies=(0, 1)),
        )
    )


def test_a_program_without_the_section_has_none() -> None:
    assert read_audit(read_layout(Content.whole(Elf().build()))) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut off"),
        (b"no zlib", "cannot be inflated"),
        (section(AUDIT)[:-20], "cut off"),
        (zlib.compress(bytes(9 * 1024 * 1024)), "more than 8388608 bytes"),
        (section([]), "not of its form"),
        (section({"packages": [{"name": 1}]}), "not of its form"),
        (zlib.compress(b'{"packages": [], "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"), "not of its form"),
        (zlib.compress(b'{"packages": [{"name": "\xff", "version": "1", "source": "x"}]}'), "not of its form"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        parse_audit(data)


def test_a_section_that_claims_more_than_any_audit_has_is_refused() -> None:
    elf = Elf(sections={".dep-v0": bytes(8 * 1024 * 1024 + 1)})

    with pytest.raises(MalformedError, match="data of 8388609 bytes"):
        read_audit(read_layout(Content.whole(elf.build())))
