"""What an application finds in an image beside packages: users, certificates, time zones, commands."""

from typing import Final

from basewright.image.interface import DIRECTORY, REGULAR, TreeView
from basewright.inventory.hardening import Site
from basewright.inventory.hardening.programs import kind_of
from basewright.model.inventory import Account, Provisions

_BUNDLES: Final = (
    "etc/ssl/certs/ca-certificates.crt",
    "etc/ssl/cert.pem",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/ssl/ca-bundle.pem",
)
"""Where TLS libraries look for authorities: Debian and Alpine, OpenSSL's own, Red Hat old and new, SUSE (Go's
`crypto/x509`, root_linux.go, names the same)."""
_BUNDLE_BYTES: Final = 1024
"""A smaller file holds no authorities."""
_ZONES: Final = "usr/share/zoneinfo"
_ZONE: Final = "Europe/London"
"""A zone that no database leaves out; UTC alone is none."""
_DISTRIBUTIONS: Final = frozenset(
    {"apk", "apt", "apt-get", "dnf", "microdnf", "yum", "tdnf", "zypper", "pacman", "opkg", "swupd", "emerge"}
    | {"xbps-install", "nix-env", "urpmi", "slackpkg"}
)
"""Managers of a distribution's packages that reach its repositories; dpkg and rpm alone do not, pip is another's."""


def provisions_of(site: Site) -> Provisions:
    """Return what the finished image offers."""
    programs = site.programs
    users = site.accounts.users
    return Provisions(
        users=tuple(Account(one.name, one.uid, one.gid, one.home, one.shell) for one in users)
        if users is not None
        else None,
        ca_certificates=_bundle(site.tree),
        time_zones=_time_zones(site.tree),
        shells=tuple(one.path for one in programs if kind_of(one.name) == "shell"),
        package_managers=tuple(one.path for one in programs if one.name in _DISTRIBUTIONS),
        commands=tuple(sorted({one.name for one in programs})),
    )


def _bundle(tree: TreeView) -> str | None:
    for path in _BUNDLES:
        entry = tree.lookup(path)
        if entry is not None and entry.kind == REGULAR and entry.size >= _BUNDLE_BYTES:
            return path
    return None


def _time_zones(tree: TreeView) -> str | None:
    folder = tree.lookup(_ZONES)
    if folder is None or folder.kind != DIRECTORY:
        return None
    return _ZONES if tree.lookup(f"{_ZONES}/{_ZONE}") is not None else None
