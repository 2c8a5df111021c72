"""Seeing through mirrors: a well-known mirror's prefix, or one that the configuration names, stands for another."""

from collections.abc import Mapping

from basewright.errors import ConfigurationError, InputError
from basewright.model.reference import DOCKER_HUB, ImageReference


class Mirrors:
    """Prefixes, and the prefixes that they stand for; the longest that fits decides."""

    def __init__(self, known: Mapping[str, str], configured: Mapping[str, str]) -> None:
        merged = {**known, **configured}
        self._prefixes = sorted(merged.items(), key=lambda item: (-len(item[0]), item[0]))

    def origin(self, reference: ImageReference) -> ImageReference | None:
        """Return the reference that `reference` is a mirror of, None where it is no known mirror."""
        name = f"{reference.registry}/{reference.repository}"
        for mirror, origin in self._prefixes:
            if name == mirror or name.startswith(f"{mirror}/"):
                return _renamed(reference, origin + name.removeprefix(mirror))
        return None


def read_prefixes(configured: Mapping[str, str]) -> dict[str, str]:
    """Return configured prefixes as names have them; raise ConfigurationError where one is none."""
    return {_prefix(mirror): _prefix(origin) for mirror, origin in configured.items()}


def _renamed(reference: ImageReference, name: str) -> ImageReference | None:
    registry, _, repository = name.partition("/")
    if registry == DOCKER_HUB and repository and "/" not in repository:
        repository = f"library/{repository}"
    return ImageReference(registry, repository, reference.tag, reference.digest) if repository else None


def _prefix(text: str) -> str:
    """Return a configured prefix as names have it; raise ConfigurationError where it is none."""
    cleaned = text.strip().rstrip("/").removeprefix("https://")
    registry, slash, path = cleaned.partition("/")
    if not registry or ("." not in registry and ":" not in registry and registry != "localhost"):
        raise ConfigurationError(f"not a registry prefix: {text[:80]!r}", hint="write it as registry.example/path")
    if not slash:
        return registry.lower()
    try:
        parsed = ImageReference.parse(f"{registry}/{path}/name")
    except InputError as error:
        raise ConfigurationError(
            f"not a registry prefix: {text[:80]!r}", hint="write it as registry.example/path"
        ) from error
    return f"{parsed.registry}/{parsed.repository.removesuffix('/name')}"
