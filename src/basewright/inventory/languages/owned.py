"""Which files of the finished image a language's packages own, without an object for each file."""

import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from basewright.inventory.file_table import FileTable

_PLAIN_NOT = ("", "/", ".")
"""What starts a path that has to be normalized first."""


def joined(base: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the paths that `names` mean, relative to the directory `base` or absolute; none leaves the root."""
    prefix = f"{base}/" if base else ""
    for name in names:
        if name[:1] in _PLAIN_NOT or "/." in name or "//" in name:
            yield posixpath.normpath(posixpath.join("/", base, name)).lstrip("/")
        else:
            yield prefix + name


def bytecode_of(files: FileTable) -> Mapping[str, list[str]]:
    """Return for each Python module what interpreters compiled of it (PEP 3147)."""
    found: dict[str, list[str]] = {}
    for path in files.nodes:
        if path.endswith(".pyc"):
            folder, cache, name = path.rpartition("__pycache__/")
            source = folder + name.partition(".")[0] + ".py" if cache else path[:-1]
            found.setdefault(source, []).append(path)
    return found


def with_bytecode(paths: Iterable[str], bytecode: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return `paths` and the bytecode of the modules among them, sorted."""
    found = set(paths)
    for path in tuple(found):
        found.update(bytecode.get(path, ()))
    return tuple(sorted(found))


def files_below(files: FileTable, roots: Iterable[str], apart: str = "") -> dict[str, list[str]]:
    """Return the files below each of the directories `roots`, sorted; each belongs to the nearest of them.

    What lies below a directory of the name `apart` (``node_modules``) belongs to none above that.
    """
    found: dict[str, list[str]] = {root: [] for root in roots}
    nearest: dict[str, str | None] = {"": None, **{root: root for root in found}}
    last: str | None = None
    owner: str | None = None
    for path in _below_any(list(files.nodes), found):
        folder = path.rpartition("/")[0]
        if folder != last:
            last, owner = folder, _nearest(folder, nearest, apart)
        if owner is not None:
            found[owner].append(path)
    return found


def _below_any(paths: list[str], roots: Iterable[str]) -> Iterator[str]:
    """Yield those of the sorted `paths` that lie below one of `roots`, each once."""
    at = 0
    for root in sorted(f"{root}/" if root else "" for root in roots):
        at = max(at, bisect_left(paths, root))
        while at < len(paths) and paths[at].startswith(root):
            yield paths[at]
            at += 1


def _nearest(folder: str, nearest: dict[str, str | None], apart: str) -> str | None:
    """Return the root that `folder` belongs to, and remember it for every directory on the way."""
    steps: list[str] = []
    while folder not in nearest:
        steps.append(folder)
        parent, _, name = folder.rpartition("/")
        if apart and name == apart:
            nearest[folder] = None
        else:
            folder = parent
    answer = nearest[folder]
    nearest.update(dict.fromkeys(steps, answer))
    return answer


def names_of(path: str, aliases: Iterable[str]) -> Iterator[str]:
    """Yield every name of a file that was found: package installers hard-link the same file into several places."""
    yield path
    yield from aliases
