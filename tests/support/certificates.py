"""A certificate authority of one's own, made by the `openssl` program."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files: an authority, and a server's certificate with its key."""

    authority: str
    certificate: str
    key: str


def certificates(
    folder: Path, names: tuple[str, ...] = ("IP:127.0.0.1", "DNS:localhost", "DNS:*.test")
) -> Certificates:
    """Make an authority and a certificate for `names`; skip the test where `openssl` is missing."""
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not installed")
    (folder / "server.ext").write_text(f"subjectAltName={','.join(names)}\nbasicConstraints=CA:FALSE\n")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for arguments in (
        f"req -x509 {key} -days 2 -subj /CN=tests -keyout ca.key -out ca.pem -addext keyUsage=critical,keyCertSign",
        f"req {key} -subj /CN=registry -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem -extfile server.ext",
    ):
        subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True, timeout=60)
    return Certificates(str(folder / "ca.pem"), str(folder / "server.pem"), str(folder / "server.key"))


def server_context(made: Certificates) -> ssl.SSLContext:
    """Return the context of a server that shows the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    return context
