"""What of the build context belongs to a workload: copied paths, scripts, manifests."""

from collections.abc import Callable

import pytest

from basewright.model.workload import Project

Discover = Callable[..., Project]

SH = '#!/bin/sh\nexec "$@"\n'


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ("COPY a.txt /x/", {"/x/a.txt": "a.txt"}),
        ("COPY a.txt /x", {"/x": "a.txt"}),
        ("COPY src /x", {"/x": "src"}),
        ("COPY src/ /x/", {"/x": "src"}),
        ("COPY . /app", {"/app": "."}),
        ("WORKDIR /app\nCOPY . .", {"/app": "."}),
        ("WORKDIR /app\nCOPY a.txt b.txt ./", {"/app/a.txt": "a.txt", "/app/b.txt": "b.txt"}),
        ("COPY *.txt /x/", {"/x/a.txt": "a.txt", "/x/b.txt": "b.txt"}),
        ("COPY s*/*.py /x/", {"/x/m.py": "src/m.py"}),
        ('COPY ["a.txt", "/with space/"]', {"/with space/a.txt": "a.txt"}),
        ("ARG D=/opt\nCOPY a.txt $D/", {"/opt/a.txt": "a.txt"}),
        ("COPY --parents src/m.py /x/", {"/x/src/m.py": "src/m.py"}),
        ("COPY --chown=1:1 --link /a.txt /x/", {"/x/a.txt": "a.txt"}),
        ("COPY a.txt .", {"a.txt": "a.txt"}),
        ("COPY gone.txt /x/", {}),
        ("COPY ../../etc/passwd /x/", {}),
        ("COPY secret.txt /x/", {}),
        ("ADD https://example.com/x.sh /x.sh", {}),
        ("ADD app.tar.gz /x/", {}),
        ("COPY --from=alpine /etc/passwd /x/", {}),
        ("COPY $UNSET /x", {}),
    ],
)
def test_copies_are_followed(copies: str, expected: dict[str, str], discover_files: Discover) -> None:
    (workload,) = discover_files(
        {
            "Dockerfile": f"FROM a\n{copies}\n",
            "a.txt": "a",
            "b.txt": "b",
            "src/m.py": "m",
            "app.tar.gz": "x",
            "secret.txt": "s",
            ".dockerignore": "secret.txt\n",
        }
    ).workloads

    assert dict(workload.static_paths) == expected


def test_copies_are_followed_through_stages(discover_files: Discover) -> None:
    (workload,) = discover_files(
        {
            "Dockerfile": "FROM a AS files\nWORKDIR /in\nCOPY . .\nFROM b AS other\nCOPY a.txt /never\n"
            "FROM c AS base\nCOPY a.txt /base/\nFROM base\nCOPY --from=files /in/run.sh /usr/bin/run\n"
            "COPY --from=files /in/src /src\nCOPY --from=0 /in /all\nCOPY --from=files /in/built /built\n",
            "a.txt": "a",
            "run.sh": SH,
            "src/m.py": "m",
        }
    ).workloads

    assert dict(workload.static_paths) == {
        "/all": ".",
        "/base/a.txt": "a.txt",
        "/src": "src",
        "/usr/bin/run": "run.sh",
    }


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('COPY run.sh /\nENTRYPOINT ["/run.sh"]', "/run.sh"),
        ('COPY run.sh /usr/local/bin/\nENTRYPOINT ["run.sh"]', "/usr/local/bin/run.sh"),
        ('COPY run.sh /opt/bin/run\nENV PATH=/opt/bin:$PATH\nCMD ["run"]', "/opt/bin/run"),
        ('WORKDIR /app\nCOPY . .\nCMD ["./run.sh"]', "/app/run.sh"),
        ('COPY . .\nCMD ["./run.sh"]', "run.sh"),
        ('WORKDIR /app\nCOPY . .\nCMD ["sh", "run.sh"]', "/app/run.sh"),
        ('COPY run.sh /\nENTRYPOINT ["tini", "--", "/run.sh"]', "/run.sh"),
        ("COPY run.sh /\nCMD exec /run.sh --now", "/run.sh"),
        ('COPY run.sh /\nCMD ["bash", "-c", "cd / && /run.sh"]', "/run.sh"),
        ("COPY run.sh /\nHEALTHCHECK CMD /run.sh || exit 1", "/run.sh"),
        ('COPY --chmod=755 <<EOF /run.sh\n#!/bin/sh\nsleep 1\nEOF\nCMD ["/run.sh"]', "/run.sh"),
        ("COPY run.sh /docker-entrypoint-initdb.d/", "/docker-entrypoint-initdb.d/run.sh"),
    ],
)
def test_the_script_that_a_command_names_is_found(lines: str, found: str, discover_files: Discover) -> None:
    (workload,) = discover_files({"Dockerfile": f"FROM a\n{lines}\n", "run.sh": SH}).workloads

    (script,) = workload.scripts
    assert script.image_path == found
    assert script.interpreter == "/bin/sh"
    assert script.content.startswith(b"#!/bin/sh\n")


@pytest.mark.parametrize(
    "lines",
    [
        'COPY app.py /\nCMD ["python", "/app.py"]',
        'COPY binary /\nCMD ["/binary"]',
        'COPY run.sh /\nCMD ["/other.sh"]',
        'COPY run.sh /secret/\nCMD ["run.sh"]',
    ],
)
def test_what_is_no_script_is_none(lines: str, discover_files: Discover) -> None:
    files = {"Dockerfile": f"FROM a\n{lines}\n", "run.sh": SH, "app.py": "print(1)\n", "binary": b"\x7fELF\0\0"}

    assert discover_files(files).workloads[0].scripts == ()


def test_scripts_that_scripts_call_are_followed_and_circles_end(discover_files: Discover) -> None:
    (workload,) = discover_files(
        {
            "Dockerfile": 'FROM a\nCOPY scripts /scripts\nENTRYPOINT ["/scripts/a.sh"]\n',
            "scripts/a.sh": "#!/usr/bin/env bash\n. /scripts/b.sh\n",
            "scripts/b.sh": "exec /scripts/a.sh; exec /scripts/c.sh\n",
            "scripts/c.sh": "#!/bin/sh\n",
            "scripts/unused.sh": "#!/bin/sh\n",
        }
    ).workloads

    assert [(one.image_path, one.interpreter) for one in workload.scripts] == [
        ("/scripts/a.sh", "bash"),
        ("/scripts/b.sh", None),
        ("/scripts/c.sh", "/bin/sh"),
    ]


def test_a_script_that_is_mounted_is_found(discover_files: Discover) -> None:
    (workload,) = discover_files(
        {
            "deploy/compose.yaml": "services:\n  db:\n    image: postgres\n    command: /start.sh\n    volumes:\n"
            "      - ./start.sh:/start.sh:ro\n      - ./init:/docker-entrypoint-initdb.d\n",
            "deploy/start.sh": SH,
            "deploy/init/10-user.sh": SH,
            "deploy/init/20-data.sql": "select 1;\n",
        }
    ).workloads

    assert [(one.path, one.image_path) for one in workload.scripts] == [
        ("deploy/init/10-user.sh", "/docker-entrypoint-initdb.d/10-user.sh"),
        ("deploy/start.sh", "/start.sh"),
    ]


def test_manifests_of_the_context_and_of_copied_folders_belong_to_the_workload(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services:\n  web: {build: {context: ., dockerfile: web.Dockerfile}}\n  db: {image: x}\n",
            "web.Dockerfile": "FROM a\nCOPY api/requirements.txt /\nCOPY lib /lib\n",
            "api/requirements.txt": "flask==3\n",
            "lib/requirements.txt": "attrs==25\n",
            "other/requirements.txt": "django==5\n",
        }
    )

    manifests = {one.name: [manifest.path for manifest in one.manifests] for one in project.workloads}
    assert manifests == {"web": ["api/requirements.txt", "lib/requirements.txt"], "db": []}


@pytest.mark.parametrize(
    ("dockerfile", "context"),
    [
        ("FROM a\nCOPY src /src\n", "."),
        ("FROM a\nCOPY nginx.conf /etc/\n", "docker"),
        ("FROM a\nCOPY built.jar /\n", "docker"),
        ("FROM a\n", "docker"),
        ("FROM a\nCOPY . /app\n", "docker"),
        ("FROM a\nCOPY src/*.py docker/nginx.conf /\n", "."),
    ],
)
def test_the_context_of_a_lone_dockerfile_is_where_its_sources_stand(
    dockerfile: str, context: str, discover_files: Discover
) -> None:
    (workload,) = discover_files({"docker/Dockerfile": dockerfile, "src/m.py": "m", "docker/nginx.conf": "c"}).workloads

    assert workload.build is not None
    assert workload.build.context == context


def test_a_long_chain_of_stages_is_survived(discover_files: Discover) -> None:
    stages = "".join(f"FROM s{n} AS s{n + 1}\nCOPY --from=s{n} /a /a\n" for n in range(1, 3000))

    (workload,) = discover_files({"Dockerfile": f"FROM a AS s1\nCOPY a /a\n{stages}", "a": "a"}).workloads

    assert workload.base.resolved == "a"
    assert dict(workload.static_paths) == {"/a": "a"}
