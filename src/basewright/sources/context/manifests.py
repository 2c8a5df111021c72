"""Finding the manifests of a build context and reading each with the reader that claims it."""

from collections.abc import Iterable

from basewright.errors import InputError
from basewright.model.unknown import Unknown
from basewright.model.workload import Manifest
from basewright.ports.files import ProjectFiles, normalize
from basewright.sources.context import (
    dotnet,
    go,
    java,
    node_locks,
    node_package,
    php,
    python_locks,
    python_project,
    python_requirements,
    ruby,
    rust,
    version_files,
)
from basewright.sources.context.interface import ManifestFile, Reader
from basewright.sources.unread import unread

MANIFEST_LIMIT = 200
"""Manifests of one context that are read."""

READERS: tuple[Reader, ...] = (
    *python_requirements.READERS,
    *python_project.READERS,
    *python_locks.READERS,
    *node_package.READERS,
    *node_locks.READERS,
    *go.READERS,
    *rust.READERS,
    *java.READERS,
    *ruby.READERS,
    *php.READERS,
    *dotnet.READERS,
    *version_files.READERS,
)
"""Every format that is read; the first that claims a name reads it."""


def read_manifests(
    files: ProjectFiles, context: str, extra: Iterable[str] = ()
) -> tuple[tuple[Manifest, ...], tuple[Unknown, ...]]:
    """Return the manifests in the folder `context` itself and those of the paths `extra`, sorted by path.

    What claims to be a manifest and cannot be read is an unknown.
    """
    folder = normalize(context)
    here = [name if folder == "." else f"{folder}/{name}" for name in files.list(folder)]
    paths = sorted({*(path for path in here if _reader(path)), *(path for path in extra if _reader(path))})
    manifests: list[Manifest] = []
    unknowns = [
        Unknown(path, f"more than {MANIFEST_LIMIT} manifests in one context") for path in paths[MANIFEST_LIMIT:]
    ]
    for path in paths[:MANIFEST_LIMIT]:
        if path in here and files.is_directory(path):
            continue
        try:
            manifest = read_manifest(files, path)
        except InputError as error:
            unknowns.append(unread(path, error))
        else:
            if manifest is not None:
                manifests.append(manifest)
                if "unread" in manifest.facts:
                    unknowns.append(Unknown(path, f"includes what was not read: {manifest.facts['unread']}"))
    return tuple(manifests), tuple(sorted(unknowns))


def read_manifest(files: ProjectFiles, path: str) -> Manifest | None:
    """Return the manifest at `path`, None where no reader claims its name; raise InputError where it cannot be read."""
    reader = _reader(path)
    return None if reader is None else reader.read(ManifestFile(files, path, files.read(path)))


def _reader(path: str) -> Reader | None:
    name = path.rsplit("/", 1)[-1]
    return next((reader for reader in READERS if reader.claims(name)), None)
