"""Where a local engine listens: environment, Docker's contexts, and the usual sockets.

Docker: DOCKER_HOST, then DOCKER_CONTEXT or the current context of its configuration, then the sockets of the system, of
a rootless daemon and of Docker Desktop (docs.docker.com, «Docker contexts», «Rootless mode»). Podman: CONTAINER_HOST,
then the user's socket and the system's (podman-system-service(1)).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from basewright.errors import ConfigurationError, InvalidImageError, UnsupportedError
from basewright.image.documents import Fields, decode
from basewright.image.registry.local_files import home, read_local
from basewright.ports.blobs import is_socket
from basewright.ports.http import TlsOptions

_LIMIT: Final = 1024 * 1024
_DEPTH: Final = 16
_HOST_AND_PORT = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way to an engine."""

    said_by: str
    """What named it, for messages: ``DOCKER_HOST``, a context, or the socket's path."""
    socket_path: str | None = None
    """None for an engine over the network."""
    url: str = "http://localhost"
    tls: TlsOptions = field(default=TlsOptions())


@dataclass(frozen=True, slots=True)
class Host:
    """The machine as the search sees it."""

    environment: Mapping[str, str] = field(repr=False)
    user_id: int


def docker_endpoint(host: Host) -> Endpoint | None:
    """Return where Docker listens; None where nothing says and no usual socket stands.

    Raises UnsupportedError for ssh:// and pipes, ConfigurationError for a setting that makes no sense.
    """
    environment = host.environment
    if address := environment.get("DOCKER_HOST"):
        return _endpoint(address, "DOCKER_HOST", _environment_tls(environment))
    folder = _docker_folder(environment)
    context = environment.get("DOCKER_CONTEXT") or _current_context(folder)
    if context and context != "default" and folder is not None:
        return _of_context(folder, context)
    return _first_socket(_docker_sockets(host))


def podman_endpoint(host: Host) -> Endpoint | None:
    """Return where Podman listens; see `docker_endpoint`."""
    if address := host.environment.get("CONTAINER_HOST"):
        return _endpoint(address, "CONTAINER_HOST", None)
    return _first_socket(_podman_sockets(host))


def _docker_sockets(host: Host) -> list[str]:
    paths = ["/var/run/docker.sock"]
    if runtime := host.environment.get("XDG_RUNTIME_DIR"):
        paths.append(f"{runtime}/docker.sock")
    paths.append(f"/run/user/{host.user_id}/docker.sock")
    if folder := home(host.environment):
        paths += [f"{folder}/.docker/run/docker.sock", f"{folder}/.docker/desktop/docker.sock"]
    return paths


def _podman_sockets(host: Host) -> list[str]:
    paths = []
    if runtime := host.environment.get("XDG_RUNTIME_DIR"):
        paths.append(f"{runtime}/podman/podman.sock")
    return [*paths, f"/run/user/{host.user_id}/podman/podman.sock", "/run/podman/podman.sock"]


def _first_socket(paths: list[str]) -> Endpoint | None:
    return next((Endpoint(path, path) for path in paths if is_socket(path)), None)


def _endpoint(address: str, said_by: str, tls: TlsOptions | None) -> Endpoint:
    """Return the way that an address such as ``unix:///run/x.sock`` or ``tcp://host:2376`` names."""
    scheme, found, rest = address.partition("://")
    if found and scheme == "unix" and rest.startswith("/"):
        return Endpoint(said_by, rest)
    if found and scheme in {"tcp", "http", "https"} and _HOST_AND_PORT.fullmatch(rest.rstrip("/")):
        is_tls = scheme == "https" or (scheme == "tcp" and tls is not None)
        port = "" if re.search(r":[0-9]+$", rest.rstrip("/")) else ":2376" if is_tls else ":2375"
        return Endpoint(
            said_by, None, f"{'https' if is_tls else 'http'}://{rest.rstrip('/')}{port}", tls or TlsOptions()
        )
    if found and scheme == "ssh":
        raise UnsupportedError(
            f"{said_by} names an engine over SSH, which is not spoken here",
            hint="forward its socket, ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST, and set "
            f"{said_by if said_by.isupper() else 'DOCKER_HOST'}=unix:///tmp/engine.sock; or save the image there",
        )
    if found and scheme in {"npipe", "fd"}:
        raise UnsupportedError(f"{said_by} names an engine over {scheme}://; unix:// and tcp:// are spoken here")
    raise ConfigurationError(f"{said_by} is no address of an engine", hint="write unix:///PATH or tcp://HOST:PORT")


def _environment_tls(environment: Mapping[str, str]) -> TlsOptions | None:
    """Return how DOCKER_TLS_VERIFY and DOCKER_CERT_PATH want TLS; None for a connection without."""
    verifies = bool(environment.get("DOCKER_TLS_VERIFY"))
    folder = environment.get("DOCKER_CERT_PATH", "")
    if not verifies and not environment.get("DOCKER_TLS"):
        return None
    return _tls(Path(folder) if folder else _docker_folder(environment), is_unchecked=not verifies)


def _tls(folder: Path | None, *, is_unchecked: bool) -> TlsOptions:
    """Return TLS with the ``ca.pem``, ``cert.pem`` and ``key.pem`` that lie in `folder`."""
    there = {
        name: str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem") if folder and (folder / name).is_file()
    }
    has_pair = "cert.pem" in there and "key.pem" in there
    return TlsOptions(
        (there["ca.pem"],) if "ca.pem" in there else (),
        there["cert.pem"] if has_pair else None,
        there["key.pem"] if has_pair else None,
        is_unchecked,
    )


def _docker_folder(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get("DOCKER_CONFIG"):
        return Path(named)
    folder = home(environment)
    return None if folder is None else folder / ".docker"


def _current_context(folder: Path | None) -> str:
    content = None if folder is None else read_local(folder / "config.json", _LIMIT)
    if content is None:
        return ""
    return _fields(content, str(folder)).text("currentContext")


def _of_context(folder: Path, context: str) -> Endpoint:
    key = hashlib.sha256(context.encode("utf-8", "surrogateescape")).hexdigest()
    content = read_local(folder / "contexts" / "meta" / key / "meta.json", _LIMIT)
    said_by = f"the Docker context {context[:80]!r}"
    if content is None:
        raise ConfigurationError(f"{said_by} does not exist", hint="see `docker context ls`")
    endpoints = Fields(_fields(content, said_by).mapping("Endpoints"), said_by, noted=[])
    docker = Fields(endpoints.mapping("docker"), said_by, noted=[])
    certificates = folder / "contexts" / "tls" / key / "docker"
    unchecked = docker.document.get("SkipTLSVerify") is True
    tls = _tls(certificates, is_unchecked=unchecked) if certificates.is_dir() or unchecked else None
    return _endpoint(docker.text("Host"), said_by, tls)


def _fields(content: bytes, where: str) -> Fields:
    try:
        return Fields(decode(content, where, limit=_LIMIT, depth=_DEPTH), where, noted=[])
    except (InvalidImageError, UnsupportedError) as error:
        raise ConfigurationError(f"Docker's configuration cannot be read: {error}") from error
