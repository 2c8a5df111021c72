"""Who made an OpenPGP signature (RFC 4880, sections 4.2 and 5.2): read, never verified."""

_SIGNATURE = 2
_ISSUER, _ISSUER_FINGERPRINT = 16, 33


def issuer_of(packet: bytes) -> str:
    """Return the id of the key that made the signature, 16 hex digits; empty where it does not say."""
    try:
        found = _named_key(_body(packet))
    except IndexError:
        return ""
    return found if len(found) == 16 else ""


def _named_key(body: bytes) -> str:
    """Return the key id that a signature's body names, cut short where the body is."""
    if body[0] == 3 and body[1] == 5:  # 5.2.2: key id after type and time
        return body[7:15].hex()
    if body[0] == 4:
        hashed = int.from_bytes(body[4:6], "big")
        rest = 6 + hashed
        unhashed = int.from_bytes(body[rest : rest + 2], "big")
        return _issuer(body[6:rest]) or _issuer(body[rest + 2 : rest + 2 + unhashed])
    return ""


def _body(packet: bytes) -> bytes:
    """Return the content of a signature packet; raise IndexError where it is none."""
    first = packet[0]
    if first & 0xC0 == 0x80 and first >> 2 & 15 == _SIGNATURE:  # old format: 1, 2 or 4 bytes of length
        return packet[1 + (1, 2, 4, 0)[first & 3] :]
    if first & 0xC0 == 0xC0 and first & 63 == _SIGNATURE:
        return packet[1 + _length_bytes(packet[1]) :]
    raise IndexError


def _length_bytes(first: int) -> int:
    """Return how many bytes a new-format length takes (4.2.2, and 5.2.3.1 for subpackets)."""
    if first < 192:
        return 1
    return 5 if first == 255 else 2


def _issuer(area: bytes) -> str:
    """Return the key id that an area of subpackets names (5.2.3)."""
    at = 0
    while at < len(area):
        width = _length_bytes(area[at])
        if width == 1:
            length = area[at]
        elif width == 2:
            length = (area[at] - 192 << 8) + area[at + 1] + 192
        else:
            length = int.from_bytes(area[at + 1 : at + 5], "big")
        at += width
        content = area[at : at + length]
        if len(content) < length:
            return ""
        if length == 9 and content[0] & 127 == _ISSUER:
            return content[1:].hex()
        if length >= 22 and content[0] & 127 == _ISSUER_FINGERPRINT:
            # The key id is the end of a version 4 fingerprint, the start of a later one.
            return (content[-8:] if content[1] == 4 else content[2:10]).hex()
        at += max(length, 1)
    return ""
