"""The door to the network, against a registry on loopback and raw sockets."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import Certificates, certificates, server_context
from registries import QUICK, resolve_names

from basewright.errors import ConfigurationError, RemoteError
from basewright.ports.addresses import Reach
from basewright.ports.connections import USER_AGENT, NetworkClient
from basewright.ports.http import HttpRequest, NoTlsError, Pace, TlsOptions, UnconnectedError
from basewright.testing.misbehaviours import Answer, CutOff, Drip, Endless, Garbage, LongHeader, Stall
from basewright.testing.registry import RegistrySimulator


@pytest.fixture
def registry() -> Iterator[RegistrySimulator]:
    with RegistrySimulator() as running:
        yield running


@pytest.fixture
def client() -> Iterator[NetworkClient]:
    made = NetworkClient(environment={})
    yield made
    made.close()


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does `speak` with each connection; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    speak(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def get(client: NetworkClient, url: str, limit: int = 1000, **more: object) -> bytes:
    with client.send(HttpRequest("GET", url, pace=QUICK, **more)) as answer:
        return answer.read(limit)


def test_a_body_comes_as_it_was_sent(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Answer(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b not gzip"))
    with client.send(HttpRequest("GET", f"{registry.url}/x")) as answer:
        assert answer.status == 200
        assert answer.headers.get("CONTENT-ENCODING") == "gzip"
        assert answer.reach is Reach.LOOPBACK
        assert answer.read(100) == b"\x1f\x8b not gzip"
    headers = registry.seen[0].headers
    assert (headers["user-agent"], headers["accept-encoding"]) == (USER_AGENT, "identity")


def test_redirects_are_not_followed(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Answer(302, {"Location": "/y"}))
    with client.send(HttpRequest("GET", f"{registry.url}/x")) as answer:
        assert (answer.status, answer.headers.get("location")) == (302, "/y")
    assert len(registry.seen) == 1


def test_a_body_over_the_limit_is_refused(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Endless())
    with pytest.raises(RemoteError, match="more than the 1000 bytes"):
        get(client, f"{registry.url}/x")


def test_a_header_of_a_megabyte_is_refused(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", LongHeader())
    with pytest.raises(RemoteError, match="proper HTTP"):
        get(client, f"{registry.url}/x")


@pytest.mark.parametrize("slow", [Stall(), Drip(0.05), Drip(0.05, is_header=True)], ids=lambda one: type(one).__name__)
def test_a_server_that_lets_us_wait_is_left(
    slow: Stall | Drip, registry: RegistrySimulator, client: NetworkClient
) -> None:
    registry.misbehave("/x", slow)
    start = time.monotonic()
    with pytest.raises(RemoteError, match="too slow") as told:
        get(client, f"{registry.url}/x", limit=10**9)
    assert told.value.is_temporary
    assert time.monotonic() - start < 5


def test_our_own_slowness_is_not_the_servers(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Answer(body=b"x" * 300_000))
    with client.send(HttpRequest("GET", f"{registry.url}/x", pace=Pace(window=0.2, window_bytes=10**9))) as answer:
        size = 0
        for piece in answer.pieces():
            size += len(piece)
            time.sleep(0.1)
    assert size == 300_000


def test_a_total_is_a_total(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Drip(0.05))
    with (
        pytest.raises(RemoteError, match="takes too long"),
        client.send(HttpRequest("GET", f"{registry.url}/x", pace=Pace(total=0.3))) as answer,
    ):
        answer.read(10**9)


@pytest.mark.parametrize("is_reset", [True, False])
def test_a_broken_body_is_a_temporary_failure(
    is_reset: bool, registry: RegistrySimulator, client: NetworkClient
) -> None:
    digest = registry.push_blob(b"x" * 1000)
    registry.misbehave("/blobs/", CutOff(10, is_reset=is_reset))
    with pytest.raises(RemoteError) as told:
        get(client, f"{registry.url}/v2/a/blobs/{digest}")
    assert told.value.is_temporary


def test_what_is_not_http_is_told(registry: RegistrySimulator, client: NetworkClient) -> None:
    registry.misbehave("/x", Garbage())
    with pytest.raises(RemoteError, match="proper HTTP"):
        get(client, f"{registry.url}/x")


def test_nobody_there_is_told(client: NetworkClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnconnectedError, match="nobody listens there"):
        get(client, f"http://127.0.0.1:{port}/")


def test_a_name_that_is_none_is_told(client: NetworkClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_names(monkeypatch, {})
    with pytest.raises(UnconnectedError, match=r"no such host: registry\.example"):
        get(client, "https://registry.example/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "0.0.0.0", "localhost"]
)
def test_a_place_inside_is_refused_before_a_connection(host: str, client: NetworkClient) -> None:
    with pytest.raises(RemoteError, match="inside this machine's network"):
        get(client, f"http://{host}:1/", reach=Reach.PUBLIC)


def test_a_name_that_leads_inside_is_refused(
    registry: RegistrySimulator, client: NetworkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_names(monkeypatch, {"rebound.example": "127.0.0.1"})
    url = f"http://rebound.example:{registry.port}/v2/"
    with pytest.raises(RemoteError, match="inside"):
        get(client, url, reach=Reach.PRIVATE)
    assert get(client, url, reach=Reach.LOOPBACK) == b"{}"
    with pytest.raises(RemoteError, match="inside"):
        get(client, url, reach=Reach.PUBLIC)  # not over the connection that is open already
    assert len(registry.seen) == 1


def test_one_address_inside_taints_a_name(client: NetworkClient, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 1)) for host in ("198.51.100.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(RemoteError, match="inside"):
        get(client, "http://both.example:1/", reach=Reach.PRIVATE)


def test_a_resolver_is_asked_once_for_each_connection(
    registry: RegistrySimulator, client: NetworkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup, asked = socket.getaddrinfo, []

    def rebinding(host: str, *arguments: object, **more: object) -> object:
        asked.append(host)
        return lookup(
            "127.0.0.1" if len([one for one in asked if one == "x.example"]) == 1 else host, *arguments, **more
        )

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert get(client, f"http://x.example:{registry.port}/v2/", reach=Reach.LOOPBACK) == b"{}"
    assert asked.count("x.example") == 1


def test_addresses_that_do_not_answer_are_not_waited_for_one_by_one(
    client: NetworkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", 1)) for last in range(2, 9)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: many)
    tried: list[object] = []

    def silent(address: object, timeout: float, *_: object, **__: object) -> None:
        tried.append(address)
        time.sleep(timeout)
        raise TimeoutError("silence")

    monkeypatch.setattr(socket, "create_connection", silent)
    with (
        pytest.raises(UnconnectedError, match="does not answer") as told,
        client.send(HttpRequest("GET", "http://silent.example:1/", pace=Pace(connect=0.2))),
    ):
        pass
    assert len(tried) == 2
    assert not told.value.is_temporary


def test_tls_is_checked_against_the_authorities_named(trusted: Certificates, client: NetworkClient) -> None:
    with RegistrySimulator(tls=server_context(trusted)) as registry:
        with pytest.raises(RemoteError, match="not trusted") as told:
            get(client, f"{registry.url}/v2/")
        assert not isinstance(told.value, NoTlsError)
        assert get(client, f"{registry.url}/v2/", tls=TlsOptions(ca_files=(trusted.authority,))) == b"{}"
        assert get(client, f"{registry.url}/v2/", tls=TlsOptions(is_unchecked=True)) == b"{}"
        with pytest.raises(RemoteError, match="not trusted"):
            get(client, f"{registry.url}/v2/")  # not over a connection of weaker trust


def test_a_certificate_of_another_name_is_refused(
    trusted: Certificates, client: NetworkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_names(monkeypatch, {"other.example": "127.0.0.1"})
    with (
        RegistrySimulator(tls=server_context(trusted)) as registry,
        pytest.raises(RemoteError, match=r"not trusted: .*other\.example"),
    ):
        get(client, f"https://other.example:{registry.port}/", tls=TlsOptions(ca_files=(trusted.authority,)))


def test_a_client_certificate_is_shown(trusted: Certificates, client: NetworkClient) -> None:
    context = server_context(trusted)
    context.load_verify_locations(trusted.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    options = TlsOptions((trusted.authority,), trusted.certificate, trusted.key)
    with RegistrySimulator(tls=context) as registry:
        assert get(client, f"{registry.url}/v2/", tls=options) == b"{}"
        with pytest.raises(RemoteError):
            get(client, f"{registry.url}/v2/", tls=TlsOptions((trusted.authority,)))


def test_a_certificate_that_cannot_be_read_is_told(client: NetworkClient, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.pem"):
        get(client, "https://127.0.0.1:1/", tls=TlsOptions((str(tmp_path / "missing.pem"),)))


def test_a_server_without_tls_is_told_apart(registry: RegistrySimulator, client: NetworkClient) -> None:
    with pytest.raises(NoTlsError):
        get(client, f"https://127.0.0.1:{registry.port}/v2/")


def test_a_stalled_handshake_is_left(client: NetworkClient) -> None:
    over = threading.Event()
    with raw_server(lambda _: over.wait(10) and None) as port:
        start = time.monotonic()
        with (
            pytest.raises(RemoteError) as told,
            client.send(HttpRequest("GET", f"https://127.0.0.1:{port}/", pace=Pace(connect=0.4))),
        ):
            pass
        over.set()
    assert "does not answer" in str(told.value)
    assert time.monotonic() - start < 3


def test_a_proxy_is_asked_for_tls_by_connect(client: NetworkClient) -> None:
    heard: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        heard.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with raw_server(refuse) as port:
        proxied = NetworkClient(environment={"HTTPS_PROXY": f"http://ada:pass@127.0.0.1:{port}"})
        with pytest.raises(RemoteError, match=r"proxy does not connect to registry\.example: 403") as told:
            get(proxied, "https://registry.example/v2/", reach=Reach.PUBLIC)
        proxied.close()
    assert heard[0].startswith(b"CONNECT registry.example:443 ")
    assert b"Proxy-Authorization: Basic YWRhOnBhc3M=" in heard[0]
    assert "pass@" not in str(told.value)


def test_a_proxy_is_not_led_inside_by_number(client: NetworkClient) -> None:
    proxied = NetworkClient(environment={"ALL_PROXY": "http://127.0.0.1:1"})
    with pytest.raises(RemoteError, match="inside"):
        get(proxied, "http://169.254.169.254/latest/meta-data", reach=Reach.PUBLIC)
    proxied.close()


def test_a_socket_of_this_machine_is_spoken_to(tmp_path: Path) -> None:
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        client = NetworkClient(socket_path=str(path), environment={"HTTP_PROXY": "http://127.0.0.1:1"})
        with client.send(HttpRequest("GET", "http://engine/_ping")) as answer:
            assert (answer.reach, answer.read(10)) == (None, b"OK")
        client.close()
        thread.join(5)


def test_no_header_is_shown_nor_logged(
    registry: RegistrySimulator, client: NetworkClient, caplog: pytest.LogCaptureFixture
) -> None:
    request = HttpRequest("GET", f"{registry.url}/v2/?sig=s3cr3t-sig", {"Authorization": "Bearer s3cr3t-token"})
    with caplog.at_level(logging.DEBUG), client.send(request) as answer:
        assert answer.read(10) == b"{}"
    assert "s3cr3t" not in repr(request) + repr(client) + repr(answer)
    assert "s3cr3t-token" not in caplog.text


def test_many_threads_share_a_client(registry: RegistrySimulator, client: NetworkClient) -> None:
    digest = registry.push_blob(b"y" * 100_000)
    sizes: list[int] = []

    def read() -> None:
        url = f"{registry.url}/v2/a/blobs/{digest}"
        sizes.extend(len(get(client, url, limit=10**6)) for _ in range(5))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sizes == [100_000] * 40
