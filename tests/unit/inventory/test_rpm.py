"""Packages of rpm in a finished image."""

from collections.abc import Mapping

import msgspec
import pytest
from rpm_building import (
    EPOCH,
    FILESTATES,
    INT8,
    INT32,
    MODULARITYLABEL,
    RSAHEADER,
    STRING,
    header,
    ndb_database,
    package,
    package_tags,
    sqlite_database,
)

from basewright.formats.content import Content, MalformedError, OutsideWindowsError, Window
from basewright.image.interface import DIRECTORY, REGULAR, SYMLINK, LayerFacts, LayerIndex
from basewright.image.tree import Tree
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.rpm import RpmAnalyser, RpmCataloger, RpmRecord, source_of
from basewright.model.inventory import OsFacts
from basewright.model.package import Evidence, SourcePackage

HOME = "var/lib/rpm/Packages.db"
FILE, LINK, FOLDER = 0o100644, 0o120777, 0o040755
RHEL = OsFacts("rhel", "9.4")


def layer(files: Mapping[str, int | str], records: Mapping[str, RpmRecord] = {}) -> LayerFacts:
    """Return the facts of a layer of regular files (path → size) and links (path → target)."""
    index = LayerIndex()
    folders = {path[:at] for path in [*files, *records] for at, letter in enumerate(path) if letter == "/"}
    for path in [*sorted(folders), *files, *(path for path in records if path not in files)]:
        value = files.get(path, 1)
        is_folder = path in folders and path not in files
        index.paths.append(path)
        index.kinds.append(DIRECTORY if is_folder else SYMLINK if isinstance(value, str) else REGULAR)
        for column in (index.modes, index.uids, index.gids, index.offsets):
            column.append(0)
        index.sizes.append(value if isinstance(value, int) and not is_folder else 0)
        if isinstance(value, str):
            index.links[len(index.paths) - 1] = value
    return LayerFacts(None, 0, index, {"rpm": records})


def read(path: str, data: bytes) -> RpmRecord:
    record = RpmAnalyser().read(path, Content.whole(data))
    # What the cache does to every record.
    return msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=RpmRecord)


def catalog(*layers: LayerFacts, os: OsFacts | None = RHEL) -> Catch:
    return RpmCataloger().catalog(Scene(Tree(layers), None, os))


def catalog_of(*blobs: bytes, files: Mapping[str, int | str] = {}, os: OsFacts | None = RHEL) -> Catch:
    return catalog(layer(files, {HOME: read(HOME, ndb_database(blobs))}), os=os)


def test_a_package_has_its_version_source_and_licence() -> None:
    tags = [*package_tags("zlib"), (EPOCH, INT32, [1]), (1011, STRING, "Red Hat, Inc."), (RSAHEADER, 7, b"\x89")]
    (one,) = catalog_of(header(tags)).packages

    assert (one.type, one.name, one.version) == ("rpm", "zlib", "1:1.0-1.el9")
    assert one.purl == (
        "pkg:rpm/redhat/zlib@1.0-1.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=zlib-1.0-1.el9.src.rpm"
    )
    assert (one.location, one.layer, one.evidence) == (HOME, 0, Evidence.DATABASE)
    assert one.source == SourcePackage("zlib", "1.0-1.el9")
    assert (one.architecture, one.licenses, one.supplier) == ("x86_64", ("MIT",), "Red Hat, Inc.")
    assert one.is_verified is True


@pytest.mark.parametrize(
    ("os", "start", "distro"),
    [
        (OsFacts("fedora", "40"), "pkg:rpm/fedora/", "distro=fedora-40"),
        (OsFacts("opensuse-leap", "15.6"), "pkg:rpm/opensuse/", "distro=opensuse-leap-15.6"),
        (OsFacts("amzn"), "pkg:rpm/amzn/", "distro=amzn"),
        (None, "pkg:rpm/a@", None),
    ],
)
def test_the_purl_names_the_distribution(os: OsFacts | None, start: str, distro: str | None) -> None:
    (one,) = catalog_of(package("a"), os=os).packages

    assert one.purl.startswith(start)
    assert (distro or "distro=") in one.purl or distro is None
    assert ("distro=" in one.purl) == (distro is not None)


def test_a_module_is_named() -> None:
    label = "nodejs:18:8080020230718130225:63b34585"
    (one,) = catalog_of(header([*package_tags("nodejs"), (MODULARITYLABEL, STRING, label)])).packages

    assert f"rpmmod={label}" in one.purl
    assert one.note == f"module {label}"


def test_keys_are_no_packages() -> None:
    key = header([one for one in package_tags("gpg-pubkey") if one[0] not in {1044, 1022}])

    assert [one.name for one in catalog_of(key, package("a")).packages] == ["a"]


def test_files_are_those_that_the_image_holds_with_aliases_resolved() -> None:
    blob = package(
        "a", {"/bin/a": FILE, "/lib/liba.so": LINK, "/usr/share/a": FOLDER, "/usr/share/a/gone": FILE, "/b": FILE}
    )
    files = {"bin": "usr/bin", "usr/bin/a": 10, "lib/liba.so": "liba.so.1", "usr/share/a/other": 5, "b": 7}
    (one,) = catalog_of(blob, files=files).packages

    assert one.files == ("b", "lib/liba.so", "usr/bin/a")
    assert one.bytes == 17


def test_a_file_with_two_names_counts_once() -> None:
    facts = layer(
        {"usr/bin/git": 100, HOME: 1},
        {HOME: read(HOME, ndb_database([package("git", {"/usr/bin/git": FILE, "/usr/bin/git-log": FILE})]))},
    )
    facts.index.paths.append("usr/bin/git-log")
    facts.index.kinds.append(ord("1"))
    for column in (facts.index.modes, facts.index.uids, facts.index.gids, facts.index.offsets, facts.index.sizes):
        column.append(0)
    facts.index.links[len(facts.index.paths) - 1] = "usr/bin/git"
    (one,) = catalog(facts).packages

    assert one.files == ("usr/bin/git", "usr/bin/git-log")
    assert one.bytes == 100


def test_a_file_that_was_replaced_by_another_package_is_not_owned() -> None:
    tags = [*package_tags("a", {"/a": FILE, "/b": FILE}), (FILESTATES, INT8, [1, 0])]
    (one,) = catalog_of(header(tags), files={"a": 1, "b": 2}).packages

    assert one.files == ("b",)


def test_a_package_without_files_owns_none_and_a_manifest_tells_of_none() -> None:
    (one,) = catalog_of(package("meta")).packages
    assert (one.files, one.bytes) == ((), 0)

    path = "var/lib/rpmmanifest/container-manifest-2"
    line = b"a\t2-1\t1\t1\tMicrosoft\t(none)\t5\tnoarch\t0\ta-2-1.src.rpm\n"
    (one,) = catalog(layer({}, {path: read(path, line)}), os=OsFacts("mariner", "2.0")).packages
    assert (one.files, one.bytes, one.is_verified) == ((), None, None)
    assert one.purl == "pkg:rpm/mariner/a@2-1?arch=noarch&distro=mariner-2.0&upstream=a-2-1.src.rpm"


def test_a_database_of_a_system_in_a_folder_owns_that_systems_files() -> None:
    path = "sysroot/usr/lib/sysimage/rpm/Packages.db"
    record = read(path, ndb_database([package("a", {"/usr/bin/a": FILE})]))
    (one,) = catalog(layer({"sysroot/usr/bin/a": 3, "usr/bin/a": 4}, {path: record})).packages

    assert (one.location, one.files, one.bytes) == (path, ("sysroot/usr/bin/a",), 3)


def test_a_later_layers_database_is_the_one_that_counts() -> None:
    first = layer({}, {HOME: read(HOME, ndb_database([package("a"), package("b")]))})
    second = layer({}, {HOME: read(HOME, ndb_database([package("a", version="2")]))})

    assert [(one.name, one.version, one.layer) for one in catalog(first, second).packages] == [("a", "2-1.el9", 1)]


def test_damages_become_unknowns_and_the_rest_is_listed() -> None:
    data = bytearray(ndb_database([package("a"), package("b")]))
    data[32:36] = b"Spot"
    catch = catalog(layer({}, {HOME: read(HOME, bytes(data))}))

    assert [one.name for one in catch.packages] == ["b"]
    assert [(one.path, one.reason) for one in catch.unknowns] == [(HOME, "a slot without its mark")]


@pytest.mark.parametrize(("wal", "log"), [(True, "-wal"), (False, "-journal")])
def test_changes_in_a_log_beside_the_database_are_told(tmp_path, wal: bool, log: str) -> None:
    path = "usr/lib/sysimage/rpm/rpmdb.sqlite"
    record = read(path, sqlite_database(tmp_path / "a", [package("a")], wal=wal))

    assert record.is_wal == wal
    assert not catalog(layer({f"{path}{log}": 0}, {path: record})).unknowns
    (told,) = catalog(layer({f"{path}{log}": 9}, {path: record})).unknowns
    assert told.path == f"{path}{log}"


@pytest.mark.parametrize(
    ("path", "is_wanted"),
    [
        ("var/lib/rpm/Packages", True),
        ("usr/share/rpm/rpmdb.sqlite", True),
        ("usr/lib/sysimage/rpm/Packages.db", True),
        ("mnt/image/var/lib/rpm/Packages", True),
        ("var/lib/rpmmanifest/container-manifest-2", True),
        ("srv/debian/Packages", False),
        ("xvar/lib/rpm/Packages", False),
        ("var/lib/rpm/Packages.bak", False),
        ("container-manifest-2", False),
    ],
)
def test_databases_are_wanted_where_rpm_keeps_them(path: str, is_wanted: bool) -> None:
    analyser = RpmAnalyser()

    assert analyser.wants(path, 1, 0o644) == is_wanted
    assert path.rpartition("/")[2] in analyser.interest.names or not is_wanted


def test_a_large_database_is_asked_for_whole() -> None:
    assert RpmAnalyser().first_windows(100, b"") == (Window(0, 100),)
    with pytest.raises(OutsideWindowsError):
        RpmAnalyser().read(HOME, Content.windows(100, [(0, b"RpmP")]))


def test_what_is_no_database_is_malformed() -> None:
    with pytest.raises(MalformedError):
        RpmAnalyser().read(HOME, Content.whole(b"nonsense"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bash-5.1-2.el9.src.rpm", SourcePackage("bash", "5.1-2.el9")),
        ("java-1.8.0-openjdk-1.8.0.402.b06-2.el9.src.rpm", SourcePackage("java-1.8.0-openjdk", "1.8.0.402.b06-2.el9")),
        ("a-1-2.nosrc.rpm", SourcePackage("a", "1-2")),
        ("elasticsearch-8.17.0-1-src.rpm", None),
        ("a-1.src.rpm", None),
        ("-1-2.src.rpm", None),
        ("", None),
    ],
)
def test_the_source_is_read_of_the_source_packages_file_name(name: str, expected: SourcePackage | None) -> None:
    assert source_of(name) == expected


def test_a_database_that_a_link_hides_is_told() -> None:
    files: dict[str, int | str] = {"var/lib/rpm": "../../opt/db", "opt/db/rpmdb.sqlite": 9}
    (told,) = catalog(layer(files)).unknowns

    assert told.path == "var/lib/rpm/rpmdb.sqlite"
    assert "over a link" in told.reason


def test_a_home_that_is_a_link_to_another_home_is_read_once() -> None:
    path = "usr/lib/sysimage/rpm/Packages.db"
    record = read(path, ndb_database([package("a")]))
    catch = catalog(layer({"var/lib/rpm": "../../usr/lib/sysimage/rpm", path: 9}, {path: record}))

    assert [one.location for one in catch.packages] == [path]
    assert not catch.unknowns


def test_a_hard_link_that_sorts_first_does_not_hide_the_database() -> None:
    facts = layer({HOME: 9}, {HOME: read(HOME, ndb_database([package("a")]))})
    facts.index.paths.append("a-copy")
    facts.index.kinds.append(ord("1"))
    for column in (facts.index.modes, facts.index.uids, facts.index.gids, facts.index.offsets, facts.index.sizes):
        column.append(0)
    facts.index.links[len(facts.index.paths) - 1] = HOME

    assert [one.location for one in catalog(facts).packages] == [HOME]
