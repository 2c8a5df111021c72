"""SBOMs as bytes: valid UTF-8 whatever names an image holds, safe to print, named by their own contents."""

import datetime as dt
import uuid
from hashlib import sha256

import msgspec

from basewright.report import inert

UNNAMED = "00000000-0000-0000-0000-000000000000"
"""Stands for the name of a document until its contents are known."""
_NAMESPACE = uuid.UUID("2d6b7c1e-5f0b-5a44-9a55-6f1c0f3d8c51")
_HARMLESS = bytes(code for code in range(0x80) if code != 0x7F)
"""ASCII but for the one letter of it that terminals obey and JSON lets stand."""


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
    if _may_steer(data):
        data = inert.json_text(data.decode()).encode()
    return data + b"\n"


def _may_steer(data: bytes) -> bool:
    """Whether a terminal, a browser or a CI runner would obey something in `data`; cheaper than to replace it."""
    odd = data.translate(None, _HARMLESS).decode()  # letters outside of ASCII, whole and in order
    return inert.json_text(odd) != odd or (b"##" in data and (b"##[" in data or b"##vso[" in data))


def timestamp(moment: dt.datetime) -> str:
    """Return a moment in UTC to the second, as both formats ask for (RFC 3339)."""
    return moment.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return inert.encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
