"""LIBRARY, BUILD_TOOL and PACKAGE_MANAGER: positives and negatives."""

import pytest
from needing import NGINX, NODE, PYTHON, base, find, lines, needs_of, package_json, script, values

from basewright.model.need import Confidence, NeedKind, Phase
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest

DEBIAN = base("debian:12", libc="glibc")


def test_run_time_packages_of_the_final_chain_are_libraries() -> None:
    text = (
        "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n"
        '      libpq5=15.4-1 imagemagick \\\n      fonts-dejavu && rm -rf /var/lib/apt/lists/*\nCMD ["/app"]\n'
    )
    needs = needs_of(text, DEBIAN)
    assert values(needs, NeedKind.LIBRARY) == ["fonts-dejavu", "imagemagick", "libpq5"]
    libpq = find(needs, NeedKind.LIBRARY, "libpq5")
    assert libpq is not None
    assert (libpq.version, libpq.confidence) == ("15.4-1", Confidence.CERTAIN)
    assert lines(libpq) == ["Dockerfile:3"]


def test_packages_of_a_build_stage_are_not_of_the_image() -> None:
    text = 'FROM debian:12 AS b\nRUN apt-get install -y libpq5\nFROM debian:12\nCOPY --from=b /x /x\nCMD ["/x"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.LIBRARY) == []


def test_the_final_stages_base_stage_is_of_the_image() -> None:
    text = 'FROM debian:12 AS base\nRUN apt-get install -y libpq5\nFROM base\nCMD ["/x"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.LIBRARY) == ["libpq5"]


def test_build_packages_in_the_final_stage_are_told_so() -> None:
    text = 'FROM debian:12\nRUN apt-get install -y build-essential libssl-dev\nCMD ["/x"]\n'
    needs = needs_of(text, DEBIAN)
    need = find(needs, NeedKind.BUILD_TOOL, "build-essential", Phase.BUILD)
    assert need is not None
    assert "in the final stage" in need.detail
    assert need.avoidable
    assert values(needs, NeedKind.LIBRARY) == ["libssl"]


def test_build_packages_in_a_build_stage_need_no_move() -> None:
    text = 'FROM debian:12 AS b\nRUN apt-get install -y gcc\nFROM debian:12\nCOPY --from=b /x /x\nCMD ["/x"]\n'
    need = find(needs_of(text, DEBIAN), NeedKind.BUILD_TOOL, "gcc", Phase.BUILD)
    assert need is not None
    assert need.detail == ""
    assert need.avoidable == ""


def test_packages_that_are_removed_again_are_not_needed_at_run_time() -> None:
    text = (
        "FROM alpine:3.23\nRUN apk add --no-cache --virtual .build-deps gcc libxml2 && make && apk del .build-deps\n"
        'RUN apk add --no-cache libpq\nCMD ["/x"]\n'
    )
    assert values(needs_of(text, base("alpine:3.23")), NeedKind.LIBRARY) == ["libpq"]


def test_purged_packages_are_not_needed_at_run_time() -> None:
    text = "FROM debian:12\nRUN apt-get install -y libgomp1 && x && apt-get purge -y libgomp1\n"
    assert values(needs_of(text, DEBIAN), NeedKind.LIBRARY) == []


def test_an_unknown_package_counts_as_run_time_with_less_confidence() -> None:
    need = find(needs_of("FROM debian:12\nRUN apt-get install -y frobnicator\n", DEBIAN), NeedKind.LIBRARY)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_curl_that_only_run_calls_is_of_the_build() -> None:
    text = 'FROM debian:12\nRUN apt-get install -y curl && curl -O https://x/y\nCMD ["/x"]\n'
    needs = needs_of(text, DEBIAN)
    assert values(needs, NeedKind.LIBRARY) == []
    assert "curl" in values(needs, NeedKind.BUILD_TOOL, Phase.BUILD)


def test_curl_that_the_health_check_calls_is_of_run_time() -> None:
    text = (
        "FROM debian:12\nRUN apt-get install -y curl && curl -O https://x/y\n"
        'HEALTHCHECK CMD ["curl", "x"]\nCMD ["/x"]\n'
    )
    need = find(needs_of(text, DEBIAN), NeedKind.LIBRARY, "curl")
    assert need is not None
    assert "run-time text calls curl" in need.evidence[0].what


def test_curl_that_nothing_calls_may_be_the_applications() -> None:
    needs = needs_of('FROM debian:12\nRUN apt-get install -y curl\nCMD ["/x"]\n', DEBIAN)
    need = find(needs, NeedKind.LIBRARY, "curl")
    assert need is not None
    assert need.confidence is Confidence.MEDIUM


def test_editors_are_for_people() -> None:
    needs = needs_of("FROM debian:12\nRUN apt-get install -y vim htop\n", DEBIAN)
    assert values(needs, NeedKind.LIBRARY) == []


def test_the_python_of_node_gyp_is_of_the_build() -> None:
    needs = needs_of('FROM node:24-alpine\nRUN apk add --no-cache python3 make g++\nCMD ["node", "a.js"]\n', NODE)
    assert values(needs, NeedKind.LIBRARY) == []
    assert "python3" in values(needs, NeedKind.BUILD_TOOL, Phase.BUILD)


def test_the_python_of_a_python_program_is_of_run_time() -> None:
    text = 'FROM alpine:3.23\nRUN apk add --no-cache python3 make\nCMD ["python3", "a.py"]\n'
    assert values(needs_of(text, base("alpine:3.23")), NeedKind.LIBRARY) == ["python3"]


@pytest.mark.parametrize(
    "command",
    [
        "microdnf install -y --nodocs libxml2",
        "dnf -y install --setopt=install_weak_deps=False libxml2",
        "yum install -y libxml2-2.9",
        "zypper --non-interactive install libxml2",
        "apk add -q --update libxml2~2.11",
        "apt install libxml2:amd64",
    ],
)
def test_every_package_manager_is_read(command: str) -> None:
    found = values(needs_of(f"FROM debian:12\nRUN {command}\n", DEBIAN), NeedKind.LIBRARY)
    assert [one.partition("-")[0] for one in found] == ["libxml2"]


def test_options_and_their_values_are_no_packages() -> None:
    text = (
        "FROM alpine:3.23\n"
        "RUN apk add --repository https://x/y -t .deps --no-cache libpq && apt-get install -t stable -o A=b libz1\n"
    )
    assert values(needs_of(text, base("alpine:3.23")), NeedKind.LIBRARY) == ["libpq", "libz1"]


def test_an_install_in_exec_form_and_in_a_heredoc_is_read() -> None:
    text = (
        'FROM debian:12\nRUN ["apt-get", "install", "-y", "libpq5"]\nRUN <<EOF\nset -e\n'
        "apt-get install -y libxml2\nEOF\n"
    )
    needs = needs_of(text, DEBIAN)
    assert values(needs, NeedKind.LIBRARY) == ["libpq5", "libxml2"]
    assert lines(find(needs, NeedKind.LIBRARY, "libxml2")) == ["Dockerfile:5"]


def test_another_language_in_run_is_not_read_as_shell() -> None:
    text = 'FROM x:1\nSHELL ["powershell", "-Command"]\nRUN apt-get install libpq5\n'
    assert values(needs_of(text, None), NeedKind.LIBRARY) == []


@pytest.mark.parametrize(
    ("command", "manager"),
    [
        ("apt-get update && apt-get install -y x", "apt"),
        ("apk add curl", "apk"),
        ("pip install -r requirements.txt", "pip"),
        ("python -m pip install x", "pip"),
        ("npm install && node a.js", "npm"),
        ("yarn && node a.js", "yarn"),
        ("bundle install", "bundle"),
        ("composer install", "composer"),
    ],
)
def test_installing_at_run_time_needs_a_package_manager(command: str, manager: str) -> None:
    need = find(needs_of(f"FROM debian:12\nCMD {command}\n", DEBIAN), NeedKind.PACKAGE_MANAGER)
    assert need is not None
    assert need.value == manager
    assert need.avoidable


def test_installing_in_an_entrypoint_script_says_its_line() -> None:
    text = 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    needs = needs_of(text, DEBIAN, scripts=(script("/e.sh", "#!/bin/sh\n\napk add curl\nexec /app\n"),))
    assert lines(find(needs, NeedKind.PACKAGE_MANAGER)) == ["e.sh:3"]


@pytest.mark.parametrize(
    "command", ["npm start", "pip list", "apt-cache policy x", "uv run --no-sync app", "bundle exec puma"]
)
def test_other_uses_of_a_package_manager_install_nothing(command: str) -> None:
    assert values(needs_of(f"FROM debian:12\nCMD {command}\n", DEBIAN), NeedKind.PACKAGE_MANAGER) == []


def test_uv_run_syncs_first() -> None:
    needs = needs_of('FROM python:3.12\nCMD ["uv", "run", "app.py"]\n', PYTHON)
    assert values(needs, NeedKind.PACKAGE_MANAGER) == ["uv"]
    assert values(needs, NeedKind.INTERPRETER) == ["python"]


def test_installing_when_building_is_no_run_time_need() -> None:
    text = 'FROM python:3.12\nRUN pip install x && apt-get update\nCMD ["python", "a.py"]\n'
    assert values(needs_of(text, PYTHON), NeedKind.PACKAGE_MANAGER) == []


def test_development_dependencies_in_the_image_are_told() -> None:
    manifest = Manifest(
        "package.json", "npm", "package.json", (Dependency("jest", None, "^1", Location("package.json", 3), True),)
    )
    with_dev = needs_of("FROM node:24\nRUN npm ci\n", NODE, manifests=(manifest,))
    without = needs_of("FROM node:24\nRUN npm ci --omit=dev\n", NODE, manifests=(manifest,))
    first = find(with_dev, NeedKind.BUILD_TOOL, "npm", Phase.BUILD)
    second = find(without, NeedKind.BUILD_TOOL, "npm", Phase.BUILD)
    assert first is not None
    assert "devDependencies" in first.detail
    assert second is not None
    assert "devDependencies" not in second.detail


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("go build .", "go"),
        ("cargo build --release", "cargo"),
        ("./mvnw package", "maven"),
        ("dotnet publish -c Release", "dotnet-sdk"),
    ],
)
def test_compilers_are_build_tools(command: str, tool: str) -> None:
    text = f"FROM debian:12 AS b\nRUN {command}\nFROM debian:12\nCOPY --from=b /x /x\n"
    assert tool in values(needs_of(text, DEBIAN), NeedKind.BUILD_TOOL, Phase.BUILD)


def test_a_stage_that_the_target_does_not_reach_builds_nothing() -> None:
    text = 'FROM debian:12 AS tests\nRUN cargo test\nFROM debian:12\nCMD ["/x"]\n'
    assert values(needs_of(text, DEBIAN), NeedKind.BUILD_TOOL, Phase.BUILD) == []


def test_a_frontend_on_a_server_of_files_is_static_content() -> None:
    text = (
        "FROM node:24 AS build\nWORKDIR /app\nRUN npm ci && npm run build\n"
        "FROM nginx:1.30\nCOPY --from=build /app/dist /usr/share/nginx/html\n"
    )
    needs = needs_of(text, NGINX)
    need = find(needs, NeedKind.STATIC_CONTENT)
    assert need is not None
    assert (need.value, need.confidence) == ("nginx", Confidence.CERTAIN)
    assert "not needed at run time" in need.detail
    assert lines(need) == ["Dockerfile:5"]
    assert values(needs, NeedKind.BUILD_TOOL, Phase.BUILD) == ["npm"]


def test_a_proxy_without_content_is_not_static_content() -> None:
    text = "FROM nginx:1.30\nCOPY nginx.conf /etc/nginx/nginx.conf\n"
    assert values(needs_of(text, NGINX), NeedKind.STATIC_CONTENT) == []


@pytest.mark.parametrize(
    "command", ['["npx", "serve", "-s", "dist"]', '["http-server", "dist"]', '["vite", "preview"]']
)
def test_node_that_only_hands_out_files_is_told(command: str) -> None:
    text = f"FROM node:24\nRUN npm ci && npm run build\nENTRYPOINT []\nCMD {command}\n"
    needs = needs_of(text, NODE)
    need = find(needs, NeedKind.STATIC_CONTENT)
    assert need is not None
    assert need.confidence is Confidence.MEDIUM
    assert "npm run build at Dockerfile:2" in need.detail
    assert values(needs, NeedKind.INTERPRETER) == ["node"]


def test_a_node_server_is_not_static_content() -> None:
    manifests = (package_json({"start": "node server.js"}),)
    text = 'FROM node:24\nRUN npm run build\nENTRYPOINT []\nCMD ["npm", "start"]\n'
    assert values(needs_of(text, NODE, manifests=manifests), NeedKind.STATIC_CONTENT) == []
