"""Names of workloads: each one unique in its project, the same on every run."""

from dataclasses import dataclass, field
from posixpath import basename, dirname

_GENERIC_FOLDERS = frozenset(
    {"docker", ".docker", "build", "dockerfiles", "container", "containers", "deploy", ".devcontainer"}
)


@dataclass(slots=True)
class Names:
    """Gives out names; a name that is taken gets the file in brackets, and a number where that is taken too."""

    _taken: set[str] = field(default_factory=set)

    def give(self, name: str, file: str) -> str:
        """Return `name`, made unique by `file`."""
        candidates = [name, f"{name} ({file})"]
        number = 2
        while True:
            candidate = candidates.pop(0) if candidates else f"{name} ({file}, {number})"
            if candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
            number += not candidates


def name_of_dockerfile(path: str, root_name: str) -> str:
    """Return what a Dockerfile builds, by its name and folder.

    ``Dockerfile.api`` and ``api.Dockerfile`` give ``api``; ``worker/Dockerfile`` gives ``worker``; the root's own
    Dockerfile gives `root_name`.
    """
    file = basename(path)
    lower = file.lower()
    for word in ("dockerfile", "containerfile"):
        if lower.startswith(word):
            suffix = file[len(word) :].lstrip("._-")
            if suffix:
                return suffix
        elif lower.endswith(f".{word}"):
            return file[: -len(word) - 1]
    folders = [part for part in dirname(path).split("/") if part]
    while len(folders) > 1 and folders[-1] in _GENERIC_FOLDERS:
        folders.pop()
    if folders and folders[-1] not in _GENERIC_FOLDERS:
        return folders[-1]
    return root_name
