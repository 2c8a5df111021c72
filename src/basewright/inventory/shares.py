"""Whose the bytes of the finished image are: of which layer, and of which package or folder."""

from collections import defaultdict
from collections.abc import Mapping

from basewright.image.interface import HARD_LINK, TreeView
from basewright.inventory.file_table import FileTable
from basewright.model.inventory import ByteShare


def byte_shares(tree: TreeView, files: FileTable, owners: Mapping[str, str]) -> tuple[ByteShare, ...]:
    """Return the bytes of each layer by package, and by folder what no package owns; lowest layer and largest first.

    They add up to the bytes of the finished image. A file with several hard links counts once, for the first name.
    """
    sizes = [layer.index.sizes for layer in tree.layers]
    owned: list[defaultdict[str, int]] = [defaultdict(int) for _ in sizes]
    others: list[defaultdict[str, int]] = [defaultdict(int) for _ in sizes]
    has_links = any(HARD_LINK in layer.index.kinds for layer in tree.layers)
    seen: set[int] = set()
    for path, node in files.nodes.items():
        if has_links:
            if node in seen:
                continue
            seen.add(node)
        layer = node >> 32
        owner = owners.get(path)
        if owner is not None:
            owned[layer][owner] += sizes[layer][node & 0xFFFFFFFF]
        else:
            # Two folders deep: ``usr`` alone would say nothing.
            others[layer]["/".join(path.split("/", 3)[:-1][:2])] += sizes[layer][node & 0xFFFFFFFF]
    found = [
        ByteShare(layer, size, package=purl) for layer, sums in enumerate(owned) for purl, size in sums.items() if size
    ]
    found += [
        ByteShare(layer, size, folder=folder)
        for layer, sums in enumerate(others)
        for folder, size in sums.items()
        if size
    ]
    return tuple(sorted(found, key=lambda one: (one.layer, -one.bytes, one.package or "", one.folder or "")))
