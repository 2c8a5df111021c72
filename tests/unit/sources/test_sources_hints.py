"""Lines of documents that open a shell in a container."""

from collections.abc import Callable

import pytest

from basewright.model.workload import Project

Discover = Callable[..., Project]

COMPOSE = "services: {web: {image: 'nginx:1.29', container_name: shop_front}, db: {image: postgres}}\n"


@pytest.mark.parametrize(
    "line",
    [
        "docker compose exec web bash",
        "    $ docker-compose exec -u root web /bin/sh -c 'ls'",
        "- run `docker exec -it shop-web-1 sh`",
        "docker exec -it shop_web_1 bash",
        "docker exec -it shop_front bash",
        "kubectl exec -n prod deploy/web -- bash",
        "docker run --rm -it --entrypoint sh nginx:1.29",
        "docker compose run --rm web bash",
        "podman exec web ash",
    ],
)
def test_a_line_that_opens_a_shell_is_a_hint(line: str, discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": COMPOSE, "docs/run/book.md": f"# Help\n\n{line}\n"})

    hints = {one.name: one.hints for one in project.workloads}
    assert hints["db"] == ()
    assert [(str(hint.where), hint.what) for hint in hints["web"]] == [("docs/run/book.md:3", line.strip())]


@pytest.mark.parametrize(
    "line",
    [
        "docker compose exec web psql",
        "docker compose exec other bash",
        "run web in bash",
        "docker build -t web . && bash run.sh",
        "exec web bash",
        "docker run web bash -c x",
    ],
)
def test_other_lines_say_nothing(line: str, discover_files: Discover) -> None:
    project = discover_files({"compose.yaml": COMPOSE, "README.md": line})

    assert all(one.hints == () for one in project.workloads)


def test_the_nearest_service_of_a_name_is_meant(discover_files: Discover) -> None:
    project = discover_files(
        {
            "a/compose.yaml": COMPOSE,
            "b/compose.yaml": COMPOSE,
            "b/README.md": "docker compose exec web sh\n",
            "README.md": "docker compose exec web sh\n",
        }
    )

    hinted = {one.name: [str(hint.where) for hint in one.hints] for one in project.workloads if one.hints}
    assert hinted == {"web (b/compose.yaml)": ["b/README.md:1"]}


def test_huge_documents_are_not_read(discover_files: Discover) -> None:
    text = "docker compose exec web sh\n" * 20_000

    assert discover_files({"compose.yaml": COMPOSE, "README.md": text}).workloads[1].hints == ()
