"""What a Windows program or library says of itself in its version resource, and whether it is a .NET assembly.

Source: Microsoft's PE format (COFF header, optional header, .rsrc section) and VERSIONINFO resource. No offset, size
or count is believed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import Struct

from basewright.formats.content import Content, MalformedError

HEAD_BYTES = 4096
RESOURCE_BYTES = 256 * 1024
"""Of one version resource."""
SECTIONS = 96
"""What Windows loads at most."""
ENTRIES = 4096
"""Of one directory of resources, and of texts in a version resource."""
_COFF = Struct("<HHIIIHH")
_SECTION = Struct("<8sIIII16x")
_DIRECTORY = Struct("<II")
_ENTRY = Struct("<II")
_DATA = Struct("<II8x")
_NODE = Struct("<HHH")
_RT_VERSION = 16
_RESOURCES, _CLR = 2, 14
_IS_DIRECTORY = 0x80000000


@dataclass(frozen=True, slots=True)
class PeVersion:
    """Of one portable executable."""

    is_assembly: bool
    """Whether it holds code for .NET's runtime (a CLR header)."""
    texts: Mapping[str, str]
    """``ProductName``, ``FileVersion`` and the like, of the first language; empty where it has no version resource."""


@dataclass(frozen=True, slots=True)
class _Image:
    content: Content
    directories: tuple[tuple[int, int], ...]
    sections: tuple[tuple[int, int, int], ...]
    """(address, bytes in the file, offset in the file)."""

    def read(self, address: int, length: int) -> bytes:
        """Return up to `length` bytes that are loaded at `address`; empty where nothing of the file is."""
        for start, size, offset in self.sections:
            if start <= address < start + size:
                inside = address - start
                return self.content.read_at(offset + inside, min(length, size - inside))
        return b""


def read_pe_version(content: Content) -> PeVersion | None:
    """Return the version texts; None for a program of DOS.

    Raises MalformedError where it is neither, OutsideWindowsError as `Content` does.
    """
    image = _open(content)
    if image is None:
        return None
    clr = image.directories[_CLR] if len(image.directories) > _CLR else (0, 0)
    texts: dict[str, str] = {}
    if len(image.directories) > _RESOURCES and image.directories[_RESOURCES][0]:
        for key, value in _strings(_version_resource(image, image.directories[_RESOURCES][0])):
            texts.setdefault(key, value)
    return PeVersion(bool(clr[0] and clr[1]), texts)


def _open(content: Content) -> _Image | None:
    head = content.read_at(0, HEAD_BYTES)
    if head[:2] != b"MZ" or len(head) < 64:
        raise MalformedError("not a Windows program")
    at = int.from_bytes(head[60:64], "little")
    header = head[at:] if at + 1024 <= len(head) else content.read_at(at, HEAD_BYTES)
    if header[:4] != b"PE\0\0":
        return None
    if len(header) < 4 + _COFF.size + 128:
        raise MalformedError("a portable executable that is cut off")
    _, sections, _, _, _, optional_bytes, _ = _COFF.unpack_from(header, 4)
    optional = 4 + _COFF.size
    magic = int.from_bytes(header[optional : optional + 2], "little")
    if magic not in {0x10B, 0x20B}:
        raise MalformedError("a portable executable of unknown form")
    first = optional + (96 if magic == 0x10B else 112)
    count = min(int.from_bytes(header[first - 4 : first], "little"), 16, max(0, len(header) - first) // 8)
    directories = tuple(_DIRECTORY.unpack_from(header, first + 8 * index) for index in range(count))
    table = optional + optional_bytes
    found = []
    for index in range(min(sections, SECTIONS)):
        row = header[table + index * _SECTION.size : table + (index + 1) * _SECTION.size]
        if len(row) < _SECTION.size:
            break
        _, _, address, size, offset = _SECTION.unpack(row)
        found.append((address, size, offset))
    return _Image(content, directories, tuple(found))


def _version_resource(image: _Image, root: int) -> bytes:
    """Return the first version resource: type, then name, then language; empty where there is none."""
    offset = 0
    for level in range(3):
        entry = next(
            (place for name, place in _entries(image, root + offset) if level or name == _RT_VERSION),
            None,
        )
        if entry is None or bool(entry & _IS_DIRECTORY) != (level < 2):
            return b""
        offset = entry & ~_IS_DIRECTORY
    data = image.read(root + offset, _DATA.size)
    if len(data) < _DATA.size:
        return b""
    address, size = _DATA.unpack(data)
    return image.read(address, min(size, RESOURCE_BYTES))


def _entries(image: _Image, address: int) -> Iterator[tuple[int, int]]:
    """Yield (name or id, place) of a directory of resources."""
    header = image.read(address, 16)
    if len(header) < 16:
        return
    count = int.from_bytes(header[12:14], "little") + int.from_bytes(header[14:16], "little")
    table = image.read(address + 16, min(count, ENTRIES) * _ENTRY.size)
    yield from _ENTRY.iter_unpack(table[: len(table) // _ENTRY.size * _ENTRY.size])


def _strings(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of every text of a version resource, its trees of nodes walked without recursion."""
    stack = [(0, len(data), 0)]
    for _ in range(ENTRIES):
        if not stack:
            return
        at, stop, depth = stack.pop()
        if at + _NODE.size > stop:
            continue
        length, value_length, kind = _NODE.unpack_from(data, at)
        end = min(at + length, stop)
        key_at = at + _NODE.size
        key_end = _text_end(data, key_at, end)
        if length <= _NODE.size or key_end < 0:
            continue
        stack.append((at + _padded(length), stop, depth))  # the next sibling
        key = data[key_at:key_end].decode("utf-16-le", "replace")
        value_at = _padded(key_end + 2)
        if depth == 3:
            value = data[value_at : _value_end(data, value_at, end)].decode("utf-16-le", "replace")
            yield key, value.strip()
        elif depth < 3 and (depth == 0 or key != "VarFileInfo"):
            children = value_at if depth else value_at + _padded(value_length * (1 if kind == 0 else 2))
            stack.append((_padded(children), end, depth + 1))


def _text_end(data: bytes, at: int, stop: int) -> int:
    """Return where the text at `at` ends, before its two zero bytes; -1 where it does not."""
    place = data.find(b"\0\0", at, stop)
    while place >= 0 and (place - at) % 2:
        place = data.find(b"\0\0", place + 1, stop)
    return place


def _value_end(data: bytes, at: int, stop: int) -> int:
    place = _text_end(data, at, stop)
    return stop if place < 0 else place


def _padded(length: int) -> int:
    return (length + 3) & ~3
