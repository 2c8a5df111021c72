import io
import json
import string
import tarfile
from collections.abc import Iterator
from typing import Any

import images
from hypothesis import given, settings
from hypothesis import strategies as st

from basewright.errors import IntegrityError, InvalidImageError, RemoteError, UnsupportedError
from basewright.image.config import build_steps, parse_config, read_config
from basewright.image.documents import decode_any
from basewright.image.manifest import parse_document, require_image
from basewright.image.outer_tar import Member, members
from basewright.image.passing import Passing

KNOWN = ["mediaType", "config", "layers", "manifests", "digest", "size", "data", "platform", "os", "history", "Env"]
KNOWN += ["rootfs", "diff_ids", "Healthcheck", "Interval", "created_by", "Cmd", "Labels", "architecture", "created"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(
    ["sha256:" + "a" * 64, images.OCI_MANIFEST, images.OCI_INDEX, images.OCI_CONFIG, "linux", "2024-01-01T00:00:00Z"]
)  # fmt: skip
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KNOWN) | st.text(), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150)
@given(st.text(alphabet=string.printable) | st.text(alphabet='[]{}",:\\1 u') | st.binary().map(repr))
def test_any_text_is_json_or_one_error_of_its_kind(text: str) -> None:
    try:
        found = decode_any(text.encode("utf-8", "surrogatepass"), "text", limit=1000, depth=20)
    except (InvalidImageError, UnsupportedError):
        return
    assert found == json.loads(text)


@settings(max_examples=150)
@given(documents)
def test_any_document_is_read_as_manifest_and_configuration_or_refused(document: Any) -> None:
    data = json.dumps(document).encode()
    try:
        found = parse_document(data, "image")
        if hasattr(found, "layers"):
            require_image(found, "image")
    except (InvalidImageError, UnsupportedError, IntegrityError):
        pass
    try:
        parsed = parse_config(data, "image", layers=1)
    except (InvalidImageError, UnsupportedError):
        return
    assert len(build_steps(parsed.config, 1)) == 1
    assert len(parsed.config.diff_ids) in {0, 1}
    assert parsed == parse_config(data, "image", layers=1)


@settings(max_examples=100)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("config", "rootfs", "history", "created", "os"), documents)))
def test_any_field_of_a_configuration_is_an_unknown_at_worst(fields: dict[str, Any]) -> None:
    document = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}, **fields}
    assert read_config(document, layers=0).config is not None


ARCHIVE = images.tar_of(
    {"manifest.json": "[]", "x" * 120: "1" * 700, "l": images.Link("x"), "d": images.Directory(), "e": b""}
)


def walked(data: bytes, size: int) -> list[Member] | str:
    pieces: Iterator[bytes] = iter([data[at : at + size] for at in range(0, len(data), size)])
    try:
        return list(members(Passing("archive", pieces, 1 << 30)))
    except (InvalidImageError, UnsupportedError, RemoteError) as error:
        return str(error)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(ARCHIVE))
)
def test_any_archive_is_walked_alike_in_any_pieces(changes: list[tuple[int, int]], keep: int) -> None:
    data = bytearray(ARCHIVE)
    for place, value in changes:
        data[place] = value
    cut = bytes(data[:keep])
    whole = walked(cut, max(1, len(cut)))
    assert whole == walked(cut, 7 if len(cut) < 3000 else 501)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.text(alphabet="ab/é", min_size=1, max_size=300), st.binary(max_size=1100)), min_size=1, max_size=6
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_every_archive_of_the_standard_library_is_walked_as_it_reads_it(
    files: list[tuple[str, bytes]], tar_format: int
) -> None:
    data = images.tar_of(files, tar_format=tar_format)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        expected = [(one.offset_data, one.size if one.isreg() else 0) for one in archive]
    found = walked(data, 4096)
    assert isinstance(found, list)
    assert [(one.offset, one.size) for one in found] == expected
