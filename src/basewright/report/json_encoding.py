"""Documents for other programs as JSON text that is safe to print."""

import msgspec

from basewright.report import inert


def encode(document: msgspec.Struct) -> bytes:
    """Return any of the documents as JSON text that is safe to print."""
    try:
        compact = msgspec.json.encode(document)
    except UnicodeEncodeError:  # bytes of a file's name that are no UTF-8; rare, so only then each text is looked at
        compact = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    text = msgspec.json.format(compact, indent=2).decode()
    return inert.json_text(text).encode() + b"\n"


def _encodable(value: object) -> object:
    """Return `value` with every text in a form that UTF-8 can hold."""
    if isinstance(value, str):
        return inert.encodable(value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list) else value
