"""Records that other projects test with: read as dpkg, apk and os-release(5) mean them."""

import json
from pathlib import Path
from typing import Any

import pytest
from packaged_images import inventory

from basewright.inventory.apk.database import read_database
from basewright.inventory.dpkg.copyright import read_licenses
from basewright.inventory.dpkg.status import read_status

VECTORS = Path(__file__).parent / "inventory"


def vectors(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / name).read_text())


STATUS = vectors("dpkg-status.json")
INSTALLED = vectors("apk-installed.json")
COPYRIGHT = vectors("copyright.json")
RELEASES = vectors("os-release.json")["files"]

DPKG: dict[str, list[str]] = {
    "osv-scalibr/empty": [],
    "osv-scalibr/invalid": [],
    "osv-scalibr/nopackage": ["foo 1.0", "bar 2.0"],
    # Installed says the record, though it has no version: kept and told, where osv-scalibr passes over it.
    "osv-scalibr/noversion": ["foo 1.0", "acl None", "bar 2.0"],
    "osv-scalibr/opkg-nopackage": ["ubus 2024.10.20~252a9b0c-r1", "busybox 1.36.1-r2"],
    "osv-scalibr/opkg-noversion": ["ubus 2024.10.20~252a9b0c-r1", "libuci20130104 None", "busybox 1.36.1-r2"],
    "osv-scalibr/opkg-single": ["ubus 2024.10.20~252a9b0c-r1"],
    # Unpacked means that its files are there; what has no Status is kept with a note.
    "osv-scalibr/opkg-statusfield": [
        "wantinstall_installed 1.0",
        "wantinstall_unpacked 1.0",
        "wantpurge_installed 1.0",
        "wantnostatus 1.0",
    ],
    "osv-scalibr/opkg-transitional": ["ubus 2024.10.20~252a9b0c-r1"],
    "osv-scalibr/opkg-valid": [
        "ubus 2024.10.20~252a9b0c-r1",
        "libuci20130104 2023.08.10~5781664d-r1",
        "busybox 1.36.1-r2",
    ],
    "osv-scalibr/single": ["acl 2.3.1-3"],
    "osv-scalibr/status.d/foo": ["foo 1.2.3"],
    "osv-scalibr/statusfield": [
        "wantinstall_installed 1.0",
        "wantdeinstall_installed 1.0",
        "wantinstall_unpacked 1.0",
        "wantpurge_installed 1.0",
        "wantinstall_halfinstalled 1.0",
        "wantnostatus 1.0",
    ],
    "osv-scalibr/trailingnewlines": ["acl 2.3.1-3"],
    "osv-scalibr/transitional": ["iceweasel 78.13.0esr-1~deb10u1 firefox-esr"],
    "osv-scalibr/transitional_dummy": ["git-core 1:2.14.2-1 git"],
    "osv-scalibr/transitional_empty": ["runit-systemd 2.1.2-54+usrmerge runit"],
    "osv-scalibr/valid": [
        "accountsservice 22.08.8-6",
        "acl 2.3.1-3",
        "adduser 3.131",
        "admin-session 2023.06.26.c543406313-00",
        "attr 1:2.5.1-4",
        "libacl1 2.3.1-3 acl",
        "util-linux-extra 2.38.1-5+b1 util-linux 2.38.1-5",
    ],
    "syft/corrupt": [],
    "syft/coreutils-relationships": [
        "coreutils 9.1-1",
        "libacl1 2.3.1-3 acl",
        "libc6 2.36-9+deb12u1 glibc",
        "libgcc-s1 12.2.0-14 gcc-12",
        "gcc-12-base 12.2.0-14 gcc-12",
        "libattr1 1:2.5.1-4 attr",
        "libgmp10 2:6.2.1+dfsg1-1.1 gmp",
        "libselinux1 3.4-1+b6 libselinux 3.4-1",
        "libpcre2-8-0 10.42-1 pcre2",
    ],
    "syft/deinstall": ["linux-image-6.14.0-1012-aws 6.14.0-1012.12~24.04.1 linux-signed-aws-6.14"],
    "syft/doc-examples": [
        "mutt 1.3.17-1",
        "made-up-package-1 1.0.0 glibc",
        "made-up-package-2 2.0.0",
        "made-up-package-3 3.0.0",
        "made-up-package-4 3.0.0",
    ],
    "syft/empty": [],
    "syft/installed-size-4KB": ["apt 1.8.2 apt-dev"],
    "syft/libpam-runtime": ["libpam-runtime 1.5.2-6+deb12u1 pam"],
    "syft/multiple": ["tzdata 2020a-0+deb10u1 tzdata-dev", "util-linux 2.33.1-0.1"],
    "syft/opkg": ["dropbear 2024.85-r0", "busybox 1.36.1-r3", "kernel-modules 6.6.0-r0"],
    "syft/single": ["apt 1.8.2 apt-dev"],
    "trivy/corrupsed": [
        "libpam-runtime 1.1.8-3.1ubuntu3 pam",
        "libpam-modules-bin 1.1.8-3.1ubuntu3 pam",
        "makedev 2.3.1-93ubuntu1",
        "libgcc1 1:5.1.1-12ubuntu1 gcc-5 5.1.1-12ubuntu1",
        # A version that dpkg would refuse; whether it is one is for who compares it.
        "invalidpkg 1:5.# invalidpkg-5 5.#",
    ],
}


@pytest.mark.parametrize("case", sorted(STATUS))
def test_a_status_holds_the_packages_that_dpkg_would_see(case: str) -> None:
    found = read_status(STATUS[case].encode()).packages

    told = [" ".join(filter(None, (f"{one.name} {one.version}", one.source, one.source_version))) for one in found]

    assert told == DPKG[case]


APK: dict[str, list[str]] = {
    "osv-scalibr/different-arch": ["alpine-baselayout-data 3.4.3-r1 noarch alpine-baselayout 15"],
    "osv-scalibr/empty": [],
    "osv-scalibr/invalid": [],
    "osv-scalibr/no-origin": ["pkgname 1.2.3 x86_64 None 0"],
    "osv-scalibr/single": ["alpine-baselayout-data 3.4.3-r1 x86_64 alpine-baselayout 15"],
    "syft/base": ["alpine-baselayout 3.2.0-r6 x86_64 alpine-baselayout 27"],
    "syft/corrupt": ["alpine-baselayout-data 3.2.0-r22 x86_64 alpine-baselayout 14"],
    "syft/empty-deps-and-provides": ["alpine-baselayout-data 3.4.0-r0 x86_64 alpine-baselayout 15"],
    "syft/extra-file-attributes": ["openjdk8-jre 8.212.04-r0 x86_64 openjdk8 1"],
    "syft/multiple-1": [
        "bash 5.2.21-r0 x86_64 bash 0",
        "busybox-binsh 1.36.1-r15 x86_64 busybox 1",
        "musl 1.2.4_git20230717-r4 x86_64 musl 2",
        "readline 8.2.1-r2 x86_64 readline 2",
    ],
    "syft/single": ["musl-utils 1.1.24-r2 x86_64 musl 5"],
}


@pytest.mark.parametrize("case", sorted(APK))
def test_a_database_holds_the_packages_that_apk_would_see(case: str) -> None:
    found = read_database(INSTALLED[case].encode()).packages

    assert [
        f"{one.name} {one.version} {one.architecture} {one.origin} {len(one.files.split())}" for one in found
    ] == APK[case]


@pytest.mark.parametrize("case", sorted(set(INSTALLED) - set(APK)))
def test_a_large_database_is_read_record_for_record(case: str) -> None:
    lines = INSTALLED[case].splitlines()

    found = read_database(INSTALLED[case].encode()).packages

    assert [one.name for one in found] == [line[2:] for line in lines if line.startswith("P:")]
    assert [one.version for one in found if one.version] == [line[2:] for line in lines if line.startswith("V:")]
    assert sum(len(one.files.split()) for one in found) == sum(line.startswith("R:") for line in lines)


def test_licences_are_those_of_machine_readable_files_and_common_ones_of_others() -> None:
    assert {case: list(read_licenses(text.encode())) for case, text in COPYRIGHT.items()} == {
        "syft/dev-kit": [],
        # «License: … LGPL-2.1» and more are short names; GPL-1 stands only in the text, as a path.
        "syft/libaudit-common": ["GPL-2", "LGPL-2.1"],
        "syft/liblzma5": [
            "Autoconf",
            "GPL-2",
            "GPL-2+",
            "LGPL-2.1+",
            "PD",
            "PD-debian",
            "config-h",
            "noderivs",
            "permissive-fsf",
            "permissive-nowarranty",
            "probably-PD",
        ],
        "syft/microsoft": [],
        "syft/trilicense": [],
        "trivy/all-patterns-copyright": ["GPL-2"],
        "trivy/common-license-copyright": ["GPL-2"],
        "trivy/no-license-copyright": [],
    }


SYSTEMS: dict[str, tuple[str, str | None, str | None, str]] = {
    "almalinux/from-os-release": ("almalinux", "8.4", None, "etc/os-release"),
    "almalinux/from-redhat-release": ("almalinux", "8.10", None, "etc/redhat-release"),
    "alpine": ("alpine", "3.11.6", None, "etc/os-release"),
    "amazon": ("amzn", "2", None, "etc/os-release"),
    "arch": ("arch", None, None, "etc/os-release"),
    "centos": ("centos", "8", None, "usr/lib/os-release"),
    "centos5": ("centos", "5.7", None, "etc/redhat-release"),
    "centos6": ("centos", "6", None, "etc/system-release-cpe"),
    "custom": ("scientific", "8", None, "etc/os-release"),
    "debian/from-debian_version": ("debian", "10", "buster", "etc/os-release"),
    "debian/from-os-release": ("debian", "8", None, "usr/lib/os-release"),
    # The point release is in debian_version; releases of Debian are supported by their first number.
    "debian/with-point-release": ("debian", "13", "trixie", "etc/os-release"),
    "fedora": ("fedora", "36", None, "usr/lib/os-release"),
    "mariner": ("mariner", "1.0", None, "etc/os-release"),
    "missing-id": ("debian", "8", None, "usr/lib/os-release"),
    "missing-version": ("debian", None, None, "usr/lib/os-release"),
    "opensuse-leap": ("opensuse-leap", "15.2", None, "etc/os-release"),
    "oraclelinux": ("ol", "8.3", None, "etc/os-release"),
    "photon": ("photon", "2.0", None, "etc/os-release"),
    "redhat/from-os-release": ("rhel", "7.3", None, "usr/lib/os-release"),
    "redhat/from-redhat-release": ("rhel", "8.10", None, "etc/redhat-release"),
    "rockylinux/from-os-release": ("rocky", "8.4", None, "etc/os-release"),
    "rockylinux/from-redhat-release": ("rocky", "8.10", None, "etc/redhat-release"),
    "scientific/from-os-release": ("scientific", "7.5", None, "etc/os-release"),
    "scientific/from-redhat-release": ("scientific", "7.9", None, "etc/redhat-release"),
    "sles": ("sles", "15.2", None, "etc/os-release"),
    "ubuntu": ("ubuntu", "20.04", "focal", "etc/os-release"),
    "unknown-id": ("my-awesome-distro", "8", None, "usr/lib/os-release"),
    "wolfi": ("wolfi", "20220914", None, "etc/os-release"),
}


@pytest.mark.parametrize("case", sorted(SYSTEMS))
def test_a_distribution_is_told_by_its_files(case: str) -> None:
    found = inventory(RELEASES[case])

    assert found.os is not None
    assert (found.os.id, found.os.version_id, found.os.codename, found.os.path) == SYSTEMS[case]
    has_id = any(path.endswith("/os-release") for path in RELEASES[case]) and not case.startswith("missing-")
    assert found.os.is_guess is not has_id
    assert found.unknowns, "no package database is there, so the result is never complete"


@pytest.mark.parametrize("case", sorted(set(RELEASES) - set(SYSTEMS)))
def test_what_names_no_distribution_is_not_guessed(case: str) -> None:
    # An empty os-release, and a made-up busybox without the banner's date.
    assert case in {"busybox", "empty"}
    assert inventory(RELEASES[case]).os is None
