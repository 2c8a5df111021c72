"""Debian's `docker-registry` on loopback: plain, with TLS, with Basic and with token authentication."""

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest
from certificates import Certificates, server_context
from images import Built, write_oci_layout

USERNAME, PASSWORD = "ada", "wonderland"
_BCRYPT = "$2b$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW"
"""PASSWORD, hashed by crypt(3)."""
ISSUER, SERVICE = "tests", "registry.tests"


def need(*programs: str) -> None:
    """Skip the test where one of `programs` is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"the program {program} is not installed")


@dataclass(frozen=True)
class RealRegistry:
    """A registry that runs; its blobs lie in `storage`."""

    host: str
    storage: Path

    def blob_file(self, digest: str) -> Path:
        """Return where the registry keeps a blob."""
        algorithm, _, name = digest.partition(":")
        return self.storage / "docker/registry/v2/blobs" / algorithm / name[:2] / name / "data"


@contextmanager
def running(
    folder: Path, storage: Path, http: dict[str, Any], auth: dict[str, Any] | None = None
) -> Iterator[RealRegistry]:
    """Run a registry over `storage` with the sections `http` and `auth` of its configuration."""
    need("docker-registry")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    document = {
        "version": "0.1",
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(storage)}},
        "http": {"addr": f"127.0.0.1:{port}", **http},
        **({"auth": auth} if auth else {}),
    }
    (folder / "config.yml").write_text(json.dumps(document))  # JSON is YAML
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", str(folder / "config.yml")], stdout=log, stderr=log)
        try:
            _wait(process, port, folder / "registry.log")
            yield RealRegistry(f"127.0.0.1:{port}", storage)
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"docker-registry does not start: {log.read_text()[-2000:]}")


def fill(registry: RealRegistry, built: dict[str, Built], folder: Path, options: Sequence[str] = ()) -> None:
    """Copy images to `registry` by skopeo, each under its ``repository:tag``."""
    need("skopeo")
    for number, (name, one) in enumerate(built.items()):
        layout = write_oci_layout(folder / f"layout-{number}", {"x": one})
        subprocess.run(
            ["skopeo", "copy", "-q", "--all", "--dest-tls-verify=false", *options, f"oci:{layout}:x", f"docker://{registry.host}/{name}"],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def basic_auth(folder: Path) -> dict[str, Any]:
    """Return the section that asks for USERNAME and PASSWORD."""
    (folder / "htpasswd").write_text(f"{USERNAME}:{_BCRYPT}\n")
    return {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}


def tls_section(made: Certificates) -> dict[str, Any]:
    """Return the section that shows a certificate."""
    return {"tls": {"certificate": made.certificate, "key": made.key}}


@dataclass
class TokenServer:
    """A token service (distribution's token spec) that signs with the registry's key; a context."""

    made: Certificates
    anyone_reads: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """(method, scope, user) of each request."""

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                fields = parse_qs(body if self.command == "POST" else urlsplit(self.path).query)
                status, reply = server.give(self.command, fields, self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            do_GET = do_POST = answer  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = server_context(self.made).wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def section(self) -> dict[str, Any]:
        """Return the registry's section that names this service."""
        realm = f"https://127.0.0.1:{self._server.server_address[1]}/token"
        return {
            "token": {"realm": realm, "service": SERVICE, "issuer": ISSUER, "rootcertbundle": self.made.certificate}
        }

    def give(self, method: str, fields: dict[str, list[str]], shown: str) -> tuple[int, bytes]:
        """Return status and answer."""
        scope = fields.get("scope", [""])[0]
        user = ""
        if shown:
            user, _, password = base64.b64decode(shown.removeprefix("Basic ")).decode().partition(":")
            if (user, password) != (USERNAME, PASSWORD):
                return 401, b'{"errors":[{"code":"UNAUTHORIZED"}]}'
        elif method == "POST" and fields.get("refresh_token") != [f"refresh-{PASSWORD}"]:
            return 401, b"{}"
        self.asked.append((method, scope, user))
        kind, name, actions = [*scope.split(":"), "", ""][:3]
        is_known = bool(user) or method == "POST"
        granted = actions.split(",") if is_known else ["pull"] if self.anyone_reads else []
        return 200, json.dumps({"token": self._sign({"type": kind, "name": name, "actions": granted})}).encode()

    def _sign(self, access: dict[str, Any]) -> str:
        """Return a JSON Web Token (RFC 7515, ES256) for `access`."""
        certificate = ssl.PEM_cert_to_DER_cert(Path(self.made.certificate).read_text())
        now = int(time.time())
        header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(certificate).decode()]}
        claims = {"iss": ISSUER, "sub": "x", "aud": SERVICE, "nbf": now - 10, "iat": now, "exp": now + 300}
        claims |= {"jti": str(now), "access": [access] if access["actions"] else []}
        text = ".".join(_packed(json.dumps(part).encode()) for part in (header, claims))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.made.key], input=text.encode(), check=True, capture_output=True
        ).stdout
        return f"{text}.{_packed(_joined(signature))}"


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _joined(signature: bytes) -> bytes:
    """Return an ECDSA signature in DER as the two numbers of 32 bytes that a token has (RFC 7518, section 3.4)."""
    place, numbers = 2, b""
    for _ in range(2):
        length = signature[place + 1]
        numbers += int.from_bytes(signature[place + 2 : place + 2 + length]).to_bytes(32)
        place += 2 + length
    return numbers
