"""How far a place that a registry names is trusted: where it may lie, and what TLS it is shown. Pure."""

from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.settings import RegistrySettings
from basewright.ports.addresses import Reach, WebAddress
from basewright.ports.http import TlsOptions


def is_own(address: WebAddress, endpoint: Endpoint) -> bool:
    """Whether `address` lies on the registry's own host, at whatever port."""
    return address.host.removesuffix(".") == endpoint.host_name.lower()


def reach_for(address: WebAddress, endpoint: Endpoint, settings: RegistrySettings, reach: Reach) -> Reach:
    """Return how far inside the server at `address` may lie; `reach` is how far inside the registry lies.

    Its own host and those that the caller named may lie anywhere; others no further inside than the registry, and
    never at a link-local address.
    """
    if is_own(address, endpoint) or address.host in settings.inner_hosts:
        return Reach.SPECIAL
    return min(reach, Reach.LOOPBACK)


def tls_for(address: WebAddress, endpoint: Endpoint, settings: RegistrySettings) -> TlsOptions:
    """Return the TLS options for `address`: authorities for every place, the rest for the registry's own host alone."""
    given = settings.tls
    if not is_own(address, endpoint):
        return TlsOptions(ca_files=given.ca_files)
    return TlsOptions(given.ca_files, given.client_certificate, given.client_key, is_unchecked=endpoint.is_insecure)
