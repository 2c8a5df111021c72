"""Which Kubernetes containers run to their end."""

from collections.abc import Callable

import pytest

from basewright.model.workload import Project

Discover = Callable[..., Project]

_TEMPLATE = "{template: {spec: {containers: [{name: c, image: 'busybox:1.37'}]}}}"


@pytest.mark.parametrize(
    ("kind", "spec", "is_job"),
    [
        ("Job", _TEMPLATE, True),
        ("CronJob", "{jobTemplate: {spec: " + _TEMPLATE + "}}", True),
        ("Deployment", _TEMPLATE, False),
        ("StatefulSet", _TEMPLATE, False),
        ("Pod", "{containers: [{name: c, image: 'busybox:1.37'}]}", False),
    ],
)
def test_jobs_run_to_their_end(discover_files: Discover, kind: str, spec: str, is_job: bool) -> None:
    manifest = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: p}}\nspec: {spec}\n"
    assert [one.is_job for one in discover_files({"k.yaml": manifest}).workloads] == [is_job]


def test_an_init_container_ends_and_a_sidecar_stays(discover_files: Discover) -> None:
    manifest = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: p}
spec:
  template:
    spec:
      initContainers:
        - {name: migrate, image: 'busybox:1.37'}
        - {name: proxy, image: 'busybox:1.37', restartPolicy: Always}
      containers:
        - {name: c, image: 'busybox:1.37'}
"""
    jobs = {one.name: one.is_job for one in discover_files({"k.yaml": manifest}).workloads}
    assert jobs == {"p": False, "p/migrate": True, "p/proxy": False}


def test_a_dockerfile_is_no_job(discover_files: Discover) -> None:
    assert [one.is_job for one in discover_files({"Dockerfile": "FROM busybox:1.37\n"}).workloads] == [False]


@pytest.mark.parametrize("way", ["httpGet: {path: /, port: 80}", "tcpSocket: {port: 80}", "grpc: {port: 80}"])
def test_a_probe_from_outside_needs_nothing_of_the_image(discover_files: Discover, way: str) -> None:
    manifest = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
    - name: c
      image: 'busybox:1.37'
      readinessProbe:
        {way}
"""
    (workload,) = discover_files({"k.yaml": manifest}).workloads

    assert workload.runtime.health_check is None
    assert workload.runtime.outside_probe is not None
    assert workload.runtime.outside_probe.value == way.partition(":")[0]
