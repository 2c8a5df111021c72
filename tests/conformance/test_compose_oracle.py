"""Our reading of Compose files beside another implementation's: `compose-spec`, bindings of a Rust library.

The oracle parses and validates one file; it neither interpolates nor merges nor extends, so the cases here need none of
that. What it keeps in the form of the file (short ports, list or mapping) is compared in one form.
"""

from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyCompose

from basewright.model.workload import MountKind, Workload
from basewright.ports.files import DirectoryFiles
from basewright.sources import SourceOptions, discover

CASES = {
    "images": "services: {web: {image: nginx}, db: {image: 'postgres:16'}, x: {image: 'ghcr.io/a/b@sha256:"
    + "a" * 64
    + "'}, p: {image: 'registry.example/a/b:c'}}",
    "users": "services: {a: {image: a, user: root}, b: {image: a, user: 1000}, c: {image: a, user: '1000:1000'}}",
    "flags": "services: {a: {image: a, read_only: true, init: true, privileged: true}, b: {image: a, init: false}}",
    "capabilities": "services: {a: {image: a, cap_add: [ALL], cap_drop: [NET_ADMIN, SYS_ADMIN]}}",
    "security": "services: {a: {image: a, security_opt: ['no-new-privileges:true', 'label:disable']}}",
    "dependencies": "services: {a: {image: a, depends_on: [b, c]}, b: {image: b, depends_on: {c: {condition: "
    "service_healthy}}}, c: {image: c}}",
    "profiles": "services: {a: {image: a, profiles: [x, y]}, b: {image: b}}",
    "environment": "services: {a: {image: a, environment: [A=1, 'B=x=y', C=]}, b: {image: b, environment: {A: 1}}}",
    "commands": "services: {a: {image: a, command: [x, 'y z'], entrypoint: [e]}, b: {image: b, command: []}}",
    "health checks": "services: {a: {image: a, healthcheck: {test: [CMD, x, y]}}, b: {image: b, healthcheck: "
    "{test: [CMD-SHELL, 'x || y']}}, c: {image: c, healthcheck: {disable: true}}}",
    "exposed ports": "services: {a: {image: a, expose: ['80', '90/udp']}}",
    "long volumes": "services: {a: {image: a, volumes: [{type: bind, source: ./x, target: /x, read_only: true}, "
    "{type: volume, source: data, target: /data}, {type: tmpfs, target: /t}]}}\nvolumes: {data: }",
    "tmpfs": "services: {a: {image: a, tmpfs: /run}, b: {image: b, tmpfs: [/run, /tmp]}}",
    "work directories": "services: {a: {image: a, working_dir: /srv, stop_signal: SIGTERM, platform: linux/arm64}}",
}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _settings(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {name: str(one) for name, one in value.items()}
    return dict(item.split("=", 1) for item in value or ())


def _check(workload: Workload, service: dict[str, Any]) -> None:
    runtime = workload.runtime
    assert workload.base.written == service["image"]
    assert (runtime.user.value if runtime.user else None) == service.get("user")
    for name, setting in (
        ("read_only", runtime.read_only),
        ("init", runtime.init),
        ("privileged", runtime.privileged),
    ):
        assert (setting is not None and setting.value == "true") is bool(service.get(name))
    assert sorted(one.value for one in runtime.cap_add) == sorted(service.get("cap_add", ()))
    assert sorted(one.value for one in runtime.cap_drop) == sorted(service.get("cap_drop", ()))
    assert sorted(one.value for one in runtime.security_opt) == sorted(service.get("security_opt", ()))
    assert sorted(workload.depends_on) == sorted(service.get("depends_on", ()))
    assert sorted(workload.profiles) == sorted(service.get("profiles", ()))
    assert {name: one.value for name, one in runtime.environment.items()} == _settings(service.get("environment"))
    assert (list(runtime.command.words) if runtime.command else None) == service.get("command")
    assert (list(runtime.entrypoint.words) if runtime.entrypoint else None) == service.get("entrypoint")
    exposed = {str(one.number) if one.protocol == "tcp" else f"{one.number}/{one.protocol}" for one in runtime.ports}
    assert exposed == {str(one) for one in service.get("expose", ())}
    tmpfs = sorted(one.target for one in runtime.mounts if one.kind is MountKind.TMPFS)
    volumes = service.get("volumes", ())
    assert tmpfs == sorted(
        [*_listed(service.get("tmpfs")), *(one["target"] for one in volumes if one["type"] == "tmpfs")]
    )
    for one in volumes:
        mount = next(mount for mount in runtime.mounts if mount.target == one["target"])
        assert mount.kind.value == {"volume": "named"}.get(one["type"], one["type"])
        assert mount.source == one.get("source")
        assert mount.read_only is one.get("read_only", False)
    assert (runtime.working_directory.value if runtime.working_directory else None) == service.get("working_dir")
    assert (runtime.stop_signal.value if runtime.stop_signal else None) == service.get("stop_signal")
    assert workload.base.platform == service.get("platform")
    check = service.get("healthcheck")
    assert (runtime.health_check is None) is (check is None)
    if runtime.health_check is not None and check:
        test = runtime.health_check.test
        assert (test is None) is bool(check.get("disable"))
        written = check.get("test")
        assert test is None or list(test.words) == ([written] if isinstance(written, str) else written[1:])


@pytest.mark.parametrize("name", CASES)
def test_a_compose_file_means_the_same_to_both(name: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(CASES[name])
    expected = PyCompose.from_yaml(CASES[name]).to_dict()["services"]

    project = discover(DirectoryFiles(tmp_path), SourceOptions())

    assert not project.unknowns
    assert {workload.name for workload in project.workloads} == set(expected)
    for workload in project.workloads:
        _check(workload, expected[workload.name])
