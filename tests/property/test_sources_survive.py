"""Whatever stands in the files, discovery answers, and twice the same."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from basewright.model.workload import Project
from basewright.ports.files import DirectoryFiles
from basewright.sources import SourceOptions, discover

COMPOSE = [
    "services:",
    "  web:",
    "    image: a",
    "    build: .",
    "    extends: web",
    "    command: x 'y",
    "include: [x]",
    "    <<: *a",
    "x: &a {image: b}",
    "    image: ${A:-b}",
    "    image: ${A:?c}",
    "    ports: !reset []",
    "---",
    "\t",
    "    environment: [A=1, B]",
    "    volumes: [a:/b, {target: /c}]",
    "    healthcheck: {test: [CMD, x]}",
]
DOCKERFILE = [
    "FROM a",
    "FROM a AS b",
    "FROM b",
    "FROM $X",
    "ARG X=a",
    "ARG X",
    "COPY . /x",
    "COPY --from=b /x /y",
    "USER $X",
    "COPY --from=0 / /",
    "CMD x",
    'CMD ["x"]',
    "ENTRYPOINT [",
    "RUN <<EOF",
    "EOF",
    "WORKDIR x",
    "EXPOSE 1-9",
    "HEALTHCHECK CMD x",
    'VOLUME ["/x"]',
    "\\",
    "# escape=`",
    "ONBUILD FROM x",
]
NOISE = st.text(max_size=30)


def _lines(known: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(known) | NOISE, max_size=14).map("\n".join)


def _discover(files: dict[str, str]) -> Project:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content.encode("utf-8", "surrogatepass"))
        return discover(DirectoryFiles(Path(folder)), SourceOptions())


@settings(max_examples=120, deadline=None)
@given(_lines(COMPOSE), _lines(DOCKERFILE), NOISE, NOISE)
def test_discovery_survives_and_repeats_itself(compose: str, dockerfile: str, environment: str, ignore: str) -> None:
    files = {
        "compose.yaml": compose,
        "compose.dev.yaml": compose[::-1],
        "Dockerfile": dockerfile,
        ".env": environment,
        ".dockerignore": ignore,
        ".gitignore": ignore,
        "pod.yaml": f"apiVersion: v1\nkind: Pod\n{compose}",
        "docker-bake.json": environment,
    }

    first = _discover(files)

    assert first == _discover(files)
    assert len({workload.name for workload in first.workloads}) == len(first.workloads)
    for workload in first.workloads:
        assert workload.base.reference is not None or workload.base.reason or workload.base.resolved == "scratch"
