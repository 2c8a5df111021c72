"""Who we are to a registry: the answer to its challenge (distribution's token and OAuth2 specs).

The scope asked for is always ``repository:NAME:pull``, whatever the challenge says. Basic credentials go to the
registry's own host alone; a token service gets them only where it belongs to the registry.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from basewright.errors import RemoteError, UnsupportedError
from basewright.image.registry.challenge import Challenge
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.realms import may_have_credentials, realm_address
from basewright.image.registry.settings import Credential, RegistrySettings
from basewright.image.registry.tokens import TokenService, basic
from basewright.image.registry.trust import reach_for, tls_for
from basewright.ports.addresses import Reach
from basewright.ports.http import HttpClient


class CredentialSource(Protocol):
    """Knows what to say to a registry."""

    def find(self, endpoint: Endpoint) -> Credential | None:
        """Return the credential for exactly this registry; None where there is none."""
        ...


@dataclass
class Authorizer:
    """Answers challenges, and remembers the answers by repository. Safe to use from several threads."""

    http: HttpClient
    settings: RegistrySettings
    credentials: CredentialSource
    told: Callable[[str], None]
    _answers: dict[Endpoint, str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def known(self, endpoint: Endpoint) -> str | None:
        """Return the Authorization header that worked before."""
        with self._lock:
            return self._answers.get(endpoint)

    def has_credential(self, endpoint: Endpoint) -> bool:
        """Whether something is known to say to the registry."""
        return self.credentials.find(endpoint) is not None

    def answer(
        self, endpoint: Endpoint, challenges: Sequence[Challenge], *, is_plain: bool, reach: Reach, refused: str | None
    ) -> str | None:
        """Return the Authorization header that answers `challenges`; None where nothing better than `refused` is known.

        `reach` bounds where a token service may lie. `refused` is the header that the challenges came for.
        """
        with self._lock:
            known = self._answers.get(endpoint)
            if known is not None and known != refused:
                return known  # another thread was here meanwhile
            header = self._answer(endpoint, challenges, is_plain=is_plain, reach=reach)
            if header is None or header == refused:
                return None
            self._answers[endpoint] = header
            return header

    def _answer(
        self, endpoint: Endpoint, challenges: Sequence[Challenge], *, is_plain: bool, reach: Reach
    ) -> str | None:
        by_scheme = {challenge.scheme: challenge for challenge in reversed(challenges)}
        if "bearer" in by_scheme:
            return self._bearer(endpoint, by_scheme["bearer"], is_plain=is_plain, reach=reach)
        if "basic" in by_scheme:
            credential = self.credentials.find(endpoint)
            if credential is None or not credential.username:
                return None
            return basic(credential)
        if not challenges:
            raise RemoteError(f"{endpoint.registry} wants to know who asks, and does not say how")
        named = ", ".join(sorted(by_scheme))[:100]
        raise UnsupportedError(f"{endpoint.registry} asks for a login of a kind that is not supported: {named}")

    def _bearer(self, endpoint: Endpoint, challenge: Challenge, *, is_plain: bool, reach: Reach) -> str:
        realm = challenge.parameters.get("realm")
        if not realm:
            raise RemoteError(f"{endpoint.registry} asks for a token and does not say where it is given")
        address = realm_address(realm, endpoint, is_plain=is_plain)
        credential = self.credentials.find(endpoint)
        if credential is not None and not may_have_credentials(address, endpoint, self.settings):
            self.told(
                f"{endpoint.registry} gives its tokens at {address.authority}, which is not known to belong to it:"
                " asking there without credentials"
            )
            credential = None
        service = TokenService(
            address=address,
            service=challenge.parameters.get("service", ""),
            scope=f"repository:{endpoint.repository}:pull",
            reach=reach_for(address, endpoint, self.settings, reach),
            tls=tls_for(address, endpoint, self.settings),
            pace=self.settings.small_pace,
        )
        return f"Bearer {service.token(self.http, credential)}"
