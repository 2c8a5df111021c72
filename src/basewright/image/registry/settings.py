"""How registries are reached: trust, mirrors and credentials as the caller sets them. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from basewright.ports.http import DEFAULT_PACE, SYSTEM_TRUST, Pace, TlsOptions

_SMALL_TOTAL: Final = 120.0
"""Seconds that a small answer may take."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a registry knows the caller by. Its representation shows nothing of it."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    """An OAuth2 refresh token; where it is set, name and password do not count."""


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Beside what the environment and the files of Docker and Podman say. Hosts are ``host`` or ``host:port``."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """``HOME``, ``DOCKER_CONFIG``, ``REGISTRY_AUTH_FILE``, ``XDG_RUNTIME_DIR`` … ; empty reads no file."""
    tls: TlsOptions = SYSTEM_TRUST
    """For registries and mirrors; the client certificate is shown to them alone."""
    insecure: frozenset[str] = frozenset()
    """Registries whose certificate is not checked and that may speak plain HTTP."""
    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``docker.io`` or ``registry.example/team`` → the places to ask first."""
    credentials: Mapping[str, Credential] = field(default_factory=dict, repr=False)
    """Registry → credential; wins over files and helpers."""
    realms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Registry → hosts of token services that its credentials may go to, beside its own and the known ones."""
    inner_hosts: frozenset[str] = frozenset()
    """Hosts that a registry may lead to wherever they lie: storage inside one's own network."""
    pace: Pace = DEFAULT_PACE
    """How slow a registry may be."""

    @property
    def small_pace(self) -> Pace:
        """For answers that are read whole."""
        return replace(self.pace, total=self.pace.total or _SMALL_TOTAL)
