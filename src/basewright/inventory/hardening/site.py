"""What hardening rules look at: the finished image, its configuration, and indexes that several rules share.

Everything is found in one walk over columns of numbers; objects are made only of what stands out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from basewright.image.interface import BLOCK, CHARACTER, DIRECTORY, REGULAR, Entry, TreeView
from basewright.inventory.file_table import FileTable
from basewright.inventory.hardening.account_files import Accounts, accounts_of
from basewright.inventory.hardening.build_steps import Step, steps_of
from basewright.inventory.hardening.programs_found import Program, programs_of
from basewright.inventory.interface import Scene
from basewright.model.image import ImageConfig
from basewright.model.inventory import Executable, OsFacts
from basewright.model.package import Package

SET_UID: Final = 0o4000
SET_GID: Final = 0o2000
STICKY: Final = 0o1000
FOR_ALL: Final = 0o0002
"""Permission bits (inode(7))."""
_TELLING: Final = SET_UID | SET_GID | FOR_ALL
HISTORIES: Final = frozenset({".bash_history", ".ash_history", ".zsh_history", ".python_history", ".psql_history",
    ".mysql_history", ".node_repl_history", ".rediscli_history"})  # fmt: skip
"""Where shells and clients keep what was typed."""
_TELLING_NAMES: Final = HISTORIES | {"HEAD"}
_SHIFT: Final = 32


@dataclass(frozen=True, slots=True)
class Marked:
    """A file or directory whose mode stands out."""

    path: str
    kind: int
    mode: int
    uid: int
    layer: int


class Site:
    """One image as rules see it."""

    def __init__(
        self,
        scene: Scene,
        packages: tuple[Package, ...],
        executables: tuple[Executable, ...],
        owners: Mapping[str, str],
    ) -> None:
        self.tree: TreeView = scene.tree
        self.files: FileTable = scene.files
        self.config: ImageConfig | None = scene.config
        self.os: OsFacts | None = scene.os
        self.packages = packages
        self.executables = executables
        self._owners = owners

    def package_of(self, path: str) -> Package | None:
        """Return the package that owns the file at `path`."""
        return self._packages.get(self._owners.get(path, ""))

    @cached_property
    def _packages(self) -> Mapping[str, Package]:
        return {one.purl: one for one in reversed(self.packages)}

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """Every name under which a program can be called, links followed, sorted by path."""
        return programs_of(self.tree, self.executables, self.config)

    @cached_property
    def accounts(self) -> Accounts:
        """Users, groups and passwords."""
        return accounts_of(self.tree)

    @cached_property
    def marked(self) -> tuple[Marked, ...]:
        """Regular files and directories that are set-uid, set-gid or writable by everybody, sorted by path."""
        numbers = [
            (layer, number)
            for layer, facts in enumerate(self.tree.layers)
            for number, mode in enumerate(facts.index.modes)
            if mode & _TELLING
        ]
        found = [self._marked(*place, path) for path, place in self.seen(numbers)]
        return tuple(sorted(found, key=lambda one: one.path))

    def seen(self, numbers: list[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield (path, (layer, number)) of those regular files and directories that the finished image shows.

        A file with several names comes under each.
        """
        wanted: set[int] = set()
        for layer, number in numbers:
            index = self.tree.layers[layer].index
            if index.kinds[number] == REGULAR:
                wanted.add(layer << _SHIFT | number)
            elif index.kinds[number] == DIRECTORY:
                entry = self.tree.lookup(index.paths[number], follow=False)
                if entry is not None and entry.kind == DIRECTORY and (entry.layer, entry.number) == (layer, number):
                    yield entry.path, (layer, number)
        if wanted:
            for path, layer, number in self.tree.files():
                if layer << _SHIFT | number in wanted:
                    yield path, (layer, number)

    def _marked(self, layer: int, number: int, path: str) -> Marked:
        index = self.tree.layers[layer].index
        return Marked(path, index.kinds[number], index.modes[number], index.uids[number], layer)

    @cached_property
    def capable(self) -> tuple[tuple[str, bytes], ...]:
        """Files with file capabilities, and the attribute's value; sorted by path."""
        numbers = [
            (layer, number)
            for layer, facts in enumerate(self.tree.layers)
            for number, values in facts.index.xattrs.items()
            if "security.capability" in values
        ]
        return tuple(
            (path, self.tree.layers[layer].index.xattrs[number]["security.capability"])
            for path, (layer, number) in sorted(self.seen(numbers))
        )

    @cached_property
    def devices(self) -> tuple[Entry, ...]:
        """Device nodes of the finished image, sorted by path."""
        found = []
        for layer, facts in enumerate(self.tree.layers):
            for number in facts.index.devices:
                entry = self.tree.lookup(facts.index.paths[number], follow=False)
                if entry is not None and (entry.layer, entry.number) == (layer, number):
                    found.append(entry)
        return tuple(sorted((one for one in found if one.kind in {CHARACTER, BLOCK}), key=lambda one: one.path))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What the history tells of the build."""
        return steps_of(self.config, len(self.tree.layers))

    @cached_property
    def named(self) -> Mapping[str, list[str]]:
        """Base names that mean something to a rule → their paths, sorted."""
        found: dict[str, list[str]] = {}
        for path in self.files.sizes:
            name = path[path.rfind("/") + 1 :]
            if name in _TELLING_NAMES or name[:5] == "core." or name[:10] == "hs_err_pid":
                found.setdefault(name, []).append(path)
        return found

    @cached_property
    def paths(self) -> list[str]:
        """Every regular file's path, sorted."""
        return list(self.files.sizes)
