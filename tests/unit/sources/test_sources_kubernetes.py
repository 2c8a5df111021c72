"""Kubernetes manifests, and their joining with what the project builds."""

from collections.abc import Callable

import pytest

from basewright.model.span import Location
from basewright.model.workload import MountKind, Origin, Project, Workload

Discover = Callable[..., Project]

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
    - {{name: c, image: '{image}'{more}}}
"""

DEPLOYMENT = """\
# shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      securityContext: {runAsUser: 1000, runAsGroup: 2000}
      initContainers:
        - name: migrate
          image: busybox:1.37
          command: [sh, -c, "echo $(HOME)"]
      containers:
        - name: api
          image: "example/api:1.2"
          args: ["--verbose"]
          workingDir: /srv
          env: [{name: A, value: "1"}, {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}]
          ports: [{containerPort: 8080, protocol: UDP}, {containerPort: 443, hostPort: 8443}, {containerPort: x}]
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            privileged: false
            capabilities: {add: [NET_ADMIN], drop: [ALL]}
          readinessProbe: {httpGet: {path: /, port: 80}}
          livenessProbe: {exec: {command: [cat, /tmp/healthy]}}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tmp, mountPath: /tmp, readOnly: true}
            - {name: cache, mountPath: /cache}
            - {name: host, mountPath: /host}
            - {name: conf, mountPath: /conf}
            - {name: claim, mountPath: /claim}
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: api-data}}
        - {name: tmp, emptyDir: {medium: Memory}}
        - {name: cache, emptyDir: {}}
        - {name: host, hostPath: {path: /srv}}
        - {name: conf, configMap: {name: c}}
"""


def _named(project: Project) -> dict[str, Workload]:
    return {workload.name: workload for workload in project.workloads}


def test_everything_of_a_container_is_read(discover_files: Discover) -> None:
    found = _named(discover_files({"k8s/api.yaml": DEPLOYMENT}))

    assert sorted(found) == ["api", "api/migrate"]
    api, runtime = found["api"], found["api"].runtime
    assert (api.origin, api.where, str(api.base.reference)) == (
        Origin.KUBERNETES,
        Location("k8s/api.yaml", 14),
        "example/api:1.2",
    )
    assert api.base.where == Location("k8s/api.yaml", 15)
    assert runtime.entrypoint is None
    assert runtime.command is not None
    assert runtime.command.words == ("--verbose",)
    assert runtime.user is not None
    assert runtime.user.value == "1000:2000"
    assert {(one.number, one.protocol, one.published) for one in runtime.ports} == {
        (8080, "udp", None),
        (443, "tcp", "8443"),
    }
    assert {one.target: (one.kind, one.source, one.read_only) for one in runtime.mounts} == {
        "/data": (MountKind.CLAIM, "api-data", False),
        "/tmp": (MountKind.TMPFS, "tmp", True),
        "/cache": (MountKind.ANONYMOUS, "cache", False),
        "/host": (MountKind.BIND, "/srv", False),
        "/conf": (MountKind.OTHER, "conf", False),
        "/claim": (MountKind.OTHER, "claim", False),
    }
    assert runtime.health_check is not None
    assert runtime.health_check.test is not None
    assert runtime.health_check.test.words == ("cat", "/tmp/healthy")
    assert sorted(runtime.environment) == ["A"]
    assert [one.value for one in (*runtime.cap_add, *runtime.cap_drop, *runtime.security_opt)] == [
        "NET_ADMIN",
        "ALL",
        "no-new-privileges:true",
    ]
    migrate = found["api/migrate"].runtime
    assert migrate.entrypoint is not None
    assert migrate.entrypoint.words == ("sh", "-c", "echo $(HOME)")
    assert migrate.clears_command


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Pod", "{containers: [{name: c, image: 'a:1'}]}"),
        ("StatefulSet", "{template: {spec: {containers: [{name: c, image: 'a:1'}]}}}"),
        ("DaemonSet", "{template: {spec: {containers: [{name: c, image: 'a:1'}]}}}"),
        ("Job", "{template: {spec: {containers: [{name: c, image: 'a:1'}]}}}"),
        ("CronJob", "{jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: 'a:1'}]}}}}}"),
    ],
)
def test_every_kind_that_makes_pods_is_read(kind: str, spec: str, discover_files: Discover) -> None:
    project = discover_files({"x.yml": f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: it}}\nspec: {spec}\n"})

    assert [(one.name, one.base.resolved) for one in project.workloads] == [("it", "a:1")]


def test_a_list_and_several_documents_are_read(discover_files: Discover) -> None:
    pod = "{{apiVersion: v1, kind: Pod, metadata: {{name: {0}}}, spec: {{containers: [{{name: c, image: '{0}:1'}}]}}}}"
    text = f"apiVersion: v1\nkind: List\nitems: [{pod.format('a')}, {pod.format('b')}]\n---\n{pod.format('c')}\n---\n"

    assert sorted(_named(discover_files({"all.yaml": text}))) == ["a", "b", "c"]


def test_a_claim_template_is_a_claim(discover_files: Discover) -> None:
    (workload,) = discover_files(
        {
            "db.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n"
            "  volumeClaimTemplates: [{metadata: {name: data}}]\n  template: {spec: {containers: [{name: db,"
            " image: postgres, volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]}]}}\n"
        }
    ).workloads

    (mount,) = workload.runtime.mounts
    assert mount.kind is MountKind.CLAIM
    assert mount.is_persistent


@pytest.mark.parametrize("image", ["$(IMAGE)", "${IMAGE}", "<image>", "REPLACE_ME", "app:__VERSION__"])
def test_a_placeholder_is_no_image(image: str, discover_files: Discover) -> None:
    (workload,) = discover_files({"p.yaml": POD.format(image=image, more="")}).workloads

    assert workload.base.reference is None
    assert "placeholder" in workload.base.reason
    assert workload.unknowns


def test_charts_kustomizations_and_templates_are_said(discover_files: Discover) -> None:
    project = discover_files(
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: x\n",
            "chart/templates/d.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: x}]}\n",
            "k/kustomization.yaml": "images:\n  - name: a\n    newTag: '2'\n",
            "t/pod.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: {{ .Values.image }}\n",
        }
    )

    assert not project.workloads
    assert [unknown.path for unknown in project.unknowns] == ["chart", "k/kustomization.yaml", "t/pod.yaml"]


def test_other_yaml_is_left_alone(discover_files: Discover) -> None:
    project = discover_files(
        {
            "ci.yml": "on: push\njobs: {a: {}}\n",
            "service.yaml": "apiVersion: v1\nkind: Service\n",
            "broken.yaml": "a: [\n",
            "crd.yaml": "apiVersion: x/v1\nkind: Pod\nspec: [1, 2]\n",
        }
    )

    assert not project.workloads
    assert not project.unknowns


def test_a_broken_manifest_is_an_unknown(discover_files: Discover) -> None:
    project = discover_files({"p.yaml": "apiVersion: v1\nkind: Pod\nspec: [\n"})

    assert "not YAML" in project.unknowns[0].reason


def test_a_container_of_what_the_project_builds_is_joined(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {api: {build: ., image: 'example/api:1'}}\n",
            "Dockerfile": "FROM a\nUSER app\n",
            "p.yaml": POD.format(
                image="docker.io/example/api:1", more=", securityContext: {readOnlyRootFilesystem: true}"
            ),
        }
    )

    (api,) = project.workloads
    assert api.name == "api"
    assert api.runtime.read_only is not None
    assert api.runtime.read_only.where.file == "p.yaml"
    assert (api.runtime.user and api.runtime.user.value) == "app"


def test_a_container_with_a_command_of_its_own_runs_the_same_build(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {api: {build: ., image: 'example/api:1'}}\n",
            "Dockerfile": 'FROM a\nCMD ["serve"]\n',
            "p.yaml": POD.format(image="example/api:1", more=", args: [work]"),
        }
    )

    found = _named(project)
    assert found["p"].build is found["api"].build
    assert found["p"].base.resolved == "a"
    assert found["p"].runtime.command is not None
    assert found["p"].runtime.command.words == ("work",)


def test_another_tag_is_another_image(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {api: {build: ., image: 'example/api:1'}}\n",
            "Dockerfile": "FROM a\n",
            "p.yaml": POD.format(image="example/api:2", more=""),
        }
    )

    assert _named(project)["p"].build is None
