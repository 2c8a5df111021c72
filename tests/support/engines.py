"""A container engine of tests: it answers as Docker or Podman does, or wrongly, in process or on a Unix socket."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import images

from basewright.ports.http import Headers, HttpRequest

Body = bytes | Callable[[], Iterator[bytes]]


@dataclass
class Answer:
    """One answer; a body in pieces is sent without a length."""

    status: int = 200
    body: Body = b""
    headers: dict[str, str] = field(default_factory=dict)

    def pieces(self) -> Iterator[bytes]:
        return iter([self.body]) if isinstance(self.body, bytes) else self.body()


@dataclass
class ScriptedEngine:
    """An engine with one image; `asked` lists the paths that were asked for."""

    image: images.BuiltImage
    names: tuple[str, ...] = ("shop/web:1.0",)
    kind: str = "docker"
    """``docker``, ``containerd`` (Docker that keeps manifests) or ``podman``."""
    style: str = "new"
    """Of the export, see `images.docker_files`."""
    changed: dict[str, Answer] = field(default_factory=dict)
    """End of a path → what is answered instead."""
    asked: list[str] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        return (self.image.digest if self.kind == "containerd" else images.sha256(self.image.config))[7:]

    def answer(self, path: str) -> Answer:
        self.asked.append(path)
        for end, answer in self.changed.items():
            if path.endswith(end):
                return answer
        prefix, _, rest = path.partition("/images/")
        name, _, verb = rest.rpartition("/")
        if name.removeprefix("sha256:") not in {*self.names, self.identifier}:
            return self.json({"message": f"No such image: {name}"}, status=404)
        if verb == "json":
            return self.json(self.libpod() if prefix.endswith("/libpod") else self.inspect())
        if verb == "history":
            return self.json(self.history())
        archive = images.tar_of(images.docker_files({self.names[0]: self.image}, self.style))
        return Answer(200, lambda: iter([archive[at : at + 4096] for at in range(0, len(archive), 4096)]))

    def json(self, document: Any, status: int = 200) -> Answer:
        headers = {"Libpod-Api-Version": "4.3.1"} if self.kind == "podman" else {}
        return Answer(status, json.dumps(document).encode(), headers)

    def inspect(self) -> dict[str, Any]:
        config = json.loads(self.image.config)
        kept = {"mediaType": self.image.media_type, "digest": self.image.digest, "size": len(self.image.manifest)}
        return {
            "Id": f"sha256:{self.identifier}",
            "RepoTags": list(self.names),
            "RepoDigests": [f"shop/web@{self.image.digest}"],
            "Created": config["created"],
            "Config": config["config"],
            "Os": config["os"],
            "Architecture": config["architecture"],
            "RootFS": {"Type": "layers", "Layers": config["rootfs"]["diff_ids"]},
            **({"Descriptor": kept} if self.kind == "containerd" else {}),
        }

    def libpod(self) -> dict[str, Any]:
        history = json.loads(self.image.config)["history"]
        kind = {"ManifestType": self.image.media_type, "Digest": self.image.digest}
        return {**self.inspect(), "Id": self.identifier, "History": history, **kind}

    def history(self) -> list[dict[str, Any]]:
        """Return Docker's history: newest first, with the bytes of each step."""
        sizes = iter([sum(len(one.tar) for _ in "1") for one in self.image.layers])
        steps = [
            {
                "Id": "<missing>",
                "Created": 1_767_323_045,
                "CreatedBy": one["created_by"],
                "Size": 0 if one.get("empty_layer") else next(sizes),
                "Comment": "",
                "Tags": None,
            }
            for one in json.loads(self.image.config)["history"]
        ]
        return list(reversed(steps))

    @property
    def exports(self) -> int:
        return sum(path.endswith("/get") for path in self.asked)


@dataclass
class DirectResponse:
    """`HttpResponse` of an answer."""

    answer: Answer
    reach: None = None

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> Headers:
        return Headers(tuple((name.lower(), value) for name, value in self.answer.headers.items()))

    def pieces(self) -> Iterator[bytes]:
        return self.answer.pieces()

    def read(self, limit: int) -> bytes:
        return b"".join(self.answer.pieces())[:limit]


@dataclass
class DirectClient:
    """`HttpClient` that asks the engine without a socket."""

    engine: ScriptedEngine
    is_closed: bool = False

    @contextmanager
    def send(self, request: HttpRequest) -> Iterator[DirectResponse]:
        assert request.method == "GET"
        yield DirectResponse(self.engine.answer(request.url.removeprefix("http://localhost")))

    def close(self) -> None:
        self.is_closed = True


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who stops listening in the middle is no error."""


@contextmanager
def listening(engine: ScriptedEngine, path: Path) -> Iterator[str]:
    """Let `engine` answer on a Unix socket at `path`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self) -> str:
            return "socket"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            answer = engine.answer(self.path)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if isinstance(answer.body, bytes):
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in answer.body():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

    with _Server(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield str(path)
        finally:
            server.shutdown()
            thread.join()
