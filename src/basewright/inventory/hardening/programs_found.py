"""Which commands an image offers: names in folders of programs, links followed to what runs in the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from basewright.image.interface import REGULAR, TreeView
from basewright.model.image import ImageConfig
from basewright.model.inventory import Executable

_FOLDERS: Final = frozenset({"bin", "sbin"})
_USUAL: Final = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin")
_OF_LIBRARIES: Final = ("/node_modules/", "/site-packages/", "/dist-packages/", "/gems/", "/vendor/")
"""Folders of libraries, which keep programs of their own that nobody calls by name."""
_PLACES: Final = 10_000
"""Folders that are looked through; an image has some dozens."""
_MULTI_CALL: Final = frozenset({"busybox", "toybox", "busybox.static", "busybox-extras"})


@dataclass(frozen=True, slots=True)
class Program:
    """One name by which a program can be called."""

    name: str
    path: str
    """Where the name stands."""
    target: str
    """The file that runs: `path` itself, or where its links lead."""
    node: tuple[int, int]
    """Layer and number of that file: the same for hard links."""
    layer: int
    multi_call: str | None
    """``busybox`` or ``toybox`` where the file is a binary of many commands."""


def programs_of(tree: TreeView, executables: tuple[Executable, ...], config: ImageConfig | None) -> tuple[Program, ...]:
    """Return every program in folders that hold programs, sorted by path."""
    known = {path for one in executables for path in (one.path, *one.aliases)}
    found = []
    for folder in sorted(_folders(tree, executables, config))[:_PLACES]:
        prefix = f"{folder}/" if folder else ""
        for name in tree.list(folder):
            entry = tree.lookup(prefix + name)
            if entry is not None and entry.kind == REGULAR and entry.mode & 0o111 and entry.path in known:
                place = (entry.layer, entry.number)
                found.append(Program(name, prefix + name, entry.path, place, entry.layer, None))
    return tuple(sorted(_with_multi_calls(found, tree), key=lambda one: one.path))


def _with_multi_calls(found: list[Program], tree: TreeView) -> Iterator[Program]:
    """Yield the programs, those of BusyBox and Toybox marked."""
    binaries: dict[tuple[int, int], str] = {}
    for one in found:
        if one.name in _MULTI_CALL:
            binaries[one.node] = "toybox" if one.name == "toybox" else "busybox"
    for record in tree.found("busybox"):
        entry = tree.lookup(record.path)
        if entry is not None:
            binaries[entry.layer, entry.number] = "busybox"
    for one in found:
        kind = binaries.get(one.node)
        yield Program(one.name, one.path, one.target, one.node, one.layer, kind) if kind else one


def _folders(tree: TreeView, executables: Iterable[Executable], config: ImageConfig | None) -> set[str]:
    """Return the resolved folders: the usual ones, those of the image's PATH, and whatever else is called so."""
    wanted = set(_USUAL)
    if config is not None:
        paths = [value for name, value in config.environment if name == "PATH"]
        wanted.update(part.strip("/") for part in (paths[-1].split(":")[:200] if paths else ()) if part[:1] == "/")
    for one in executables:
        folder = one.path.rpartition("/")[0]
        if folder.rpartition("/")[2] in _FOLDERS and not any(name in f"/{folder}/" for name in _OF_LIBRARIES):
            wanted.add(folder)
    resolved = (tree.resolve(folder) for folder in wanted if folder)
    return {folder for folder in resolved if folder}
