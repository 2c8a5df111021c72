"""Platforms, as the OCI image-spec writes them: ``os/architecture[/variant]``."""

import re
from dataclasses import dataclass
from typing import Self

from basewright.errors import InvalidPlatformError

_GRAMMAR = re.compile(r"([a-z0-9]+)(?:\([^()/]*\))?/([a-z0-9_]+)(?:/([a-z0-9]+))?")
_ARCHITECTURES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386", "armhf": "arm"}


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system and processor, architecture names normalized as containerd does."""

    os: str
    architecture: str
    variant: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``os/architecture[/variant]``, or raise InvalidPlatformError."""
        match = _GRAMMAR.fullmatch(text.lower())
        if match is None:
            raise InvalidPlatformError(f"not a platform: {text[:80]!r}", hint="write it as linux/amd64")
        os, architecture, variant = match.groups()
        return cls(os, _ARCHITECTURES.get(architecture, architecture), variant)

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))
