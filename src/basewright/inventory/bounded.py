"""Reading text of an image within bounds: cut, decoded without loss, and told so."""

from basewright.formats.content import Content, Window

STATUS_BYTES = 64 * 1024 * 1024
"""Of one package database as text that are read at most."""
LIST_BYTES = 16 * 1024 * 1024
"""Of one list of files."""
MARKER_BYTES = 64 * 1024
"""Of os-release and its relatives."""
FIELD_LENGTH = 4096
"""Characters of one field that are kept."""


def head(content: Content, limit: int) -> tuple[bytes, str]:
    """Return at most `limit` bytes from the start, up to a line's end where it is cut, and what to tell of the cut."""
    if content.size <= limit:
        return content.read_at(0, content.size), ""
    data = content.read_at(0, limit)
    whole_lines = data.rfind(b"\n") + 1
    return data[:whole_lines], f"{content.size} bytes, of which only the first {limit} were read"


def head_window(size: int, limit: int) -> tuple[Window, ...]:
    """Return the window that `head` asks for."""
    return (Window(0, min(size, limit)),)


def text(data: bytes) -> str:
    r"""Return words of a record; bytes that are no UTF-8 become ``\xNN``, and a field has an end."""
    return data[:FIELD_LENGTH].decode("utf-8", "backslashreplace")


def paths(data: bytes) -> list[str]:
    """Return the paths of a list, one a line, spelled as the layers' indexes spell them (surrogate escapes)."""
    return data.decode("utf-8", "surrogateescape").split("\n")
