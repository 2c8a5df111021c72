"""Credentials as Docker and Podman keep them: `config.json`, `auth.json`, and helper programs.

Asked in this order, and the first that knows the registry wins: what the caller set; BASEWRIGHT_REGISTRY with
_USERNAME and _PASSWORD; REGISTRY_AUTH_FILE; Docker's file; Podman's files. Within a file: the helper for this registry,
the entries, the store for all (docker-cli's order, containers-auth.json(5)). A registry is compared as a whole, port
included: a name that only looks like it gets nothing.
"""

import base64
import binascii
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from basewright.errors import ConfigurationError
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.helper_programs import ask_helper
from basewright.image.registry.local_files import home, read_local
from basewright.image.registry.settings import Credential, RegistrySettings

_LIMIT: Final = 4 * 1024 * 1024
_HUB: Final = "docker.io"
_HUB_KEYS: Final = ("https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io")
_HUB_SERVER: Final = "https://index.docker.io/v1/"
"""What `docker login` calls Docker Hub when it talks to a helper."""


@dataclass
class StoredCredentials:
    """`CredentialSource` over the caller's settings, the environment and the files; each is read once."""

    settings: RegistrySettings
    told: Callable[[str], None]
    _found: dict[tuple[str, str], Credential | None] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def find(self, endpoint: Endpoint) -> Credential | None:
        """See `CredentialSource.find`."""
        key = (endpoint.registry, endpoint.repository)
        with self._lock:
            if key not in self._found:
                self._found[key] = self._find(endpoint)
            return self._found[key]

    def _find(self, endpoint: Endpoint) -> Credential | None:
        given = self.settings.credentials.get(endpoint.registry) or _from_environment(
            endpoint.registry, self.settings.environment
        )
        if given is not None:
            return given
        for path in _files(self.settings.environment):
            try:
                document = _document(path)
            except ConfigurationError as error:
                self.told(f"{error}: no credentials are taken from it")
                continue
            if document is not None and (found := self._in_file(document, endpoint, path)) is not None:
                return found
        return None

    def _in_file(self, document: Mapping[str, Any], endpoint: Endpoint, path: Path) -> Credential | None:
        """Return what one file knows of the registry; a broken helper or entry is told and passed over."""
        helpers = document.get("credHelpers")
        names = _HUB_KEYS if endpoint.registry == _HUB else (endpoint.registry,)
        if isinstance(helpers, dict):
            for name in names:
                if isinstance(helpers.get(name), str):
                    return self._ask(helpers[name], endpoint)
        entries = document.get("auths")
        if isinstance(entries, dict):
            for key in _keys(endpoint):
                for spelling in _spellings(key):
                    if isinstance(entries.get(spelling), dict):
                        try:
                            found = _from_entry(entries[spelling])
                        except ValueError:
                            self.told(f"{path}: the entry for {key} cannot be read")
                            continue
                        if found is not None:
                            return found
        store = document.get("credsStore")
        return self._ask(store, endpoint) if isinstance(store, str) and store else None

    def _ask(self, helper: str, endpoint: Endpoint) -> Credential | None:
        server = _HUB_SERVER if endpoint.registry == _HUB else endpoint.registry
        try:
            return ask_helper(helper, server, self.settings.environment)
        except ConfigurationError as error:
            self.told(str(error))
            return None


def _from_environment(registry: str, environment: Mapping[str, str]) -> Credential | None:
    """Return the credential of the one registry that BASEWRIGHT_REGISTRY names."""
    username = environment.get("BASEWRIGHT_REGISTRY_USERNAME")
    if not username or environment.get("BASEWRIGHT_REGISTRY", "").lower() != registry:
        return None
    return Credential(username, environment.get("BASEWRIGHT_REGISTRY_PASSWORD", ""))


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    if named := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    folder = home(environment)
    if docker := environment.get("DOCKER_CONFIG"):
        yield Path(docker) / "config.json"
    elif folder is not None:
        yield folder / ".docker" / "config.json"
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers" / "auth.json"
    if configuration := environment.get("XDG_CONFIG_HOME"):
        yield Path(configuration) / "containers" / "auth.json"
    elif folder is not None:
        yield folder / ".config" / "containers" / "auth.json"


def _document(path: Path) -> Mapping[str, Any] | None:
    data = read_local(path, _LIMIT)
    if data is None or not data.strip():
        return None
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        # The decoder's message could quote the file: it is not shown.
        raise ConfigurationError(f"{path} is no JSON") from error
    return document if isinstance(document, dict) else None


def _keys(endpoint: Endpoint) -> Iterator[str]:
    """Yield the names that an entry may have, most special first: ``host/team/app``, ``host/team``, ``host``."""
    path = endpoint.repository
    while path:
        yield f"{endpoint.registry}/{path}"
        path = path.rpartition("/")[0]
    yield from _HUB_KEYS if endpoint.registry == _HUB else (endpoint.registry,)


def _spellings(key: str) -> tuple[str, ...]:
    """Return how Docker's versions wrote a registry; all of them mean exactly this host."""
    if "://" in key:
        return (key,)
    return (key, f"https://{key}", f"https://{key}/", f"https://{key}/v1/", f"https://{key}/v2/")


def _from_entry(entry: Mapping[str, Any]) -> Credential | None:
    """Return what an entry holds; None for an empty one (a helper keeps it). ValueError where it is malformed."""
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Credential(identity_token=token)
    packed = entry.get("auth")
    if isinstance(packed, str) and packed:
        try:
            text = base64.b64decode(packed, validate=True).decode().rstrip("\0")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValueError("not base64") from error
        username, colon, password = text.partition(":")
        if not colon or not username:
            raise ValueError("no name and password")
        return Credential(username, password)
    plain_name, plain_password = entry.get("username"), entry.get("password")
    if isinstance(plain_name, str) and isinstance(plain_password, str) and plain_name:
        return Credential(plain_name, plain_password)
    return None
