"""Which files of the finished image the packages of rpm own."""

from dataclasses import dataclass

from basewright.formats.rpm_files import RpmFiles
from basewright.image.interface import DIRECTORY, TreeView


@dataclass(frozen=True, slots=True)
class Owned:
    """What one package owns of the finished image."""

    paths: tuple[str, ...]
    """Sorted."""
    bytes: int
    """Of the regular files among them; several hard links to one file count once."""


class Files:
    """The regular files of a tree, asked by path many thousand times: no object for each answer."""

    def __init__(self, tree: TreeView) -> None:
        self._tree = tree
        self._nodes = {path: layer << 32 | number for path, layer, number in tree.files()}
        self._directories: dict[str, str | None] = {}

    def owned(self, files: RpmFiles | None, root: str) -> Owned | None:
        """Return what the image holds of `files`; None where a package's files are not known.

        `root` ends with a slash unless it is the image's own.
        """
        if files is None:
            return None
        paths: set[str] = set()
        nodes: set[int] = set()
        for directory, name in files.owned():
            where = self._resolved(root + directory)
            if where is None:
                continue
            path = where + name
            node = self._nodes.get(path)
            if node is not None:
                paths.add(path)
                nodes.add(node)
            elif (entry := self._tree.lookup(path, follow=False)) is not None and entry.kind != DIRECTORY:
                paths.add(entry.path)
        return Owned(tuple(sorted(paths)), sum(self._size(node) for node in nodes))

    def _size(self, node: int) -> int:
        return self._tree.layers[node >> 32].index.sizes[node & 0xFFFFFFFF]

    def _resolved(self, directory: str) -> str | None:
        """Return where a directory stands in the image, with its slash; None where it does not."""
        try:
            return self._directories[directory]
        except KeyError:
            found = self._tree.resolve(directory.rstrip("/")) if directory.strip("/") else ""
            answer = f"{found}/" if found else found
            self._directories[directory] = answer
            return answer
