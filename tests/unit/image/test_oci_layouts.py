import json
import os
import socket
from pathlib import Path
from typing import Any

import images
import pytest
from plain_reader import PlainReader, paths

from basewright.errors import BasewrightError, InputError, IntegrityError, InvalidImageError, UnsupportedError
from basewright.image.blob_image import BlobImage
from basewright.image.interface import OpenOptions
from basewright.image.oci_layout import open_oci_archive, open_oci_directory

APP = images.image([{"a": "1"}, {"b": "2"}], config={"User": "app"}, platform="linux/amd64")
OTHER = images.image([{"c": "3"}], platform="linux/s390x")


def opened(folder: Path, name: str | None = None, **options: Any) -> tuple[BlobImage, ...]:
    return open_oci_directory(str(folder), name, f"oci-dir:{folder}", OpenOptions(**options))


def closed(found: tuple[BlobImage, ...]) -> tuple[BlobImage, ...]:
    for one in found:
        one.close()
        one.close()
    return found


def blob(folder: Path, digest: str) -> Path:
    return folder / "blobs" / digest.replace(":", "/")


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_an_image_is_read_from_a_layout(tmp_path: Path, kind: str) -> None:
    if kind == "folder":
        (image,) = opened(images.write_oci_layout(tmp_path, {"1.0": APP, "2.0": OTHER}), "1.0")
    else:
        archive = images.write_oci_archive(tmp_path / "a.tar", {"1.0": APP, "2.0": OTHER})
        (image,) = open_oci_archive(str(archive), "1.0", "oci-archive:a.tar:1.0", OpenOptions())
    assert str(image.identity.digest) == APP.digest
    assert str(image.identity.config_digest) == images.sha256(APP.config)
    assert image.identity.compressed_bytes == sum(len(one.blob) for one in APP.layers)
    assert image.identity.transport == ("oci-dir" if kind == "folder" else "oci-archive")
    assert image.config is not None
    assert image.config.user == "app"
    assert [str(one.diff_id) for one in image.layers] == [one.diff_id for one in APP.layers]
    told: list[str] = []
    assert paths(image.read_layers(PlainReader(looks=2), told.append)) == [["a"], ["b"]]
    assert told
    image.close()


def test_a_lone_image_needs_no_name_and_several_do(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path / "one", {"1.0": APP})
    assert closed(opened(tmp_path / "one"))[0].identity.notes == ()
    images.write_oci_layout(tmp_path / "two", {"1.0": APP, "2.0": OTHER})
    with pytest.raises(InputError, match=r"several images: 1\.0, 2\.0"):
        opened(tmp_path / "two")
    with pytest.raises(InputError, match=r"no image is named '3'; there are: 1\.0, 2\.0"):
        opened(tmp_path / "two", "3")
    images.write_oci_layout(tmp_path / "same", {"1.0": APP, "latest": APP})
    assert str(closed(opened(tmp_path / "same"))[0].identity.digest) == APP.digest


def test_a_digest_names_an_image_or_one_inside_an_index(tmp_path: Path) -> None:
    index = images.index([APP, OTHER])
    images.write_oci_layout(tmp_path, {"all": index, "other": OTHER})
    (image,) = closed(opened(tmp_path, f"@{OTHER.digest}"))
    assert (str(image.identity.digest), image.identity.index_digest) == (OTHER.digest, None)
    (image,) = closed(opened(tmp_path, f"@{APP.digest}"))
    assert str(image.identity.digest) == APP.digest
    (image,) = closed(opened(tmp_path, f"@{index.digest}", platform="linux/s390x"))
    assert (str(image.identity.digest), str(image.identity.index_digest)) == (OTHER.digest, index.digest)
    with pytest.raises(InputError, match="holds no blob"):
        opened(tmp_path, "@sha256:" + "0" * 64)


def test_platforms_of_an_index_are_chosen_and_attestations_are_not(tmp_path: Path) -> None:
    index = images.index([APP, OTHER], attestations=True)
    images.write_oci_layout(tmp_path, {"all": index})
    (image,) = closed(opened(tmp_path, platform="linux/s390x"))
    assert str(image.identity.digest) == OTHER.digest
    found = opened(tmp_path, all_platforms=True)
    assert [str(one.identity.platform) for one in found] == ["linux/amd64", "linux/s390x"]
    found[0].close()
    assert paths(found[1].read_layers(PlainReader(), print)) == [["c"]], "the other one is still open"
    closed(found)
    with pytest.raises(InputError, match="linux/riscv64; there are: linux/amd64, linux/s390x"):
        opened(tmp_path, platform="linux/riscv64")


def test_a_lone_image_of_another_platform_is_refused_or_noted(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path, OTHER)
    with pytest.raises(InputError, match="there are: linux/s390x"):
        opened(tmp_path, platform="linux/amd64")
    assert "the only one there is" in closed(opened(tmp_path))[0].identity.notes[0]


def test_one_name_for_two_platforms_is_an_index_in_all_but_name(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path, {"1": APP, "2": OTHER})
    index = json.loads((tmp_path / "index.json").read_text())
    for entry in index["manifests"]:
        entry["annotations"] = {"org.opencontainers.image.ref.name": "1"}
    (tmp_path / "index.json").write_text(json.dumps(index))
    (image,) = closed(opened(tmp_path, "1", platform="linux/s390x"))
    assert str(image.identity.digest) == OTHER.digest
    for entry in index["manifests"]:
        del entry["annotations"]
    (tmp_path / "index.json").write_text(json.dumps(index))
    assert len(closed(opened(tmp_path, all_platforms=True))) == 2
    for entry in index["manifests"]:
        del entry["platform"]
    (tmp_path / "index.json").write_text(json.dumps(index))
    with pytest.raises(InputError, match=f"several images: @{min(APP.digest, OTHER.digest)}"):
        opened(tmp_path)


def test_a_configuration_of_another_platform_than_its_index_says_is_noted(tmp_path: Path) -> None:
    lying = images.index([{**OTHER.descriptor, "platform": {"os": "linux", "architecture": "amd64"}}, APP])
    images.write_oci_layout(tmp_path, images.BuiltIndex(lying.manifest, {**lying.blobs, **OTHER.blobs}))
    (image,) = closed(opened(tmp_path, platform="linux/amd64"))
    assert image.identity.notes == ("its index calls it linux/amd64, its configuration linux/s390x",)
    assert str(image.identity.platform) == "linux/s390x"


def test_annotations_are_never_paths(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    odd = "../../etc/passwd"
    app = images.image([{"a": "1"}], manifest={"annotations": {"org.opencontainers.image.title": odd}})
    images.write_oci_layout(tmp_path / "x", {odd: app})
    (image,) = closed(opened(tmp_path / "x", odd))
    assert image.identity.annotations["org.opencontainers.image.title"] == odd
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_an_index_that_names_no_platforms_asks_the_configurations(tmp_path: Path) -> None:
    bare = [{**one.descriptor, "platform": None} for one in (APP, OTHER)]
    index = images.index(bare)
    built = images.BuiltIndex(index.manifest, {**index.blobs, **APP.blobs, **OTHER.blobs})
    images.write_oci_layout(tmp_path, {"all": built})
    (image,) = closed(opened(tmp_path, platform="linux/s390x"))
    assert str(image.identity.digest) == OTHER.digest


def test_changed_bytes_are_refused(tmp_path: Path) -> None:
    for number, digest in enumerate((APP.digest, images.sha256(APP.config))):
        folder = images.write_oci_layout(tmp_path / str(number), APP)
        content = blob(folder, digest).read_bytes()
        blob(folder, digest).write_bytes(content[:-1] + b" ")
        with pytest.raises(IntegrityError, match=digest):
            opened(folder)
    folder = images.write_oci_layout(tmp_path / "layer", APP)
    blob(folder, APP.layers[0].digest).write_bytes(b"x" * len(APP.layers[0].blob))
    (image,) = opened(folder)
    with pytest.raises(IntegrityError):
        image.read_layers(PlainReader(), print)
    image.close()


def test_a_declared_size_that_is_wrong_is_refused(tmp_path: Path) -> None:
    lying = images.index([{**APP.descriptor, "size": len(APP.manifest) + 1}])
    images.write_oci_layout(tmp_path, images.BuiltIndex(lying.manifest, {**lying.blobs, **APP.blobs}))
    with pytest.raises(IntegrityError, match="declared with"):
        opened(tmp_path)


def special(path: Path, kind: str) -> None:
    content = path.read_bytes()
    path.unlink()
    if kind == "link":
        (path.parent / "elsewhere").write_bytes(content)
        path.symlink_to("elsewhere")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(path.name)
        finally:
            os.chdir(here)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("link", "a symbolic link, which is not followed"),
        ("fifo", "a FIFO"),
        ("folder", "a folder"),
        ("socket", "a socket"),
        ("missing", "is missing"),
    ],
)
@pytest.mark.parametrize("which", ["manifest", "config", "layer"])
def test_a_blob_that_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str, reason: str, which: str) -> None:
    images.write_oci_layout(tmp_path, APP)
    digest = {"manifest": APP.digest, "config": images.sha256(APP.config), "layer": APP.layers[1].digest}[which]
    special(blob(tmp_path, digest), kind)
    with pytest.raises(InvalidImageError, match=reason):
        opened(tmp_path)


@pytest.mark.parametrize("name", ["index.json", "oci-layout"])
@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_the_layouts_own_files_are_regular_too(tmp_path: Path, name: str, kind: str) -> None:
    images.write_oci_layout(tmp_path, APP)
    special(tmp_path / name, kind)
    with pytest.raises(InvalidImageError):
        opened(tmp_path)


def test_a_folder_of_blobs_behind_a_link_is_not_entered(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path / "a", APP)
    (tmp_path / "a" / "blobs").rename(tmp_path / "blobs")
    (tmp_path / "a" / "blobs").symlink_to("../blobs")
    with pytest.raises(InvalidImageError, match="symbolic link") as caught:
        opened(tmp_path / "a")
    assert "cp -rL" in caught.value.hint


def test_the_layout_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path / "a", APP)
    (tmp_path / "b").symlink_to("a")
    closed(opened(tmp_path / "b"))


@pytest.mark.parametrize(
    ("files", "kind", "reason"),
    [
        ({"oci-layout": None}, InputError, "no oci-layout"),
        ({"index.json": None}, InputError, "no index.json"),
        ({"oci-layout": "{}"}, UnsupportedError, "version ''"),
        ({"oci-layout": '{"imageLayoutVersion":"2.0.0"}'}, UnsupportedError, "version '2.0.0'"),
        ({"oci-layout": "x"}, InvalidImageError, "not JSON"),
        ({"index.json": APP.manifest.decode()}, InvalidImageError, "index.json"),
        ({"index.json": '{"schemaVersion":2,"manifests":[]}'}, InputError, "names no image"),
        ({"index.json": "[" * 100}, UnsupportedError, "deeper"),
    ],
)
def test_a_layout_that_is_none_is_told(
    tmp_path: Path, files: dict[str, str | None], kind: type[BasewrightError], reason: str
) -> None:
    images.write_oci_layout(tmp_path, APP)
    for name, content in files.items():
        (tmp_path / name).unlink() if content is None else (tmp_path / name).write_text(content)
    with pytest.raises(kind, match=reason):
        opened(tmp_path)


def test_a_docker_archive_that_is_taken_for_a_layout_is_hinted_at(tmp_path: Path) -> None:
    archive = images.write_docker_archive(tmp_path / "a.tar", {"x:1": APP}, style="legacy")
    with pytest.raises(InputError) as caught:
        open_oci_archive(str(archive), None, "oci-archive:a.tar", OpenOptions())
    assert caught.value.hint == f"it looks like a docker archive: docker-archive:{archive}"


def test_a_folder_with_a_manifest_is_not_taken_for_a_docker_archive(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(InputError, match="no OCI image layout") as caught:
        opened(tmp_path)
    assert caught.value.hint == ""


def test_a_foreign_layer_is_an_unknown_and_its_address_is_not_asked(tmp_path: Path) -> None:
    far = images.layer({"windows": "x"}, media_type="application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
    app = images.image(
        [far, {"b": "2"}],
        manifest={
            "layers": [
                {**far.descriptor, "urls": ["http://169.254.169.254/layer"]},
                images.layer({"b": "2"}).descriptor,
            ]
        },
    )
    images.write_oci_layout(tmp_path, app)
    blob(tmp_path, far.digest).unlink()
    (image,) = opened(tmp_path)
    facts = image.read_layers(PlainReader(), print)
    image.close()
    assert paths(facts) == [[], ["b"]]
    assert "never asked" in facts[0].unknowns[0].reason
    assert far.digest in facts[0].unknowns[0].path


def test_diff_ids_that_do_not_fit_the_layers_are_an_unknown(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path, images.image([{"a": "1"}, {"b": "2"}], top={"rootfs": {"type": "layers"}}))
    (image,) = opened(tmp_path)
    assert [one.diff_id for one in image.layers] == [None, None]
    assert any("0 diff IDs for 2 layers" in one.reason for one in image.unknowns)
    assert paths(image.read_layers(PlainReader(), print)) == [["a"], ["b"]]
    image.close()


def test_an_artifact_is_no_image(tmp_path: Path) -> None:
    chart = {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": images.sha256(b"{}"), "size": 2}
    images.write_oci_layout(tmp_path, images.image([], manifest={"config": chart}))
    with pytest.raises(UnsupportedError, match="a Helm chart"):
        opened(tmp_path)


def test_nothing_stays_open_after_an_error(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path, OTHER)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(InputError):
            opened(tmp_path, platform="linux/amd64")
        with pytest.raises(InputError):
            opened(tmp_path / "none")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
