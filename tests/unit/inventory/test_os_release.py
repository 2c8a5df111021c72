"""os-release and its relatives: what an image is, and what is told where it does not say."""

import pytest
from layer_facts import Symlink
from packaged_images import ALPINE, DEBIAN, alpine, debian, inventory, reasons, record, stanza

from basewright.formats.content import Content
from basewright.inventory.system.os_release import OsReleaseAnalyser, read_os_release


def test_values_are_unquoted_as_os_release_says() -> None:
    text = b"""# a comment
ID=debian
NAME="Debian GNU/Linux"
VERSION='12 (bookworm)'
ESCAPED="a \\"quoted\\" \\$HOME \\`x\\` \\\\"
  INDENTED=yes
EMPTY=
"""

    assert read_os_release(text).fields == {
        "ID": "debian",
        "NAME": "Debian GNU/Linux",
        "VERSION": "12 (bookworm)",
        "ESCAPED": 'a "quoted" $HOME `x` \\',
        "INDENTED": "yes",
        "EMPTY": "",
    }


def test_nothing_is_expanded_or_run() -> None:
    fields = read_os_release(b"ID=$(reboot)\nNAME=\"`id`;${PATH}\"\nVERSION='$(x)'\n").fields

    assert fields == {"ID": "$(reboot)", "NAME": "`id`;${PATH}", "VERSION": "$(x)"}


def test_a_later_assignment_wins_as_in_the_shell() -> None:
    assert read_os_release(b"ID=a\nID=b\n").fields == {"ID": "b"}


def test_line_ends_byte_order_mark_and_odd_bytes_do_no_harm() -> None:
    fields = read_os_release(b'\xef\xbb\xbfID=debian\r\nNAME="\xff\x1b[31m"\r\n').fields

    assert fields == {"ID": "debian", "NAME": "\\xff\x1b[31m"}


def test_ten_megabytes_are_cut_and_told() -> None:
    data = b"ID=debian\n" + b"A=" + b"x" * 10_000_000

    release = OsReleaseAnalyser().read("etc/os-release", Content.whole(data))

    assert release.fields == {"ID": "debian"}
    assert release.problems == ("10000012 bytes, of which only the first 65536 were read",)


def test_a_million_fields_are_bounded() -> None:
    data = b"".join(b"A%d=x\n" % number for number in range(5000))

    assert len(read_os_release(data).fields) == 200


def test_the_link_of_etc_is_followed_inside_the_image() -> None:
    found = inventory(
        {"etc/os-release": Symlink("../usr/lib/os-release"), "usr/lib/os-release": "ID=x\nVERSION_ID=1\n"}
    )

    assert found.os is not None
    assert (found.os.id, found.os.version_id, found.os.path) == ("x", "1", "usr/lib/os-release")


def test_an_absolute_link_stays_in_the_image() -> None:
    found = inventory({"etc/os-release": Symlink("/usr/lib/os-release"), "usr/lib/os-release": "ID=inside\n"})

    assert found.os is not None
    assert found.os.id == "inside"


@pytest.mark.parametrize(
    "target", ["os-release", "/etc/os-release", "nowhere", "../../../../../../etc/hostname-of-the-host"]
)
def test_a_link_in_a_circle_or_to_nowhere_is_told(target: str) -> None:
    found = inventory({"etc/os-release": Symlink(target)})

    assert found.os is None
    assert "etc/os-release: a link that leads nowhere or in a circle" in reasons(found)


def test_a_link_to_another_file_is_told() -> None:
    found = inventory({"etc/os-release": Symlink("/etc/passwd"), "etc/passwd": "ID=debian\n"})

    assert found.os is None
    assert "etc/os-release: leads to etc/passwd, which was not read as an os-release" in reasons(found)


def test_two_files_that_disagree_are_told_and_etc_counts() -> None:
    found = inventory({"etc/os-release": "ID=alpine\nVERSION_ID=3\n", "usr/lib/os-release": DEBIAN})

    assert found.os is not None
    assert found.os.id == "alpine"
    assert "usr/lib/os-release: says debian 12, but etc/os-release says alpine 3" in reasons(found)


@pytest.mark.parametrize("text", ["ID=$(reboot)\n", "ID='a b'\n", "ID=\x1b[31m\n", "ID=../../etc\n", "ID=" + "x" * 100])
def test_an_id_that_is_none_is_told_and_not_taken(text: str) -> None:
    found = inventory({"etc/os-release": text})

    assert found.os is None
    assert any("ID is no identifier" in one for one in reasons(found))


def test_a_version_that_is_none_is_told_and_not_taken() -> None:
    found = inventory({"etc/os-release": 'ID=debian\nVERSION_ID="12;rm -rf /"\n'})

    assert found.os is not None
    assert found.os.version_id is None
    assert any("VERSION_ID is no version" in one for one in reasons(found))


def test_a_later_layer_replaces_the_distribution() -> None:
    found = inventory({"etc/os-release": DEBIAN}, {"etc/os-release": ALPINE})

    assert found.os is not None
    assert found.os.id == "alpine"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("etc/alpine-release", "3.20.3\n", ("alpine", "3.20.3", None)),
        ("etc/debian_version", "12.8\n", ("debian", "12", "bookworm")),
        ("etc/debian_version", "trixie/sid\n", ("debian", None, "trixie")),
        (
            "etc/lsb-release",
            'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE="24.04"\nDISTRIB_CODENAME=noble\n',
            ("ubuntu", "24.04", "noble"),
        ),
        ("etc/redhat-release", "Rocky Linux release 9.3 (Blue Onyx)\n", ("rocky", "9.3", None)),
        ("etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n", ("centos", "7.9.2009", None)),
        ("etc/system-release-cpe", "cpe:2.3:o:amazon:amazon_linux:2\n", ("amzn", "2", None)),
        ("etc/system-release-cpe", "cpe:/o:redhat:enterprise_linux:9::baseos\n", ("rhel", "9", None)),
        ("etc/openwrt_release", "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.2'\n", ("openwrt", "23.05.2", None)),
        ("etc/arch-release", "Arch Linux release\n", ("arch", None, None)),
    ],
)
def test_a_relative_tells_where_os_release_is_missing(path: str, text: str, said: tuple[str | None, ...]) -> None:
    found = inventory({path: text})

    assert found.os is not None
    assert (found.os.id, found.os.version_id, found.os.codename) == said
    assert (found.os.is_guess, found.os.path) == (True, path)
    assert any("is a guess from " + path in one for one in reasons(found))


def test_ubuntu_is_no_debian_though_it_has_its_version_file() -> None:
    found = inventory({"etc/debian_version": "trixie/sid\n", "etc/lsb-release": "DISTRIB_ID=Ubuntu\n"})

    assert found.os is not None
    assert found.os.id == "ubuntu"


def test_the_packages_tell_where_nothing_else_does() -> None:
    nodes = debian({"base-files": []}, base_files=stanza("base-files", "12.4+deb12u8"))
    del nodes["etc/os-release"]
    nodes["etc/os-release.bak"] = DEBIAN

    found = inventory(nodes)

    assert found.os is not None
    assert (found.os.id, found.os.version_id, found.os.is_guess) == ("debian", "12", True)
    assert found.packages[0].purl == "pkg:deb/debian/base-files@12.4%2Bdeb12u8?arch=amd64&distro=debian-12"
    assert any("no usable os-release" in one for one in reasons(found))


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [("alpine-release", "3.20.3-r0", ("alpine", "3.20.3")), ("wolfi-baselayout", "1-r0", ("wolfi", None))],
)
def test_apks_packages_tell_too(name: str, version: str, said: tuple[str, str | None]) -> None:
    nodes = alpine({}, {"lib/apk/db/installed": record(name, version)})
    del nodes["etc/os-release"]

    found = inventory(nodes)

    assert found.os is not None
    assert (found.os.id, found.os.version_id) == said


def test_versions_of_ubuntu_tell_ubuntu() -> None:
    nodes = debian({"bash": []}, bash=stanza("bash", "5.2.21-2ubuntu4"))
    del nodes["etc/os-release"]

    found = inventory(nodes)

    assert found.os is not None
    assert found.os.id == "ubuntu"


def test_a_release_that_os_release_leaves_out_is_taken_from_its_relative() -> None:
    found = inventory(debian({}, {"etc/os-release": "ID=debian\n", "etc/debian_version": "forky/sid\n"}))

    assert found.os is not None
    assert (found.os.version_id, found.os.codename, found.os.is_guess) == (None, "forky", False)


def test_busybox_is_known_by_its_banner() -> None:
    found = inventory({"bin/[": b"\x7fELF junk BusyBox v1.38.0 (2026-05-13 02:21:49 UTC) junk"})

    assert found.os is not None
    assert (found.os.id, found.os.version_id, found.os.is_guess) == ("busybox", "1.38.0", True)


def test_an_empty_image_is_of_no_distribution_and_complete() -> None:
    found = inventory({"app/data": "x"})

    assert found.os is None
    assert not found.unknowns
