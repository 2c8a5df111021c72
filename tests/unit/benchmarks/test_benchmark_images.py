"""The tools that make and compare what the benchmarks read."""

import hashlib
import importlib.util
import json
import os
import sys
import tarfile
import zlib
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[3] / "benchmarks"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


layers = load("layers")
compare = load("compare_packages")


def changed(root: Path, change, tmp_path: Path, opaque=()) -> dict[str, tarfile.TarInfo]:
    before = layers.snapshot(root)
    change()
    tar = tmp_path / "layer.tar"
    layers.write_layer(root, before, layers.snapshot(root), opaque, tar, "RUN test", 1000)
    with tarfile.open(tar) as entries:
        return {entry.name: entry for entry in entries}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "srv/data/deep").mkdir(parents=True)
    for name in ("srv/kept", "srv/data/old", "srv/data/deep/file"):
        (folder / name).write_text("as it was")
    return folder


def test_a_layer_holds_what_changed_and_a_whiteout_for_what_went(root: Path, tmp_path: Path) -> None:
    def change() -> None:
        (root / "srv/new").write_text("new")
        (root / "srv/data/deep/file").unlink()
        (root / "srv/data/deep").rmdir()

    found = changed(root, change, tmp_path)
    assert set(found) == {"srv", "srv/new", "srv/data", "srv/data/.wh.deep"}
    assert found["srv/new"].mtime == 1000


def test_a_folder_that_hides_what_lay_below_is_marked_and_written_whole(root: Path, tmp_path: Path) -> None:
    found = changed(root, (root / "srv/data/old").unlink, tmp_path, opaque=("srv/data",))
    assert set(found) == {"srv/data", "srv/data/.wh..wh..opq", "srv/data/deep", "srv/data/deep/file"}


def test_hard_links_stay_links_within_a_layer(root: Path, tmp_path: Path) -> None:
    found = changed(root, lambda: os.link(root / "srv/kept", root / "srv/twin"), tmp_path)
    assert found["srv/kept"].isreg()
    assert found["srv/twin"].islnk()
    assert found["srv/twin"].linkname == "srv/kept"


def test_a_layout_names_every_blob_by_its_digest(root: Path, tmp_path: Path) -> None:
    layer = layers.write_layer(root, {}, layers.snapshot(root), (), tmp_path / "a.tar", "ADD root", 1000)
    layers.write_layout([layer], tmp_path / "image", layers.GZIP, {}, "2026-01-01T00:00:00Z")
    blobs = {blob.name: blob.read_bytes() for blob in (tmp_path / "image/blobs/sha256").iterdir()}
    assert all(hashlib.sha256(content).hexdigest() == name for name, content in blobs.items())
    index = json.loads((tmp_path / "image/index.json").read_bytes())
    manifest = json.loads(blobs[index["manifests"][0]["digest"].removeprefix("sha256:")])
    content = zlib.decompress(blobs[manifest["layers"][0]["digest"].removeprefix("sha256:")], 31)
    assert hashlib.sha256(content).hexdigest() == layer.diff_id


@pytest.mark.parametrize(
    ("purl", "key"),
    [
        ("pkg:deb/debian/libcap2@2.66?arch=amd64&epoch=1", ("deb", "libcap2", "1:2.66")),
        ("pkg:deb/debian/libcap2@1%3A2.66?arch=amd64", ("deb", "libcap2", "1:2.66")),
        ("pkg:pypi/typing_extensions@4.16.0", ("pypi", "typing-extensions", "4.16.0")),
        ("pkg:npm/%40types/node@1.0.0", ("npm", "@types/node", "1.0.0")),
        ("pkg:golang/stdlib@go1.23.2", ("golang", "stdlib", "1.23.2")),
        ("pkg:golang/example.org/A/b@(devel)", ("golang", "example.org/a/b", "")),
        ("pkg:golang/example.org/a/b@v4.7.1#v4", ("golang", "example.org/a/b/v4", "4.7.1")),
        ("pkg:nuget/System.Memory@4.6.3", ("nuget", "system.memory", "4.6.3")),
        ("pkg:npm/left-pad", ("npm", "left-pad", "")),
    ],
)
def test_spellings_of_one_package_have_one_key(purl: str, key: tuple[str, str, str]) -> None:
    assert compare.key_of(purl) == key
