"""Where a repository is asked for: its mirrors first, the registry itself last."""

import ipaddress
from dataclasses import dataclass

_HUB = "docker.io"
_HUB_HOST = "registry-1.docker.io"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place that serves a repository."""

    registry: str
    """Host and port as people name it; credentials are kept under this name."""
    repository: str
    is_mirror: bool = False
    is_insecure: bool = False
    """Its certificate is not checked, and it may speak plain HTTP: the caller said so."""
    serves_tags: bool = True
    serves_digests: bool = True

    @property
    def host(self) -> str:
        """Host and port to connect to."""
        return _HUB_HOST if self.registry == _HUB else self.registry

    @property
    def host_name(self) -> str:
        """The host without its port, an IPv6 address without brackets."""
        return host_name(self.host)

    @property
    def is_loopback(self) -> bool:
        """Whether the name itself says that it is this machine; then plain HTTP is as good as TLS."""
        name = self.host_name
        if name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    @property
    def may_be_plain(self) -> bool:
        """Whether it may speak HTTP without TLS."""
        return self.is_insecure or self.is_loopback

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}"


def host_name(host: str) -> str:
    """Return `host` without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host
