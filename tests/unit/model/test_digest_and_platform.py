"""Digests and platforms are checked when they are made."""

import pytest

from basewright.errors import InvalidDigestError, InvalidPlatformError
from basewright.model.digest import Digest
from basewright.model.platform import Platform


def test_a_digest_prints_as_it_was_read():
    text = f"sha512:{'0' * 128}"

    assert str(Digest.parse(text)) == text


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:" + "A" * 64, "md5:" + "0" * 32, "sha256:" + "0" * 63])
def test_a_text_that_is_no_digest_is_refused(text):
    with pytest.raises(InvalidDigestError):
        Digest.parse(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [("linux/amd64", "linux/amd64"), ("Linux/x86_64", "linux/amd64"), ("linux/aarch64", "linux/arm64"),
     ("linux/arm/v7", "linux/arm/v7"), ("windows(10.0.17763)/amd64", "windows/amd64")],
)  # fmt: skip
def test_platforms_are_normalized(text, normal):
    assert str(Platform.parse(text)) == normal


@pytest.mark.parametrize("text", ["", "amd64", "linux/", "linux/amd64/v8/x", "$TARGETPLATFORM"])
def test_a_text_that_is_no_platform_is_refused(text):
    with pytest.raises(InvalidPlatformError):
        Platform.parse(text)
