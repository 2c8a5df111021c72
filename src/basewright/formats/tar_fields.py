"""The fields of a tar header: numbers, names, checksum (POSIX.1-2017 pax, «ustar Interchange Format»; GNU tar manual).

Where readers disagree, this follows Go's `archive/tar`, which every container runtime unpacks layers with.
"""

from posixpath import normpath
from zlib import adler32

BLOCK = 512
ZEROS = bytes(BLOCK)
_MODULUS = 65521
_SPACES = b" " * 8
LARGEST = (1 << 63) - 1


def number(field: bytes) -> int | None:
    """Return what a numeric field says, octal or base-256, negative numbers too; None where it is no number."""
    if field[:1] >= b"\x80":
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        if field[0] & 0x40:
            value -= 1 << (8 * len(field) - 1)
        return value if -LARGEST <= value <= LARGEST else None
    digits = field.strip(b" \0").partition(b"\0")[0]
    if not digits:
        return 0
    if not digits.isdigit():
        return None
    try:
        value = int(digits, 8)
    except ValueError:
        return None
    return value if value <= LARGEST else None


def checksum_mark(field: bytes) -> int | None:
    """Return what `adler32(header) & 0xffff` is when the header's sum is what `field`, its checksum, says.

    Adler-32's lower half is 1 plus the sum of the bytes modulo 65521: the sum that ustar asks for, at the speed of C.
    For the sum the field itself counts as eight spaces.
    """
    stored = number(field)
    if stored is None:
        return None
    return (1 + stored + sum(field) - sum(_SPACES)) % _MODULUS


def checksum_holds(header: bytes) -> bool:
    """Whether a header's checksum is right, read as unsigned bytes or, as some old writers did, as signed ones."""
    field = header[148:156]
    if checksum_mark(field) == adler32(header) & 0xFFFF:
        return True
    summed = header[:148] + _SPACES + header[156:]
    signed = sum(summed) - 256 * sum(byte >= 0x80 for byte in summed)
    return number(field) == signed


def text(field: bytes) -> bytes:
    """Return a name field up to its first NUL."""
    return field.partition(b"\0")[0]


def normalized(path: str) -> str | None:
    """Return `path` below the root, cleaned lexically, as containerd does before it unpacks; None where it leaves it.

    An absolute path counts from the image's root. The root itself is the empty string.
    """
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def clamped(path: str) -> str:
    """Return `path` cleaned lexically; what would leave the root stays in it, as `..` does in the root itself."""
    return normpath("/" + path).lstrip("/")


def prefix_of(header: bytes) -> bytes:
    """Return what stands before the name: the prefix field, as far as the header's format has one."""
    magic, version = header[257:263], header[263:265]
    if magic == b"ustar\0":
        is_star = header[508:512] == b"tar\0"
        return text(header[345:476] if is_star else header[345:500])
    if magic + version != b"ustar  \0":
        return b""
    times = (header[345:357], header[357:369])
    if all(not field[0] or number(field) is not None for field in times):
        return b""
    # A header of an old Go writer that took GNU's times for the prefix field.
    prefix = text(header[345:500])
    return prefix if prefix.isascii() else b""
