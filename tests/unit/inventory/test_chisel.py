"""Packages of chiselled Ubuntu, from Chisel's manifest."""

import json
import sys

import pytest
from packaged_images import debian, inventory, package, reasons, stanza

from basewright.formats.content import Content, MalformedError
from basewright.inventory.dpkg.chisel import ChiselAnalyser, read_manifest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

UBUNTU = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
LINES = [
    {"jsonwall": "1.0", "schema": "1.0", "count": 6},
    {"kind": "content", "slice": "libc6_libs", "path": "/usr/lib/libc.so.6"},
    {"kind": "content", "slice": "libc6_libs", "path": "/usr/lib/"},
    {"kind": "content", "slice": "zlib1g_libs", "path": "/usr/lib/libz.so.1"},
    {"kind": "package", "name": "libc6", "version": "2.39-0ubuntu8.7", "sha256": "00", "arch": "arm64"},
    {"kind": "package", "name": "zlib1g", "version": "1:1.3.dfsg-3.1ubuntu2.1", "sha256": "00", "arch": "arm64"},
    {"kind": "slice", "name": "libc6_libs"},
]


def manifest(lines: list[dict[str, object]] = LINES) -> bytes:
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)


@pytest.mark.parametrize("place", ["var/lib/chisel/manifest.wall", "elsewhere/manifest.wall"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_packages_and_their_files_are_those_of_the_slices(place: str, is_packed: bool) -> None:
    data = manifest()

    found = inventory(
        {
            "etc/os-release": UBUNTU,
            place: zstd.compress(data) if is_packed else data,
            "usr/lib/libc.so.6": "1234",
        }
    )

    assert [one.purl for one in found.packages] == [
        "pkg:deb/ubuntu/libc6@2.39-0ubuntu8.7?arch=arm64&distro=ubuntu-24.04",
        "pkg:deb/ubuntu/zlib1g@1:1.3.dfsg-3.1ubuntu2.1?arch=arm64&distro=ubuntu-24.04",
    ]
    assert package(found, "libc6").files == ("usr/lib/libc.so.6",)
    assert package(found, "libc6").source is None, "the manifest does not tell it"
    assert not found.unknowns


def test_a_package_that_dpkg_knows_is_not_told_twice() -> None:
    nodes = debian({"zlib1g": []}, zlib1g=stanza("zlib1g", "1:1.3.dfsg-3.1ubuntu2.1").replace("amd64", "arm64"))

    found = inventory(nodes | {"var/lib/chisel/manifest.wall": zstd.compress(manifest())})

    assert [(one.name, one.location) for one in found.packages] == [
        ("libc6", "var/lib/chisel/manifest.wall"),
        ("zlib1g", "var/lib/dpkg/status"),
    ]


def test_lines_that_are_no_objects_are_counted() -> None:
    read = read_manifest(
        [b'{"jsonwall":"1.0"}', b"[]", b'{"kind":1}', b"{" * 10_000, b'{"kind":"package","name":"\\ud800"}']
    )

    assert read.problems == ("4 lines that are no objects",)


@pytest.mark.parametrize("data", [b"hello", b"", b"BZh91AY", b"]\0\0\0\x07xM"])
def test_other_files_of_that_name_are_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError, match="no manifest of Chisel"):
        ChiselAnalyser().read("x/manifest.wall", Content.whole(data))


def test_a_bomb_is_cut_and_told() -> None:
    bomb = zstd.compress(manifest(LINES[:1]) + b"\n" * 100_000_000)

    found = inventory({"etc/os-release": UBUNTU, "var/lib/chisel/manifest.wall": bomb})

    assert any("unpacks" in one or "ratio" in one or "times" in one for one in reasons(found))


def test_a_truncated_manifest_is_told() -> None:
    data = zstd.compress(manifest())

    found = inventory({"etc/os-release": UBUNTU, "var/lib/chisel/manifest.wall": data[:-10]})

    assert found.unknowns
