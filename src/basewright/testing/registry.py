"""A registry on loopback that obeys the OCI distribution-spec 1.1, until it is told to misbehave.

    with RegistrySimulator() as registry:
        digest = registry.push_blob(b"layer")
        registry.misbehave("/blobs/", CutOff(after=3), times=1)
        ...
        assert registry.seen[-1].headers["range"] == "bytes=3-"

It keeps everything in memory, serves each connection in a thread, and notes every request. Repositories share their
blobs. For tests; it is no registry to keep images in.
"""

import base64
import hashlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Protocol, Self
from urllib.parse import parse_qs, urlsplit

from basewright.model.digest import Digest

_MANIFEST: Final = re.compile(r"/v2/(.+)/manifests/([^/]+)")
_BLOB: Final = re.compile(r"/v2/.+/blobs/([^/]+)")
_TAGS: Final = re.compile(r"/v2/(.+)/tags/list")
_REFERRERS: Final = re.compile(r"/v2/(.+)/referrers/([^/]+)")
_INDEX: Final = "application/vnd.oci.image.index.v1+json"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came in."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the registry is about to answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Conversation:
    """One request on its connection: what a `Misbehaviour` works with."""

    handler: BaseHTTPRequestHandler
    reply: Reply
    """What an obedient registry would answer."""
    is_over: threading.Event
    """Set when the simulator ends: whoever waits stops then."""

    def send(self, reply: Reply, *, length: int | None = None) -> None:
        """Send `reply`; announce `length` bytes instead of those that it has."""
        self.start(reply, {"Content-Length": str(len(reply.body) if length is None else length)})
        if self.handler.command != "HEAD":
            self.handler.wfile.write(reply.body)

    def start(self, reply: Reply, more: Mapping[str, str]) -> None:
        """Send status and headers alone."""
        self.handler.send_response(reply.status)
        for name, value in {**more, **reply.headers}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()


class Misbehaviour(Protocol):
    """Something other than the obedient answer."""

    def answer(self, conversation: Conversation) -> None:
        """Answer in its own way."""
        ...


@dataclass(slots=True)
class _Rule:
    pattern: re.Pattern[str]
    method: str | None
    misbehaviour: Misbehaviour
    left: int | None


@dataclass(frozen=True, slots=True)
class Login:
    """Who may come in, and how it is asked for."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    """An OAuth2 refresh token that is as good as name and password."""
    is_token: bool = True
    """Bearer tokens from ``/token``; else Basic."""
    lets_anyone: bool = False
    """Whether a token is given without credentials."""
    challenges: tuple[str, ...] | None = None
    """``WWW-Authenticate`` as it is sent; None for the proper one."""


@dataclass
class RegistrySimulator:
    """A registry at `host`; see the module. Start and stop it as a context."""

    tls: ssl.SSLContext | None = None
    login: Login | None = None
    name: str = "127.0.0.1"
    """The host's name as clients ask for it; it listens on 127.0.0.1 in any case."""
    has_referrers: bool = True
    """Whether it knows the referrers API."""
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    """How many were made."""
    _blobs: dict[str, bytes] = field(default_factory=dict, repr=False)
    _manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict, repr=False)
    _rules: list[_Rule] = field(default_factory=list, repr=False)
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)
    _given: int = field(default=0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _over: threading.Event = field(default_factory=threading.Event, repr=False)
    _server: "_Server | None" = field(default=None, repr=False)

    def __enter__(self) -> Self:
        self._server = _Server(self)
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def host(self) -> str:
        """Host and port, as image references write them."""
        return f"{self.name}:{self.port}"

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the simulator runs only as a context")
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def push_blob(self, data: bytes) -> Digest:
        """Keep a blob, and return its digest."""
        digest = Digest("sha256", hashlib.sha256(data).hexdigest())
        self._blobs[str(digest)] = data
        return digest

    def push_manifest(self, repository: str, data: bytes, media_type: str, *, tag: str | None = None) -> Digest:
        """Keep a manifest under its digest and `tag`, and return its digest."""
        digest = Digest("sha256", hashlib.sha256(data).hexdigest())
        for name in filter(None, (str(digest), tag)):
            self._manifests[repository, name] = (media_type, data)
        return digest

    def tamper(self, digest: Digest, data: bytes) -> None:
        """Put other bytes under the digest of a blob or manifest."""
        if str(digest) in self._blobs:
            self._blobs[str(digest)] = data
        for key, (media_type, _) in list(self._manifests.items()):
            if key[1] == str(digest):
                self._manifests[key] = (media_type, data)

    def revoke_tokens(self) -> None:
        """Accept no token any more that was given so far."""
        self._tokens.clear()

    def forget(self, digest: Digest) -> None:
        """Drop a blob."""
        self._blobs.pop(str(digest), None)

    def misbehave(
        self, pattern: str, misbehaviour: Misbehaviour, *, times: int | None = None, method: str | None = None
    ) -> None:
        """Answer requests whose path holds `pattern` (a regular expression) in another way, `times` times."""
        self._rules.append(_Rule(re.compile(pattern), method, misbehaviour, times))

    def behave(self) -> None:
        """Obey again, and forget what was seen."""
        with self._lock:
            self._rules.clear()
            self.seen.clear()

    def obedient(self, seen: Seen) -> Reply:
        """Return what the specification asks for."""
        path = urlsplit(seen.path).path
        if path == "/token":
            return self._give_token(seen)
        if self.login is not None and not self._may_enter(seen, self.login):
            return self._challenge(self.login)
        if path in {"/v2", "/v2/"}:
            return Reply(200, {"Docker-Distribution-Api-Version": "registry/2.0"}, b"{}")
        if found := _MANIFEST.fullmatch(path):
            return self._manifest(found[1], found[2])
        if found := _BLOB.fullmatch(path):
            return _blob(self._blobs.get(found[1]), seen.headers.get("range", ""))
        if found := _TAGS.fullmatch(path):
            return self._tag_page(found[1], seen)
        if (found := _REFERRERS.fullmatch(path)) and self.has_referrers:
            return self._referrer_page(found[1], found[2])
        return _error(404, "NOT_FOUND", "no such page")

    def misbehaviour(self, seen: Seen) -> Misbehaviour | None:
        """Note a request, and return what is to be done instead of the obedient answer."""
        with self._lock:
            self.seen.append(seen)
            for rule in self._rules:
                if rule.left != 0 and rule.method in {None, seen.method} and rule.pattern.search(seen.path):
                    if rule.left is not None:
                        rule.left -= 1
                    return rule.misbehaviour
        return None

    def conversation(self, handler: BaseHTTPRequestHandler, reply: Reply) -> Conversation:
        """Return the conversation of one request."""
        return Conversation(handler, reply, self._over)

    def _manifest(self, repository: str, name: str) -> Reply:
        found = self._manifests.get((repository, name))
        if found is None:
            return _error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        media_type, data = found
        digest = name if name.startswith("sha256:") else f"sha256:{hashlib.sha256(data).hexdigest()}"
        return Reply(200, {"Content-Type": media_type, "Docker-Content-Digest": digest}, data)

    def _tag_page(self, repository: str, seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        most, last = int(query.get("n", ["1000"])[0]), query.get("last", [""])[0]
        tags = sorted(name for owner, name in self._manifests if owner == repository and ":" not in name)
        page = [tag for tag in tags if tag > last][:most]
        headers = {"Content-Type": "application/json"}
        if page and page[-1] != tags[-1]:
            headers["Link"] = f'</v2/{repository}/tags/list?n={most}&last={page[-1]}>; rel="next"'
        return Reply(200, headers, json.dumps({"name": repository, "tags": page}).encode())

    def _referrer_page(self, repository: str, digest: str) -> Reply:
        found = []
        for (owner, name), (media_type, data) in self._manifests.items():
            document = json.loads(data) if owner == repository and ":" in name else {}
            if document.get("subject", {}).get("digest") == digest:
                kind = document.get("artifactType") or document.get("config", {}).get("mediaType", "")
                found.append({"mediaType": media_type, "digest": name, "size": len(data), "artifactType": kind})
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": found}
        return Reply(200, {"Content-Type": _INDEX}, json.dumps(index).encode())

    def _may_enter(self, seen: Seen, login: Login) -> bool:
        kind, _, shown = seen.headers.get("authorization", "").partition(" ")
        if not login.is_token:
            return kind == "Basic" and shown == _packed(login)
        repository = re.match(r"/v2/(.+)/(?:manifests|blobs|tags|referrers)/", seen.path)
        return (
            kind == "Bearer"
            and repository is not None
            and self._tokens.get(shown) == f"repository:{repository[1]}:pull"
        )

    def _challenge(self, login: Login) -> Reply:
        reply = _error(401, "UNAUTHORIZED", "authentication required")
        proper = f'Bearer realm="{self.url}/token",service="simulator"' if login.is_token else 'Basic realm="simulator"'
        challenges = (proper,) if login.challenges is None else login.challenges
        return Reply(401, {**reply.headers, "WWW-Authenticate": ", ".join(challenges)}, reply.body)

    def _give_token(self, seen: Seen) -> Reply:
        fields = parse_qs(seen.body.decode() if seen.method == "POST" else urlsplit(seen.path).query)
        login = self.login or Login(lets_anyone=True)
        shown = seen.headers.get("authorization", "")
        if seen.method == "POST":
            is_known = bool(login.identity_token) and fields.get("refresh_token") == [login.identity_token]
        else:
            is_known = shown == f"Basic {_packed(login)}" or (not shown and login.lets_anyone)
        if not is_known:
            return _error(401, "UNAUTHORIZED", "wrong credentials")
        self._given += 1
        token = f"token-{self._given}"
        self._tokens[token] = fields.get("scope", [""])[0]
        return Reply(200, {"Content-Type": "application/json"}, json.dumps({"token": token}).encode())


def _packed(login: Login) -> str:
    return base64.b64encode(f"{login.username}:{login.password}".encode()).decode()


def _blob(data: bytes | None, wanted: str) -> Reply:
    if data is None:
        return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    if (found := re.fullmatch(r"bytes=(\d+)-", wanted)) and int(found[1]) < len(data):
        start = int(found[1])
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Reply(206, headers, data[start:])
    return Reply(200, headers, data)


def _error(status: int, code: str, message: str) -> Reply:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return Reply(status, {"Content-Type": "application/json"}, body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, registry: RegistrySimulator) -> None:
        self.registry = registry
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        """Accept a connection, and count it."""
        self.registry.connections += 1
        return super().get_request()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Say nothing."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length) if length else b"")
        registry = self.server.registry
        misbehaviour = registry.misbehaviour(seen)
        conversation = registry.conversation(self, registry.obedient(seen))
        if misbehaviour is None:
            conversation.send(conversation.reply)
        else:
            misbehaviour.answer(conversation)

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - http.server's own names
