"""Packages of apk."""

import pytest
from layer_facts import Node, Symlink
from packaged_images import alpine, inventory, package, reasons, record

from basewright.formats.content import Content, MalformedError
from basewright.inventory.apk.database import PACKAGES, ApkAnalyser, read_database
from basewright.model.package import Evidence, SourcePackage


def test_a_package_has_all_that_its_record_says() -> None:
    text = record("libssl3", "3.3.2-r0", ["lib/libssl.so.3"], o="openssl", L="Apache-2.0", m="A <a@example.org>")
    nodes = alpine({}, {"lib/apk/db/installed": text, "lib/libssl.so.3": "12345"})

    one = package(inventory(nodes), "libssl3")

    assert one.purl == "pkg:apk/alpine/libssl3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl"
    assert (one.type, one.version, one.architecture, one.evidence) == ("apk", "3.3.2-r0", "x86_64", Evidence.DATABASE)
    assert one.source == SourcePackage("openssl", "3.3.2-r0")
    assert (one.files, one.bytes) == (("lib/libssl.so.3",), 5)
    assert (one.licenses, one.supplier) == (("Apache-2.0",), "A <a@example.org>")
    assert (one.location, one.note) == ("lib/apk/db/installed", "")


def test_a_package_that_is_its_own_origin_has_no_upstream() -> None:
    (one,) = inventory(alpine({}, {"lib/apk/db/installed": record("zlib", o="zlib")})).packages

    assert one.purl == "pkg:apk/alpine/zlib@1.0-r0?arch=x86_64&distro=alpine-3.20.3"


@pytest.mark.parametrize("name", ["wolfi", "chainguard"])
def test_relatives_of_alpine_have_their_own_namespace(name: str) -> None:
    nodes = alpine({"busybox": []}, {"etc/os-release": f"ID={name}\nVERSION_ID=20230201\n"})

    assert inventory(nodes).packages[0].purl == (f"pkg:apk/{name}/busybox@1.0-r0?arch=x86_64&distro={name}-20230201")


def test_the_merged_place_of_the_database_is_read() -> None:
    nodes: dict[str, Node] = {"lib": Symlink("usr/lib"), "usr/bin/x": "1"}
    nodes |= {path.replace("lib/apk", "usr/lib/apk"): node for path, node in alpine({"x": []}).items()}
    nodes["usr/lib/apk/db/installed"] = record("x", files=["usr/bin/x"])

    one = package(inventory(nodes), "x")

    assert (one.location, one.files) == ("usr/lib/apk/db/installed", ("usr/bin/x",))


def test_a_folder_without_a_name_is_the_root() -> None:
    nodes = alpine({}, {"lib/apk/db/installed": "P:a\nV:1\nF:\nR:top\nF:etc\nR:x\n", "top": "1", "etc/x": "1"})

    assert package(inventory(nodes), "a").files == ("etc/x", "top")


def test_a_virtual_package_is_listed_as_apk_lists_it() -> None:
    nodes = alpine({}, {"lib/apk/db/installed": record(".build-deps", "20240101.123456")})

    one = package(inventory(nodes), ".build-deps")

    assert one.note == "a virtual package: a name for what was installed with it"
    assert (one.files, one.bytes) == ((), 0)


def test_a_record_without_a_version_is_told() -> None:
    nodes = alpine({}, {"lib/apk/db/installed": record("a", None)})

    assert package(inventory(nodes), "a").note == "the record has no version"


def test_a_record_without_a_terminator_is_read() -> None:
    assert [one.name for one in read_database(b"P:a\nV:1\n\nP:b\nV:2").packages] == ["a", "b"]


@pytest.mark.parametrize("start", [b"", b"C:Q1sum=\n"])
def test_records_without_a_blank_line_between_them_are_two(start: bytes) -> None:
    data = start + b"P:a\nV:1\nF:etc\nR:x\n" + start + b"P:b\nV:2\nF:usr\nR:y\n"

    assert [(one.name, one.version, one.files) for one in read_database(data).packages] == [
        ("a", "1", b"etc/x"),
        ("b", "2", b"usr/y"),
    ]


def test_line_ends_with_returns_are_read() -> None:
    (one, _) = read_database(b"P:a\r\nV:1\r\nF:etc\r\nR:x\r\n\r\nP:b\r\nV:2\r\n").packages

    assert (one.version, one.files) == ("1", b"etc/x")


def test_a_record_without_a_name_is_told_and_the_next_is_read() -> None:
    database = read_database(b"V:1\n\nP:b\nV:2\n")

    assert [one.name for one in database.packages] == ["b"]
    assert database.problems == ("a record without a package's name",)


def test_odd_bytes_become_text_and_paths_stay_themselves() -> None:
    (one,) = read_database(b"P:\xff\nV:\xc3\xa4\nF:\xfe\nR:\xfd\n").packages

    assert (one.name, one.version, one.files) == ("\\xff", "ä", b"\xfe/\xfd")


def test_paths_that_are_no_utf8_are_found() -> None:
    name = "odd\udcff"
    nodes = alpine({}, {"lib/apk/db/installed": record("a", files=[name]), name: "123"})

    assert package(inventory(nodes), "a").files == (name,)


def test_too_many_records_are_bounded_and_told() -> None:
    database = read_database(b"P:a\nV:1\n\n" * (PACKAGES + 5))

    assert len(database.packages) == PACKAGES
    assert database.problems == (f"more than the {PACKAGES} packages that are kept",)


def test_a_file_over_the_limit_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basewright.inventory.apk.database.STATUS_BYTES", 20)

    database = ApkAnalyser().read("lib/apk/db/installed", Content.whole(b"P:a\nV:1\n\nP:b\nV:2\n\nP:c\nV:3\n"))

    assert [one.name for one in database.packages] == ["a", "b"]
    assert database.problems == ("29 bytes, of which only the first 20 were read",) or len(database.problems) == 1


def test_bytes_without_a_record_are_malformed() -> None:
    with pytest.raises(MalformedError, match="no record of a package"):
        ApkAnalyser().read("lib/apk/db/installed", Content.whole(b"hello\n"))


def test_a_deleted_database_is_told() -> None:
    found = inventory(alpine({"a": []}), {"lib/apk/db/.wh.installed": ""})

    assert found.packages == ()
    (reason,) = reasons(found)
    assert reason.startswith("lib/apk/db/installed: no package database of apk with packages")


def test_an_added_package_replaces_the_database_of_the_layer_below() -> None:
    found = inventory(alpine({"a": []}), {"lib/apk/db/installed": record("a") + "\n" + record("b")})

    assert [(one.name, one.layer) for one in found.packages] == [("a", 1), ("b", 1)]


def test_records_without_a_name_are_bounded_too() -> None:
    found = read_database(b"V:1\n\n" * (PACKAGES + 10) + b"P:late\nV:1\n")

    assert found.packages == ()
    assert found.problems == (f"more than the {PACKAGES} packages that are kept", "a record without a package's name")
