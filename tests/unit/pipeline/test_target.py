"""What a TARGET names, as the reference of the commands says."""

from pathlib import Path

import pytest

from basewright.errors import InputError
from basewright.pipeline.target import parse_target


@pytest.fixture(autouse=True)
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "node").write_text("FROM node\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("text", [".", "./shop", "shop", "node", "./node"])
def test_what_exists_is_a_path(text: str):
    assert parse_target(text).place is not None


@pytest.mark.parametrize(
    ("text", "image"),
    [("python:3.13", "python:3.13"), ("registry:node", "node"), ("docker://node:24", "node:24"),
     ("gcr.io/distroless/cc", "gcr.io/distroless/cc"), ("registry:5000/team/app:1", "registry:5000/team/app:1")],
)  # fmt: skip
def test_what_does_not_exist_or_has_a_scheme_is_an_image(text: str, image: str):
    assert str(parse_target(text).image) == image


@pytest.mark.parametrize("text", ["./nothing", "/no/such/folder", "", "No Such Image"])
def test_what_is_neither_is_refused(text: str):
    with pytest.raises(InputError):
        parse_target(text)


@pytest.mark.parametrize("text", ["oci-dir:/tmp/x", "docker-archive:x.tar", "dir:/", "docker:node", "podman:node"])
def test_a_transport_and_a_place_are_an_image_to_be_opened(text: str):
    target = parse_target(text)

    assert (target.text, target.place, target.image) == (text, None, None)
