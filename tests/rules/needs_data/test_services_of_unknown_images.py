"""SERVICE of images that the catalog does not know: only what the project itself says counts, never the name."""

import pytest
from needing import find, mount, process, service, setting, values

from basewright.model.need import Confidence, NeedKind
from basewright.needs import evaluate


@pytest.mark.parametrize(
    "image", ["bitnami/postgresql:16", "example/postgres:16", "example/nginx", "registry.example/library/redis:7"]
)
def test_a_name_alone_makes_no_server(image: str) -> None:
    runtime = {"mounts": (mount("/var/lib/postgresql/data"),), "environment": {"PGDATA": setting("/pg")}}
    needs = evaluate(service(image, runtime=runtime), None)
    assert values(needs, NeedKind.SERVICE) == []
    assert values(needs, NeedKind.STATEFUL_DATA) == []
    assert values(needs, NeedKind.SHELL) == []
    assert values(needs, NeedKind.VOLUME) == ["/var/lib/postgresql/data"]


def test_the_project_s_own_command_makes_one_without_a_version() -> None:
    runtime = {"command": process("postgres", "-c", "x=1"), "mounts": (mount("/var/lib/postgresql/data"),)}
    needs = evaluate(service("example/postgres:16", runtime=runtime), None)
    need = find(needs, NeedKind.SERVICE)
    assert need is not None
    assert (need.value, need.version) == ("postgres", None)
    assert values(needs, NeedKind.STATEFUL_DATA) == ["postgres"]


@pytest.mark.parametrize("image", ["postgres:16", "opensearchproject/opensearch:2"])
def test_an_official_image_or_its_maker_s_own_is_a_server_by_convention(image: str) -> None:
    need = find(evaluate(service(image), None), NeedKind.SERVICE)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
