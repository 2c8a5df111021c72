"""INTERPRETER: positives and negatives."""

import pytest
from needing import NGINX, NODE, PYTHON, base, find, needs_of, package_json, requirements, script, service, values

from basewright.model.base import Role
from basewright.model.need import Confidence, EvidenceKind, NeedKind
from basewright.model.workload import Manifest
from basewright.needs import evaluate


@pytest.mark.parametrize(
    ("command", "runtime"),
    [
        ('["python", "app.py"]', "python"),
        ('["python3.12", "-m", "app"]', "python"),
        ('["gunicorn", "app:app"]', "python"),
        ('["uvicorn", "app:app", "--host", "0.0.0.0"]', "python"),
        ('["poetry", "run", "gunicorn", "app"]', "python"),
        ('["node", "server.js"]', "node"),
        ('["java", "-jar", "app.jar"]', "java"),
        ('["php-fpm"]', "php"),
        ('["dotnet", "App.dll"]', "dotnet"),
        ('["bundle", "exec", "puma"]', "ruby"),
        ("exec java $JAVA_OPTS -jar app.jar", "java"),
        ('["sh", "-c", "python app.py"]', "python"),
        ('["tini", "--", "gosu", "app", "node", "a.js"]', "node"),
        ('["./manage.py", "migrate"]', "python"),
    ],
)
def test_a_command_names_its_runtime(command: str, runtime: str) -> None:
    assert runtime in values(needs_of(f"FROM debian:12\nCMD {command}\n", base("debian:12")), NeedKind.INTERPRETER)


@pytest.mark.parametrize("command", ['["nginx"]', '["./server"]', '["/usr/bin/tail", "-f", "/dev/null"]'])
def test_other_processes_need_no_runtime(command: str) -> None:
    assert values(needs_of(f"FROM debian:12\nCMD {command}\n", base("debian:12")), NeedKind.INTERPRETER) == []


def test_the_version_comes_from_the_base() -> None:
    need = find(needs_of('FROM python:3.12\nCMD ["python", "a.py"]\n', PYTHON), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version == "3.12.11"
    assert EvidenceKind.CATALOG in {one.kind for one in need.evidence}


def test_the_version_comes_from_the_tag_where_the_catalog_knows_nothing() -> None:
    need = find(needs_of('FROM python:3.11-slim\nCMD ["python", "a.py"]\n'), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version == "3.11"


def test_a_base_for_something_else_tells_no_version() -> None:
    need = find(needs_of('FROM debian:12\nCMD ["python3", "a.py"]\n', base("debian:12")), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version is None


def test_a_manifest_tells_the_version_where_the_base_does_not() -> None:
    manifests = (Manifest("pyproject.toml", "pypi", "pyproject", (), ">=3.11"),)
    needs = needs_of('FROM debian:12\nCMD ["python3", "a.py"]\n', base("debian:12"), manifests=manifests)
    need = find(needs, NeedKind.INTERPRETER)
    assert need is not None
    assert need.version == "3.11"


@pytest.mark.parametrize(("asked", "is_told"), [(">=22", False), (">=26", True), ("^18 || ^20", True), ("24.x", False)])
def test_a_contradiction_between_manifest_and_base_is_told(asked: str, is_told: bool) -> None:
    text = 'FROM node:24\nENTRYPOINT []\nCMD ["node", "a.js"]\n'
    need = find(needs_of(text, NODE, manifests=(package_json(runtime=asked),)), NeedKind.INTERPRETER)
    assert need is not None
    assert ("yet the base provides" in need.detail) == is_told


@pytest.mark.parametrize(("asked", "is_told"), [("11", False), ("21", True)])
def test_a_later_java_runs_what_was_built_for_an_earlier_one(asked: str, is_told: bool) -> None:
    image = base("eclipse-temurin:17-jre", runtime="java 17.0.1")
    manifests = (Manifest("pom.xml", "maven", "pom", (), asked),)
    needs = needs_of('FROM eclipse-temurin:17-jre\nCMD ["java", "-jar", "a.jar"]\n', image, manifests=manifests)
    need = find(needs, NeedKind.INTERPRETER)
    assert need is not None
    assert bool(need.detail) == is_told


def test_a_program_of_the_projects_packages_needs_the_bases_runtime() -> None:
    certain = needs_of('FROM python:3.12\nCMD ["mytool"]\n', PYTHON, manifests=(requirements("mytool"),))
    guessed = needs_of('FROM python:3.12\nCMD ["mytool"]\n', PYTHON)
    first, second = find(certain, NeedKind.INTERPRETER), find(guessed, NeedKind.INTERPRETER)
    assert first is not None
    assert second is not None
    assert "mytool" in first.evidence[1].what
    assert any("taken for one" in one.what for one in second.evidence)


def test_a_binary_on_a_language_image_needs_no_runtime() -> None:
    text = 'FROM golang:1.27\nRUN go build -o /bin/app .\nCMD ["/bin/app"]\n'
    assert values(needs_of(text, base("golang:1.27", runtime="go 1.27", role=Role.BUILD)), NeedKind.INTERPRETER) == []


def test_a_binary_with_a_runtimes_programs_name_is_no_runtime() -> None:
    text = (
        "FROM golang:1.27 AS b\nRUN CGO_ENABLED=0 go build -o /serve .\nFROM scratch\n"
        'COPY --from=b /serve /serve\nENTRYPOINT ["/serve"]\n'
    )
    needs = needs_of(text)
    assert values(needs, NeedKind.INTERPRETER) == []
    assert values(needs, NeedKind.STATIC_BINARY) == ["/serve"]


def test_a_shebang_names_a_runtime() -> None:
    text = 'FROM debian:12\nCOPY check /check\nCMD ["/check"]\n'
    needs = needs_of(text, base("debian:12"), scripts=(script("/check", "#!/usr/bin/env python3\n"),))
    assert values(needs, NeedKind.INTERPRETER) == ["python"]


def test_the_bases_own_command_is_evidence_of_the_catalog() -> None:
    need = find(needs_of("FROM python:3.12\n", PYTHON), NeedKind.INTERPRETER)
    assert need is not None
    assert {one.kind for one in need.evidence} == {EvidenceKind.CATALOG}


def test_a_server_of_files_needs_no_node_that_only_built_them() -> None:
    text = (
        "FROM node:24 AS b\nRUN npm ci && npm run build\nFROM nginx:1.30\n"
        "COPY --from=b /app/dist /usr/share/nginx/html\n"
    )
    assert values(needs_of(text, NGINX), NeedKind.INTERPRETER) == []


@pytest.mark.parametrize(
    ("command", "script_text"),
    [
        ("npm run dev", "vite"),
        ("npx nodemon server.js", ""),
        ("yarn dev", "next dev"),
        ("npm start", "react-scripts start"),
    ],
)
def test_a_development_server_is_told(command: str, script_text: str) -> None:
    name = command.rsplit(" ", 1)[-1]
    manifests = (package_json({name: script_text} if script_text else {}),)
    words = ", ".join(f'"{word}"' for word in command.split())
    need = find(
        needs_of(f"FROM node:24\nENTRYPOINT []\nCMD [{words}]\n", NODE, manifests=manifests), NeedKind.INTERPRETER
    )
    assert need is not None
    assert "development" in need.detail


@pytest.mark.parametrize(
    "command", ["flask run --debug", "python manage.py runserver 0.0.0.0:8000", "uvicorn a:b --reload"]
)
def test_a_python_development_server_is_told(command: str) -> None:
    words = ", ".join(f'"{word}"' for word in command.split())
    need = find(needs_of(f"FROM python:3.12\nCMD [{words}]\n", PYTHON), NeedKind.INTERPRETER)
    assert need is not None
    assert "development server" in need.detail


@pytest.mark.parametrize("words", ['["next", "start"]', '["vite", "preview"]', '["node", "server.js"]'])
def test_a_production_server_is_not_blamed(words: str) -> None:
    need = find(needs_of(f"FROM node:24\nENTRYPOINT []\nCMD {words}\n", NODE), NeedKind.INTERPRETER)
    assert need is not None
    assert need.detail == ""


def test_a_conditional_call_is_less_sure() -> None:
    text = 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    body = '#!/bin/sh\nif [ -n "$X" ]; then\n  php artisan migrate\nfi\nexec nginx\n'
    needs = needs_of(text, base("debian:12"), scripts=(script("/e.sh", body),))
    need = find(needs, NeedKind.INTERPRETER, "php")
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_an_image_alone_runs_its_bases_command() -> None:
    assert values(evaluate(service("python:3.12"), PYTHON), NeedKind.INTERPRETER) == ["python"]


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("RUN apt-get install -y php8.3-fpm\nCMD ['php-fpm8.3', '-F']", "php", "8.3"),
        ("RUN apk add php83-fpm\nCMD ['php-fpm83', '-F']", "php", "8.3"),
        ("RUN apt-get install -y openjdk-17-jre-headless\nCMD ['java', '-jar', 'a.jar']", "java", "17"),
        ("RUN apk add openjdk21-jre\nCMD ['java', '-jar', 'a.jar']", "java", "21"),
        ("RUN dnf install -y java-21-openjdk-headless\nCMD ['java', '-jar', 'a.jar']", "java", "21"),
        ("RUN apt-get install -y python3.11\nCMD ['python3.11', 'a.py']", "python", "3.11"),
        ("RUN apt-get install -y python3\nCMD ['python3', 'a.py']", "python", None),
        (
            (
                "RUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs\n"
                "CMD ['node', 'a.js']"
            ),
            "node",
            "20",
        ),
        ("ARG MAJOR=22\nRUN echo deb.nodesource.com/node_$MAJOR.x\nCMD ['node', 'a.js']", "node", "22"),
        ("RUN apt-get install -y nodejs\nCMD ['node', 'a.js']", "node", None),
    ],
)
def test_a_runtime_s_release_is_told_by_what_the_build_installs(text: str, name: str, version: str | None) -> None:
    needs = needs_of(f"FROM ubuntu:24.04\n{text}\n".replace("'", '"'), base("ubuntu:24.04"))
    need = find(needs, NeedKind.INTERPRETER)
    assert need is not None
    assert (need.value, need.version) == (name, version)


def test_an_unknown_repository_s_tag_tells_no_version() -> None:
    need = find(needs_of('FROM mirror.example/python:3.11-slim\nCMD ["python", "a.py"]\n'), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version is None


@pytest.mark.parametrize("image", ["example/node:24", "registry.example/python:3.12", "example/php"])
def test_an_unknown_image_s_name_tells_no_runtime(image: str) -> None:
    assert values(needs_of(f'FROM {image}\nCMD ["serve-all"]\n'), NeedKind.INTERPRETER) == []
