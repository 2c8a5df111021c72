"""The images of one repository: what every publisher's reader makes, and what recognition asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from basewright.model.base import BaseImage, Provenance


@dataclass(frozen=True, slots=True)
class RetiredTags:
    """When a repository dropped a tag, and where that was read."""

    days: Mapping[str, str]
    """Tag → ISO date."""
    provenance: Mapping[str, Provenance]
    """ISO date → source."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that the catalog holds of one repository."""

    repository: str
    """``docker.io/library/node``."""
    builds: tuple[BaseImage, ...]
    """One for each build, sorted by reference."""
    tags: Mapping[str, BaseImage]
    """Every published tag → its build."""
    retired: RetiredTags | None = None
    windows: frozenset[str] = frozenset()
    """Tags of Windows images, which the catalog does not describe."""
    digests: Mapping[str, BaseImage] = field(default_factory=dict)
    """Digests of indexes and amd64 manifests as once measured → the build they were of."""
    leads_to: str | None = None
    """The repository that this name leads to today, where it is an alias that moves."""
    lines: frozenset[int] = frozenset()
    """Major versions that unlisted tags may have, beside those of the listed ones."""
    dropped: str | None = None
    """Why all of the repository is no longer published; None where it is."""
