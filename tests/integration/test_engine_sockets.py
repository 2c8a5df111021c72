"""Engines on real Unix sockets: scripted ones that misbehave, and Podman's own service."""

import os
from collections.abc import Iterator
from pathlib import Path

import images
import pytest
from engines import Answer, ScriptedEngine, listening
from plain_reader import PlainReader, paths
from podman_service import podman_service

from basewright.errors import IntegrityError, RemoteError
from basewright.image.engine import local_engines
from basewright.image.engine_endpoints import Host
from basewright.image.interface import Image, OpenOptions
from basewright.image.open import Doors, open_images
from basewright.model.reference import ImageReference

pytestmark = pytest.mark.integration
APP = images.image([{"a": "1"}, {"b": "2" * 300_000}], config={"User": "app"}, history=[
    images.step("ADD a /"), images.step("ENV X=1", empty=True), images.step("COPY b /"),
])  # fmt: skip


def no_registry(reference: ImageReference, options: OpenOptions) -> tuple[Image, ...]:
    raise AssertionError(f"{reference} is asked of a registry")


def opened(text: str, path: Path | str, variable: str = "DOCKER_HOST") -> Image:
    host = Host({variable: f"unix://{path}"}, os.getuid())
    (image,) = open_images(text, OpenOptions(), Doors(no_registry, local_engines(host)))
    return image


@pytest.mark.parametrize("style", ["new", "legacy", "podman", "gzip"])
def test_an_image_is_read_through_a_socket(tmp_path: Path, style: str) -> None:
    engine = ScriptedEngine(APP, style=style)
    with listening(engine, tmp_path / "s"):
        image = opened("docker:shop/web:1.0", tmp_path / "s")
        try:
            assert paths(image.read_layers(PlainReader(looks=2), print)) == [["a"], ["b"]]
        finally:
            image.close()
    assert engine.exports == 3


def test_an_export_that_breaks_off_is_the_engines_failure(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield images.tar_of(images.docker_files({"x:1": APP}))[:3000]
        raise ConnectionResetError

    engine = ScriptedEngine(APP, changed={"/get": Answer(200, broken)})
    with listening(engine, tmp_path / "s"):
        image = opened("docker:shop/web:1.0", tmp_path / "s")
        try:
            with pytest.raises(RemoteError):
                image.read_layers(PlainReader(), print)
        finally:
            image.close()


def test_other_layers_than_told_are_refused(tmp_path: Path) -> None:
    wrong = images.tar_of(images.docker_files({"x:1": images.image([{"evil": "1"}])}))
    engine = ScriptedEngine(APP, changed={"/get": Answer(200, wrong)})
    with listening(engine, tmp_path / "s"):
        image = opened("docker:shop/web:1.0", tmp_path / "s")
        try:
            with pytest.raises(IntegrityError, match="other layers than it tells of"):
                image.read_layers(PlainReader(), print)
        finally:
            image.close()


def test_an_engine_that_does_not_run_is_told_with_what_to_do(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / "dead"):
        if path.name == "dead":
            with listening(ScriptedEngine(APP), path):
                pass
        with pytest.raises(RemoteError, match=r"Docker at .* \(DOCKER_HOST\) is not running") as caught:
            opened("docker:shop/web:1.0", path)
        assert caught.value.exit_code == 4
        assert "registry:NAME" in caught.value.hint


@pytest.mark.skipif(os.getuid() != 0, reason="not root: no other user to be")
def test_a_socket_that_this_user_may_not_use_is_told(tmp_path: Path) -> None:
    with listening(ScriptedEngine(APP), tmp_path / "s"):
        opened("docker:shop/web:1.0", tmp_path / "s").close()  # what it imports is not open to everyone
        os.seteuid(65534)
        try:
            with pytest.raises(RemoteError, match="this user may not use the socket") as caught:
                opened("docker:shop/web:1.0", tmp_path / "s")
        finally:
            os.seteuid(0)
    assert "join the group" in caught.value.hint


@pytest.fixture(scope="module")
def podman() -> Iterator[Path]:
    """Run Podman's service with an image of ours; yield its socket."""
    with podman_service({"shop/web:1.0": APP}) as socket:
        yield socket


@pytest.mark.parametrize("variable", ["DOCKER_HOST", "CONTAINER_HOST"])
def test_podmans_service_gives_what_was_loaded(podman: Path, variable: str) -> None:
    transport = "docker" if variable == "DOCKER_HOST" else "podman"
    image = opened(f"{transport}:localhost/shop/web:1.0", podman, variable)
    try:
        reader = PlainReader()
        assert paths(image.read_layers(reader, print)) == [["a"], ["b"]]
        assert image.config is not None
        assert image.config.user == "app"
        assert [(one.created_by, one.is_empty_layer) for one in image.config.history] == [
            ("ADD a /", False), ("ENV X=1", True), ("COPY b /", False),
        ]  # fmt: skip
        assert image.identity.transport == transport
        assert str(image.identity.config_digest) == images.sha256(APP.config)
        assert image.identity.digest is not None
        assert str(image.identity.platform) == "linux/amd64"
        assert not image.unknowns
    finally:
        image.close()


def test_podman_is_asked_by_id_and_by_a_bare_name(podman: Path) -> None:
    for text in (images.sha256(APP.config), images.sha256(APP.config)[7:19], "localhost/shop/web:1.0"):
        image = opened(text, podman, "CONTAINER_HOST")
        assert str(image.identity.config_digest) == images.sha256(APP.config)
        image.close()


def test_podman_does_not_have_what_was_not_loaded(podman: Path) -> None:
    from basewright.image.engine_api import NoSuchImageError

    with pytest.raises(NoSuchImageError, match="Podman has no image localhost/none:1"):
        opened("podman:localhost/none:1", podman, "CONTAINER_HOST")
