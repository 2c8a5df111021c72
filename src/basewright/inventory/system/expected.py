"""Which package database a distribution must have; where it is missing, the packages are not known."""

from collections.abc import Iterable
from typing import Final

from basewright.model.executable import ElfFacts
from basewright.model.inventory import Executable, OsFacts
from basewright.model.package import Evidence, Package
from basewright.model.unknown import Unknown

_MANAGERS: Final = {
    "deb": ("dpkg", "var/lib/dpkg/status", frozenset({"debian", "ubuntu", "raspbian", "kali", "devuan", "linuxmint"})),
    "apk": ("apk", "lib/apk/db/installed", frozenset({"alpine", "wolfi", "chainguard", "postmarketos", "adelie"})),
    "rpm": ("rpm", "var/lib/rpm", frozenset({
        "rhel", "fedora", "centos", "rocky", "almalinux", "ol", "amzn", "scientific", "sles", "sle", "suse", "opensuse",
        "opensuse-leap", "opensuse-tumbleweed", "sl-micro", "mariner", "azurelinux", "photon", "eurolinux", "openeuler",
        "mageia", "openmandriva", "hummingbird",
    })),
    "opkg": ("opkg", "usr/lib/opkg/status", frozenset({"openwrt"})),
    "alpm": ("pacman", "var/lib/pacman/local", frozenset({"arch", "archlinux", "manjaro", "endeavouros", "artix"})),
    "ebuild": ("Portage", "var/db/pkg", frozenset({"gentoo"})),
    "nix": ("Nix", "nix/store", frozenset({"nixos"})),
}  # fmt: skip
"""PURL type → (package manager, its usual database, ids of the distributions that it serves)."""
_UNREAD: Final = {"void": "xbps", "clear-linux-os": "swupd", "slackware": "pkgtools", "guix": "guix", "solus": "eopkg"}
"""Distributions whose package database nothing here reads."""


def program_unknowns(packages: Iterable[Package], executables: Iterable[Executable]) -> list[Unknown]:
    """Return what to tell where no database of packages is left and nothing explains programs that are there.

    Where there is a database, programs beside it are the image's own, and `Coverage` names them.
    """
    if any(one.evidence is Evidence.DATABASE for one in packages):
        return []
    strangers = [one.path for one in executables if one.package is None and isinstance(one.facts, ElfFacts)]
    if not strangers:
        return []
    others = f" nor {len(strangers) - 1} more programs and libraries" if len(strangers) > 1 else ""
    return [Unknown(strangers[0], f"no package explains this{others}, and there is no database of packages")]


def database_unknowns(os: OsFacts | None, packages: Iterable[Package]) -> list[Unknown]:
    """Return what to tell where `os` must have a database of packages and none, or another's, was found."""
    if os is None:
        return []
    kinds = {one.type for one in packages if one.evidence is Evidence.DATABASE}
    names = (os.id, *os.id_like)
    for name in names:
        if name in _UNREAD:
            return [
                Unknown(os.path, f"the packages of {os.id} are kept by {_UNREAD[name]}, whose database is not read")
            ]
        for kind, (manager, place, distributions) in _MANAGERS.items():
            if name not in distributions or kind in kinds:
                continue
            if others := sorted(kinds & _MANAGERS.keys()):
                reason = f"says {os.id}, but the package database is of another kind ({', '.join(others)})"
                return [Unknown(os.path, reason)]
            reason = f"no package database of {manager} with packages, though {os.path} says {os.id}"
            return [Unknown(place, f"{reason}: which packages are installed is not known")]
        if any(name in distributions for _, _, distributions in _MANAGERS.values()):
            return []
    return []
