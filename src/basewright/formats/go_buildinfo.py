"""Build information that Go's linker leaves in a program: the modules it was made of.

Source: Go's `debug/buildinfo` (both forms: with pointers, and inline since Go 1.18) and `runtime/debug.ParseBuildInfo`.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from basewright.formats.content import MalformedError, OutsideWindowsError
from basewright.formats.elf_layout import PF_W, PROBLEMS, PT_LOAD, ElfLayout

INFO_BYTES = 8 * 1024 * 1024
"""The longest text of modules that is read; Kubernetes has 60 KiB."""
SEARCHED_BYTES = 1024 * 1024
"""How far a program without section headers is searched for the header."""
MODULES = 65536

_MAGIC = b"\xff Go buildinf:"
_ALIGNMENT = 16
_HEADER_BYTES = 32
_BIG_ENDIAN, _INLINE = 1, 2
_GUARD_BYTES = 16
"""The module text stands between two marks of this length."""
_DEVEL = "(devel)"
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class GoModule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One module, as `go version -m` tells it."""

    path: str
    version: str | None = None
    """With its ``v``; pseudo-versions as written. None for ``(devel)`` and for a replacement by a directory."""
    sum: str | None = None
    """The ``h1:`` hash of go.sum."""
    replaced_by: "GoModule | None" = None
    """What a `replace` directive put in its place: this is what the program contains."""


class GoBuildInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a Go program says of its making."""

    go_version: str
    """As written: ``go1.22.3``, ``go1.21.0 X:boringcrypto``, ``devel go1.23-…``."""
    path: str | None = None
    """The main package's import path."""
    main: GoModule | None = None
    """The main module; None where the program was built outside of one."""
    dependencies: tuple[GoModule, ...] = ()
    """In the order of the text, which is sorted by path."""
    settings: tuple[tuple[str, str], ...] = ()
    """Build settings in the order of the text: ``-ldflags``, ``CGO_ENABLED``, ``vcs.revision`` …"""
    problems: tuple[str, ...] = ()
    """Lines that could not be read."""


def read_build_info(layout: ElfLayout) -> GoBuildInfo | None:
    """Return the build information of the object; None where it has none.

    Raises MalformedError where there is some that cannot be read, OutsideWindowsError where more bytes are needed.
    """
    try:
        data = _find(layout)
        strings = _strings(layout, data) if data is not None else None
    except MalformedError:
        if not layout.lacks_bytes:
            raise
        strings = None  # what looks malformed may be a guess that the missing bytes would spare
    if layout.lacks_bytes:
        raise OutsideWindowsError("some of Go's build information is not kept")
    if strings is None:
        return None
    go_version, guarded = strings
    if not go_version:
        raise MalformedError("Go's build information names no version of Go")
    text = b""
    if len(guarded) > 2 * _GUARD_BYTES and guarded[-_GUARD_BYTES - 1 : -_GUARD_BYTES] == b"\n":
        text = guarded[_GUARD_BYTES:-_GUARD_BYTES]
    return parse_module_info(text.decode("utf-8", "backslashreplace"), go_version.decode("utf-8", "backslashreplace"))


def _find(layout: ElfLayout) -> bytes | None:
    """Return the bytes from the header on, as far as its section or segment goes."""
    section = layout.section(b".go.buildinfo")
    if section is not None:
        address, offset, length = section.address, section.offset, min(section.size, INFO_BYTES)
    elif layout.names:
        return None  # Go's linker and those that it calls keep the section's name
    else:
        for type_, flags, offset, address, file_bytes, _ in layout.segments:  # noqa: B007 - used after the loop
            if type_ == PT_LOAD and flags & PF_W:
                break
        else:
            return None
        length = min(file_bytes, SEARCHED_BYTES)
    data = layout.peek(offset, length)
    if data is None:
        return None
    at = data.find(_MAGIC)
    while at >= 0 and (address + at) % _ALIGNMENT:
        at = data.find(_MAGIC, at + 1)
    return data[at:] if at >= 0 else None


def _strings(layout: ElfLayout, data: bytes) -> tuple[bytes, bytes] | None:
    """Return Go's version and the module text with its marks."""
    if len(data) < _HEADER_BYTES:
        raise MalformedError("the header of Go's build information is cut off")
    pointer_bytes, flags = data[14], data[15]
    if flags & _INLINE:
        version, end = _inline(data, _HEADER_BYTES)
        return version, _inline(data, end)[0]
    if pointer_bytes not in {4, 8}:
        raise MalformedError(f"Go's build information has pointers of {pointer_bytes} bytes")
    reader = _Pointers(layout, pointer_bytes, "big" if flags & _BIG_ENDIAN else "little")
    found = [reader.string(data[start : start + pointer_bytes]) for start in (16, 16 + pointer_bytes)]
    if found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _inline(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the string at `at`, preceded by its length as a varint, and where it ends."""
    length = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise MalformedError("a length in Go's build information is cut off")
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    if at + length > len(data):
        raise MalformedError("a text in Go's build information is cut off")
    return data[at : at + length], at + length


@dataclass(frozen=True, slots=True)
class _Pointers:
    """Reads Go strings by address, as they lie in a program's memory."""

    layout: ElfLayout
    size: int
    order: Literal["big", "little"]

    def string(self, pointer: bytes) -> bytes | None:
        """Return the string whose header `pointer` points at; None where bytes are not kept."""
        address = int.from_bytes(pointer, self.order)
        if not address:
            return b""
        header = self._at(address, 2 * self.size)
        if header is None:
            return None
        start, length = (int.from_bytes(part, self.order) for part in (header[: self.size], header[self.size :]))
        if length > INFO_BYTES:
            raise MalformedError(f"Go's build information has a text of {length} bytes")
        return self._at(start, length)

    def _at(self, address: int, length: int) -> bytes | None:
        if not length:
            return b""
        offset = self.layout.offset_of(address)
        data = b"" if offset is None else self.layout.peek(offset, length)
        if data is not None and len(data) < length:
            raise MalformedError("Go's build information points outside of the file")
        return data


@dataclass(slots=True)
class _Text:
    """What was read of the module text so far."""

    path: str | None = None
    main: GoModule | None = None
    dependencies: list[GoModule] = field(default_factory=list)
    settings: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    last: str = ""
    """The word of the last line that named a module, which a replacement refers to."""


def parse_module_info(text: str, go_version: str) -> GoBuildInfo:
    """Read the text of modules; lines that cannot be read become `problems`, those of unknown words are passed over."""
    read = _Text()
    for number, line in enumerate(text.split("\n"), 1):
        word, _, rest = line.removesuffix("\r").partition("\t")
        if not _take(read, word, rest) and len(read.problems) < PROBLEMS:
            read.problems.append(f"line {number} of Go's build information cannot be read")
    return GoBuildInfo(
        go_version, read.path, read.main, tuple(read.dependencies), tuple(read.settings), tuple(read.problems)
    )


def _take(read: _Text, word: str, rest: str) -> bool:
    """Take one line in; return whether it could be read."""
    if word == "path":
        read.path = rest or None
    elif word in {"mod", "dep", "=>"}:
        return _take_module(read, word, rest)
    elif word == "build":
        setting = _setting(rest)
        if setting is None or len(read.settings) >= MODULES:
            return False
        read.settings.append(setting)
    return True


def _take_module(read: _Text, word: str, rest: str) -> bool:
    module = _module(rest)
    if module is None or len(read.dependencies) >= MODULES:
        read.last = ""
        return False
    if word == "mod":
        read.main = module
    elif word == "dep":
        read.dependencies.append(module)
    elif read.last == "dep":
        read.dependencies[-1] = msgspec.structs.replace(read.dependencies[-1], replaced_by=module)
    elif read.last == "mod" and read.main is not None:
        read.main = msgspec.structs.replace(read.main, replaced_by=module)
    else:
        return False
    read.last = word if word != "=>" else ""
    return True


def _module(columns: str) -> GoModule | None:
    path, *others = columns.split("\t")
    if not path or len(others) > 2:
        return None
    version, sum_ = (*others, "", "")[:2]
    return GoModule(path, version if version and version != _DEVEL else None, sum_ or None)


def _setting(text: str) -> tuple[str, str] | None:
    """Read ``key=value``, either of which may be quoted as Go does."""
    if text[:1] in {'"', "`"}:
        close = _closing(text)
        key, rest = text[: close + 1], text[close + 1 :]
        if close < 1 or not rest.startswith("="):
            return None
        value = rest[1:]
    else:
        key, equals, value = text.partition("=")
        if not equals or not key:
            return None
    return _unquote(key), _unquote(value)


def _closing(text: str) -> int:
    """Return where the quotation ends that `text` starts with; -1 where it does not."""
    at = text.find(text[0], 1)
    if text[0] == '"':
        while at > 0 and (at - len(text[:at].rstrip("\\"))) % 2:
            at = text.find('"', at + 1)
    return at


def _unquote(text: str) -> str:
    """Return what a Go string literal means; the text itself where it is none."""
    if len(text) < 2 or text[0] != text[-1] or text[0] not in {'"', "`"}:
        return text
    inner = text[1:-1]
    return inner if text[0] == "`" else _ESCAPE.sub(_unescape, inner)


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
    elif len(code) == 3:
        number = int(code, 8)
    else:
        return _ESCAPES.get(code, code)
    # A surrogate or a number beyond Unicode is no text; the escape stays as it was written.
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else match[0]
