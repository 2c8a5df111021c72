"""The readers of text databases: total on any bytes, exact on what managers write."""

import msgspec
from debian.deb822 import Packages
from hypothesis import example, given, settings
from hypothesis import strategies as st
from layer_facts import layer_facts

from basewright.formats.content import Content, MalformedError
from basewright.image.tree import Tree
from basewright.inventory import ANALYSERS, take_inventory
from basewright.inventory.apk.database import ApkDatabase, read_database
from basewright.inventory.dpkg.chisel import read_manifest
from basewright.inventory.dpkg.copyright import read_licenses
from basewright.inventory.dpkg.lists import read_diversions
from basewright.inventory.dpkg.state import read_links
from basewright.inventory.dpkg.status import DpkgStatus, read_status
from basewright.inventory.file_table import FileTable
from basewright.inventory.system.os_release import OsRelease, read_os_release

NAMES = st.from_regex(r"[a-z0-9][a-z0-9+.-]{1,12}", fullmatch=True)
VERSIONS = st.from_regex(r"([1-9]:)?[0-9][A-Za-z0-9.+~]{0,10}(-[a-z0-9.+~]{1,5})?", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), max_size=20)
PATHS = st.lists(st.from_regex(r"[a-zA-Z0-9._+-]{1,6}(/[a-zA-Z0-9._+-]{1,6}){0,3}", fullmatch=True), max_size=5)
FIELDS = [
    b"Package: ",
    b"Status: ",
    b"Version: ",
    b"Source: ",
    b"P:",
    b"V:",
    b"F:",
    b"R:",
    b"C:",
    b"ID=",
    b"\n",
    b" ",
    b"\r",
    b'"',
    b"a",
    b"(",
]
PIECES = st.lists(st.sampled_from(FIELDS) | st.binary(max_size=8), max_size=40).map(b"".join)


@given(PIECES | st.binary(max_size=300))
@example(b"Package: a\nVersion: 1\n\n" * 3)
def test_any_bytes_are_read_to_records_that_can_be_kept(data: bytes) -> None:
    for record, kind in (
        (read_status(data), DpkgStatus),
        (read_database(data), ApkDatabase),
        (read_os_release(data), OsRelease),
        (read_licenses(data), tuple[str, ...]),
    ):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=kind) == record
    read_diversions(data)
    list(read_links(data, "x"))


@given(PIECES | st.binary(max_size=300))
def test_any_bytes_are_a_manifest_or_malformed(data: bytes) -> None:
    try:
        read_manifest([b'{"jsonwall":"1.0"}', *data.split(b"\n")])
        read_manifest(data.split(b"\n"))
    except MalformedError:
        return


@given(st.lists(st.tuples(NAMES, VERSIONS, NAMES | st.none(), WORDS), max_size=6))
def test_a_status_is_read_as_python_debian_reads_it(packages: list[tuple[str, str, str | None, str]]) -> None:
    text = "\n".join(
        f"Package: {name}\nStatus: install ok installed\nMaintainer: {words}\n"
        + (f"Source: {source}\n" if source else "")
        + f"Description: {words}\n more of {name}\n .\nVersion: {version}\n"
        for name, version, source, words in packages
    ).encode()
    expected = [
        (one["Package"], one["Version"], one.get("Source"), one["Maintainer"] or None)
        for one in Packages.iter_paragraphs(text, use_apt_pkg=False)
    ]

    found = read_status(text)

    assert [(one.name, one.version, one.source, one.maintainer) for one in found.packages] == expected
    assert found.problems == ()


@given(st.lists(st.tuples(NAMES, VERSIONS, PATHS), max_size=6))
def test_a_database_of_apk_is_read_record_for_record(packages: list[tuple[str, str, list[str]]]) -> None:
    text = "\n".join(
        f"C:Q1x=\nP:{name}\nV:{version}\n"
        + "".join(f"F:{path.rpartition('/')[0]}\nR:{path.rpartition('/')[2]}\n" for path in paths)
        for name, version, paths in packages
    ).encode()

    found = read_database(text)

    assert [(one.name, one.version, one.files.decode().split()) for one in found.packages] == packages


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), st.text(max_size=20), max_size=6))
def test_a_quoted_value_comes_back(fields: dict[str, str]) -> None:
    fields = {
        key: value.replace("\n", " ").replace("\r", " ").encode("utf-8", "ignore").decode()
        for key, value in fields.items()
    }
    quoted = {key: "".join(f"\\{one}" if one in '\\"$`' else one for one in value) for key, value in fields.items()}
    text = "".join(f'{key}="{value}"\n' for key, value in quoted.items())

    assert read_os_release(text.encode()).fields == fields


@given(PATHS, PATHS)
def test_what_a_list_names_is_found_where_it_is(present: list[str], listed: list[str]) -> None:
    files = [path for path in present if not any(other.startswith(f"{path}/") for other in present)]
    table = FileTable(Tree([layer_facts(dict.fromkeys(files, "x"), [])]))

    assert table.located(listed) == tuple(sorted(set(files) & set(listed)))


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "etc/os-release",
                "usr/lib/os-release",
                "etc/lsb-release",
                "etc/debian_version",
                "etc/system-release-cpe",
                "var/lib/dpkg/status",
                "var/lib/dpkg/status.d/a",
                "var/lib/dpkg/diversions",
                "var/lib/dpkg/alternatives/a",
                "var/lib/dpkg/info/a.list",
                "lib/apk/db/installed",
                "usr/share/doc/a/copyright",
                "var/lib/chisel/manifest.wall",
                "bin/busybox",
                "lib/libc.so.6",
            ]
        ),
        PIECES,
        max_size=8,
    )
)
def test_any_bytes_in_any_of_the_places_give_an_inventory(nodes: dict[str, bytes]) -> None:
    found = take_inventory([layer_facts(nodes, ANALYSERS)], None)

    assert list(found.unknowns) == sorted(set(found.unknowns))
    assert found.files == len(nodes)


def test_a_reader_that_is_given_windows_asks_for_what_it_needs() -> None:
    for analyser in ANALYSERS:
        content = Content.windows(100, [])
        assert all(one.offset >= 0 and one.length >= 0 for one in analyser.first_windows(content.size, bytes(512)))
