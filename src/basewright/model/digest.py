"""Content digests, in the grammar of the OCI image-spec descriptor."""

import re
from dataclasses import dataclass
from typing import Self

from basewright.errors import InvalidDigestError

_GRAMMAR = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Digest:
    """The hash of some bytes; having one means that its text was checked."""

    algorithm: str
    hex: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``algorithm:hex``, or raise InvalidDigestError."""
        if not _GRAMMAR.fullmatch(text):
            raise InvalidDigestError(f"not a digest: {text[:80]!r}")
        return cls(*text.split(":"))

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"
