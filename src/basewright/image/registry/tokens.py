"""Asking a token service: distribution's token spec (GET, Basic) and its OAuth2 form (POST, refresh token)."""

import base64
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from basewright.errors import RemoteError
from basewright.image.registry.settings import Credential
from basewright.ports.addresses import Reach, WebAddress
from basewright.ports.http import HttpClient, HttpRequest, Pace, TlsOptions

_ANSWER: Final = 1024 * 1024
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,65536}")
_TEMPORARY: Final = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED: Final = frozenset({400, 401, 403})


class RefusedError(RemoteError):
    """Credentials that were not accepted."""


def basic(credential: Credential) -> str:
    """Return the header that shows name and password (RFC 7617)."""
    text = f"{credential.username}:{credential.password}"
    return "Basic " + base64.b64encode(text.encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class TokenService:
    """Where a token is asked for, and what for."""

    address: WebAddress
    service: str
    scope: str
    reach: Reach
    tls: TlsOptions
    pace: Pace

    def token(self, http: HttpClient, credential: Credential | None) -> str:
        """Return a token; raise RefusedError where the credential is wrong, RemoteError where the service fails."""
        request = self._request(credential)
        with http.send(request) as answer:
            body = answer.read(_ANSWER)
            status = answer.status
        if status in _REFUSED:
            what = "the credentials" if credential is not None else "a request without credentials"
            raise RefusedError(f"{self.address.authority} refuses {what} (status {status})")
        if status != 200:
            # Redirects too: what we know goes to the place that was checked and to no other.
            raise RemoteError(
                f"{self.address.authority} gives no token (status {status})", is_temporary=status in _TEMPORARY
            )
        return _token(body, self.address.authority)

    def _request(self, credential: Credential | None) -> HttpRequest:
        fields = {"service": self.service, "scope": self.scope} if self.service else {"scope": self.scope}
        if credential is not None and credential.identity_token:
            fields |= {
                "grant_type": "refresh_token",
                "client_id": "basewright",
                "refresh_token": credential.identity_token,
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return HttpRequest(
                "POST", str(self.address), headers, urlencode(fields).encode(), self.reach, self.tls, self.pace
            )
        headers = {"Authorization": basic(credential)} if credential is not None and credential.username else {}
        between = "&" if "?" in self.address.target else "?"
        url = f"{self.address}{between}{urlencode(fields)}"
        return HttpRequest("GET", url, headers, b"", self.reach, self.tls, self.pace)


def _token(body: bytes, server: str) -> str:
    try:
        answer: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RemoteError(f"{server} gives a token that cannot be read") from error
    if isinstance(answer, dict):
        for name in ("token", "access_token"):
            token = answer.get(name)
            if isinstance(token, str) and _TOKEN.fullmatch(token):
                return token
    raise RemoteError(f"{server} answers without a usable token")
