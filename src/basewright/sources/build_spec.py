"""What a Compose service, a Bake target or a folder asks of a build, before the Dockerfile is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import join as join_paths

from basewright.errors import InputError
from basewright.model.span import Location
from basewright.ports.files import normalize
from basewright.sources.place import Place

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|git@|github\.com/|git\.|oci-layout:", re.IGNORECASE)
"""Contexts that a builder fetches (docs.docker.com/build/concepts/context/#remote-context)."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A build argument given from outside."""

    value: str
    place: Place
    """Where the text stands that decides the value."""
    reason: str = ""
    """Why the value is not known."""


@dataclass(frozen=True, slots=True)
class InlineDockerfile:
    """A Dockerfile written inside another file."""

    file: str
    source: bytes
    """Laid out so that lines, and offsets where `has_offsets`, are those of `file`."""
    has_offsets: bool


@dataclass(frozen=True, slots=True)
class BuildSpec:
    """Everything that decides what would be built."""

    where: Location
    context: str | None
    """Folder relative to the root; None where it is remote, outside or not known."""
    dockerfile: str | None
    """Path relative to the root; None where it cannot be read (see `reason`) or is `inline`."""
    inline: InlineDockerfile | None = None
    target: str | None = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    contexts: Mapping[str, str] = field(default_factory=dict)
    """Named contexts as written: ``docker-image://alpine``, ``service:base``, ``target:base``, ``./folder``."""
    platform: str | None = None
    reason: str = ""
    """Why there is no Dockerfile to read."""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two builds the same build, arguments left out."""
        return (self.dockerfile, self.inline, self.context, self.target, tuple(sorted(self.contexts.items())))


def is_remote(text: str) -> bool:
    """Whether `text` names a context (or file) that would have to be fetched."""
    return bool(_REMOTE.match(text)) or text.split("#", maxsplit=1)[0].endswith(".git")


def resolve_path(folder: str, path: str) -> tuple[str | None, str]:
    """Return `path`, as `folder` sees it, relative to the root; or None and the reason."""
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", path):
        return None, f"{path[:200]!r} is an absolute path: outside the project"
    try:
        return normalize(join_paths(folder, path)), ""
    except InputError as error:
        return None, str(error)
