import json
from pathlib import Path
from typing import Any

import images
import pytest
from plain_reader import PlainReader, paths

from basewright.errors import BasewrightError, InputError, IntegrityError, InvalidImageError, UnsupportedError
from basewright.image.blob_image import BlobImage
from basewright.image.docker_archive import open_docker_archive
from basewright.image.interface import OpenOptions

APP = images.image([{"a": "1"}, {"b": "2"}], config={"User": "app"})
OTHER = images.image([{"a": "1"}, {"c": "3"}], platform="linux/s390x")
STYLES = ["new", "legacy", "podman", "gzip"]


def opened(path: Path, name: str | None = None, **options: Any) -> tuple[BlobImage, ...]:
    return open_docker_archive(str(path), name, f"docker-archive:{path.name}", OpenOptions(**options))


def layers_of(path: Path, name: str | None = None) -> list[list[str]]:
    (image,) = opened(path, name)
    found = paths(image.read_layers(PlainReader(), print))
    image.close()
    return found


@pytest.mark.parametrize("style", STYLES)
def test_an_image_is_read_from_every_kind_of_archive(tmp_path: Path, style: str) -> None:
    archive = images.write_docker_archive(tmp_path / "a.tar", {"shop/web:1.0": APP}, style)
    (image,) = opened(archive)
    assert image.identity.transport == "docker-archive"
    assert image.identity.digest is None
    assert str(image.identity.config_digest) == images.sha256(APP.config)
    assert str(image.identity.platform) == "linux/amd64"
    assert image.config is not None
    assert image.config.user == "app"
    assert [str(one.diff_id) for one in image.layers] == [one.diff_id for one in APP.layers]
    assert (image.layers[0].digest is not None) == (style == "new")
    image.close()
    assert layers_of(archive) == [["a"], ["b"]]


@pytest.mark.parametrize("style", STYLES)
def test_one_of_several_is_named_by_tag_or_number(tmp_path: Path, style: str) -> None:
    archive = images.write_docker_archive(tmp_path / "a.tar", {"shop/web:1.0": APP, "other": OTHER}, style)
    assert layers_of(archive, "docker.io/shop/web:1.0") == [["a"], ["b"]]
    assert layers_of(archive, "other:latest") == [["a"], ["c"]]
    assert layers_of(archive, "@1") == [["a"], ["c"]]
    with pytest.raises(InputError, match=r"holds 2 images: shop/web:1\.0, other"):
        opened(archive)
    for name, reason in (("nope", "no image is named"), ("@2", "no image has the number"), ("@x", "no image has")):
        with pytest.raises(InputError, match=reason):
            opened(archive, name)


def test_a_tag_of_two_images_is_ambiguous(tmp_path: Path) -> None:
    files = dict(images.docker_files({"x:1": APP, "y:1": OTHER}, "podman"))
    manifest = json.loads(files["manifest.json"])  # type: ignore[arg-type]
    manifest[1]["RepoTags"] = ["x:1"]
    files["manifest.json"] = json.dumps(manifest)
    (tmp_path / "a.tar").write_bytes(images.tar_of(files))
    with pytest.raises(InputError, match="2 images are named 'x:1'"):
        opened(tmp_path / "a.tar", "x:1")
    assert layers_of(tmp_path / "a.tar", "@0") == [["a"], ["b"]]


def test_another_platform_is_looked_for_in_the_layout_beside(tmp_path: Path) -> None:
    archive = images.write_docker_archive(tmp_path / "a.tar", {"x:1": APP})
    with pytest.raises(InputError, match="linux/s390x; there are: linux/amd64"):
        opened(archive, platform="linux/s390x")
    (image,) = opened(archive, all_platforms=True)
    assert image.identity.digest is not None
    image.close()
    files = images.layout_files({"1": images.index([APP, OTHER])})
    plain = dict(images.docker_files({"x:1": APP}, "podman"))
    (tmp_path / "b.tar").write_bytes(images.tar_of({**files, **plain}))
    (image,) = opened(tmp_path / "b.tar", platform="linux/s390x")
    assert str(image.identity.digest) == OTHER.digest
    assert image.identity.transport == "docker-archive"
    image.close()


def archive_with(folder: Path, entry: dict[str, Any], more: list[tuple[str, images.Node]]) -> Path:
    saved = {"Config": "c.json", "RepoTags": ["x:1"], "Layers": ["l.tar"], **entry}
    files = [*more, ("c.json", images.image([{"a": "1"}]).config), ("manifest.json", json.dumps([saved]))]
    path = folder / "a.tar"
    path.write_bytes(images.tar_of(files))
    return path


LAYER = images.layer({"a": "1"}).tar


@pytest.mark.parametrize(
    "more",
    [
        [("/l.tar", LAYER)],
        [("./l.tar", LAYER)],
        [("x/layer.tar", LAYER), ("l.tar", images.Link("x/layer.tar"))],
        [("x/layer.tar", LAYER), ("y/layer.tar", images.Link("../x/layer.tar")), ("l.tar", images.Link("y/layer.tar"))],
        [("x", LAYER), ("l.tar", images.HardLink("x"))],
    ],
)
def test_layers_may_be_links_inside_the_archive(tmp_path: Path, more: list[tuple[str, images.Node]]) -> None:
    assert layers_of(archive_with(tmp_path, {}, more)) == [["a"]]


@pytest.mark.parametrize("path", ["/l.tar", "./l.tar", "x/../l.tar"])
def test_paths_of_the_list_mean_members_of_the_archive(tmp_path: Path, path: str) -> None:
    assert layers_of(archive_with(tmp_path, {"Layers": [path]}, [("l.tar", LAYER)])) == [["a"]]


@pytest.mark.parametrize(
    ("entry", "more", "reason"),
    [
        ({}, [], "layer l.tar is missing"),
        ({"Layers": ["/etc/passwd"]}, [], "missing"),
        ({"Layers": ["../../etc/passwd"]}, [], "no file of the archive"),
        ({"Config": "/etc/passwd"}, [("l.tar", LAYER)], "missing"),
        ({"Config": ""}, [("l.tar", LAYER)], "no file of the archive"),
        ({"Layers": [1]}, [], "not a list of texts"),
        ({"layers": ["x"]}, [], "readers differ"),
        ({}, [("l.tar", images.Link("/etc/passwd"))], "missing"),
        ({}, [("l.tar", images.Link("../../etc/passwd"))], "leads out"),
        ({}, [("l.tar", images.Link("l.tar"))], "circle"),
        ({}, [("l.tar", images.Special())], "no regular file"),
        ({}, [("l.tar", LAYER), ("l.tar", b"")], "several members"),
        ({}, [("manifest.json", b"[]"), ("l.tar", LAYER)], "several members"),
    ],
)
def test_hostile_archives_are_refused(
    tmp_path: Path, entry: dict[str, Any], more: list[tuple[str, images.Node]], reason: str
) -> None:
    with pytest.raises(InvalidImageError, match=reason):
        opened(archive_with(tmp_path, entry, more))


@pytest.mark.parametrize(
    ("manifest", "kind", "reason"),
    [
        ("{}", InvalidImageError, "not a list"),
        ("[1]", InvalidImageError, "not a list"),
        ("[]", InputError, "holds no image"),
        ("[" * 5000, UnsupportedError, "deeper"),
        (json.dumps([{}] * 600), UnsupportedError, "600 images"),
        (json.dumps([{"Config": "c", "Layers": ["l"] * 2000}]), UnsupportedError, "2000 layers"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    tmp_path: Path, manifest: str, kind: type[BasewrightError], reason: str
) -> None:
    (tmp_path / "a.tar").write_bytes(images.tar_of({"manifest.json": manifest}))
    with pytest.raises(kind, match=reason):
        opened(tmp_path / "a.tar")


@pytest.mark.parametrize("name", ["{}.json", "blobs/sha256/{}", "sha256:{}"])
def test_a_configuration_under_the_name_of_another_digest_is_refused(tmp_path: Path, name: str) -> None:
    wrong = name.format("0" * 64)
    path = archive_with(tmp_path, {"Config": wrong}, [("l.tar", LAYER), (wrong, images.image([{"a": "1"}]).config)])
    with pytest.raises(IntegrityError):
        opened(path)


def test_a_changed_layer_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (image,) = opened(archive_with(tmp_path, {}, [("l.tar", images.layer({"a": "2"}).tar)]))
    with pytest.raises(IntegrityError, match="diff ID"):
        image.read_layers(PlainReader(), print)
    image.close()


def test_old_archives_and_layouts_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(images.tar_of({"repositories": "{}"}))
    with pytest.raises(UnsupportedError, match=r"before 1\.10"):
        opened(tmp_path / "a.tar")
    layout = images.write_oci_archive(tmp_path / "b.tar", APP)
    with pytest.raises(InputError) as caught:
        opened(layout)
    assert caught.value.hint == f"it looks like an OCI layout: oci-archive:{layout}"
    with pytest.raises(InputError, match="a folder"):
        opened(tmp_path)


def test_the_same_layer_twice_is_two_layers(tmp_path: Path) -> None:
    twice = images.image([{"a": "1"}, {"a": "1"}])
    assert layers_of(images.write_docker_archive(tmp_path / "a.tar", twice, "podman")) == [["a"], ["a"]]
