"""os-release (os-release(5)): parsed as the text that it is, never as the shell that it resembles."""

import re
from typing import Final

import msgspec

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest
from basewright.inventory.bounded import MARKER_BYTES, head, head_window, text

FIELDS: Final = 200
"""Fields of one file that are kept."""
_LINE: Final = re.compile(rb"[ \t]*+([A-Za-z_][A-Za-z0-9_]{0,63})=([^\n]*+)")
_ESCAPED: Final = re.compile(rb'\\([\\"$`])')


class OsRelease(msgspec.Struct, frozen=True, array_like=True):
    """The fields of one file, unquoted."""

    fields: dict[str, str]
    problems: tuple[str, ...] = ()


class OsReleaseAnalyser:
    """Reads every ``os-release``; which of them counts is decided in the finished image."""

    name = "os-release"
    version = 1
    interest = Interest(names=frozenset({"os-release", "initrd-release"}), directories=frozenset({"os.release.d"}))
    record = OsRelease

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is one by its name."""
        name = path.rpartition("/")[2]
        return name == "os-release" or (name.startswith("os-release") and "/os.release.d/" in path)

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, MARKER_BYTES)

    def read(self, path: str, content: Content) -> OsRelease:  # noqa: ARG002 - the protocol's shape
        """Return the fields."""
        data, cut = head(content, MARKER_BYTES)
        return read_os_release(data, cut)


def read_os_release(data: bytes, cut: str = "") -> OsRelease:
    """Return the fields of an os-release; `cut` says what of it was not read.

    A later assignment wins over an earlier one, as in the shell. Nothing is expanded: ``$(x)`` is five characters.
    """
    fields: dict[str, str] = {}
    problems = [cut] if cut else []
    odd = 0
    for line in data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"):
        match = _LINE.match(line)
        if match is None:
            odd += bool(line.strip()) and not line.lstrip().startswith(b"#")
        elif len(fields) < FIELDS:
            fields[match[1].decode("ascii")] = text(_unquoted(match[2].strip()))
    if odd:
        problems.append(f"{odd} lines that assign nothing")
    return OsRelease(fields, tuple(problems))


def _unquoted(value: bytes) -> bytes:
    """Return a value without its quotes and escapes (os-release(5): shell style, no concatenation)."""
    if len(value) >= 2 and value[:1] == value[-1:] and value[:1] in {b'"', b"'"}:
        inner = value[1:-1]
        return inner if value[:1] == b"'" else _ESCAPED.sub(rb"\1", inner)
    return _ESCAPED.sub(rb"\1", value)
