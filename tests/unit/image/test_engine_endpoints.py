import hashlib
import json
import socket
from pathlib import Path

import pytest

from basewright.errors import BasewrightError, ConfigurationError, UnsupportedError
from basewright.image import engine_endpoints
from basewright.image.engine_endpoints import Host, docker_endpoint, podman_endpoint
from basewright.ports.blobs import is_socket


@pytest.fixture(autouse=True)
def _no_sockets_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine_endpoints, "is_socket", lambda path: path.startswith(str(tmp_path)) and is_socket(path))


def listen(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


@pytest.mark.parametrize(
    ("environment", "socket_path", "url"),
    [
        ({"DOCKER_HOST": "unix:///run/x.sock"}, "/run/x.sock", "http://localhost"),
        ({"DOCKER_HOST": "tcp://h:2375"}, None, "http://h:2375"),
        ({"DOCKER_HOST": "tcp://h"}, None, "http://h:2375"),
        ({"DOCKER_HOST": "tcp://[::1]:9"}, None, "http://[::1]:9"),
        ({"DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1"}, None, "https://h:2376"),
        ({"DOCKER_HOST": "https://h:1/"}, None, "https://h:1"),
    ],
)
def test_docker_host_names_a_socket_or_a_server(environment: dict[str, str], socket_path: str | None, url: str) -> None:
    endpoint = docker_endpoint(Host(environment, 1))
    assert endpoint is not None
    assert (endpoint.socket_path, endpoint.url, endpoint.said_by) == (socket_path, url, "DOCKER_HOST")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("ssh://u@h", UnsupportedError),
        ("npipe:////./pipe/docker", UnsupportedError),
        ("unix://relative", ConfigurationError),
        ("tcp://user:pw@h", ConfigurationError),
        ("tcp://h/path", ConfigurationError),
        ("tcp://h\r\nX: y", ConfigurationError),
        ("/run/x.sock", ConfigurationError),
        ("x", ConfigurationError),
    ],
)
@pytest.mark.parametrize("variable", ["DOCKER_HOST", "CONTAINER_HOST"])
def test_addresses_that_cannot_be_used_are_told(address: str, kind: type[BasewrightError], variable: str) -> None:
    find = docker_endpoint if variable == "DOCKER_HOST" else podman_endpoint
    with pytest.raises(kind, match=variable) as caught:
        find(Host({variable: address}, 1))
    assert "pw" not in str(caught.value)
    assert caught.value.hint or kind is UnsupportedError


def test_tls_takes_the_files_that_are_there(tmp_path: Path) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    environment = {"DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    endpoint = docker_endpoint(Host(environment, 1))
    assert endpoint is not None
    assert endpoint.tls.ca_files == (str(tmp_path / "ca.pem"),)
    assert endpoint.tls.client_key == str(tmp_path / "key.pem")
    assert not endpoint.tls.is_unchecked
    endpoint = docker_endpoint(Host({"DOCKER_HOST": "tcp://h", "DOCKER_TLS": "1"}, 1))
    assert endpoint is not None
    assert endpoint.tls.is_unchecked


def test_usual_sockets_are_found_where_they_stand(tmp_path: Path) -> None:
    run, home = tmp_path / "run", tmp_path / "home"
    host = Host({"XDG_RUNTIME_DIR": str(run), "HOME": str(home)}, 1)
    assert docker_endpoint(host) is None
    assert podman_endpoint(host) is None
    listen(home / ".docker/run/docker.sock")
    listen(run / "podman/podman.sock")
    found = docker_endpoint(host), podman_endpoint(host)
    assert [one and one.socket_path for one in found] == [
        str(home / ".docker/run/docker.sock"),
        str(run / "podman/podman.sock"),
    ]
    listen(run / "docker.sock")
    endpoint = docker_endpoint(host)
    assert endpoint is not None
    assert endpoint.socket_path == str(run / "docker.sock")
    (run / "docker.sock").unlink()
    (run / "docker.sock").write_text("a file is no socket")
    endpoint = docker_endpoint(host)
    assert endpoint is not None
    assert endpoint.socket_path != str(run / "docker.sock")


def context(folder: Path, name: str, document: object) -> None:
    key = hashlib.sha256(name.encode()).hexdigest()
    (folder / "contexts/meta" / key).mkdir(parents=True)
    (folder / "contexts/meta" / key / "meta.json").write_text(json.dumps(document))


def test_docker_contexts_are_followed(tmp_path: Path) -> None:
    context(tmp_path, "desk", {"Name": "desk", "Endpoints": {"docker": {"Host": "unix:///d.sock"}}})
    context(tmp_path, "far", {"Endpoints": {"docker": {"Host": "tcp://far:1", "SkipTLSVerify": True}}})
    (tmp_path / "config.json").write_text('{"currentContext": "desk", "auths": {}}')
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    endpoint = docker_endpoint(Host(environment, 1))
    assert endpoint is not None
    assert (endpoint.socket_path, endpoint.said_by) == ("/d.sock", "the Docker context 'desk'")
    endpoint = docker_endpoint(Host({**environment, "DOCKER_CONTEXT": "far"}, 1))
    assert endpoint is not None
    assert (endpoint.url, endpoint.tls.is_unchecked) == ("https://far:1", True)
    assert docker_endpoint(Host({**environment, "DOCKER_CONTEXT": "default"}, 1)) is None


@pytest.mark.parametrize("document", [{}, {"Endpoints": 1}, {"Endpoints": {"docker": {"Host": 7}}}])
def test_contexts_that_cannot_be_used_are_told(tmp_path: Path, document: object) -> None:
    context(tmp_path, "bad", document)
    for name in ("bad", "gone", "../../x"):
        with pytest.raises(ConfigurationError, match="the Docker context"):
            docker_endpoint(Host({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": name}, 1))


@pytest.mark.parametrize("content", ["[]", "x", "[" * 100, '{"currentContext": 7}'])
def test_a_broken_configuration_of_docker_is_told_or_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    host = Host({"DOCKER_CONFIG": str(tmp_path)}, 1)
    if "7" in content:
        assert docker_endpoint(host) is None
        return
    with pytest.raises(ConfigurationError, match="Docker's configuration"):
        docker_endpoint(host)
