import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import images
import pytest
from engines import Answer, DirectClient, ScriptedEngine
from plain_reader import PlainReader, paths

from basewright.errors import (
    BasewrightError,
    InputError,
    IntegrityError,
    InvalidImageError,
    RemoteError,
    UnsupportedError,
)
from basewright.image.config import build_steps
from basewright.image.engine import EngineImage, LocalEngine, local_engines
from basewright.image.engine_api import NoSuchImageError
from basewright.image.engine_endpoints import Endpoint, Host
from basewright.image.interface import OpenOptions
from basewright.image.limits import Limits

HISTORY = [images.step("ADD a /"), images.step("ENV A=1", empty=True), images.step("RUN TOKEN=abcdefgh make")]
APP = images.image(
    [{"a": "1"}, {"b": "2"}],
    config={"User": "app", "Healthcheck": {"Test": ["CMD", "x"], "Interval": 2_000_000_000}, "Env": ["A=1"]},
    history=HISTORY,
)
STYLES = ["new", "legacy", "podman", "gzip"]


def opened(engine: ScriptedEngine, name: str = "shop/web:1.0", **options: Any) -> EngineImage:
    transport = "podman" if engine.kind == "podman" else "docker"
    local = LocalEngine(transport, lambda: Endpoint("test", "/run/x.sock"), lambda _: DirectClient(engine))
    (image,) = local.open(name, f"{transport}:{name}", OpenOptions(**options))
    return image


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", ["docker", "containerd", "podman"])
def test_an_image_is_read_while_its_export_passes(kind: str, style: str) -> None:
    engine = ScriptedEngine(APP, kind=kind, style=style)
    image = opened(engine)
    reader = PlainReader()
    assert paths(image.read_layers(reader, print)) == [["a"], ["b"]]
    assert engine.exports == 1
    assert all(path.startswith(f"/images/{engine.identifier}/") for path in engine.asked[1:] if "libpod" not in path)
    assert image.config.user == "app"
    assert image.config.healthcheck is not None
    assert image.config.healthcheck.interval == 2.0
    assert build_steps(image.config, 2) == ("ADD a /", "RUN TOKEN=*** make")
    assert image.identity.repository_digests == (f"shop/web@{APP.digest}",)
    image.close()


def test_what_is_known_of_all_layers_needs_no_export() -> None:
    engine = ScriptedEngine(APP)
    reader = PlainReader()
    opened(engine).read_layers(reader, print)
    facts = opened(engine).read_layers(reader, print)
    assert paths(facts) == [["a"], ["b"]]
    assert (engine.exports, reader.read_count) == (1, 2)


@pytest.mark.parametrize("style", ["new", "podman"])
def test_a_layer_that_is_known_is_passed_over(style: str) -> None:
    reader = PlainReader()
    opened(ScriptedEngine(images.image([{"a": "1"}]))).read_layers(reader, print)
    engine = ScriptedEngine(APP, style=style)
    assert paths(opened(engine).read_layers(reader, print)) == [["a"], ["b"]]
    assert (engine.exports, reader.read_count) == (1, 2)


@pytest.mark.parametrize("style", STYLES)
def test_another_look_exports_again(style: str) -> None:
    engine = ScriptedEngine(APP, style=style)
    assert paths(opened(engine).read_layers(PlainReader(looks=3), print)) == [["a"], ["b"]]
    assert engine.exports == 1 + 2 * 2


def test_a_single_layer_can_be_opened_by_itself() -> None:
    image = opened(ScriptedEngine(APP))
    with image.layers[1].open() as pieces:
        assert images.sha256(b"".join(pieces)) == APP.layers[1].diff_id
    with (
        pytest.raises(RemoteError, match="does not hold layer"),
        opened(ScriptedEngine(APP, style="legacy")).layers[1].open(),
    ):
        pass


def test_digests_are_those_that_the_engine_keeps() -> None:
    docker = opened(ScriptedEngine(APP)).identity
    assert (docker.digest, str(docker.config_digest)) == (None, images.sha256(APP.config))
    kept = opened(ScriptedEngine(APP, kind="containerd")).identity
    assert (str(kept.digest), kept.config_digest, kept.index_digest) == (APP.digest, None, None)
    podman = opened(ScriptedEngine(APP, kind="podman")).identity
    assert (str(podman.digest), str(podman.config_digest)) == (APP.digest, images.sha256(APP.config))
    document = {**ScriptedEngine(APP, kind="containerd").inspect()}
    document["Descriptor"]["mediaType"] = images.OCI_INDEX
    engine = ScriptedEngine(
        APP, kind="containerd", changed={"web:1.0/json": Answer(200, json.dumps(document).encode())}
    )
    assert str(opened(engine).identity.index_digest) == APP.digest


def test_steps_of_docker_that_brought_no_bytes_are_told_by_their_instruction() -> None:
    steps = [
        {"CreatedBy": text, "Size": 0, "Created": 0} for text in ("RUN b", "ENV A=1", "/bin/sh -c #(nop)  CMD [x]")
    ]
    steps.append({"CreatedBy": "ADD a /", "Size": 5, "Created": 10**18})
    engine = ScriptedEngine(APP, changed={"/history": Answer(200, json.dumps(steps).encode())})
    assert build_steps(opened(engine).config, 2) == ("ADD a /", "RUN b")


def test_no_such_image_is_the_callers_to_mend() -> None:
    with pytest.raises(NoSuchImageError, match="Docker has no image nope") as caught:
        opened(ScriptedEngine(APP), "nope")
    assert caught.value.exit_code == 2
    assert "registry:nope" in caught.value.hint


def test_platforms_are_checked_and_noted() -> None:
    other = ScriptedEngine(images.image([], platform="linux/s390x"))
    with pytest.raises(InputError, match="there are: linux/s390x"):
        opened(other, platform="linux/amd64")
    assert "the only one there is" in opened(other).identity.notes[0]
    assert "the one platform" in opened(other, all_platforms=True).identity.notes[0]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"/json": Answer(500, b'{"message":"boom"}')}, RemoteError),
        ({"/json": Answer(500, b"[" * 100_000)}, RemoteError),
        ({"/json": Answer(403)}, RemoteError),
        ({"/json": Answer(301, headers={"Location": "http://elsewhere/"})}, RemoteError),
        ({"/json": Answer(200, b"")}, InvalidImageError),
        ({"/json": Answer(200, b"[]")}, InvalidImageError),
        ({"/json": Answer(200, b"[" * 100_000)}, UnsupportedError),
        ({"/json": Answer(200, b'{"Id":"../../x"}')}, InvalidImageError),
        ({"/json": Answer(200, b'{"Id":7}')}, InvalidImageError),
        ({"/history": Answer(200, b"{}")}, InvalidImageError),
        ({"/history": Answer(404, b"{}")}, NoSuchImageError),
        ({"/history": Answer(200, b'[{"Size":"x","CreatedBy":7,"Created":[]}]')}, type(None)),
    ],
)
def test_answers_that_make_no_sense_are_told(answers: dict[str, Answer], kind: type[BasewrightError]) -> None:
    if kind is type(None):
        assert opened(ScriptedEngine(APP, changed=answers)).unknowns
        return
    with pytest.raises(kind):
        opened(ScriptedEngine(APP, changed=answers))


def test_more_layers_than_an_image_may_have_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="2 layers, more than the 1"):
        opened(ScriptedEngine(APP), limits=Limits(layers=1))


def test_what_an_engine_says_is_shown_redacted_and_cut() -> None:
    long = json.dumps({"message": "password=hunter22 " + "x" * 5000}).encode()
    with pytest.raises(RemoteError, match=r"answers 500 .*password=\*\*\*") as caught:
        opened(ScriptedEngine(APP, changed={"/json": Answer(500, long)}))
    assert len(str(caught.value)) < 600
    assert caught.value.is_temporary


def exporting(body: Any, **fields: Any) -> ScriptedEngine:
    return ScriptedEngine(APP, changed={"/get": Answer(200, body)}, **fields)


def archive(style: str = "new", built: images.BuiltImage = APP) -> bytes:
    return images.tar_of(images.docker_files({"shop/web:1.0": built}, style))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("keep", [0, 100, 600, 1500])
def test_a_cut_export_is_the_engines_failure(style: str, keep: int) -> None:
    with pytest.raises((RemoteError, IntegrityError)):
        opened(exporting(archive(style)[:keep])).read_layers(PlainReader(), print)


@pytest.mark.parametrize("style", STYLES)
def test_an_export_of_other_layers_is_refused(style: str) -> None:
    wrong = images.image([{"a": "1"}, {"evil": "2"}], history=HISTORY)
    with pytest.raises(IntegrityError, match=APP.layers[1].diff_id):
        opened(exporting(archive(style, wrong))).read_layers(PlainReader(), print)


def test_a_layer_under_the_name_of_another_is_refused() -> None:
    files = dict(images.docker_files({"x:1": APP}, "podman"))
    files[f"{APP.layers[1].diff_id[7:]}.tar"] = images.layer({"evil": "2"}).tar
    with pytest.raises(IntegrityError):
        opened(exporting(images.tar_of(files))).read_layers(PlainReader(), print)


def test_a_configuration_under_the_name_of_another_is_refused() -> None:
    files = [(f"{images.sha256(APP.config)[7:]}.json", b"{}"), *images.docker_files({"x:1": APP}, "new")]
    with pytest.raises(IntegrityError, match="configuration"):
        opened(exporting(images.tar_of(files))).read_layers(PlainReader(), print)


def test_an_export_without_end_is_cut() -> None:
    def body() -> Iterator[bytes]:
        member = images.tar_of({"x": b"{" * 512 * 200})[: 512 * 201]
        while True:
            yield member

    wrong = images.image([{"none": "x"}], history=[])
    engine = ScriptedEngine(wrong, changed={"/get": Answer(200, body)})
    limits = Limits(image_bytes=1 << 20)
    with pytest.raises(UnsupportedError, match=r"more than the \d+ bytes of an image"):
        opened(engine, limits=limits).read_layers(PlainReader(), print)


def test_more_blobs_than_an_image_may_have_are_refused() -> None:
    tar = images.layer({"x": "1"}).tar
    engine = exporting(images.tar_of([(f"{number}/layer.tar", tar) for number in range(9)]))
    with pytest.raises(UnsupportedError, match="more than the 4 layers"):
        opened(engine, limits=Limits(layers=4)).read_layers(PlainReader(), print)


def test_an_empty_layer_and_one_that_begins_like_json_are_layers() -> None:
    odd = images.image([images.layer(bytes(10240)), images.layer({"{": "1"}), images.layer({"[": "1"}, "none")])
    for style in STYLES:
        assert paths(opened(ScriptedEngine(odd, style=style)).read_layers(PlainReader(), print)) == [[], ["{"], ["["]]


def test_the_engines_are_docker_then_podman(tmp_path: Path) -> None:
    engines = local_engines(Host({"DOCKER_HOST": f"unix://{tmp_path}/x", "CONTAINER_HOST": "ssh://a"}, 1))
    assert [one.transport for one in engines] == ["docker", "podman"]
    assert all(one.is_there() for one in engines), "a setting counts, usable or not"
    with pytest.raises(UnsupportedError, match="SSH"):
        engines[1].open("x", "podman:x", OpenOptions())
    nowhere = local_engines(Host({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "gone"}, 1))[0]
    assert nowhere.is_there()
