"""Python distributions in images: metadata, owned files, vendored and cached copies."""

from layer_facts import HardLink, Symlink
from packaged_images import debian, inventory, package, reasons
from zips import zip_of

from basewright.inventory.languages.python_metadata import (
    normalized,
    read_metadata,
    read_origin,
    read_record,
)
from basewright.model.package import Evidence

SITE = "usr/local/lib/python3.12/site-packages"


def metadata(name: str, version: str = "1.0", **fields: str) -> str:
    lines = {"Metadata-Version": "2.4", "Name": name, "Version": version}
    lines |= {key.replace("_", "-"): value for key, value in fields.items()}
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\nThe description: not a field\n"


def wheel(name: str, files: dict[str, str], version: str = "1.0", site: str = SITE) -> dict[str, bytes | str]:
    info = f"{name}-{version}.dist-info"
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/METADATA", f"{info}/RECORD"))
    nodes = {f"{site}/{path}": text for path, text in files.items() if not path.startswith("..")}
    return nodes | {f"{site}/{info}/METADATA": metadata(name, version), f"{site}/{info}/RECORD": record}


def test_a_wheel_is_a_package_with_its_files() -> None:
    nodes = wheel("Flask_Thing.X", {"flask_thing/__init__.py": "1", "../../../bin/thing": ""})
    nodes |= {"usr/local/bin/thing": "#!", f"{SITE}/flask_thing/__pycache__/__init__.cpython-312.pyc": "12345"}

    found = package(inventory(nodes), "flask-thing-x")

    assert found.purl == "pkg:pypi/flask-thing-x@1.0"
    assert found.location == f"{SITE}/Flask_Thing.X-1.0.dist-info/METADATA"
    assert found.evidence is Evidence.METADATA
    assert found.files == (
        "usr/local/bin/thing",
        f"{SITE}/Flask_Thing.X-1.0.dist-info/METADATA",
        f"{SITE}/Flask_Thing.X-1.0.dist-info/RECORD",
        f"{SITE}/flask_thing/__init__.py",
        f"{SITE}/flask_thing/__pycache__/__init__.cpython-312.pyc",
    )
    assert found.bytes is not None
    assert found.bytes > 5


def test_a_record_that_points_out_of_the_image_owns_nothing_there() -> None:
    nodes = wheel("evil", {"../../../../../../../../etc/shadow": "", "a.py": "x"}) | {"etc/shadow": "root"}

    found = package(inventory(nodes), "evil")

    # Above the root there is only the root: the path means the image's own file, as it would for an installer.
    assert "etc/shadow" in found.files
    assert all(not path.startswith((".", "/")) for path in found.files)


def test_files_are_found_through_links_to_directories() -> None:
    nodes = wheel("a", {"a.py": "1"}, site="opt/real") | {"usr/lib/python3": Symlink("/opt/real")}

    assert "opt/real/a.py" in package(inventory(nodes), "a").files


def test_eggs_are_packages_of_all_three_forms() -> None:
    nodes = {
        f"{SITE}/one.egg-info/PKG-INFO": metadata("one"),
        f"{SITE}/one.egg-info/installed-files.txt": "../one.py\nPKG-INFO\n",
        f"{SITE}/one.py": "x",
        f"{SITE}/two-2.egg-info": metadata("two", "2"),
        f"{SITE}/three-3.egg": zip_of({"EGG-INFO/PKG-INFO": metadata("three", "3")}),
        f"{SITE}/four-4.egg/EGG-INFO/PKG-INFO": metadata("four", "4"),
    }

    found = {one.name: one for one in inventory(nodes).packages}

    assert {name: one.version for name, one in found.items()} == {"one": "1.0", "two": "2", "three": "3", "four": "4"}
    assert found["one"].files == (f"{SITE}/one.egg-info/PKG-INFO", f"{SITE}/one.py")
    assert found["three"].files == (f"{SITE}/three-3.egg",)


def test_the_same_wheel_linked_into_two_environments_is_two_packages() -> None:
    nodes = {
        "cache/a.dist-info/METADATA": metadata("a"),
        "x/a.dist-info/METADATA": HardLink("cache/a.dist-info/METADATA"),
    }

    assert [one.location for one in inventory(nodes).packages] == [
        "cache/a.dist-info/METADATA",
        "x/a.dist-info/METADATA",
    ]


def test_vendored_and_cached_copies_say_so() -> None:
    nodes = {
        f"{SITE}/setuptools/_vendor/wheel-1.0.dist-info/METADATA": metadata("wheel"),
        "root/.cache/uv/archive-v0/abc/six-1.0.dist-info/METADATA": metadata("six"),
    }

    notes = {one.name: one.note for one in inventory(nodes).packages}

    assert notes == {"wheel": "vendored in setuptools", "six": "in an installer's cache"}


def test_where_a_package_came_from_is_told() -> None:
    git = '{"url": "https://example.org/a.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}'
    nodes = {
        f"{SITE}/a.dist-info/METADATA": metadata("a"),
        f"{SITE}/a.dist-info/direct_url.json": git,
        f"{SITE}/b.dist-info/METADATA": metadata("b"),
        f"{SITE}/b.dist-info/direct_url.json": '{"url": "file:///b", "dir_info": {"editable": true}}',
        f"{SITE}/c.dist-info/METADATA": metadata("c"),
        f"{SITE}/c.dist-info/direct_url.json": '{"url": "file:///c.whl", "archive_info": {}}',
    }

    found = inventory(nodes)

    assert package(found, "a").purl == "pkg:pypi/a@1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa.git%40abc"
    assert package(found, "b").note == "installed in editable mode"
    assert package(found, "c").note == "installed from a file or an address, not from an index"


def test_a_package_of_the_distribution_is_linked_to_it() -> None:
    path = "usr/lib/python3/dist-packages/six-1.16.egg-info/PKG-INFO"
    nodes = debian({"python3-six": [path]}) | {path: metadata("six", "1.16")}

    assert package(inventory(nodes), "six").owner == package(inventory(nodes), "python3-six").purl


def test_conda_packages_are_read_from_their_records() -> None:
    record = (
        '{"name": "zlib", "version": "1.3", "build": "h1_0", "subdir": "linux-64", "license": "Zlib",'
        ' "channel": "https://conda.example/main/linux-64", "files": ["lib/libz.so", "gone"]}'
    )
    nodes = {"opt/conda/conda-meta/zlib-1.3-h1_0.json": record, "opt/conda/lib/libz.so": "z"}

    found = package(inventory(nodes), "zlib")

    assert found.purl == "pkg:conda/zlib@1.3?build=h1_0&channel=main&subdir=linux-64"
    assert found.files == ("opt/conda/lib/libz.so",)
    assert found.licenses == ("Zlib",)


def test_damaged_metadata_is_an_unknown() -> None:
    nodes = {
        f"{SITE}/a.dist-info/METADATA": "Version: 1\n\n",
        f"{SITE}/b.dist-info/METADATA": "Name: ../../x\nVersion: 1\n",
        f"{SITE}/c.dist-info/direct_url.json": "{",
        f"{SITE}/d.egg": b"PK\3\4 no zip",
        f"{SITE}/e.egg": zip_of({"x": "y"}),
        "opt/conda/conda-meta/f.json": "[]",
    }

    told = reasons(inventory(nodes))

    assert len(told) == 6
    assert any("without a name" in reason for reason in told)


def test_a_metadata_file_outside_of_a_dist_info_is_none() -> None:
    nodes = {"app/METADATA": "Name: x\nVersion: 1\n", "app/PKG-INFO": metadata("y"), "app/RECORD": "a,,\n"}

    assert inventory(nodes).packages == ()


def test_licences_are_kept_as_recorded() -> None:
    def licenses(**fields: str) -> tuple[str, ...]:
        found = read_metadata(metadata("a", **fields).encode())
        assert found is not None
        return found.licenses

    assert licenses(License_Expression="MIT OR Apache-2.0", License="x") == ("MIT OR Apache-2.0",)
    assert licenses(License="BSD") == ("BSD",)
    assert licenses(License="UNKNOWN", Classifier="License :: OSI Approved :: MIT License") == (
        "License :: OSI Approved :: MIT License",
    )
    assert licenses(License="A long text\n        over several lines") == ()
    assert licenses() == ()


def test_cpythons_own_egg_info_is_no_package() -> None:
    assert read_metadata(b"Name: Python\nVersion: 2.7.18\n") is None


def test_names_compare_as_pypi_does() -> None:
    assert normalized("Foo.-_bar") == "foo-bar"


def test_quoted_paths_of_a_record_are_unquoted() -> None:
    assert read_record(b'"a, b.py",,\nc.py,sha256=x,1\n,,\n') == ("a, b.py", "c.py")
    assert read_record(b"a.py,,\r\nb.py,,\r\n") == ("a.py", "b.py")


def test_an_origin_without_an_address_says_nothing() -> None:
    assert read_origin(b'{"url": 5}') is None
