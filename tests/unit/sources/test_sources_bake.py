"""Bake files in JSON, and what is said of the others."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from basewright.model.span import Location
from basewright.model.workload import Origin, Project, Workload

Discover = Callable[..., Project]

DOCKERFILE = "ARG BASE=alpine\nFROM $BASE AS run\nFROM run AS test\n"


def _bake(discover_files: Discover, content: dict[str, Any], **files: str) -> dict[str, Workload]:
    project = discover_files({"docker-bake.json": json.dumps(content, indent=1), "Dockerfile": DOCKERFILE, **files})
    return {workload.name: workload for workload in project.workloads}


def test_targets_inherit_and_groups_are_read(discover_files: Discover) -> None:
    found = _bake(
        discover_files,
        {
            "variable": {"IMAGE": {"default": "debian:13"}},
            "group": {"default": {"targets": ["web", "api"]}},
            "target": {
                "_common": {"context": ".", "args": {"BASE": "node:24", "X": "1"}},
                "parent": {"args": {"X": "2"}},
                "web": {"inherits": ["_common", "parent"], "target": "run", "tags": ["example/web:1"]},
                "api": {"inherits": ["_common"], "args": {"BASE": "${IMAGE}"}},
            },
        },
    )

    assert {name: one.base.resolved for name, one in found.items()} == {"web": "node:24", "api": "debian:13"}
    web = found["web"]
    assert web.origin is Origin.BAKE
    assert web.where.file == "docker-bake.json"
    assert web.build is not None
    assert dict(web.build.arguments) == {"BASE": "node:24", "X": "2"}
    assert web.build.target == 0


def test_a_value_has_its_place_in_a_file_with_tabs(
    discover_files: Discover, deciding_text: Callable[[Workload], str]
) -> None:
    text = '{\n\t"target": {\n\t\t"web": {"args": {"BASE": \t"node:24"}}\n\t}\n}\n'

    (web,) = discover_files({"docker-bake.json": text, "Dockerfile": DOCKERFILE}).workloads

    assert web.base.changed_at == Location("docker-bake.json", 3)
    assert deciding_text(web) == "node:24"


def test_the_override_file_wins_and_the_environment_above_it(discover_files: Discover) -> None:
    files = {
        "docker-bake.json": '{"variable": {"B": {"default": "a"}}, "target": {"web": {"args": {"BASE": "${B}"}}}}',
        "Dockerfile": DOCKERFILE,
    }

    assert discover_files(files).workloads[0].base.resolved == "a"
    assert discover_files(files, environment={"B": "given"}).workloads[0].base.resolved == "given"
    files["docker-bake.override.json"] = '{"target": {"web": {"args": {"BASE": "over"}}}}'
    assert discover_files(files).workloads[0].base.resolved == "over"


def test_inline_dockerfiles_and_named_contexts_are_read(discover_files: Discover) -> None:
    found = _bake(
        discover_files,
        {
            "target": {
                "inline": {"dockerfile-inline": "FROM busybox\nCMD x\n"},
                "named": {"contexts": {"alpine": "docker-image://debian:13"}},
                "chained": {"contexts": {"alpine": "target:inline"}},
            }
        },
    )

    assert found["inline"].base.resolved == "busybox"
    assert found["inline"].base.changed_span is None
    assert found["named"].base.resolved == "debian:13"
    assert "target inline" in found["chained"].base.reason


def test_a_target_of_a_compose_build_is_joined(discover_files: Discover) -> None:
    files = {"compose.yaml": "services: {web: {build: {context: ., target: run}}}\n"}

    assert sorted(_bake(discover_files, {"target": {"app": {"target": "run"}}}, **files)) == ["web"]
    assert sorted(_bake(discover_files, {"target": {"app": {"target": "run", "args": {"BASE": "b"}}}}, **files)) == [
        "app",
        "web",
    ]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"context": "https://github.com/a/b.git"}, "remote"),
        ({"context": "../up"}, "outside"),
        ({"dockerfile": "gone"}, "no such file"),
        ({"target": "gone"}, "no stage"),
        ({"args": {"BASE": "${lower(X)}"}}, "not a variable"),
        ({"context": "${NO}"}, "no value for NO"),
    ],
)
def test_what_cannot_be_read_stays_listed(target: dict[str, Any], told: str, discover_files: Discover) -> None:
    web = _bake(discover_files, {"target": {"web": target}})["web"]

    assert web.base.reference is None
    assert told in web.base.reason
    assert web.unknowns


def test_matrices_circles_and_hcl_are_said(discover_files: Discover) -> None:
    project = discover_files(
        {
            "docker-bake.json": json.dumps(
                {"target": {"m": {"matrix": {"v": ["1"]}}, "default": {"inherits": ["default", "gone"]}}}
            ),
            "docker-bake.hcl": 'target "x" {}\n',
            "x/docker-bake.json": "{",
            "y/docker-bake.json": "[]",
            "Dockerfile": DOCKERFILE,
        }
    )

    reasons = " ".join(unknown.reason for unknown in project.unknowns)
    for told in ("matrix", "circle", "gone", "HCL", "not YAML", "no mapping"):
        assert told in reasons
