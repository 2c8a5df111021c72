"""Which files are found, which are joined, and which are said to be left out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from basewright.errors import InputError
from basewright.model.span import Location
from basewright.model.workload import Declaration, Origin, Project
from basewright.sources.discovery import is_compose_name, is_dockerfile_name

Discover = Callable[..., Project]


def _names(project: Project) -> list[str]:
    return [workload.name for workload in project.workloads]


@pytest.mark.parametrize(
    "name",
    ["Dockerfile", "dockerfile", "Dockerfile.api", "Dockerfile-dev", "Dockerfile_19c", "web.Dockerfile",
     "web.dockerfile", "Containerfile", "Containerfile.web", "a/b/Dockerfile"],
)  # fmt: skip
def test_a_dockerfile_is_known_by_its_name(name: str) -> None:
    assert is_dockerfile_name(name)


@pytest.mark.parametrize(
    "name",
    ["Dockerfile.dockerignore", "Dockerfile~", "Dockerfile.bak", "Dockerfile.orig", ".Dockerfile.swp", "Dockerfile.md",
     "Dockerfiles", "mydockerfile", "Dockerfile.yaml"],
)  # fmt: skip
def test_backups_and_notes_are_no_dockerfiles(name: str) -> None:
    assert not is_dockerfile_name(name)


@pytest.mark.parametrize(
    ("name", "is_compose"),
    [("compose.yaml", True), ("docker-compose.prod.yml", True), ("compose-dev.yaml", True),
     ("docker-compose.yml", True), ("composer.yaml", False), ("compose.json", False), ("my-compose.yaml", False)],
)  # fmt: skip
def test_a_compose_file_is_known_by_its_name(name: str, *, is_compose: bool) -> None:
    assert is_compose_name(name) is is_compose


def test_a_dockerfile_that_nothing_references_is_a_workload_named_by_its_place(discover_files: Discover) -> None:
    project = discover_files(
        {
            "Dockerfile": "FROM a\n",
            "Dockerfile.api": "FROM b\n",
            "worker/Dockerfile": "FROM c\n",
            "shop/docker/Dockerfile": "FROM d\n",
            "tool.Dockerfile": "FROM e\n",
        },
        name="store",
    )

    assert {one.name: one.base.resolved for one in project.workloads} == {
        "store": "a",
        "api": "b",
        "worker": "c",
        "shop": "d",
        "tool": "e",
    }
    assert project.dockerfiles == 5
    assert {one.origin for one in project.workloads} == {Origin.DOCKERFILE}


def test_ignored_and_foreign_folders_are_not_looked_at(discover_files: Discover) -> None:
    project = discover_files(
        {
            ".gitignore": "out/\n",
            "out/Dockerfile": "FROM a\n",
            "node_modules/x/Dockerfile": "FROM a\n",
            "vendor/x/compose.yaml": "services: {a: {image: a}}\n",
            "old/Dockerfile": "FROM a\n",
            "Dockerfile": "FROM b\n",
        },
        exclude=("old",),
    )

    assert _names(project) == ["app"]
    assert not project.unknowns


def test_a_compose_file_finds_an_ignored_dockerfile(discover_files: Discover) -> None:
    project = discover_files(
        {".gitignore": "gen\n", "gen/Dockerfile": "FROM a\n", "compose.yaml": "services: {web: {build: gen}}\n"}
    )

    assert _names(project) == ["web"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Dockerfile.j2", "FROM {{ base }}\n"),
        ("Dockerfile.tmpl", "FROM a\n"),
        ("Dockerfile", "{% if x %}\nFROM a\n{% endif %}\n"),
        ("Dockerfile.web", "FROM {{ cookiecutter.base }}\n"),
        ("compose.yaml.j2", "services: {}\n"),
        ("compose.yaml", "services:\n  web:\n    image: {{ image }}\n"),
        ("{{cookiecutter.slug}}/Dockerfile", "FROM a\n"),
    ],
)
def test_a_template_is_said_and_not_guessed(name: str, content: str, discover_files: Discover) -> None:
    project = discover_files({name: content})

    assert not project.workloads
    (unknown,) = project.unknowns
    assert unknown.path == name
    assert "template" in unknown.reason


def test_go_templates_in_quotes_and_commands_are_no_template(discover_files: Discover) -> None:
    project = discover_files(
        {
            "Dockerfile": "FROM a\nRUN docker inspect -f '{{.Id}}' x\n",
            "compose.yaml": 'services:\n  web:\n    image: b\n    hostname: "{{.Node.Hostname}}"\n',
        }
    )

    assert _names(project) == ["app", "web"]
    assert not project.unknowns


def test_a_program_about_dockerfiles_is_no_dockerfile(discover_files: Discover) -> None:
    project = discover_files({"dockerfile_test.go": "package x\n", "Dockerfile.go": "# the Go service\nFROM golang\n"})

    assert _names(project) == ["go"]
    assert not project.unknowns


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"FROM a\0\n", "binary"), (b"", "no instructions"), (b"RUN x\n", "FROM"), (b"FROM a\nBOGUS x\n", "BOGUS"),
     (b"FROM a\n" + b"# \n" * 600_000, "bytes")],
)  # fmt: skip
def test_a_broken_dockerfile_is_an_unknown(content: bytes, told: str, discover_files: Discover) -> None:
    project = discover_files({"bad/Dockerfile": content, "good/Dockerfile": "FROM b\n"})

    assert _names(project) == ["good"]
    assert [unknown.path.partition(":")[0] for unknown in project.unknowns] == ["bad/Dockerfile"]
    assert told in project.unknowns[0].reason


def test_a_link_out_of_the_project_is_not_followed(discover_files: Discover, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.Dockerfile"
    outside.write_text("FROM secret\n")
    (tmp_path / "svc").mkdir()
    (tmp_path / "svc/Dockerfile").symlink_to(outside)

    project = discover_files({"compose.yaml": "services: {web: {build: svc}}\n"})

    assert project.workloads[0].base.reference is None
    assert "leads outside the project" in project.workloads[0].unknowns[0].reason


def test_one_file_can_be_named(discover_files: Discover) -> None:
    files = {
        "compose.yaml": "services: {web: {build: .}}\n",
        "Dockerfile": "FROM a\n",
        "other/Dockerfile": "FROM b\n",
        "k8s.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n",
    }

    assert _names(discover_files(files, target="compose.yaml")) == ["web"]
    assert [one.origin for one in discover_files(files, target="Dockerfile").workloads] == [Origin.DOCKERFILE]
    assert _names(discover_files(files, target="k8s.yaml")) == ["p"]
    with pytest.raises(InputError, match=r"nope\.yaml"):
        discover_files(files, target="nope.yaml")


def test_a_yaml_file_of_another_name_is_known_by_what_it_holds(discover_files: Discover) -> None:
    project = discover_files({"stack.yml": "services: {web: {image: a}}\n"}, target="stack.yml")

    assert _names(project) == ["web"]


def test_the_same_files_give_the_same_project(discover_files: Discover) -> None:
    files = {
        "b/compose.yaml": "services: {web: {build: .}, db: {image: 'postgres:16'}}\n",
        "a/compose.yaml": "services: {web: {build: .}}\n",
        "b/Dockerfile": "FROM b\n",
        "a/Dockerfile": "FROM a\n",
    }

    first, second = discover_files(files), discover_files(files)

    assert first == second
    assert _names(first) == ["db", "web (a/compose.yaml)", "web (b/compose.yaml)"]


def test_the_name_stays_with_what_is_nearest_to_the_root(discover_files: Discover) -> None:
    project = discover_files(
        {
            "compose.yaml": "services: {web: {image: 'a:1'}}\n",
            "z/compose.yaml": "services: {web: {image: 'a:2'}}\n",
            "web/Dockerfile": "FROM c\n",
        }
    )

    assert {one.name: one.base.resolved for one in project.workloads} == {
        "web": "a:1",
        "web (z/compose.yaml)": "a:2",
        "web (web/Dockerfile)": "c",
    }


def test_declarations_go_to_the_workload_of_their_name(discover_files: Discover) -> None:
    declaration = Declaration("criticality", "high", "ana", "pays the bills", Location("basewright.toml", 3))

    project = discover_files(
        {"compose.yaml": "services: {web: {image: a}, db: {image: b}}\n"}, declarations={"db": (declaration,)}
    )

    assert {one.name: one.declarations for one in project.workloads} == {"db": (declaration,), "web": ()}


def test_every_file_that_counts_is_listed_with_its_digest(discover_files: Discover) -> None:
    project = discover_files(
        {"compose.yaml": "services: {web: {build: .}}\n", "Dockerfile": "FROM a\n", "ci.yml": "on: push\n"}
    )

    assert sorted(project.files) == ["Dockerfile", "compose.yaml"]
    assert all(len(digest) == 64 for digest in project.files.values())


def test_a_lone_dockerfile_stands_at_the_from_of_what_runs(discover_files: Discover) -> None:
    project = discover_files({"a/Dockerfile": "# x\nARG V=1\nFROM golang:1.27 AS b\nRUN true\nFROM scratch\n"})
    (workload,) = project.workloads

    assert (workload.where.file, workload.where.line) == ("a/Dockerfile", 5)
