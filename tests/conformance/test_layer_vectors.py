"""Cases of other tools' tests for applying layers, in our own words.

- containerd, `pkg/archive/tar_test.go` at 301026e58c619e63d09c0ec411012e54c0124b03 (Apache-2.0): TestBreakouts
- go-containerregistry, `pkg/v1/mutate/mutate_test.go` and its archives at 3f4ff3ca60f51c876ac4bd89e9a787157aaa4f15
  (Apache-2.0): TestExtract…
- osv-scalibr, `artifact/image/layerscanning/image/image_test.go` and its Dockerfiles at
  c2094f2d68e3994551d9998a54e2e97985a18a39 (Apache-2.0)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from archives import walk
from images import Directory, HardLink, Link, Node, tar_of

from basewright.image.interface import LayerFacts
from basewright.image.tree import Tree
from basewright.model.unknown import Unknown

Layer = Sequence[tuple[str, Node]]
D = Directory()
PASSWD: Layer = [("etc", D), ("/etc/passwd", "inside")]


@dataclass(frozen=True)
class Vector:
    """Layers, and what their tree must say; paths are followed as a process in the container would."""

    name: str
    layers: Sequence[Layer]
    sizes: tuple[tuple[str, int], ...] = ()
    """Path → bytes of the file there."""
    same: tuple[str, ...] = ()
    """Paths that lead to one file."""
    absent: tuple[str, ...] = ()
    told: str = ""
    """Part of what is told as unknown; empty where nothing is."""


CONTAINERD = [
    Vector("SymlinkAbsolute", [[("etc", D), ("localetc", Link("/etc")), ("/localetc/unbroken", "unbroken")]],
           (("etc/unbroken", 8),)),
    Vector("SymlinkUpAndOut",
           [[("etc", D), ("dummy", D), ("localetc", Link("/dummy/../etc")), ("/localetc/unbroken", "unbroken")]],
           (("etc/unbroken", 8),)),
    Vector("SymlinkMultipleAbsolute",
           [[("etc", D), ("dummy", D), ("/dummy/etc", Link("/etc")), ("localetc", Link("/dummy/etc")),
             ("/dummy/etc/unbroken", "unbroken")]], (("etc/unbroken", 8), ("localetc/unbroken", 8))),
    Vector("SymlinkMultipleRelative",
           [[("etc", D), ("dummy", D), ("/dummy/etc", Link("/etc")), ("localetc", Link("./dummy/etc")),
             ("/dummy/etc/unbroken", "unbroken")]], (("etc/unbroken", 8), ("localetc/unbroken", 8))),
    Vector("SymlinkEmptyFile",
           [[("etc", D), ("etc/emptied", "notempty"), ("localetc", Link("/etc")), ("/localetc/emptied", "")]],
           (("etc/emptied", 0),)),
    *(
        Vector(name, [[*PASSWD, ("breakouts", D), ("downandout", D), (link, Link(target)),
                      (made, HardLink(f"/{link}/passwd"))]],
               same=(made, "etc/passwd"))
        for name, link, target, made in (
            ("HardlinkRelative", "breakouts/d1", "../../etc", "breakouts/mypasswd"),
            ("HardlinkDownAndOut", "breakouts/d1", "../downandout/../../etc", "breakouts/mypasswd"),
            ("HardlinkAbsolute", "localetc", "/etc", "localpasswd"),
            ("HardlinkRelativeLong", "localetc", "../../../../../../../etc", "localpasswd"),
        )
    ),
    Vector("HardlinkRelativeUpAndOut",
           [[*PASSWD, ("upandout", D), ("localetc", Link("upandout/../../../etc")),
             ("localpasswd", HardLink("/localetc/passwd"))]],
           same=("localpasswd", "etc/passwd")),
    Vector("HardlinkDirectRelative", [[*PASSWD, ("localpasswd", HardLink("../../../../../etc/passwd"))]],
           same=("localpasswd", "etc/passwd")),
    Vector("HardlinkDirectAbsolute", [[*PASSWD, ("localpasswd", HardLink("/etc/passwd"))]],
           same=("localpasswd", "etc/passwd")),
    Vector("SymlinkParentDirectory", [[*PASSWD, ("..", Link("/etc/")), ("localpasswd", HardLink("/etc/passwd"))]],
           same=("localpasswd", "etc/passwd"), told="leaves the image's root"),
    Vector("SymlinkEmptyFilename", [[*PASSWD, ("", Link("/etc/")), ("localpasswd", HardLink("/etc/passwd"))]],
           same=("localpasswd", "etc/passwd"), told="replace the image's root"),
    Vector("SymlinkOverrideDirectory",
           [[*PASSWD, ("localetc", D)],
            [("localetc", Link("/etc")), ("/localetc/localpasswd", HardLink("/etc/passwd"))]],
           same=("localetc/localpasswd", "etc/passwd", "etc/localpasswd")),
    Vector("SymlinkOverrideDirectoryRelative",
           [[*PASSWD, ("localetc", D)], [("localetc", Link("../../etc")), ("/localetc/x", HardLink("/etc/passwd"))]],
           same=("localetc/x", "etc/passwd", "etc/x")),
    Vector("DirectoryOverrideSymlink",
           [[*PASSWD, ("localetc", Link("/etc"))], [("/localetc/", D), ("/localetc/x", HardLink("/etc/passwd"))]],
           same=("localetc/x", "etc/passwd"), absent=("etc/x",)),
    Vector("DirectoryOverrideSymlinkAndHardlink",
           [[*PASSWD, ("localetc", Link("etc")), ("/localetc/x", HardLink("/etc/passwd"))],
            [("/localetc/", D), ("/localetc/x", "different")]],
           (("localetc/x", 9), ("etc/passwd", 6)), same=("etc/x", "etc/passwd")),
    *(
        Vector(name, [PASSWD, [(path, "")]], (("etc/passwd", 6),), told="a whiteout that names no file")
        for name, path in (
            ("WhiteoutRootParent", ".wh..."), ("WhiteoutParent", "etc/.wh..."), ("WhiteoutRoot", ".wh.."),
            ("WhiteoutCurrentDirectory", "etc/.wh.."),
        )
    ),
    Vector("WhiteoutSymlink", [[*PASSWD, ("localetc", Link("/etc"))], [(".wh.localetc", "")]],
           (("etc/passwd", 6),), absent=("localetc",)),
    Vector("WhiteoutSymlinkPath",
           [[*PASSWD, ("etc/whitedout", "x"), ("localetc", Link("/etc"))], [("localetc/.wh.whitedout", "")]],
           (("etc/passwd", 6),), absent=("etc/whitedout",)),
    Vector("WhiteoutDirectoryName", [PASSWD, [(".wh.etc/somefile", "non-empty")]],
           (("etc/passwd", 6), (".wh.etc/somefile", 9))),
    Vector("WhiteoutDeadSymlinkParent", [[*PASSWD, ("localetc", Link("/dne"))], [("localetc/.wh.etc", "")]],
           (("etc/passwd", 6),)),
    Vector("WhiteoutRelativePath", [PASSWD, [("dne/../.wh.etc", "")]], absent=("etc/passwd", "etc")),
    Vector("SymlinkOverridePath",
           [[("foo", D), ("foo/tmp", D), ("foo/tmp/x", "1"), ("foo", Link("/")), ("foo/tmp/x", "22"), ("foo", D),
             ("foo/tmp", D), ("foo/tmp/x", "333")]], (("foo/tmp/x", 3), ("tmp/x", 2))),
    Vector("HardlinkSymlinkBeforeCreateTarget",
           [[("etc", D), ("localpasswd", Link("/etc/passwd")), ("dup", HardLink("localpasswd")),
             ("/etc/passwd", "after")]],
           same=("dup", "localpasswd", "etc/passwd")),
    Vector("HardlinkSymlinkRelative",
           [[*PASSWD, ("passwdlink", Link("../../../../../etc/passwd")), ("localpasswd", HardLink("/passwdlink"))]],
           same=("localpasswd", "passwdlink", "etc/passwd")),
]  # fmt: skip
GO_CONTAINERREGISTRY = [
    Vector("ExtractWhiteout", [[("foo.txt", "foo")], [("bar.txt", "bar")], [(".wh.foo.txt", "")]],
           (("bar.txt", 3),), absent=("foo.txt",)),
    Vector("ExtractWhiteoutDir", [[("a/foo", ""), ("b/bar", ""), ("c/baz", "")], [(".wh.a", "")]],
           (("b/bar", 0), ("c/baz", 0)), absent=("a/foo", "a")),
    Vector("ExtractOverwrittenFile", [[("foo.txt", "foo")], [("bar.txt", "bar")], [("foo.txt", "bars")]],
           (("foo.txt", 4),)),
    Vector("ExtractOpaqueWhiteout", [[("d/a.txt", "a"), ("d/b.txt", "b")], [("d/c.txt", "c"), ("d/.wh..wh..opq", "")]],
           (("d/c.txt", 1),), absent=("d/a.txt", "d/b.txt")),
    Vector("a path above the root", [[("../tmp/evil", "data")]], absent=("tmp/evil", "tmp"),
           told="leaves the image's root"),
    Vector("Windows' paths are names like others", [[(r"..\..\tmp\evil", "data"), ("C:/tmp/evil", "data")]],
           ((r"..\..\tmp\evil", 4), ("C:/tmp/evil", 4)), absent=("tmp",)),
]  # fmt: skip
CHAIN: Layer = [
    ("dir1/sample.txt", "sample"), ("dir1/absolute", Link("/dir1/sample.txt")), ("dir1/dotted", Link("./sample.txt")),
    ("dir1/relative", Link("sample.txt")), ("dir1/chain", Link("absolute")),
    ("dir2/dir3/relative", Link("../../dir1/sample.txt")), ("dir2/dir3/chain", Link("/dir1/chain")),
    ("dir2/dir3/inside", Link("/dir2/../dir1/sample.txt")),
]  # fmt: skip
ALL_OF_CHAIN = ("dir1/sample.txt", *(path for path, node in CHAIN if isinstance(node, Link)))
SCALIBR = [
    Vector("overwrite-file", [[("sample.txt", "sample")], [("sample.txt", "new sample")]], (("sample.txt", 10),)),
    Vector("delete-file", [[("sample.txt", "sample")], [(".wh.sample.txt", "")]], absent=("sample.txt",)),
    Vector("recreate-file", [[("sample.txt", "1")], [(".wh.sample.txt", "")], [("sample.txt", "1")]],
           (("sample.txt", 1),)),
    Vector("multiple-files", [[("foo.txt", "foo")], [("dir1/bar.txt", "bar"), ("dir1/baz.txt", "baz")]],
           (("foo.txt", 3), ("dir1/bar.txt", 3), ("dir1/baz.txt", 3))),
    Vector("symlinks", [CHAIN], same=ALL_OF_CHAIN),
    Vector("symlinks-across-layers",
           [[("dir3/chain", Link("/dir2/absolute"))], [("dir2/absolute", Link("/dir1/sample.txt"))],
            [("dir1/sample.txt", "x")]],
           same=("dir3/chain", "dir2/absolute", "dir1/sample.txt")),
    Vector("dangling-symlinks", [CHAIN[1:]], absent=ALL_OF_CHAIN),
    Vector("symlink-cycle",
           [[("dir1/absolute", Link("/dir1/chain")), ("dir1/chain", Link("sample")),
             ("dir1/sample", Link("/dir1/absolute"))]],
           absent=("dir1/absolute", "dir1/chain", "dir1/sample")),
    Vector("symlink-depth",
           [[("dir1/0", "x"), *((f"dir1/{n}", Link(f"/dir1/{n - 1}")) for n in range(1, 8))]],
           same=("dir1/7", "dir1/0")),
    Vector("symlink-attack",
           [[("dir1/attack", Link("../../secret.txt")), ("dir1/absolute", Link("/../secret.txt"))]],
           absent=("dir1/attack", "dir1/absolute")),
    Vector("a trampoline of links",
           [[("trampoline", Link(".")), ("escape", Link("trampoline/trampoline/trampoline/../../../../tmp")),
             ("escape/poc.txt", "x"), ("usr/share/doc/c/copyright", Link("/escape/poc.txt"))]],
           same=("tmp/poc.txt", "usr/share/doc/c/copyright")),
]  # fmt: skip
VECTORS = [*CONTAINERD, *GO_CONTAINERREGISTRY, *SCALIBR]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one.name)
def test_layers_make_what_other_tools_expect(vector: Vector) -> None:
    read = [walk(tar_of(layer)) for layer in vector.layers]
    tree = Tree([LayerFacts(None, 0, one.index, {}, tuple(Unknown(*told) for told in one.told)) for one in read])
    told = [one.reason for one in (*tree.unknowns, *(known for facts in tree.layers for known in facts.unknowns))]

    for path, size in vector.sizes:
        found = tree.lookup(path)
        assert found is not None, path
        assert found.size == size, path
    assert len({(one.layer, one.number) if (one := tree.lookup(path)) else path for path in vector.same}) <= 1
    assert all(tree.lookup(path) for path in vector.same)
    assert [path for path in vector.absent if tree.lookup(path) is not None] == []
    assert [vector.told in reason for reason in told] == ([True] if vector.told else [])
