"""A file that was not read, as an `Unknown`: its path and line stand once."""

import re

from basewright.errors import InputError
from basewright.model.span import Location
from basewright.model.unknown import Unknown


def unread(path: str, error: InputError) -> Unknown:
    """Return the unknown for `path`; the place that the error's own text starts with becomes the unknown's place."""
    text = str(error)
    line: int = getattr(error, "line", 0)
    written = re.match(rf"{re.escape(path)}(?::(\d{{1,9}}))?: ", text)
    if written is not None:
        text = text[written.end() :]
        line = line or int(written[1] or 0)
    return Unknown(str(Location(path, line)), text)
