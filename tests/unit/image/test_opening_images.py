from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import images
import pytest
from engines import DirectClient, ScriptedEngine
from plain_reader import PlainReader, paths

from basewright.errors import BasewrightError, InputError, RemoteError, UnsupportedError
from basewright.image.engine import LocalEngine
from basewright.image.engine_api import NoSuchImageError
from basewright.image.engine_endpoints import Endpoint
from basewright.image.interface import Image, OpenOptions
from basewright.image.oci_layout import open_oci_directory
from basewright.image.open import Doors, open_images
from basewright.model.reference import ImageReference

APP = images.image([{"a": "1"}])


@dataclass
class Registry:
    """Opens a layout whatever it is asked for."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    failure: BasewrightError | None = None

    def __call__(self, reference: ImageReference, options: OpenOptions) -> tuple[Image, ...]:
        self.asked.append(str(reference))
        if self.failure:
            raise self.failure
        return open_oci_directory(str(images.write_oci_layout(self.folder, APP)), None, "registry", options)


def engine(transport: str, *names: str, find: Callable[[], Endpoint | None] | None = None) -> LocalEngine:
    scripted = ScriptedEngine(APP, names=names, kind=transport)
    return LocalEngine(transport, find or (lambda: Endpoint("test", "/x")), lambda _: DirectClient(scripted))


def nowhere() -> Endpoint | None:
    return None


def over_ssh() -> Endpoint | None:
    raise UnsupportedError("DOCKER_HOST names an engine over SSH")


def failing(transport: str) -> LocalEngine:
    def connect(_: Endpoint) -> DirectClient:
        raise RemoteError("Docker at /x is not running")

    return LocalEngine(transport, lambda: Endpoint("test", "/x"), connect)


def opened(text: str, registry: Registry, *engines: LocalEngine, **options: bool) -> Image:
    (image,) = open_images(text, OpenOptions(**options), Doors(registry, engines))
    image.close()
    return image


def test_a_bare_name_asks_docker_then_podman_then_the_registry(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    both = engine("docker", "app"), engine("podman", "app", "mine")
    assert opened("app", registry, *both).identity.transport == "docker"
    assert opened("mine", registry, *both).identity.transport == "podman"
    assert not registry.asked
    assert opened("other:1", registry, *both).identity.transport == "oci-dir"
    assert registry.asked == ["other:1"]
    assert opened("app", registry, engine("docker", "app", find=nowhere)).identity.notes == ()


def test_an_engine_that_fails_is_noted_and_passed_over(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    image = opened("app", registry, failing("docker"), engine("podman", find=over_ssh))
    assert image.identity.notes == (
        "docker was passed over: Docker at /x is not running",
        "podman was passed over: DOCKER_HOST names an engine over SSH",
    )
    assert image.config is not None
    assert len(image.layers) == 1
    assert image.unknowns == ()
    (again,) = open_images("app", OpenOptions(), Doors(registry, (failing("docker"),)))
    assert paths(again.read_layers(PlainReader(), print)) == [["a"]]
    again.close()
    registry.failure = RemoteError("no registry", hint="log in")
    with pytest.raises(RemoteError, match="no registry") as caught:
        opened("app", registry, failing("docker"))
    assert caught.value.hint == "log in; docker was passed over: Docker at /x is not running"


def test_a_name_that_no_engine_could_be_asked_for_hints_at_saved_images(tmp_path: Path) -> None:
    registry = Registry(tmp_path, failure=RemoteError("no such host", hint="check the name"))
    with pytest.raises(RemoteError) as caught:
        opened("app", registry, engine("docker", find=nowhere), engine("podman", find=nowhere))
    assert caught.value.hint.startswith("check the name; no local engine was found here")
    assert "docker-archive:PATH" in caught.value.hint
    registry.failure = RemoteError("no such host")
    with pytest.raises(RemoteError) as caught:
        opened("app", registry, engine("docker"))
    assert "no local engine" not in caught.value.hint, "an engine was asked, and has no such image"


def test_an_image_id_is_never_asked_of_a_registry(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    for text in ("0123456789ab", "sha256:" + "0" * 64):
        with pytest.raises(NoSuchImageError, match="no local engine"):
            opened(text, registry, engine("docker"))
    known = images.sha256(APP.config)
    assert opened(known, registry, engine("docker")).identity.transport == "docker"
    assert not registry.asked


def test_a_scheme_asks_nobody_else(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    with pytest.raises(NoSuchImageError):
        opened("docker:app", registry, engine("docker"), engine("podman", "app"))
    with pytest.raises(RemoteError, match="Podman is not running here") as caught:
        opened("podman:app", registry, engine("docker", "app"))
    assert "CONTAINER_HOST" in caught.value.hint
    with pytest.raises(RemoteError, match="Docker is not running here") as caught:
        opened("docker:29-dind", registry, engine("docker", find=nowhere))
    assert "registry:docker:29-dind" in caught.value.hint
    assert opened("registry:app", registry, engine("docker", "app")).identity.transport == "oci-dir"
    assert opened("docker://app:1", registry, engine("docker", "app")).identity.transport == "oci-dir"
    assert registry.asked == ["app", "app:1"]


@pytest.mark.parametrize("text", ["app", "registry:app", "docker:app", "podman:app", "docker://app"])
def test_offline_opens_no_socket(tmp_path: Path, text: str) -> None:
    registry = Registry(tmp_path)
    with pytest.raises(InputError, match="offline") as caught:
        opened(text, registry, failing("docker"), failing("podman"), is_offline=True)
    assert "oci-dir:PATH" in caught.value.hint
    assert not registry.asked


def test_files_are_opened_offline(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "r")
    layout = images.write_oci_layout(tmp_path / "l:x", {"1": APP})
    archive = images.write_oci_archive(tmp_path / "o.tar", {"1": APP})
    docker = images.write_docker_archive(tmp_path / "d.tar", {"shop/web:1.0": APP})
    for text, transport in (
        (f"oci-dir:{layout}:1", "oci-dir"),
        (f"oci:{layout}@{APP.digest}", "oci-dir"),
        (f"oci-archive:{archive}", "oci-archive"),
        (f"docker-archive:{docker}:shop/web:1.0", "docker-archive"),
        (f"docker-archive:{docker}:@0", "docker-archive"),
        (f"dir:{tmp_path}", "dir"),
    ):
        identity = opened(text, registry, is_offline=True).identity
        assert (identity.transport, identity.reference) == (transport, text)


@pytest.mark.parametrize("scheme", ["oci-dir", "oci-archive", "docker-archive", "dir"])
def test_a_file_that_is_not_there_is_the_callers_to_mend(tmp_path: Path, scheme: str) -> None:
    with pytest.raises(InputError):
        opened(f"{scheme}:{tmp_path}/none:1", Registry(tmp_path))
