"""Real root file systems of Alpine and busybox."""

import functools
import tarfile
from pathlib import Path

import pytest
from layer_facts import layer_facts, tar_facts

from basewright.inventory import ANALYSERS, take_inventory
from basewright.model.inventory import Inventory

ROOTS = Path(__file__).parents[2] / ".." / "shared" / "data" / "rootfs"
ALPINE = {
    "3.18.9": "alpine-v3.18-minirootfs-3.18.9-x86_64.tar.gz",
    "3.20.3": "alpine-v3.20-minirootfs-3.20.3-x86_64.tar.gz",
}
PURLS_3_20 = """\
pkg:apk/alpine/alpine-baselayout@3.6.5-r0?arch=x86_64&distro=alpine-3.20.3
pkg:apk/alpine/alpine-baselayout-data@3.6.5-r0?arch=x86_64&distro=alpine-3.20.3&upstream=alpine-baselayout
pkg:apk/alpine/alpine-keys@2.4-r1?arch=x86_64&distro=alpine-3.20.3
pkg:apk/alpine/apk-tools@2.14.4-r0?arch=x86_64&distro=alpine-3.20.3
pkg:apk/alpine/busybox@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3
pkg:apk/alpine/busybox-binsh@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox
pkg:apk/alpine/ca-certificates-bundle@20240705-r0?arch=x86_64&distro=alpine-3.20.3&upstream=ca-certificates
pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl
pkg:apk/alpine/libssl3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl
pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3
pkg:apk/alpine/musl-utils@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3&upstream=musl
pkg:apk/alpine/scanelf@1.3.7-r2?arch=x86_64&distro=alpine-3.20.3&upstream=pax-utils
pkg:apk/alpine/ssl_client@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox
pkg:apk/alpine/zlib@1.3.1-r1?arch=x86_64&distro=alpine-3.20.3
"""
"""As Syft 1.18.1 writes them too."""

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not ROOTS.is_dir(), reason="the real root file systems are not here"),
]


@functools.cache
def found(name: str) -> Inventory:
    return take_inventory([tar_facts(ROOTS / name, ANALYSERS)], None)


def database(name: str) -> list[str]:
    with tarfile.open(ROOTS / name) as tar:
        stream = tar.extractfile("./lib/apk/db/installed")
        assert stream is not None
        return stream.read().decode().splitlines()


@pytest.mark.parametrize("version", ALPINE)
def test_every_record_is_a_package_and_every_file_is_owned(version: str) -> None:
    lines = database(ALPINE[version])
    inventory = found(ALPINE[version])
    packages = [one for one in inventory.packages if one.type == "apk"]

    assert sorted(one.name for one in packages) == sorted(line[2:] for line in lines if line.startswith("P:"))
    assert sum(len(one.files) for one in packages) == sum(line.startswith("R:") for line in lines)
    assert inventory.coverage.unexplained_executables == ()
    assert inventory.coverage.explained_bytes > 0.99 * inventory.bytes
    assert inventory.unknowns == ()


def test_the_purls_are_those_that_matchers_expect() -> None:
    purls = [one.purl for one in found(ALPINE["3.20.3"]).packages if one.type == "apk"]

    assert purls == PURLS_3_20.splitlines()


@pytest.mark.parametrize(("version", "musl"), [("3.18.9", "1.2.4"), ("3.20.3", "1.2.5")])
def test_the_distribution_and_the_c_library_are_told(version: str, musl: str) -> None:
    inventory = found(ALPINE[version])

    assert inventory.os is not None
    assert (inventory.os.id, inventory.os.version_id) == ("alpine", version)
    assert [(one.name, one.version) for one in inventory.libc] == [("musl", musl)]


@pytest.mark.parametrize(
    ("name", "libc"),
    [
        ("busybox-latest-glibc-amd64-rootfs.tar.gz", [("glibc", "2.41")]),
        ("busybox-latest-musl-amd64-rootfs.tar.gz", []),
    ],
)
def test_busybox_is_known_by_its_banner_alone(name: str, libc: list[tuple[str, str]]) -> None:
    inventory = found(name)

    assert inventory.os is not None
    assert (inventory.os.id, inventory.os.version_id, inventory.os.is_guess) == ("busybox", "1.38.0", True)
    assert [(one.name, one.version) for one in inventory.libc] == libc
    assert inventory.unknowns, "programs of no package, and no database that could tell of one"


def test_an_alpine_without_its_database_and_its_name_is_never_clean() -> None:
    base = tar_facts(ROOTS / ALPINE["3.20.3"], ANALYSERS)
    gone = ("etc/.wh.os-release", "etc/.wh.alpine-release", "usr/lib/.wh.os-release", "lib/.wh.apk")

    inventory = take_inventory([base, layer_facts(dict.fromkeys(gone, ""), ANALYSERS)], None)

    assert not [one for one in inventory.packages if one.type == "apk"]
    assert any("there is no database of packages" in one.reason for one in inventory.unknowns)
