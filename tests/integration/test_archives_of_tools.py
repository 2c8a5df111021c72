"""Layouts and archives as Skopeo, Buildah and Podman write them, read to the last byte."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import images
import pytest
from plain_folders import plain_folder

from basewright.image.config import build_steps
from basewright.image.interface import Image, OpenOptions
from basewright.image.layer_reader import PassReader
from basewright.image.open import Doors, open_images
from basewright.model.reference import ImageReference

pytestmark = pytest.mark.integration
FIRST = images.layer(
    {"etc/os-release": "ID=alpine\n", "bin/busybox": images.File("x", 0o755), "bin/sh": images.Link("busybox")}
)
APP = images.image([FIRST, {"app/a": "1", "etc/.wh.motd": ""}, {"app/b": "2" * 100_000}], config={"User": "app"})
ARM = images.image([{"app/arm": "1"}], platform="linux/arm64")
EXPECTED = [["etc/os-release", "bin/busybox", "bin/sh"], ["app/a", "etc/.wh.motd"], ["app/b"]]


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(*command: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **(environment or {})}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Podman takes no run folder whose name is longer than 50 characters."""
    with plain_folder() as folder:
        yield folder


def no_registry(reference: ImageReference, options: OpenOptions) -> tuple[Image, ...]:
    raise AssertionError(f"{reference} is asked of a registry")


def opened(text: str, **options: object) -> tuple[Image, ...]:
    return open_images(text, OpenOptions(is_offline=True, **options), Doors(no_registry))  # type: ignore[arg-type]


def paths_of(image: Image) -> list[list[str]]:
    try:
        facts = image.read_layers(PassReader(()), lambda _: None)
        assert [unknown for one in facts for unknown in one.unknowns] == []
        assert [str(one.diff_id) for one in facts] == [str(one.diff_id) for one in image.layers]
        return [
            [path for path, kind in zip(one.index.paths, one.index.kinds, strict=True) if kind != 53] for one in facts
        ]
    finally:
        image.close()


@pytest.mark.parametrize(
    ("options", "destination", "text"),
    [
        ((), "oci:{}/layout:1.0", "oci-dir:{}/layout:1.0"),
        (("--dest-compress-format", "zstd"), "oci:{}/zstd:1.0", "oci-dir:{}/zstd"),
        (("--dest-decompress",), "oci:{}/plain:1.0", "oci:{}/plain"),
        (("--format", "v2s2"), "oci-archive:{}/o.tar:1.0", "oci-archive:{}/o.tar:1.0"),
        ((), "docker-archive:{}/d.tar:shop/web:1.0", "docker-archive:{}/d.tar:shop/web:1.0"),
        ((), "docker-archive:{}/n.tar", "docker-archive:{}/n.tar"),
    ],
)
def test_what_skopeo_writes_is_read(tmp_path: Path, options: tuple[str, ...], destination: str, text: str) -> None:
    images.write_oci_layout(tmp_path / "source", {"1.0": APP})
    run(tool("skopeo"), "copy", *options, f"oci:{tmp_path}/source:1.0", destination.format(tmp_path))
    (image,) = opened(text.format(tmp_path))
    assert image.config is not None
    assert image.config.user == "app"
    assert build_steps(image.config, 3) == ("RUN step 0", "RUN step 1", "RUN step 2")
    assert paths_of(image) == EXPECTED


def test_an_index_that_skopeo_copies_keeps_its_platforms(tmp_path: Path) -> None:
    index = images.index([APP, ARM], attestations=True)
    images.write_oci_layout(tmp_path / "source", {"1.0": index})
    run(tool("skopeo"), "copy", "--all", f"oci:{tmp_path}/source:1.0", f"oci-archive:{tmp_path}/a.tar:1.0")
    found = opened(f"oci-archive:{tmp_path}/a.tar", all_platforms=True)
    assert [str(one.identity.platform) for one in found] == ["linux/amd64", "linux/arm64"]
    assert [paths_of(one) for one in found] == [EXPECTED, [["app/arm"]]]


def test_several_images_of_one_docker_archive_are_told_apart(tmp_path: Path, short_folder: Path) -> None:
    """Podman writes several images with shared layers; Skopeo knows them by name and number."""
    folder = short_folder
    podman = (tool("podman"), "--root", f"{folder}/root", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
    if os.getuid() != 0:
        pytest.skip("not root: a storage of its own cannot be made")
    other = images.image([FIRST, {"other": "1"}])
    for name, built in (("shop/web:1.0", APP), ("shop/other:2.0", other)):
        archive = images.write_docker_archive(tmp_path / "one.tar", {name: built}, "legacy")
        run(*podman, "load", "-q", "-i", str(archive))
    names = ["localhost/shop/web:1.0", "localhost/shop/other:2.0"]
    run(*podman, "save", "-q", "-m", "-o", f"{tmp_path}/two.tar", *names)
    (image,) = opened(f"docker-archive:{tmp_path}/two.tar:localhost/shop/web:1.0")
    assert paths_of(image) == EXPECTED
    (image,) = opened(f"docker-archive:{tmp_path}/two.tar:{names[1]}")
    assert paths_of(image) == [EXPECTED[0], ["other"]]
    run(*podman, "save", "-q", "--format", "oci-archive", "-o", f"{tmp_path}/o.tar", names[0])
    (image,) = opened(f"oci-archive:{tmp_path}/o.tar")
    assert paths_of(image) == EXPECTED


def test_what_buildah_builds_is_read(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("not root: a storage of its own cannot be made")
    buildah = (tool("buildah"), "--root", f"{tmp_path}/root", "--runroot", f"{tmp_path}/run", "--storage-driver", "vfs")
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a").write_text("1")
    (tmp_path / "context" / "Containerfile").write_text(
        "FROM scratch\nCOPY a /a\nENV TOKEN=abcdefgh\nCOPY a /b\nHEALTHCHECK --interval=3s CMD /a\nUSER 10\n"
    )
    environment = {"BUILDAH_ISOLATION": "chroot", "BUILDAH_FORMAT": "docker"}
    build = (*buildah, "build", "-q", "--layers", "--format", "docker", "-t", "made:1", f"{tmp_path}/context")
    run(*build, environment=environment)
    for destination in (f"oci-archive:{tmp_path}/o.tar:made", f"docker-archive:{tmp_path}/d.tar:made:1"):
        run(*buildah, "push", "-q", "made:1", destination, environment=environment)
        (image,) = opened(destination.rpartition(".tar")[0] + ".tar")
        assert image.config is not None
        assert image.config.user == "10"
        assert dict(image.config.environment)["TOKEN"] == "abcdefgh"
        assert all("abcdefgh" not in one.created_by for one in image.config.history)
        steps = build_steps(image.config, len(image.layers))
        assert [step is not None and "COPY" in step for step in steps] == [True, True]
        if destination.startswith("docker-archive"):
            assert image.config.healthcheck is not None
            assert image.config.healthcheck.interval == 3.0
        assert paths_of(image) == [["a"], ["b"]]
