"""Packages of dpkg: states, versions, files, and what tells of a database that was tampered with."""

import time

import pytest
from layer_facts import HardLink, Node, Program, Symlink
from packaged_images import debian, inventory, package, reasons, stanza

from basewright.formats.content import Content, MalformedError
from basewright.image.limits import DEFAULT_LIMITS
from basewright.inventory.dpkg.copyright import read_licenses
from basewright.inventory.dpkg.lists import read_diversions
from basewright.inventory.dpkg.state import read_links
from basewright.inventory.dpkg.status import PACKAGES, StatusAnalyser, read_status
from basewright.model.package import Evidence, SourcePackage


def test_a_package_has_all_that_its_records_say() -> None:
    nodes = debian(
        {"libc6": ["usr/lib/libc.so.6"]},
        {"usr/share/doc/libc6/copyright": "Format: x\nLicense: LGPL-2.1+\n"},
        libc6=stanza("libc6", "2.36-9+deb12u8", Source="glibc", Maintainer="GNU Libc <libc@example.org>"),
    )

    one = package(inventory(nodes), "libc6")

    assert one.purl == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u8?arch=amd64&distro=debian-12&upstream=glibc"
    assert (one.type, one.version, one.architecture, one.evidence) == (
        "deb",
        "2.36-9+deb12u8",
        "amd64",
        Evidence.DATABASE,
    )
    assert one.source == SourcePackage("glibc", "2.36-9+deb12u8")
    assert one.files == ("usr/lib/libc.so.6",)
    assert one.bytes == len("libc6 usr/lib/libc.so.6")
    assert one.licenses == ("LGPL-2.1+",)
    assert one.supplier == "GNU Libc <libc@example.org>"
    assert (one.location, one.layer, one.note) == ("var/lib/dpkg/status", 0, "")


def test_a_rebuilt_binary_keeps_the_version_of_its_source() -> None:
    nodes = debian({"bash": []}, bash=stanza("bash", "5.2.15-2+b13", Source="bash (5.2.15-2)"))

    one = package(inventory(nodes), "bash")

    assert one.source == SourcePackage("bash", "5.2.15-2")
    assert one.purl.endswith("distro=debian-12&upstream=bash%405.2.15-2")


def test_an_epoch_stays_in_the_version() -> None:
    one = package(inventory(debian({"attr": []}, attr=stanza("attr", "1:2.5.1-4"))), "attr")

    assert one.purl == "pkg:deb/debian/attr@1:2.5.1-4?arch=amd64&distro=debian-12"


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("install ok installed", ""),
        ("hold ok installed", ""),
        ("deinstall ok installed", ""),
        ("purge ok installed", ""),
        ("install ok unpacked", "unpacked"),
        ("install ok half-configured", "half-configured"),
        ("install reinstreq half-installed", "half-installed, needs to be installed again"),
        ("install ok triggers-pending", "triggers-pending"),
        ("INSTALL OK INSTALLED", ""),
        (None, "the record does not say that it is installed"),
        ("deinstall ok config-files", None),
        ("purge ok not-installed", None),
        ("unknown ok not-installed", None),
    ],
)
def test_a_package_counts_as_dpkg_counts_it(status: str | None, note: str | None) -> None:
    lines = stanza("a").replace("Status: install ok installed\n", f"Status: {status}\n" if status else "")

    found = inventory(debian({"a": []}, a=lines))

    assert [one.note for one in found.packages] == ([] if note is None else [note])


def test_a_package_without_a_version_is_told() -> None:
    found = inventory(debian({"a": []}, a=stanza("a", None)))

    assert package(found, "a").version is None
    assert package(found, "a").note == "the record has no version"


def test_a_name_without_version_and_state_is_no_package() -> None:
    status = read_status(b"Package: foo\n\nPackage: bar\nVersion: 1\n")

    assert [one.name for one in status.packages] == ["bar"]
    assert status.gone == ("foo",)


def test_fields_are_read_in_any_case_and_lines_may_end_in_returns() -> None:
    status = read_status(b"PACKAGE: a\r\nstatus: install ok installed\r\nVERSION:1\r\n\r\nPackage:b\r\nVersion: 2\r\n")

    assert [(one.name, one.version) for one in status.packages] == [("a", "1"), ("b", "2")]


def test_a_continuation_line_is_no_field() -> None:
    (one,) = read_status(
        b"Package: a\nVersion: 1\nDescription: x\n Version: 2\n\tVersion: 3\n .\n Package: b\n"
    ).packages

    assert (one.name, one.version) == ("a", "1")


def test_a_stanza_without_a_name_is_told_and_the_next_is_read() -> None:
    status = read_status(b"Version: 1\n\nPackage: b\nVersion: 2\n")

    assert [one.name for one in status.packages] == ["b"]
    assert status.problems == ("a stanza without a package's name",)


def test_odd_bytes_become_text_that_can_be_written() -> None:
    (one,) = read_status(b"Package: \xff\xfe\nVersion: \xc3\xa4\x1b[31m\n").packages

    assert (one.name, one.version) == ("\\xff\\xfe", "ä\x1b[31m")


def test_a_field_of_five_hundred_megabytes_costs_no_memory_of_its_own() -> None:
    data = b"Package: a\nVersion: 1\nDescription: " + b"x" * 50_000_000 + b"\n\nPackage: b\nVersion: 2\n"

    started = time.monotonic()
    status = read_status(data)

    assert [one.name for one in status.packages] == ["a", "b"]
    assert time.monotonic() - started < 10


def test_a_value_has_an_end() -> None:
    (one,) = read_status(b"Package: a\nVersion: " + b"1" * 1_000_000 + b"\n").packages

    assert one.version == "1" * 4096


def test_a_file_over_the_limit_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basewright.inventory.dpkg.status.STATUS_BYTES", 100)
    data = b"".join(b"Package: p%d\nVersion: 1\n\n" % number for number in range(100))

    status = StatusAnalyser().read("var/lib/dpkg/status", Content.whole(data))

    assert [one.name for one in status.packages] == ["p0", "p1", "p2", "p3"]
    assert status.problems == (f"{len(data)} bytes, of which only the first 100 were read",)


def test_a_database_larger_than_what_is_kept_whole_is_read_in_a_window() -> None:
    text = stanza("a", Description="x" * DEFAULT_LIMITS.whole_file) + "\n" + stanza("b")

    found = inventory(debian({}, {"var/lib/dpkg/status": text}))

    assert [one.name for one in found.packages] == ["a", "b"]


def test_a_million_packages_are_bounded_and_told() -> None:
    status = read_status(b"Package: a\nVersion: 1\n\n" * (PACKAGES + 10))

    assert len(status.packages) == PACKAGES
    assert status.problems == (f"more than the {PACKAGES} packages that are kept",)


def test_no_blank_line_makes_one_stanza_whose_last_word_counts() -> None:
    status = read_status(b"Package: a\nVersion: 1\n" * 1000)

    assert [(one.name, one.version) for one in status.packages] == [("a", "1")]


@pytest.mark.parametrize("data", [b"invalid\n", b"\x00" * 1000, b"Pakij: apt\n"])
def test_bytes_that_describe_no_package_are_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError, match="describes no package"):
        StatusAnalyser().read("var/lib/dpkg/status", Content.whole(data))


def test_distroless_keeps_a_stanza_a_file_with_sums_beside_it() -> None:
    folder = "var/lib/dpkg/status.d"
    found = inventory(
        {
            "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Distroless"\n',
            f"{folder}/libssl3": "Package: libssl3\nVersion: 3.0.11\nArchitecture: amd64\nSource: openssl\n",
            f"{folder}/libssl3.md5sums": "0" * 32 + "  usr/lib/libssl.so.3\n" + "1" * 32 + "  usr/share/gone\n",
            f"{folder}/libssl3.postinst": "#!/bin/sh\n",
            f"{folder}/tzdata": "Package: tzdata\nVersion: 2024a\nArchitecture: all\n",
            "usr/lib/libssl.so.3": "12345",
        }
    )

    assert package(found, "libssl3").files == ("usr/lib/libssl.so.3",)
    assert package(found, "libssl3").bytes == 5
    assert package(found, "libssl3").note == ""
    assert package(found, "libssl3").location == f"{folder}/libssl3"
    assert package(found, "tzdata").bytes is None, "no list, so its files are not known"
    assert not found.unknowns


def test_a_file_in_status_d_that_says_nothing_is_told() -> None:
    found = inventory(debian({"a": []}, {"var/lib/dpkg/status.d/odd\udcff\x1b": "hello"}))

    assert any("describes no package" in one for one in reasons(found))


def test_merged_folders_are_resolved() -> None:
    nodes = debian({"libc6": []}, {"lib": Symlink("usr/lib"), "usr/lib/libc.so.6": "1234"})
    nodes["var/lib/dpkg/info/libc6.list"] = "/.\n/lib\n/lib/libc.so.6\n"

    one = package(inventory(nodes), "libc6")

    assert one.files == ("usr/lib/libc.so.6",)
    assert one.bytes == 4


def test_a_link_that_a_package_ships_is_its_own() -> None:
    nodes = debian({"a": []}, {"usr/lib/a.so": Symlink("a.so.1"), "usr/lib/a.so.1": "1234", "lib": Symlink("usr/lib")})
    nodes["var/lib/dpkg/info/a.list"] = "/.\n/lib\n/usr/lib/a.so\n/usr/lib/a.so.1\n"

    assert package(inventory(nodes), "a").files == ("lib", "usr/lib/a.so", "usr/lib/a.so.1")


def test_a_package_of_two_architectures_has_two_lists() -> None:
    nodes = debian({}, {"usr/lib/64/z": "12", "usr/lib/32/z": "123"})
    nodes["var/lib/dpkg/status"] = stanza("z") + "\n" + stanza("z").replace("amd64", "i386")
    nodes["var/lib/dpkg/info/z:amd64.list"] = "/usr/lib/64/z\n"
    nodes["var/lib/dpkg/info/z:i386.list"] = "/usr/lib/32/z\n"

    found = inventory(nodes)

    assert {one.architecture: one.files for one in found.packages} == {
        "amd64": ("usr/lib/64/z",),
        "i386": ("usr/lib/32/z",),
    }
    assert not found.unknowns


def test_without_a_list_the_sums_and_the_configuration_files_tell() -> None:
    nodes = debian({"a": []}, {"usr/bin/a": "1", "etc/a.conf": "22"})
    del nodes["var/lib/dpkg/info/a.list"]
    nodes["var/lib/dpkg/info/a.md5sums"] = "0" * 32 + "  usr/bin/a\n"
    nodes["var/lib/dpkg/info/a.conffiles"] = "remove-on-upgrade /etc/old\n/etc/a.conf\n"

    assert package(inventory(nodes), "a").files == ("etc/a.conf", "usr/bin/a")


def test_diverted_files_belong_to_whom_they_came_with() -> None:
    nodes = debian({"bash": [], "dash": []}, {"bin/sh": "dash's", "bin/sh.distrib": "bash's", "bin/x.mine": "x"})
    nodes["var/lib/dpkg/info/bash.list"] = "/bin/sh\n/bin/x\n"
    nodes["var/lib/dpkg/info/dash.list"] = "/bin/sh\n"
    nodes["var/lib/dpkg/diversions"] = "/bin/sh\n/bin/sh.distrib\ndash\n/bin/x\n/bin/x.mine\n:\n"

    found = inventory(nodes)

    assert package(found, "bash").files == ("bin/sh.distrib", "bin/x.mine")
    assert package(found, "dash").files == ("bin/sh",)


def test_half_a_diversion_is_none() -> None:
    assert read_diversions(b"/a\n/b\nc\n/d\n").moved == {"a": ("b", "c")}


AWK = "auto\n/usr/bin/awk\nnawk\n/usr/bin/nawk\n\n/usr/bin/mawk\n5\n/usr/bin/mawk\n\n"


def test_the_links_of_alternatives_belong_to_the_target() -> None:
    nodes = debian(
        {"mawk": ["usr/bin/mawk"]},
        {
            "etc/alternatives/awk": Symlink("/usr/bin/mawk"),
            "usr/bin/awk": Symlink("/etc/alternatives/awk"),
            "var/lib/dpkg/alternatives/awk": AWK,
            "usr/bin/script": Program(b"#!/usr/bin/awk -f\n"),
        },
    )
    names = read_links(AWK.encode(), "awk")

    found = inventory(nodes)

    assert list(names) == [("awk", "usr/bin/awk"), ("nawk", "usr/bin/nawk")]
    assert found.coverage.unexplained_executables == ("usr/bin/script",)


def test_maintainer_scripts_belong_to_their_package() -> None:
    nodes = debian({"a": []}, {"var/lib/dpkg/info/a.postinst": Program(b"#!/bin/sh\n")})

    (script,) = inventory(nodes).executables

    assert script.package == "pkg:deb/debian/a@1.0-1?arch=amd64&distro=debian-12"


def test_a_database_of_another_root_is_read_in_that_root() -> None:
    nodes: dict[str, Node] = {f"opt/root/{path}": node for path, node in debian({"a": ["usr/bin/a"]}).items()}

    found = inventory(nodes)

    assert package(found, "a").files == ("opt/root/usr/bin/a",)


def test_deleted_lists_are_told() -> None:
    nodes = debian({"a": ["usr/bin/a"], "b": []})
    del nodes["var/lib/dpkg/info/a.list"]

    found = inventory(nodes)

    assert package(found, "a").bytes is None
    assert reasons(found) == [
        "var/lib/dpkg/info: the lists of files of 1 of 2 packages are missing or cannot be read",
    ]


def test_packages_that_were_cut_from_the_status_are_told() -> None:
    nodes = debian({"a": [], "b": [], "c": []})
    nodes["var/lib/dpkg/status"] = stanza("a")

    assert reasons(inventory(nodes)) == [
        "var/lib/dpkg/info: lists of files of 2 packages that the status does not name: b, c",
    ]


def test_a_removed_package_may_leave_its_list() -> None:
    nodes = debian({"a": [], "b": []}, b=stanza("b").replace("install ok installed", "deinstall ok config-files"))

    found = inventory(nodes)

    assert [one.name for one in found.packages] == ["a"]
    assert not found.unknowns


@pytest.mark.parametrize("status", [None, ""])
def test_a_deleted_or_emptied_database_is_told(status: str | None) -> None:
    base = debian({"a": ["usr/bin/a"]})
    top: dict[str, Node] = {"var/lib/dpkg/.wh.info": ""}
    top |= {"var/lib/dpkg/.wh.status": ""} if status is None else {"var/lib/dpkg/status": status}

    found = inventory(base, top)

    assert found.packages == ()
    (reason,) = reasons(found)
    assert reason.startswith("var/lib/dpkg/status: no package database of dpkg with packages, though etc/os-release")


def test_a_distribution_with_another_ones_database_is_told() -> None:
    found = inventory(debian({"a": []}, {"etc/os-release": "ID=alpine\n"}))

    assert reasons(found) == ["etc/os-release: says alpine, but the package database is of another kind (deb)"]


def test_opkg_keeps_the_same_records_with_a_licence() -> None:
    found = inventory(
        {
            "etc/os-release": "ID=openwrt\nVERSION_ID=23.05.2\n",
            "usr/lib/opkg/status": stanza("dropbear", "2024.85-r0", License="MIT").replace("ok", "user"),
            "usr/lib/opkg/info/dropbear.list": "/usr/sbin/dropbear\n",
            "usr/sbin/dropbear": "123",
        }
    )

    one = package(found, "dropbear")

    assert one.purl == "pkg:opkg/openwrt/dropbear@2024.85-r0?arch=amd64&distro=openwrt-23.05.2"
    assert (one.type, one.licenses, one.files) == ("opkg", ("MIT",), ("usr/sbin/dropbear",))


def test_a_status_that_is_a_hard_link_is_found_once() -> None:
    nodes = debian({"a": []}, {"var/lib/dpkg/status-old": HardLink("var/lib/dpkg/status")})

    assert [one.name for one in inventory(nodes).packages] == ["a"]


def test_licences_of_a_machine_readable_file_are_its_short_names() -> None:
    text = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
License: GPL-2+ or Artistic

Files: *
License: GPL-2+
 the text, with a License: of its own
license: public-domain
License: none
License: <script>
"""

    assert read_licenses(text) == ("GPL-2+", "GPL-2+ or Artistic", "public-domain")


def test_licences_of_other_files_are_the_common_ones_they_refer_to() -> None:
    text = b"License: whatever it says\nSee /usr/share/common-licenses/GPL-2. And '/usr/share/common-licenses/LGPL-2.1'"

    assert read_licenses(text) == ("GPL-2", "LGPL-2.1")
    assert read_licenses(b"\xff\x00" * 1000) == ()


def test_a_linked_folder_of_documents_tells_the_licence() -> None:
    nodes = debian(
        {"libfoo": [], "libbar": []},
        {
            "usr/share/doc/libbar/copyright": "Format: x\nLicense: MIT\n",
            "usr/share/doc/libfoo": Symlink("libbar"),
        },
    )

    assert package(inventory(nodes), "libfoo").licenses == ("MIT",)


def test_stanzas_without_a_name_are_bounded_too() -> None:
    found = read_status(b"Version: 1\n\n" * (PACKAGES + 10) + b"Package: late\nVersion: 1\n")

    assert found.packages == ()
    assert found.problems == ("a stanza without a package's name", f"more than the {PACKAGES} packages that are kept")
