"""SBOMs as bytes: valid UTF-8 whatever names an image holds, safe to print, named by their own contents."""

import datetime as dt
import re
import uuid
from hashlib import sha256

import msgspec

from basewright.report import inert

UNNAMED = "00000000-0000-0000-0000-000000000000"
"""Stands for the name of a document until its contents are known."""
_NAMESPACE = uuid.UUID("2d6b7c1e-5f0b-5a44-9a55-6f1c0f3d8c51")
_MAY_STEER = re.compile(
    rb"\x7f|\xc2[\x80-\x9f\xad]|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb]|\xf3\xa0|##\[|##vso\["
)
_LEADS = (b"\x7f", b"\xc2", b"\xd8", b"\xe1", b"\xe2", b"\xef", b"\xf3", b"##")
"""A text with none of these holds nothing that steers; looking for them is quicker than the expression."""


def encode(document: msgspec.Struct) -> bytes:
    """Return the document as JSON with a final newline; the first `UNNAMED` in it becomes its own UUID.

    The UUID is of version 5 and depends on all that the document says: the same contents, the same name.
    """
    try:
        data = msgspec.json.encode(document)
    except UnicodeEncodeError:  # bytes of a file's name that are no UTF-8; rare, so only then each text is looked at
        data = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    name = uuid.uuid5(_NAMESPACE, sha256(data).hexdigest())
    data = data.replace(UNNAMED.encode(), str(name).encode(), 1)
    if any(lead in data for lead in _LEADS) and _MAY_STEER.search(data):
        data = inert.json_text(data.decode()).encode()
    return data + b"\n"


def timestamp(moment: dt.datetime) -> str:
    """Return a moment in UTC to the second, as both formats ask for (RFC 3339)."""
    return moment.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return inert.encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
