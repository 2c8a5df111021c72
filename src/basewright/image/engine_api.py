"""The HTTP API of Docker (Engine API 1.24 and later) and of Podman, which speaks it and its own beside it.

What an engine says is checked like anything else that comes from outside; who asks is the socket's owner.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from basewright.errors import InputError, InvalidDigestError, InvalidImageError, RemoteError, UnsupportedError
from basewright.image import media_types
from basewright.image.config import ParsedConfig, read_config
from basewright.image.documents import Fields, decode, decode_any
from basewright.image.engine_endpoints import Endpoint
from basewright.image.limits import Limits
from basewright.model.digest import Digest
from basewright.model.redaction import redact
from basewright.ports.http import Headers, HttpClient, HttpRequest, HttpResponse, Pace

_LIBPOD: Final = "/v4.0.0/libpod"
_PACE: Final = Pace(connect=10.0, silence=120.0, headers=120.0)
_EXPORT_PACE: Final = Pace(connect=10.0, silence=900.0, headers=900.0, window=900.0, window_bytes=1)
"""An engine packs the whole image before the first byte comes, and may wait for its disk."""
_MESSAGE: Final = 400


class NoSuchImageError(InputError):
    """An engine that answers and does not have the image."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an engine says of an image."""

    identifier: str
    """To ask for the same image again, whatever its names come to mean: hexadecimal digits."""
    parsed: ParsedConfig
    digest: Digest | None
    """Of the manifest, where the engine keeps one."""
    index_digest: Digest | None
    config_digest: Digest | None
    media_type: str
    repository_digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngineApi:
    """Asks one engine."""

    title: str
    """``Docker`` or ``Podman``."""
    endpoint: Endpoint
    http: HttpClient = field(repr=False)
    limits: Limits

    def inspect(self, name: str) -> Inspected:
        """Return what the engine says of the image `name`, a reference or an ID: both of checked grammar.

        Raises NoSuchImageError, RemoteError where the engine does not answer or fails, InvalidImageError where its
        answer makes no sense.
        """
        content, headers = self._get(f"/images/{name}/json", name)
        where = f"{self.title}'s answer about {name}"
        document = Fields(decode(content, where, limit=self.limits.config, depth=self.limits.json_depth), where)
        identifier = _digest(document.text("Id"), where)
        layers = len(Fields(document.mapping("RootFS"), where).texts("Layers"))
        if layers > self.limits.layers:
            raise UnsupportedError(f"{where}: {layers} layers, more than the {self.limits.layers} that are read")
        if headers.get("Libpod-Api-Version") is not None:
            return self._of_podman(identifier, where)
        return self._of_docker(document, identifier, where)

    def _of_docker(self, document: Fields, identifier: Digest, where: str) -> Inspected:
        content, _ = self._get(f"/images/{identifier.hex}/history", where)
        steps = decode_any(content, where, limit=self.limits.config, depth=self.limits.json_depth)
        diff_ids = Fields(document.mapping("RootFS"), where).texts("Layers")
        if not isinstance(steps, list) or not all(isinstance(one, dict) for one in steps):
            raise InvalidImageError(f"{where}: its history is no list of objects")
        kept = Fields(document.mapping("Descriptor"), where)
        kind = media_types.plain(kept.text("mediaType"))
        own = _digest(kept.text("digest"), where) if kind else None
        parsed = read_config(
            _image_config(document, "Os", "Architecture", "Variant", history=_history(steps, len(diff_ids))),
            layers=len(diff_ids),
        )
        return Inspected(
            identifier.hex,
            parsed,
            own if kind in media_types.MANIFESTS else None,
            own if kind in media_types.INDEXES else None,
            None if kind else identifier,
            kind if kind in media_types.MANIFESTS else "",
            tuple(sorted(document.texts("RepoDigests"))),
        )

    def _of_podman(self, identifier: Digest, where: str) -> Inspected:
        """Ask Podman's own API, which tells the history with its empty steps, health check and manifest digest."""
        content, _ = self._get(f"{_LIBPOD}/images/{identifier.hex}/json", where)
        document = Fields(decode(content, where, limit=self.limits.config, depth=self.limits.json_depth), where)
        diff_ids = Fields(document.mapping("RootFS"), where).texts("Layers")
        made = _image_config(document, "Os", "Architecture", "Variant", history=document.objects("History"))
        health = document.mapping("Healthcheck") or document.mapping("HealthCheck")
        made["config"] = {**made["config"], **({"Healthcheck": health} if health else {})}
        digest = document.text("Digest")
        kind = media_types.plain(document.text("ManifestType"))
        return Inspected(
            identifier.hex,
            read_config(made, layers=len(diff_ids)),
            _digest(digest, where) if digest else None,
            None,
            identifier,
            kind if kind in media_types.MANIFESTS else "",
            tuple(sorted(document.texts("RepoDigests"))),
        )

    @contextmanager
    def export(self, identifier: str) -> Iterator[Iterator[bytes]]:
        """Return the image as a docker archive, in pieces, while the engine packs it."""
        with self._send(f"/images/{identifier}/get", _EXPORT_PACE) as response:
            if response.status != 200:
                raise self._refused(response, identifier)
            yield response.pieces()

    def _get(self, path: str, name: str) -> tuple[bytes, Headers]:
        with self._send(path, _PACE) as response:
            if response.status != 200:
                raise self._refused(response, name)
            return response.read(self.limits.config), response.headers

    @contextmanager
    def _send(self, path: str, pace: Pace) -> Iterator[HttpResponse]:
        request = HttpRequest("GET", self.endpoint.url + path, tls=self.endpoint.tls, pace=pace)
        sent = False
        try:
            with self.http.send(request) as response:
                sent = True
                yield response
        except RemoteError as error:
            if sent:
                raise
            raise self._unreachable(error) from error

    def _unreachable(self, error: RemoteError) -> RemoteError:
        """Say of a connection that failed why, and what next: not running, not permitted."""
        where = f"{self.title} at {self.endpoint.socket_path or self.endpoint.url} ({self.endpoint.said_by})"
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, PermissionError):
                return RemoteError(
                    f"{where}: this user may not use the socket",
                    hint="join the group that owns it, run as its owner, or save the image and name the file",
                )
            if isinstance(cause, FileNotFoundError | ConnectionRefusedError):
                return RemoteError(f"{where} is not running", hint="start it, or name the image as registry:NAME")
            cause = cause.__cause__ or cause.__context__
        return RemoteError(f"{where}: {error}", hint=error.hint, is_temporary=error.is_temporary)

    def _refused(self, response: HttpResponse, name: str) -> RemoteError | NoSuchImageError:
        message = _message(response)
        if response.status == 404:
            return NoSuchImageError(
                f"{self.title} has no image {name}", hint=f"pull it first, or name it in its registry: registry:{name}"
            )
        return RemoteError(
            f"{self.title} answers {response.status} about {name}{f': {message}' if message else ''}",
            is_temporary=response.status >= 500,
        )


def _message(response: HttpResponse) -> str:
    """Return what an engine says of a failure, fit to be shown; empty where it says nothing."""
    try:
        document = json.loads(response.read(64 * 1024))
    except (RemoteError, ValueError, RecursionError):
        return ""
    message = document.get("message") if isinstance(document, dict) else None
    return redact(message[:_MESSAGE]) if isinstance(message, str) else ""


def _digest(text: str, where: str) -> Digest:
    try:
        return Digest.parse(text if ":" in text else f"sha256:{text}")
    except InvalidDigestError as error:
        raise InvalidImageError(f"{where}: {error}") from error


def _image_config(document: Fields, *platform: str, history: Any) -> dict[str, Any]:  # noqa: ANN401 - of both shapes
    """Return an answer as the image's configuration would have it."""
    system, architecture, variant = (document.text(name) for name in platform)
    return {
        "os": system,
        "architecture": architecture,
        **({"variant": variant} if variant else {}),
        "os.version": document.text("OsVersion"),
        "created": document.text("Created"),
        "author": document.text("Author"),
        "config": document.mapping("Config"),
        "rootfs": {
            "type": "layers",
            "diff_ids": list(Fields(document.mapping("RootFS"), document.where).texts("Layers")),
        },
        "history": list(history),
    }


def _history(steps: list[Mapping[str, Any]], layers: int) -> list[dict[str, Any]]:
    """Return Docker's history, which comes newest first, as a configuration has it.

    Docker does not tell which steps made a layer, only how many bytes each brought; a layer may bring none. Where the
    steps with bytes are as many as the layers, they are those; else the instruction tells.
    """
    ordered = list(reversed(steps))
    by_size = [_whole(step.get("Size")) == 0 for step in ordered]
    by_word = [_makes_no_layer(step.get("CreatedBy")) for step in ordered]
    empties = by_size if by_size.count(False) == layers else by_word
    return [
        {
            "created_by": step.get("CreatedBy") or "",
            "comment": step.get("Comment") or "",
            "created": _time(_whole(step.get("Created"))),
            "empty_layer": is_empty,
        }
        for step, is_empty in zip(ordered, empties, strict=True)
    ]


_NO_LAYER: Final = (
    *("ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL"),
    *("STOPSIGNAL", "USER", "VOLUME"),
)


def _makes_no_layer(created_by: object) -> bool:
    if not isinstance(created_by, str):
        return False
    words = created_by[:200].partition("#(nop)")[2] or created_by[:200]
    return words.strip().partition(" ")[0] in _NO_LAYER


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _time(seconds: int) -> str:
    """Return a time since 1970 as configurations write it; empty where there is none."""
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""
