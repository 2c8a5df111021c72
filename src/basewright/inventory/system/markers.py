"""What tells a distribution where os-release does not: its elder relatives, and who made the packages."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from basewright.formats.content import Content, Window
from basewright.image.interface import Interest, TreeView
from basewright.inventory.apk.database import ApkDatabase
from basewright.inventory.bounded import head, head_window
from basewright.inventory.dpkg.status import DpkgStatus
from basewright.model.inventory import OsFacts

_MARKER_BYTES: Final = 4096
_NAMES: Final = frozenset({
    "alpine-release", "debian_version", "lsb-release", "openwrt_release", "arch-release", "gentoo-release",
    "system-release-cpe", "redhat-release", "centos-release", "fedora-release", "oracle-release", "rocky-release",
    "almalinux-release", "amazon-linux-release", "photon-release", "mariner-release", "azurelinux-release",
    "SuSE-release", "system-release",
})  # fmt: skip
_VENDORS: Final = {
    "red hat enterprise linux": "rhel", "centos": "centos", "fedora": "fedora", "rocky": "rocky",
    "almalinux": "almalinux", "oracle linux": "ol", "amazon linux": "amzn", "photon": "photon",
    "vmware photon": "photon", "cbl-mariner": "mariner", "microsoft azure linux": "azurelinux",
    "suse linux enterprise": "sles", "opensuse": "opensuse", "scientific linux": "scientific",
}  # fmt: skip
"""How a release file begins, in lower case → os-release's ID."""
_CPE_IDS: Final = {"redhat": "rhel", "centos": "centos", "fedoraproject": "fedora", "rocky": "rocky",
    "almalinux": "almalinux", "oracle": "ol", "amazon": "amzn"}  # fmt: skip
"""Vendor in a CPE → os-release's ID."""
_DEBIAN: Final = {"7": "wheezy", "8": "jessie", "9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm",
    "13": "trixie", "14": "forky"}  # fmt: skip
_RELEASE: Final = re.compile(r"(?:^|\s)(?:release\s+|v)?(\d+(?:\.\d+){0,3})\b")


class MarkerAnalyser:
    """Keeps the first bytes of the release files in ``etc``."""

    name = "os-markers"
    version = 1
    interest = Interest(names=_NAMES)
    record = bytes

    def wants(self, path: str, size: int, mode: int) -> bool:  # noqa: ARG002 - the protocol's shape
        """Whether `path` is one."""
        directory = path.rpartition("/")[0]
        return directory in {"etc", "usr/etc", "usr/lib", "usr/share"}

    def first_windows(self, size: int, head: bytes) -> tuple[Window, ...]:  # noqa: ARG002 - the protocol's shape
        """Return one window over what is read at most."""
        return head_window(size, _MARKER_BYTES)

    def read(self, path: str, content: Content) -> bytes:  # noqa: ARG002 - the protocol's shape
        """Return the first bytes."""
        return head(content, _MARKER_BYTES)[0]


def guesses(tree: TreeView) -> Iterator[OsFacts]:
    """Yield what the image seems to be, the surest first; each names the file that told."""
    texts = {one.path: one.record for one in tree.found("os-markers")}
    for path, read in _READERS:
        where = tree.resolve(path)
        data = texts.get(where) if where else None
        if where and data and (guess := read(data.decode("utf-8", "replace").strip(), where)):
            yield guess
    yield from _from_packages(tree)
    yield from _from_busybox(tree)


def _guess(path: str, kind: str, version: str | None, codename: str | None = None) -> OsFacts:
    return OsFacts(kind, version or None, codename=codename or None, path=path, is_guess=True)


def _alpine(text: str, path: str) -> OsFacts | None:
    match = _RELEASE.search(text)
    return _guess(path, "alpine", match[1] if match else None)


def _lsb(text: str, path: str) -> OsFacts | None:
    fields: Mapping[str, str] = {
        key.strip(): value.strip().strip("\"'") for key, _, value in (line.partition("=") for line in text.splitlines())
    }
    name = re.sub(r"[^a-z0-9._-]", "", fields.get("DISTRIB_ID", "").lower())
    release = fields.get("DISTRIB_RELEASE", "")
    return _guess(path, name, release[:64], fields.get("DISTRIB_CODENAME", "")[:64]) if name else None


def _debian(text: str, path: str) -> OsFacts | None:
    if match := re.match(r"(\d+)(?:\.\d+)*", text):
        return _guess(path, "debian", match[1], _DEBIAN.get(match[1]))
    name = re.match(r"([a-z]+)/sid", text)
    return _guess(path, "debian", None, name[1] if name else None)


def _cpe(text: str, path: str) -> OsFacts | None:
    pieces = text.removeprefix("cpe:2.3:o:").removeprefix("cpe:/o:").split(":")
    known = _CPE_IDS.get(pieces[0])
    return _guess(path, known, pieces[2][:64] if len(pieces) > 2 else None) if known else None


def _release(text: str, path: str) -> OsFacts | None:
    line = text.partition("\n")[0].lower()
    for start, kind in _VENDORS.items():
        if line.startswith(start):
            match = _RELEASE.search(line)
            return _guess(path, kind, match[1] if match else None)
    return None


def _named(kind: str) -> Callable[[str, str], OsFacts | None]:
    return lambda _, path: _guess(path, kind, None)


_READERS: Final[tuple[tuple[str, Callable[[str, str], OsFacts | None]], ...]] = (
    ("etc/alpine-release", _alpine),
    ("etc/lsb-release", _lsb),
    ("etc/openwrt_release", _lsb),
    ("etc/debian_version", _debian),
    ("etc/system-release-cpe", _cpe),
    *((f"etc/{name}", _release) for name in sorted(_NAMES) if name.endswith("-release") and name != "alpine-release"),
    ("etc/arch-release", _named("arch")),
    ("etc/gentoo-release", _named("gentoo")),
)


def _from_packages(tree: TreeView) -> Iterator[OsFacts]:
    """Yield what the packages' databases tell of their distribution."""
    for found in tree.found("apk-database"):
        apk: ApkDatabase = found.record
        versions = {one.name: one.version or "" for one in apk.packages}
        for name, kind in (("wolfi-baselayout", "wolfi"), ("chainguard-baselayout", "chainguard")):
            if name in versions:
                yield _guess(found.path, kind, None)
        release = _RELEASE.match(versions.get("alpine-release", versions.get("alpine-base", "")))
        if versions:
            yield _guess(found.path, "alpine", release[1] if release else None)
    for found in tree.found("dpkg-status"):
        if "/opkg/" in found.path:
            continue
        dpkg: DpkgStatus = found.record
        versions = {one.name: one.version or "" for one in dpkg.packages}
        if any("ubuntu" in version for version in versions.values()):
            yield _guess(found.path, "ubuntu", None)
        elif versions:
            release = re.match(r"(\d+)(?:\.\d+)*(?:\+deb(\d+)u\d+)?$", versions.get("base-files", ""))
            number = (release[2] or release[1]) if release else None
            yield _guess(found.path, "debian", number if number in _DEBIAN else None, _DEBIAN.get(number or ""))


def _from_busybox(tree: TreeView) -> Iterator[OsFacts]:
    for found in tree.found("busybox"):
        yield _guess(found.path, "busybox", found.record)
