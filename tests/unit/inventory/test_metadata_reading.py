"""What the readers of small metadata files share."""

import msgspec
import pytest

from basewright.formats.content import MalformedError
from basewright.inventory.languages.reading import decode_json


class Part(msgspec.Struct):
    """A part of it."""

    key: str


class Document(msgspec.Struct):
    """A document for the tests."""

    names: list[str] = []
    size: int | None = None
    inner: "Document | None" = None
    part: Part | None = None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[]", "JSON that holds a list instead of an object"),
        (b'{"names": [1]}', "JSON that holds a whole number instead of a text at $.names[0]"),
        (b'{"size": "1"}', "JSON that holds a text instead of a whole number or null at $.size"),
        (b'{"names": [', "JSON that ends too early"),
        (b'{"names": x}', "no JSON: invalid character (byte 10)"),
        (b'{"inner": ' * 100_000, "JSON that is nested too deeply"),
        (b'{"part": {}}', "JSON of another shape than expected"),
    ],
)
def test_what_is_wrong_with_a_document_is_told_in_plain_words(data: bytes, told: str) -> None:
    with pytest.raises(MalformedError) as caught:
        decode_json(data, Document)
    assert str(caught.value) == told
