"""Who made a signature. The packets are starts of those in knqyf263/go-rpmdb, pkg/rpmdb_test.go (MIT licence)."""

import pytest

from basewright.formats.openpgp import issuer_of

VERSION_3 = bytes.fromhex("89021503050058d3e39b0946fca2c105b9de0102b12a1000")
HASHED = "16210421cb256ae16fc54c6e652949702d426d350d275d050262804369161c72656c656e6740726f636b796c696e75782e6f7267"
VERSION_4 = bytes.fromhex(f"89024a040001080034{HASHED}000a0910702d426d350d275dc891")


def test_the_key_of_a_version_3_signature_is_read() -> None:
    assert issuer_of(VERSION_3) == "0946fca2c105b9de"


def test_the_key_of_a_version_4_signature_is_read_of_its_fingerprint() -> None:
    assert issuer_of(VERSION_4) == "702d426d350d275d"


def test_the_key_of_a_version_4_signature_is_read_of_its_unhashed_part() -> None:
    packet = bytes.fromhex("89003004000108000605026280436900" + "0a0910702d426d350d275dc891")

    assert issuer_of(packet) == "702d426d350d275d"


def test_a_packet_in_the_new_format_is_read() -> None:
    assert issuer_of(b"\xc2\x13" + VERSION_3[3:]) == "0946fca2c105b9de"
    assert issuer_of(b"\xc2\xc5\x00" + VERSION_4[3:]) == "702d426d350d275d"


@pytest.mark.parametrize("packet", [b"", b"\x89", b"\x99\x01\x02\x04", b"plain text", VERSION_4[:9], b"\xc2\xff"])
def test_what_names_no_key_gives_an_empty_id(packet: bytes) -> None:
    assert issuer_of(packet) == ""


def test_every_shortening_of_a_packet_is_survived() -> None:
    for packet in (VERSION_3, VERSION_4):
        assert {issuer_of(packet[:stop]) for stop in range(len(packet))} <= {"", issuer_of(packet)}


def test_subpackets_with_long_lengths_are_passed_over() -> None:
    for length in (b"\xc0\x08", b"\xff\x00\x00\x00\xc8"):
        area = length + b"\x14" + bytes(199) + bytes.fromhex("0910702d426d350d275d")
        body = b"\x04\x00\x01\x08" + len(area).to_bytes(2, "big") + area + b"\0\0"

        assert issuer_of(b"\xc2\xff" + len(body).to_bytes(4, "big") + body) == "702d426d350d275d"


def test_another_kind_of_signature_names_no_key() -> None:
    assert issuer_of(b"\xc2\x05\x06abcd") == ""
