"""What the readers of small metadata files share: an analyser of whole files, and JSON that may be hostile."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from basewright.formats.content import Content, MalformedError, Window
from basewright.formats.decoders import json_decoder
from basewright.image.interface import Interest

FILE_BYTES = 16 * 1024 * 1024
"""Of one metadata file, at most; what is larger is no package's own word."""
TEXT_BYTES = 4096
"""Of one name, version or licence, at most."""

_KINDS: Final = {
    "object": "an object", "array": "a list", "str": "a text", "int": "a whole number", "float": "a number",
    "bool": "true or false",
}  # fmt: skip
"""Kinds of JSON values as msgspec names them."""
_OTHER_KIND: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `([^`]+)`)?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileAnalyser:
    """An analyser that reads small files whole; see `basewright.image.interface.Analyser`."""

    name: str
    version: int
    interest: Interest
    record: Any
    matches: Callable[[str], bool]
    """Whether the file at a path is one; asked of files that `interest` names."""
    parse: Callable[[str, bytes], Any]
    """From path and content to the record or None; may raise MalformedError."""
    limit: int = FILE_BYTES

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Analyser.wants`."""
        return self.matches(path)

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - part of the protocol
        """See `Analyser.first_windows`: nothing, since what does not fit in memory is over the limit anyway."""
        return ()

    def read(self, path: str, content: Content) -> Any | None:  # noqa: ANN401 - its own record type
        """See `Analyser.read`."""
        if content.size > self.limit:
            raise MalformedError(f"{content.size} bytes, more than the {self.limit} that are read of such a file")
        return self.parse(path, bytes(content.all()))


def decode_json(data: bytes, kind: type[T]) -> T:
    """Return the JSON document `data` as a `kind`; raise MalformedError for what is none, or nested too deeply."""
    try:
        return json_decoder(kind).decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(_said(error)) from error


def _said(error: Exception) -> str:
    """Return in our words what a decoder has against a document."""
    if isinstance(error, RecursionError):
        return "JSON that is nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        found = _OTHER_KIND.fullmatch(str(error)[:400])
        if found is None:
            return "JSON of another shape than expected"
        expected = " or ".join(_KINDS.get(one, one) for one in found[1].split(" | "))
        place = f" at {found[3][:160]}" if found[3] else ""
        return f"JSON that holds {_KINDS.get(found[2], found[2])} instead of {expected}{place}"
    if "truncated" in str(error):
        return "JSON that ends too early"
    return f"no JSON: {str(error).removeprefix('JSON is malformed: ')[:200]}"


def text(value: object) -> str:
    """Return `value` where it is a usable text: stripped, of one line, bounded; else the empty string."""
    if not isinstance(value, str):
        return ""
    value = value.strip()
    if not value or len(value) > TEXT_BYTES or not value.isprintable():
        return ""
    return value


def decode_text(data: bytes) -> str:
    r"""Return `data` as UTF-8, odd bytes as ``\xNN``, without a byte order mark."""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one metadata file says of one package, for ecosystems that need no more."""

    name: str
    version: str | None = None
    namespace: str = ""
    licenses: tuple[str, ...] = ()
    supplier: str | None = None
    files: tuple[str, ...] = ()
    """As the record lists them; what they are relative to is the ecosystem's."""
    qualifiers: tuple[tuple[str, str], ...] = ()
    note: str = ""
