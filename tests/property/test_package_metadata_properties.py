"""Readers of package metadata against any bytes: a record that survives the cache, or one clear error."""

import io
import zipfile
from pathlib import PurePosixPath

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_facts import layer_facts
from packageurl import PackageURL
from zips import in_windows

from basewright.formats.content import Content, MalformedError
from basewright.formats.zip import first_windows, read_archive
from basewright.image.tree import Tree
from basewright.inventory import ANALYSERS
from basewright.inventory.file_table import FileTable
from basewright.inventory.interface import Scene
from basewright.inventory.languages.java_texts import split_file_name
from basewright.inventory.languages.owned import files_below, joined
from basewright.inventory.languages.python import PythonCataloger

PLACES = {
    "python-metadata": "x/a.dist-info/METADATA",
    "python-record": "x/a.dist-info/RECORD",
    "python-origin": "x/a.dist-info/direct_url.json",
    "python-conda": "opt/conda-meta/a.json",
    "node": "x/node_modules/a/package.json",
    "ruby": "x/specifications/a-1.gemspec",
    "php-composer": "x/vendor/composer/installed.json",
    "php-pear": "x/.registry/a.reg",
    "dotnet": "x/a.deps.json",
    "dotnet-assembly": "x/a.dll",
    "java": "x/a-1.jar",
    "jvm": "x/release",
    "sboms": "x/bom.json",
    "r": "x/library/a/DESCRIPTION",
    "erlang": "x/ebin/a.app",
    "pacman": "var/lib/pacman/local/a/desc",
    "portage": "var/db/pkg/a/b-1/CONTENTS",
    "runtimes": "usr/include/node/node_version.h",
}
KEYS = st.sampled_from(["name", "version", "license", "libraries", "packages", "files", "url", "type", "components"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["Name", "Version", "License", "Classifier", "Package", "Built", "%NAME%", "# stub", ""]),
        st.text(max_size=30),
    ),
    max_size=10,
)
CONTENT = (
    st.binary(max_size=300)
    | JSON.map(msgspec.json.encode)
    | LINES.map(lambda lines: "\n".join(f"{key}: {value}" for key, value in lines).encode())
)
RELATIVE = st.lists(st.sampled_from(["..", ".", "a", "b", "usr", ""]), min_size=1, max_size=8).map("/".join)


@given(st.sampled_from(sorted(PLACES)), CONTENT)
@settings(max_examples=600, deadline=None)
def test_any_content_is_a_record_or_an_unknown(name: str, data: bytes) -> None:
    analyser = next(one for one in ANALYSERS if one.name == name)
    path = PLACES[name]
    assert analyser.wants(path, 5000, 0o644)

    try:
        record = analyser.read(path, Content.whole(data))
    except MalformedError:
        return
    if record is not None:
        encoded = msgspec.msgpack.encode(record)
        assert msgspec.msgpack.encode(msgspec.msgpack.decode(encoded, type=analyser.record)) == encoded


@given(
    st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text.strip()),
    st.text(max_size=20).filter(str.isprintable),
)
@settings(max_examples=200, deadline=None)
def test_every_package_url_can_be_parsed(name: str, version: str) -> None:
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    facts = layer_facts({"x/a.dist-info/METADATA": metadata}, PythonCataloger.analysers)

    for one in PythonCataloger().catalog(Scene(Tree([facts]), None, None)).packages:
        parsed = PackageURL.from_string(one.purl)
        assert parsed.type == "pypi"
        assert parsed.name.replace("_", "-") == one.name.lower().replace("_", "-")
        assert (parsed.version or None) == one.version


@given(st.dictionaries(st.text(min_size=1, max_size=30).filter(str.isprintable), st.binary(max_size=200), max_size=8))
@settings(max_examples=200, deadline=None)
def test_what_the_standard_library_writes_is_read_whole_and_in_windows(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for index, (name, data) in enumerate(members.items()):
            method = zipfile.ZIP_DEFLATED if index % 2 else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name.replace("\\", "/")), data, method)
    whole = buffer.getvalue()

    def read(content: Content) -> list[object]:
        found = read_archive(content)
        return list(found.read_all(found.members, limit=1000).values())

    assert read(Content.whole(whole)) == list(members.values())
    assert in_windows(whole, read, first=first_windows(len(whole)))[0] == list(members.values())
    assert in_windows(whole, read)[0] == list(members.values())


@given(st.sampled_from(["", "usr/lib/python3", "a/b/c"]), st.lists(RELATIVE, max_size=5))
def test_no_listed_path_leaves_the_root(base: str, names: list[str]) -> None:
    for path in joined(base, names):
        assert not path.startswith("/")
        assert ".." not in PurePosixPath(path).parts


@given(st.text(max_size=60))
def test_a_file_name_is_split_without_loss(name: str) -> None:
    artifact, version = split_file_name(f"{name}.jar")

    assert f"{name}.jar".rpartition("/")[2].startswith(artifact)
    assert version in name


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "b", "node_modules", "lib"]), min_size=1, max_size=5).map("/".join), max_size=12
    ),
    st.sets(st.lists(st.sampled_from(["a", "b", "lib"]), min_size=1, max_size=3).map("/".join), max_size=4),
    st.sampled_from(["", "node_modules"]),
)
def test_files_belong_to_the_nearest_root(folders: set[str], roots: set[str], apart: str) -> None:
    files = FileTable(Tree([layer_facts({f"{folder}/f.txt": "1" for folder in sorted(folders)}, [])]))

    found = files_below(files, roots, apart)

    for path in files.nodes:
        parents = [str(parent) for parent in PurePosixPath(path).parents]
        nearest = next((parent for parent in parents if parent in roots), None)
        between = path[len(nearest) :].split("/")[1:-1] if nearest is not None else []
        owner = None if nearest is None or (apart and apart in between) else nearest
        assert [root for root, paths in found.items() if path in paths] == ([owner] if owner else [])
