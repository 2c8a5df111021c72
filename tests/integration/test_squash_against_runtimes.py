"""Layers as Buildah and umoci unpack them, and as our tree shows them: paths, kinds, modes, owners, sizes, targets.

Where a runtime differs, the case says how, and `docs/explanation/squash.md` says why we do not follow.
"""

import os
import shutil
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import images
import pytest
from images import Directory, File, HardLink, Link, Node, Special
from plain_folders import plain_folder

from basewright.image.interface import CHARACTER, DIRECTORY, FIFO, REGULAR, SYMLINK, Image, OpenOptions
from basewright.image.layer_reader import PassReader
from basewright.image.open import Doors, open_images
from basewright.image.tree import Tree
from basewright.model.reference import ImageReference

pytestmark = pytest.mark.integration
OPAQUE = ".wh..wh..opq"
REFUSED = "refused"
LETTERS = {REGULAR: "file", DIRECTORY: "folder", SYMLINK: "link", FIFO: "pipe", CHARACTER: "device"}
Seen = Mapping[str, tuple[object, ...]]
Layer = Sequence[tuple[str, Node]]


@dataclass(frozen=True)
class Case:
    """An image's layers, and the paths at which a runtime shows something else, or that it refuses the image."""

    name: str
    layers: Sequence[Layer | images.BuiltLayer]
    differs: Mapping[str, str | set[str]] = field(default_factory=dict)


def case(name: str, *layers: Layer | images.BuiltLayer, **differs: str | set[str]) -> Case:
    return Case(name, layers, differs)


def hard_link(name: str, target: str, mode: int, uid: int) -> images.BuiltLayer:
    """Return a layer of one hard link that says another mode and owner than its file has."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.mode, entry.uid = tarfile.LNKTYPE, target, mode, uid
    return images.layer(entry.tobuf() + bytes(1024))


D = Directory()
REAL = [("real", D), ("real/a", "1")]
OLD = [("d", Directory(0o700)), ("d/old", "1"), ("d/sub/old", "1")]
CASES = [
    # Whiteouts.
    case("a whiteout before its layer's file", [("a", "1")], [(".wh.a", ""), ("a", "22")]),
    case("a whiteout behind its layer's file", [("a", "1")], [("a", "22"), (".wh.a", "")], buildah={"a"}),
    case("a whiteout of a linked folder", [*REAL, ("l", Link("real"))], [(".wh.l", "")]),
    case("a whiteout through a link", [*REAL, ("l", Link("/real"))], [("l/.wh.a", "")]),
    case("a whiteout in no folder", [("a", "1")], [("new/.wh.a", "")], buildah={"new"}),
    case("a whiteout below a dead link", [("a", "1"), ("l", Link("/gone"))], [("l/.wh.a", "")]),
    case("a whiteout of nothing", REAL, [("real/.wh.", "")], buildah={"real", "real/a"}, umoci=REFUSED),
    case("a whiteout of itself", REAL, [("real/.wh..", "")], buildah={"real", "real/a"}, umoci=REFUSED),
    case("a whiteout of the parent", REAL, [("real/.wh...", "")], buildah=REFUSED, umoci=REFUSED),
    case("a whiteout of the root's parent", REAL, [(".wh...", "")], buildah=REFUSED, umoci=REFUSED),
    case("a folder removed, then a file in it", OLD, [(".wh.d", ""), ("d/new", "1")]),
    case("a file, then its folder removed", OLD, [("d/new", "1"), (".wh.d", "")], buildah={"d", "d/new"}, umoci={"d"}),
    case("a whiteout in a removed folder", OLD, [(".wh.d", ""), ("d/.wh.sub", "")], buildah={"d"}),
    case("a folder with a whiteout's name", REAL, [(".wh.real", D)]),
    case("a link with a whiteout's name", REAL, [(".wh.real", Link("x"))]),
    case("a file below a whiteout's name", REAL, [(".wh.real/some", "1")]),
    case(
        "the bookkeeping of AUFS", [(".wh..wh.plnk/1.2", "1"), (".wh..wh.aufs", ""), ("a", "1")],
        buildah={".wh..wh.plnk"}, umoci={".wh..wh.plnk", ".wh..wh.plnk/1.2"},
    ),
    # Opaque folders.
    case("opaque before", OLD, [("d", D), (f"d/{OPAQUE}", ""), ("d/new", "2"), ("d/sub/new", "3")]),
    case("opaque behind", OLD, [("d", D), ("d/new", "2"), ("d/sub", D), ("d/sub/new", "3"), (f"d/{OPAQUE}", "")]),
    case(
        "opaque behind a folder that is not spelled out", OLD, [("d/sub/new", "3"), (f"d/{OPAQUE}", "")],
        buildah={"d/sub", "d/sub/new"},
    ),
    case("opaque through a link", [*REAL, ("l", Link("real"))], [(f"l/{OPAQUE}", "")], buildah={"real/a"}),
    case("an opaque root", OLD, [(OPAQUE, ""), ("new", "1")]),
    case(
        "opaque where a folder replaced a link", [*REAL, ("l", Link("real"))],
        [("l", D), (f"l/{OPAQUE}", ""), ("l/x", "2")], umoci={"l", "l/x", "real/a", "real/x"},
    ),
    # Links in parents.
    case("a merged /usr", [("usr/lib", D), ("lib", Link("usr/lib"))], [("lib/x", "1"), ("lib/y/z", "2")]),
    case("below an absolute link", [("etc", D), ("l", Link("/etc"))], [("l/x", "1")]),
    case("below a link that climbs out", [("etc", D), ("l", Link("../../../etc"))], [("l/x", "1")]),
    case("below a link to the root", [("l", Link("/")), ("/.", Directory(0o711))], [("l/x", "1")]),
    case("below a dead link", [("lib", Link("usr/lib"))], [("lib/x", "1")], buildah=REFUSED),
    case("links in a circle", [("a", Link("b")), ("b", Link("a")), ("self", Link("self"))]),
    case(
        "below links in a circle", [("a", Link("b")), ("b", Link("a"))], [("a/x", "1")],
        buildah=REFUSED, umoci=REFUSED,
    ),
    case("below forty links", [*((f"l{n}", Link(f"l{n + 1}")) for n in range(40)), ("l40", D)], [("l0/x", "1")]),
    # Replacement.
    case("a folder for a link", [*REAL, ("l", Link("real"))], [("l", D), ("l/x", "2")], umoci={"l", "l/x", "real/x"}),
    case("a file for a folder", REAL, [("real", "2")]),
    case("a folder for a file", [("d", "1")], [("d", D), ("d/a", "2")]),
    case("a link for a folder", [*REAL, ("e", D)], [("real", Link("e")), ("real/b", "2")]),
    case("a file for a pipe", [("p", Special())], [("p", "1")]),
    case("a device", [("null", Special(tarfile.CHRTYPE, 1, 3))]),
    case("a file below a file", [("d", "1")], [("d/a", "2")], buildah=REFUSED, umoci=REFUSED),
    case("modes of folders", REAL, [("real", Directory(0o1777)), ("./", Directory(0o711))]),
    case("a set-uid file of somebody", [("a", File("1", 0o6755, 5, 6))], [("d/a", File("1", 0o4711, 1, 1))]),
    case("letters' cases", [("A", "1"), ("a", "22")]),
    case("one path twice", [("a", "1"), ("a", "22"), ("c", D), ("c", "1")], buildah=REFUSED),
    case("a link, a folder, a link", [("f/t/x", "1"), ("f", Link("/")), ("f/t/x", "22"), ("f", D), ("f/t/x", "333")],
         buildah=REFUSED, umoci={"f", "f/t", "f/t/x", "t/x"}),
    # Hard links.
    case("a hard link to a lower layer", [("a", "1")], [("b", HardLink("a"))]),
    case("a hard link to a file that goes", [("a", "1")], [("b", HardLink("a")), (".wh.a", "")]),
    case("a hard link to a file that is gone", [("a", "1")], [(".wh.a", ""), ("b", HardLink("a"))],
         buildah=REFUSED, umoci=REFUSED),
    case("one of two names replaced", [("a", "1"), ("b", HardLink("a"))], [("a", "22")]),
    case("a hard link to a link", [("a", "1"), ("l", Link("a")), ("b", HardLink("l"))]),
    case("a hard link through a link", [*REAL, ("l", Link("/real")), ("b", HardLink("l/a"))]),
    case("a hard link before its file", [("b", HardLink("a")), ("a", "1")], buildah=REFUSED, umoci=REFUSED),
    case("a hard link that climbs out", [*REAL, ("b", HardLink("../../real/a"))]),
    case("an absolute hard link", [*REAL, ("b", HardLink("/real/a"))]),
    case("a hard link to a folder", [("a", D), ("b", HardLink("a"))], buildah=REFUSED, umoci=REFUSED),
    case("a hard link to nothing", [("b", HardLink("a"))], buildah=REFUSED, umoci=REFUSED),
    case("a hard link with another mode", [("a", "1")], hard_link("b", "a", 0o4711, 7), umoci={"a", "b"}),
]  # fmt: skip


def no_registry(reference: ImageReference, options: OpenOptions) -> tuple[Image, ...]:
    raise AssertionError(f"{reference} is asked of a registry")


def ours(layout: Path) -> tuple[Seen, bool]:
    """Return what our tree shows, and whether something was told."""
    (image,) = open_images(f"oci-dir:{layout}:x", OpenOptions(is_offline=True), Doors(no_registry))
    facts = image.read_layers(PassReader(()), lambda _: None)
    image.close()
    tree = Tree(facts)
    seen: dict[str, tuple[object, ...]] = {
        one.path: row(LETTERS[one.kind], one.mode, one.uid, one.gid, one.size, one.link) for one in tree.entries()
    }
    top = tree.lookup("")
    if top is not None and top.number >= 0:
        seen[""] = row("folder", top.mode, top.uid, top.gid, 0, None)
    return seen, bool(tree.unknowns) or any(one.unknowns for one in facts)


def row(kind: str, mode: int, uid: int, gid: int, size: int, target: str | None) -> tuple[object, ...]:
    return kind, None if kind == "link" else oct(mode), uid, gid, size, target


def unpacked(root: Path) -> Seen:
    """Return what lies below `root`."""
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe"}
    seen = {}
    for path in (root, *root.rglob("*")):
        facts = path.lstat()
        kind = kinds.get(stat.S_IFMT(facts.st_mode), "device")
        size = facts.st_size if kind == "file" else 0
        name = "" if path == root else str(path.relative_to(root))
        target = str(path.readlink()) if kind == "link" else None
        seen[name] = row(kind, stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid, size, target)
    return seen


@pytest.fixture(scope="module")
def short() -> Iterator[Path]:
    """A folder of a short name, for Podman's and Buildah's storage."""
    if os.getuid() != 0:
        pytest.skip("not root: files cannot get their owners")
    with plain_folder() as folder:
        yield folder


def by_buildah(layout: Path, folder: Path) -> Seen | None:
    # A storage of its own: Buildah would take a layer that another case has too from where that was unpacked.
    storage = ("--root", f"{folder}/r{layout.name}", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
    made = run("buildah", *storage, "from", "-q", f"oci:{layout}:x")
    if made.returncode:
        assert "ApplyLayer" in made.stderr or "duplicates of file paths" in made.stderr, made.stderr
        return None
    mounted = run("buildah", *storage, "mount", made.stdout.strip())
    assert mounted.returncode == 0, mounted.stderr
    return unpacked(Path(mounted.stdout.strip()))


def by_umoci(layout: Path, folder: Path) -> Seen | None:
    bundle = Path(tempfile.mkdtemp(dir=folder)) / "bundle"
    made = run("umoci", "unpack", "--keep-dirlinks", "--image", f"{layout}:x", str(bundle))
    if made.returncode:
        assert "unpack layer" in made.stderr, made.stderr
        return None
    return unpacked(bundle / "rootfs")


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


RUNTIMES = {"buildah": by_buildah, "umoci": by_umoci}


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_tree_is_what_runtimes_unpack(one: Case, runtime: str, short: Path) -> None:
    if shutil.which(runtime) is None:
        pytest.skip(f"{runtime} is not installed")
    layout = short / str(CASES.index(one))
    if not layout.exists():
        images.write_oci_layout(layout, {"x": images.image(one.layers)})
    found, told = ours(layout)
    theirs = RUNTIMES[runtime](layout, short)
    differs = one.differs.get(runtime, set())

    if theirs is None:
        assert differs == REFUSED
        return
    assert differs != REFUSED
    if "" not in found:  # nothing says what the root is like
        theirs = {path: what for path, what in theirs.items() if path}
    assert {path for path in found.keys() | theirs.keys() if found.get(path) != theirs.get(path)} == differs
    assert not told or differs


@pytest.mark.parametrize("one", [one for one in CASES if set(one.differs) == set(RUNTIMES)], ids=lambda one: one.name)
def test_an_image_that_no_runtime_unpacks_is_shown_and_told(one: Case, tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path, {"x": images.image(one.layers)})
    is_refused_by_all = set(map(str, one.differs.values())) == {REFUSED}

    assert ours(tmp_path)[1] or not is_refused_by_all or one.name == "a hard link before its file"
