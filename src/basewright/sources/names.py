"""Names of workloads: each one unique in its project, and the same whatever else the project holds."""

from collections.abc import Sequence
from posixpath import basename, dirname

from basewright.model.workload import Origin
from basewright.sources.draft import Draft

_GENERIC_FOLDERS = frozenset(
    {
        "docker",
        ".docker",
        "build",
        "dockerfiles",
        "container",
        "containers",
        "image",
        "images",
        "deploy",
        ".devcontainer",
    }
)
_ORIGINS = (Origin.COMPOSE, Origin.BAKE, Origin.KUBERNETES, Origin.DOCKERFILE, Origin.IMAGE)


def unique_names(drafts: Sequence[Draft]) -> list[str]:
    """Return a name for each draft.

    Where several have one name, the one that stands nearest to the root keeps it (of one folder: Compose's main file
    before a variant, Compose before Bake, Kubernetes and lone Dockerfiles); the others get their file in brackets.
    Where none is nearest, all of them do.
    """
    ranks: dict[str, list[tuple[int, bool, int]]] = {}
    for draft in drafts:
        ranks.setdefault(draft.name, []).append(_rank(draft))
    best = {name: (min(rivals), rivals.count(min(rivals))) for name, rivals in ranks.items()}
    taken: set[str] = set()
    names: list[str] = []
    for draft in drafts:
        is_first = (_rank(draft), 1) == best[draft.name]
        name = draft.name if is_first else f"{draft.name} ({draft.label})"
        number = 2
        while name in taken:
            name = f"{draft.name} ({draft.label}, {number})"
            number += 1
        taken.add(name)
        names.append(name)
    return names


def _rank(draft: Draft) -> tuple[int, bool, int]:
    return draft.label.count("/"), draft.is_variant, _ORIGINS.index(draft.origin)


def name_of_dockerfile(path: str, root_name: str) -> str:
    """Return what a Dockerfile builds, by its name and folder.

    ``Dockerfile.api`` and ``api.Dockerfile`` give ``api``; ``worker/Dockerfile`` gives ``worker``; the root's own
    Dockerfile gives `root_name`.
    """
    file = basename(path)
    lower = file.lower()
    for word in ("dockerfile", "containerfile"):
        suffix = file[len(word) :].lstrip("._-") if lower.startswith(word) else ""
        if suffix:
            return suffix
        if lower.endswith(f".{word}"):
            return file[: -len(word) - 1]
    folders = [part for part in dirname(path).split("/") if part]
    while folders and folders[-1] in _GENERIC_FOLDERS:
        folders.pop()
    return folders[-1] if folders else root_name
