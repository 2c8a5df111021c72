"""Credentials of Docker and Podman."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from registries import endpoint

from basewright.image.registry.credentials import StoredCredentials
from basewright.image.registry.settings import Credential, RegistrySettings

ADA = Credential("ada", "s3cr3t:with:colons")


def packed(credential: Credential = ADA) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{credential.username}:{credential.password}".encode()).decode()}


def write(path: Path, document: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def helper(folder: Path, name: str, code: str) -> dict[str, str]:
    """Write a credential helper; return the environment that finds it."""
    path = folder / "bin" / f"docker-credential-{name}"
    write(path, f"#!{sys.executable} -I\nimport sys, json\nserver = sys.stdin.read()\n{code}\n")
    path.chmod(0o755)
    return {"HOME": str(folder), "PATH": str(folder / "bin")}


def find(
    environment: dict[str, str], registry: str, repository: str = "shop/web", told: list[str] | None = None, **more: Any
) -> Credential | None:
    source = StoredCredentials(RegistrySettings(environment, **more), (told if told is not None else []).append)
    return source.find(endpoint(registry, repository))


@pytest.mark.parametrize(
    "key",
    ["registry.example", "https://registry.example", "https://registry.example/v1/", "https://registry.example/v2/"],
)
def test_dockers_file_names_a_registry_in_any_of_its_spellings(key: str, tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"auths": {key: packed()}})
    assert find({"HOME": str(tmp_path)}, "registry.example") == ADA


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"])
def test_docker_hub_has_several_names(key: str, tmp_path: Path) -> None:
    write(tmp_path / "config.json", {"auths": {key: packed()}})
    assert find({"DOCKER_CONFIG": str(tmp_path)}, "docker.io", "library/redis") == ADA


@pytest.mark.parametrize(
    "registry",
    ["registry.example.evil", "evil.registry.example", "xregistry.example", "registry.example:5000", "registry-example",
     "1.dkr.ecr.us-east-1.amazonaws.com.evil.example", "example"],
)  # fmt: skip
def test_a_look_alike_gets_nothing(registry: str, tmp_path: Path) -> None:
    auths = {"registry.example": packed(), "1.dkr.ecr.us-east-1.amazonaws.com": packed(), "*.example": packed()}
    write(tmp_path / ".docker/config.json", {"auths": auths})
    assert find({"HOME": str(tmp_path)}, registry) is None


def test_podmans_file_names_repositories_the_most_special_first(tmp_path: Path) -> None:
    auths = {
        "registry.example": packed(Credential("all", "1")),
        "registry.example/shop": packed(Credential("shop", "2")),
        "registry.example/shop/web": packed(Credential("web", "3")),
    }
    path = write(tmp_path / "auth.json", {"auths": auths})
    environment = {"REGISTRY_AUTH_FILE": str(path)}
    assert find(environment, "registry.example", "shop/web") == Credential("web", "3")
    assert find(environment, "registry.example", "shop/api/v2") == Credential("shop", "2")
    assert find(environment, "registry.example", "shopping") == Credential("all", "1")


def test_files_are_asked_in_the_usual_order(tmp_path: Path) -> None:
    places = {
        "given": tmp_path / "given.json",
        "docker": tmp_path / ".docker/config.json",
        "runtime": tmp_path / "run/containers/auth.json",
        "home": tmp_path / ".config/containers/auth.json",
    }
    for name, path in places.items():
        write(path, {"auths": {"registry.example": packed(Credential(name, "x"))}})
    environment = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "REGISTRY_AUTH_FILE": str(places["given"]),
    }
    for name, path in places.items():
        found = find(environment, "registry.example")
        assert found is not None
        assert found.username == name
        path.unlink()
    assert find(environment, "registry.example") is None


def test_what_the_caller_sets_wins(tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"auths": {"registry.example": packed()}})
    given = Credential("option", "x")
    assert find({"HOME": str(tmp_path)}, "registry.example", credentials={"registry.example": given}) == given


def test_the_environment_names_one_registry_and_no_other_gets_it() -> None:
    environment = {"BASEWRIGHT_REGISTRY_USERNAME": "ada", "BASEWRIGHT_REGISTRY_PASSWORD": "pw"}
    assert find(environment, "registry.example") is None
    environment["BASEWRIGHT_REGISTRY"] = "registry.example"
    assert find(environment, "registry.example") == Credential("ada", "pw")
    assert find(environment, "registry.example.evil") is None


def test_an_identity_token_counts_before_name_and_password(tmp_path: Path) -> None:
    write(tmp_path / "config.json", {"auths": {"registry.example": {**packed(), "identitytoken": "refresh"}}})
    assert find({"DOCKER_CONFIG": str(tmp_path)}, "registry.example") == Credential(identity_token="refresh")


@pytest.mark.parametrize(
    "document",
    [
        *("", "{", "[]", "[" * 100_000, "\xff", "null", '{"auths": 1}', '{"credHelpers": 1, "credsStore": 2}'),
        *('{"auths": {"registry.example": 1}}', '{"auths": {"registry.example": {}}}'),
        *('{"auths": {"registry.example": {"auth": "%%%"}}}', '{"auths": {"registry.example": {"auth": "YWRh"}}}'),
    ],
)
def test_a_file_that_cannot_be_used_gives_nothing_and_breaks_nothing(document: str, tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", document)
    write(tmp_path / ".config/containers/auth.json", {"auths": {"registry.example": packed()}})
    assert find({"HOME": str(tmp_path)}, "registry.example") == ADA


def test_a_broken_file_is_told_without_its_content(tmp_path: Path) -> None:
    told: list[str] = []
    write(tmp_path / ".docker/config.json", '{"auths": {"registry.example": {"auth": "hunter2-secret"')
    find({"HOME": str(tmp_path)}, "registry.example", told=told)
    write(tmp_path / ".docker/config.json", {"auths": {"registry.example": {"auth": "hunter2-secret"}}})
    find({"HOME": str(tmp_path)}, "registry.example", told=told)
    assert len(told) == 2
    assert "hunter2" not in "".join(told)


def test_a_fifo_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "config.json")
    told: list[str] = []
    assert find({"DOCKER_CONFIG": str(tmp_path)}, "registry.example", told=told) is None
    assert "no regular file" in told[0]


def test_a_helper_is_asked_for_exactly_this_registry(tmp_path: Path) -> None:
    code = "json.dump({'ServerURL': server, 'Username': 'ada', 'Secret': 'of ' + server}, sys.stdout)"
    environment = helper(tmp_path, "keychain", code)
    write(tmp_path / ".docker/config.json", {"credHelpers": {"registry.example": "keychain"}})
    assert find(environment, "registry.example") == Credential("ada", "of registry.example")
    assert find(environment, "registry.example.evil") is None
    write(tmp_path / ".docker/config.json", {"credsStore": "keychain"})
    assert find(environment, "docker.io", "library/redis") == Credential("ada", "of https://index.docker.io/v1/")


def test_a_helper_may_give_an_identity_token(tmp_path: Path) -> None:
    environment = helper(tmp_path, "keychain", "json.dump({'Username': '<token>', 'Secret': 'refresh'}, sys.stdout)")
    write(tmp_path / ".docker/config.json", {"credsStore": "keychain"})
    assert find(environment, "registry.example") == Credential(identity_token="refresh")


def test_a_helper_that_knows_nothing_is_no_problem(tmp_path: Path) -> None:
    environment = helper(tmp_path, "keychain", "print('credentials not found in native keychain'); sys.exit(1)")
    write(tmp_path / ".docker/config.json", {"credsStore": "keychain"})
    told: list[str] = []
    assert find(environment, "registry.example", told=told) is None
    assert not told


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("broken", "print('hunter2'); sys.exit(1)", "fails with status 1"),
        ("garbage", "print('hunter2')", "no JSON"),
        ("nameless", "print(json.dumps({'Secret': 'hunter2'}))", "without name and secret"),
        ("loud", "while True: print('hunter2' * 1000)", "writes more than"),
        ("listing", "print(json.dumps(['hunter2']))", "without name and secret"),
    ],
)
def test_a_helper_that_fails_is_told_without_what_it_said(name: str, code: str, words: str, tmp_path: Path) -> None:
    environment = helper(tmp_path, name, code)
    write(tmp_path / ".docker/config.json", {"credHelpers": {"registry.example": name}})
    told: list[str] = []
    assert find(environment, "registry.example", told=told) is None
    assert words in told[0]
    assert "hunter2" not in told[0]


@pytest.mark.parametrize("name", ["../../evil", "a b", "-x", "", "a;b", "x" * 100, "/bin/sh"])
def test_a_helper_whose_name_is_none_is_not_run(name: str, tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"credHelpers": {"registry.example": name}})
    told: list[str] = []
    assert find({"HOME": str(tmp_path), "PATH": "/bin"}, "registry.example", told=told) is None
    assert "not the name" in told[0]


def test_no_file_is_read_without_an_environment() -> None:
    assert find({}, "registry.example") is None


def test_a_credential_does_not_show_itself() -> None:
    shown = repr(Credential("ada", "hunter2", "hunter2")) + repr(
        RegistrySettings(credentials={"x": Credential("a", "hunter2")})
    )
    assert "hunter2" not in shown
    assert "ada" not in shown
