"""dpkg's other memory: diversions, and alternatives (update-alternatives(1) «Files»)."""

from collections.abc import Iterator, Mapping
from typing import Final

from basewright.formats.content import Content, MalformedError, Window
from basewright.image.interface import Interest, TreeView
from basewright.inventory.bounded import head, head_window, paths

STATE_BYTES: Final = 4 * 1024 * 1024


class StateAnalyser:
    """Keeps the bytes of ``diversions`` and of each file in ``alternatives``."""

    name = "dpkg-state"
    version = 1
    interest = Interest(names=frozenset({"diversions"}), directories=frozenset({"alternatives"}))
    record = bytes

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is such a file of dpkg."""
        directory = path.rpartition("/")[0]
        return path.endswith("lib/dpkg/diversions") or directory.endswith("lib/dpkg/alternatives")

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, STATE_BYTES)

    def read(self, path: str, content: Content) -> bytes:  # noqa: ARG002 - the protocol's shape
        """Return the bytes."""
        data, cut = head(content, STATE_BYTES)
        if cut:
            raise MalformedError(cut)
        return data


def read_links(data: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Yield (name, link) of an alternative and its slaves: ``awk`` → ``usr/bin/awk``; `name` is the file's own.

    The file says its mode, the master's link, then names and links of slaves up to a blank line.
    """
    lines = paths(data)
    yield name, lines[1].lstrip("/") if len(lines) > 1 else ""
    for index in range(2, len(lines) - 1, 2):
        if not lines[index]:
            return
        yield lines[index], lines[index + 1].lstrip("/")


def owned_links(
    tree: TreeView, links: Iterator[tuple[str, str]], owners: Mapping[str, str], root: str
) -> Iterator[tuple[str, str]]:
    """Yield (path, owner) of the links of alternatives: theirs is who owns what they lead to in the end."""
    for name, link in links:
        for path in (root + link, f"{root}etc/alternatives/{name}"):
            where = tree.resolve(path, follow=False)
            target = tree.resolve(path)
            if where is not None and target is not None and where != target and target in owners:
                yield where, owners[target]
