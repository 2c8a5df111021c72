"""What a registry's statuses mean for the caller: whose move it is, and when (distribution-spec 1.1, error codes)."""

import email.utils
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from basewright.errors import BasewrightError, InputError, RemoteError
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.trust import is_own
from basewright.model.redaction import redact
from basewright.ports.addresses import WebAddress
from basewright.ports.http import Headers, HttpResponse

LONGEST_WAIT: Final = 30
"""Seconds that a registry may ask to wait for; a longer wait is the caller's to decide."""
_BODY: Final = 64 * 1024
_TEMPORARY: Final = frozenset({408, 425, 500, 502, 503, 504})
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]+")
_LIMIT: Final = re.compile(r"\s*(\d{1,12})\s*(?:;\s*w=(\d{1,9}))?")
_DAY: Final = 86_400


class BusyError(RemoteError):
    """A registry that asks to come back later."""

    def __init__(self, message: str, *, hint: str = "", seconds: int | None = None) -> None:
        super().__init__(message, hint=hint, is_temporary=True)
        self.seconds = seconds
        """How much later; None where it does not say."""


def refusal(
    answer: HttpResponse, endpoint: Endpoint, target: str, address: WebAddress, *, has_credential: bool
) -> BasewrightError:
    """Return the error for an answer that is not what was asked for; reads a little of its body.

    `target` is the path that was asked of `endpoint`, `address` where its redirects led.
    """
    status = answer.status
    if status == 429 or (status == 503 and answer.headers.get("retry-after")):
        return _busy(answer.headers, address, status)
    said = _said(answer)
    if status in {401, 403}:
        if not is_own(address, endpoint):
            return RemoteError(f"{address.authority} refuses what {endpoint.registry} leads to (status {status})")
        return denied(endpoint, has_credential=has_credential, said=said)
    if status == 404:
        asked = _asked(endpoint, target)
        return InputError(f"{asked} is not there{said}", hint="check the spelling of the name and its tag")
    return RemoteError(f"{address.authority} answers with status {status}{said}", is_temporary=status in _TEMPORARY)


def _asked(endpoint: Endpoint, target: str) -> str:
    """Return what was asked for as people name it, with its tag or digest."""
    kind, _, name = target.removeprefix(f"/v2/{endpoint.repository}/").partition("/")
    if kind not in {"manifests", "blobs"}:
        return str(endpoint)
    return f"{endpoint}{'@' if ':' in name else ':'}{name}"


def denied(endpoint: Endpoint, *, has_credential: bool, said: str = "") -> RemoteError:
    """Return the error of a registry that lets nobody in without, or with these, credentials."""
    if has_credential:
        return RemoteError(
            f"{endpoint.registry} does not accept the credentials for {endpoint.repository}{said}",
            hint=f"log in anew: docker login {endpoint.registry}",
        )
    return RemoteError(
        f"{endpoint} does not exist or needs a login{said}",
        hint=f"check the spelling, or log in: docker login {endpoint.registry}",
    )


def _busy(headers: Headers, address: WebAddress, status: int) -> BusyError:
    seconds = _retry_after(headers)
    what = "asks for fewer requests" if status == 429 else "is not available"
    if seconds is None:
        return BusyError(f"{address.authority} {what}")
    when = f"for {seconds} seconds" if seconds <= _DAY else "for more than a day"
    return BusyError(
        f"{address.authority} {what} {when}",
        hint="log in for a greater share, use a mirror, or come back then" if status == 429 else "",
        seconds=min(seconds, _DAY * 365),
    )


def _retry_after(headers: Headers) -> int | None:
    """Return the seconds in Retry-After (RFC 9110, section 10.2.3); a date counts from the answer's own."""
    text = (headers.get("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:12])
    try:
        then = email.utils.parsedate_to_datetime(text)
        now = email.utils.parsedate_to_datetime(headers.get("date") or "")
        return max(0, int((then - now).total_seconds()))
    except (TypeError, ValueError, OverflowError, IndexError):
        window = _LIMIT.fullmatch(headers.get("ratelimit-reset") or "")
        return int(window[1]) if window else None


def _said(answer: HttpResponse) -> str:
    """Return the registry's own words, made fit to be shown; empty where it has none."""
    try:
        document: Any = msgspec.json.decode(answer.read(_BODY))
    except (RemoteError, msgspec.DecodeError, RecursionError):
        return ""
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return ""
    words = ": ".join(part for key in ("code", "message") if isinstance(part := first.get(key), str) and part)
    shown = redact(_UNPRINTABLE.sub(" ", words[:400]))[:200].strip()
    return f" ({shown})" if shown else ""


@dataclass
class Budget:
    """How many requests a registry still grants, as its RateLimit headers say; told when it changes the picture."""

    _told: set[int] = field(default_factory=set, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    remaining: int | None = None

    def note(self, headers: Headers, registry: str, told: Callable[[str], None]) -> None:
        """Read the headers of one answer, and tell the first budget and one that runs out."""
        left, most = _LIMIT.match(headers.get("ratelimit-remaining") or ""), headers.get("ratelimit-limit") or ""
        if left is None:
            return
        whole = _LIMIT.match(most)
        window = left[2] or (whole[2] if whole else None)
        with self._lock:
            self.remaining = int(left[1])
            step = 1 if self.remaining <= 10 else 0
            is_new = step not in self._told
            self._told.add(step)
        if is_new:
            of = f" of {int(whole[1])}" if whole else ""
            time = f" in {int(window) / 3600:.1f} hours" if window else ""
            told(f"{registry} grants {self.remaining}{of} more pulls{time}")
